"""Sigma rules as detections: judged, scored, suppressed and stored like those of the product."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaRuleNotFoundError
from sigma.rule import SigmaRule, SigmaRuleTag

from pipeline.detect.rules import Detection, Needs
from pipeline.detect.sigma.correlation import (
    condition_of_rule,
    correlation_from_rule,
    names_in_correlation,
    query_of_correlation,
)
from pipeline.detect.sigma.fields import Bindings
from pipeline.detect.sigma.needs import needs_of_rules
from pipeline.detect.sigma.queries import POINTS_BY_SEVERITY, query_of_single_events
from pipeline.detect.sigma.reading import (
    MALFORMED,
    Document,
    Rule,
    documents_from_file,
    files_from_paths,
    words_from_error,
)
from pipeline.detect.signals import Family, Severity
from pipeline.errors import UsageError

FAMILY_TAG: Final = "quay-audit"
"""A tag such as quay-audit.exfiltration says the family outright."""

FAMILY_BY_TACTIC: Final = {
    "collection": Family.EXFILTRATION,
    "exfiltration": Family.EXFILTRATION,
    "discovery": Family.EXFILTRATION,
    "reconnaissance": Family.EXFILTRATION,
    "impact": Family.DESTRUCTION,
    "privilege-escalation": Family.PRIVILEGE,
    "execution": Family.SUPPLY_CHAIN,
    "resource-development": Family.SUPPLY_CHAIN,
}
"""By the first tactic that tells; the others are of credentials."""

_TECHNIQUE = re.compile(r"t\d{4}(\.\d{3})?")
_TACTIC = re.compile(r"[a-z]+([-_][a-z]+)*")
_NEXT_STEPS = (
    "Read what the rule says it looks for, and the events that it fits.",
    "Ask the owner of the credential or account whether these acts were theirs.",
)


def read_sigma(paths: Sequence[Path]) -> list[Detection]:
    """Every rule of these files and folders as a detection, by id.

    Raises: UsageError for the first of them that is none or cannot be worked out.
    """
    detections, problems = try_to_read_sigma(paths)
    if not problems:
        return detections
    first, *others = problems
    more = f" (and {len(others)} more; `quay-audit sigma check` tells all)" if others else ""
    raise UsageError(f"{first.what}{more}", where=first.where, hint=first.hint)


def try_to_read_sigma(paths: Sequence[Path]) -> tuple[list[Detection], list[UsageError]]:
    """The rules of these files and folders as detections, by id, and what stands in the way of the others."""
    problems: list[UsageError] = []
    documents: list[Document] = []
    for file in files_from_paths(paths):
        documents += documents_from_file(file, problems)
    detections: dict[str, Detection] = {}
    for document, detection in _detections(documents, problems):
        if detections.setdefault(detection.id, detection) is not detection:
            twin = detections[detection.id]
            problems.append(
                UsageError(f"it has the id {detection.id}, as {twin.title!r} has", where=document.where)
            )
    return [detections[name] for name in sorted(detections)], problems


def _detections(
    documents: Sequence[Document], problems: list[UsageError]
) -> Iterator[tuple[Document, Detection]]:
    book = _Book(documents)
    for document in documents:
        try:
            book.refuse_twins(document)
            detection = _detection(document, book)
        except UsageError as error:
            problems.append(UsageError(error.what, where=document.where, hint=error.hint))
        except MALFORMED as error:
            problems.append(
                UsageError(f"this rule is malformed: {words_from_error(error)}", where=document.where)
            )
        else:
            if book.is_judged(document.rule):
                yield document, detection


class _Book:
    """All rules that were read together: correlations name others of them."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._collection = SigmaCollection([each.rule for each in documents], resolve_references=False)
        # pySigma would silence a rule that any correlation names, also where another one says `generate`.
        correlations = [each.rule for each in documents if isinstance(each.rule, SigmaCorrelationRule)]
        self._aloud = [rule for each in correlations if each.generate for rule in self._named_by(each)]
        self._silent = [rule for each in correlations if not each.generate for rule in self._named_by(each)]

    def is_judged(self, rule: Rule) -> bool:
        """Whether the rule has signals of its own; one that only serves a correlation has none."""
        is_silent, is_aloud = (any(each is rule for each in rules) for rules in (self._silent, self._aloud))
        return is_aloud or not is_silent

    def rule_of(self, name: str) -> SigmaRule:
        """The rule that a correlation names. pySigma would take a number for a place among the rules."""
        try:
            rule = self._collection[str(name)]
        except SigmaRuleNotFoundError as error:
            raise UsageError(
                f"it names {name!r}, and no rule here has that name or id",
                hint="give the files of a correlation and of its rules together",
            ) from error
        if isinstance(rule, SigmaCorrelationRule):
            raise UsageError(f"{name!r} is a correlation itself: correlations of them are not worked out")
        return rule

    def _named_by(self, rule: SigmaCorrelationRule) -> list[SigmaRule]:
        """As far as they are there: what is missing is told where the correlation is worked out."""
        named = []
        for name in names_in_correlation(rule):
            with suppress(UsageError):
                named.append(self.rule_of(name))
        return named

    def refuse_twins(self, document: Document) -> None:
        """pySigma would let the last of several rules with one name or id stand for all."""
        for what in ("id", "name"):
            own = getattr(document.rule, what)
            twins = [each for each in self._documents if own is not None and getattr(each.rule, what) == own]
            if len(twins) > 1 and twins[0] is not document:
                raise UsageError(f"the {what} {own} is that of {twins[0].where}, too")


def _detection(document: Document, book: _Book) -> Detection:
    rule = document.rule
    severity = Severity(str(rule.level)) if rule.level else Severity.MEDIUM
    title = " ".join(rule.title.split()) or "Untitled"
    bindings = Bindings()
    bindings.name("title", title)
    bindings.name("severity", severity.value)
    bindings.name("score", POINTS_BY_SEVERITY[severity])
    query, needs = _query(rule, book, bindings)
    return Detection(
        id=f"SIGMA-{_digits(document)}",
        title=title,
        family=_family(rule.tags),
        severity=severity,
        why=" ".join((rule.description or title).split()),
        tactics=[tag.name.replace("-", " ").replace("_", " ").title() for tag in _tactics(rule.tags)],
        techniques=sorted(
            {tag.name.upper() for tag in _attack(rule.tags) if _TECHNIQUE.fullmatch(tag.name.lower())}
        ),
        reads=["int_acts"],
        next_steps=[*_NEXT_STEPS, *(f"See {each}" for each in rule.references)],
        false_positives=[str(each) for each in rule.falsepositives],
        needs=needs,
        params=bindings.params,
        name=document.file.stem,
        query=query,
        cases=[],
    )


def _query(rule: Rule, book: _Book, bindings: Bindings) -> tuple[str, Needs]:
    if isinstance(rule, SigmaRule):
        return query_of_single_events(condition_of_rule(rule, bindings)), needs_of_rules([rule])
    correlation = correlation_from_rule(rule, book.rule_of)
    fields = [field for each in (*correlation.keys, *correlation.values) for field in each]
    return query_of_correlation(correlation, bindings), needs_of_rules(correlation.rules, fields)


def _digits(document: Document) -> str:
    if isinstance(document.rule.id, UUID):
        return str(document.rule.id)[:8]
    return hashlib.sha256(document.text.encode()).hexdigest()[:8]


def _family(tags: Sequence[SigmaRuleTag]) -> Family:
    for tag in tags:
        if tag.namespace == FAMILY_TAG and tag.name in list(Family):
            return Family(tag.name)
    told = (FAMILY_BY_TACTIC.get(tag.name.replace("_", "-")) for tag in _tactics(tags))
    return next(filter(None, told), Family.CREDENTIAL_MISUSE)


def _attack(tags: Sequence[SigmaRuleTag]) -> Iterator[SigmaRuleTag]:
    return (tag for tag in tags if tag.namespace == "attack")


def _tactics(tags: Sequence[SigmaRuleTag]) -> Iterator[SigmaRuleTag]:
    return (tag for tag in _attack(tags) if _TACTIC.fullmatch(tag.name))
