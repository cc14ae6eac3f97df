"""Sigma files as pySigma's rules: every document, with what is wrong with it told by file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError, SigmaRuleLocation
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RE2RegexEngine, RegexPattern
from sigma.rule import SigmaRule
from sigma.rule.base import SigmaYAMLLoader

from pipeline.errors import UsageError

Rule = SigmaRule | SigmaCorrelationRule

MALFORMED: Final = (
    SigmaError,
    yaml.YAMLError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    RecursionError,
)
"""What pySigma and its YAML reader raise for a document that is none: not all of it is wrapped."""

_SUFFIXES = (".yml", ".yaml")
_SERVICE = "quay"


class _QuietEngine(RE2RegexEngine):
    """RE2 as pySigma uses it, which would write on stderr, beside the error that it raises."""

    def compile(self, pattern: str, flags: int = 0) -> RegexPattern:
        options = self._re2.Options()
        options.log_errors = False
        compiled: RegexPattern = self._re2.compile(pattern, options)
        return compiled


_POLICY = SigmaPolicy(regex_engine=_QuietEngine())


class Document(msgspec.Struct, frozen=True):
    """One rule and where it stands. `text` is the same for the same rule, whatever its file looks like."""

    rule: Rule
    file: Path
    text: str

    @property
    def where(self) -> str:
        """The file, and which rule of it."""
        return f"{self.file}: {self.rule.title}"


def files_from_paths(paths: Sequence[Path]) -> list[Path]:
    """The files, and those below the folders, each once.

    Raises: UsageError for what is not there, and for a folder without rules.
    """
    found: dict[Path, None] = {}
    for path in paths:
        files = (
            sorted(each for each in path.rglob("*") if each.suffix in _SUFFIXES) if path.is_dir() else [path]
        )
        if not files:
            raise UsageError("there is no Sigma rule in this folder", where=str(path))
        if not path.exists():
            raise UsageError("there is no such file", where=str(path))
        found |= dict.fromkeys(files)
    return list(found)


def documents_from_file(file: Path, problems: list[UsageError]) -> Iterator[Document]:
    """The rules of one file; what cannot be read of it is added to `problems`."""
    try:
        documents = list(yaml.load_all(file.read_bytes(), SigmaYAMLLoader))
    except MALFORMED as error:
        problems.append(_problem(error, str(file)))
        return
    except OSError as error:
        problems.append(UsageError(f"it cannot be read ({error.strerror})", where=str(file)))
        return
    for number, document in enumerate(documents, 1):
        if document is None:
            continue
        where = str(file) if len(documents) == 1 else f"{file}, document {number}"
        try:
            yield Document(_rule(document, file), file, _canonical(document))
        except UsageError as error:
            problems.append(UsageError(error.what, where=where, hint=error.hint))
        except MALFORMED as error:
            problems.append(_problem(error, where))


def words_from_error(error: BaseException) -> str:
    """What went wrong, in one line, without the name of the file that pySigma adds."""
    text = error.args[0] if isinstance(error, SigmaError) and error.args else error
    return " ".join(str(text).split()) or type(error).__name__


def _problem(error: BaseException, where: str) -> UsageError:
    return UsageError(f"this is no Sigma rule: {words_from_error(error)}", where=where)


def _canonical(document: dict[str, Any]) -> str:
    return msgspec.json.encode(document, order="sorted").decode()


def _rule(document: object, file: Path) -> Rule:
    if not isinstance(document, dict):
        raise UsageError("this is no Sigma rule: it is no mapping")
    _refuse_what_is_not_read(document)
    # One document at a time: pySigma would merge them by actions that Sigma has given up.
    collection = SigmaCollection.from_dicts(
        [document], source=SigmaRuleLocation(file), resolve_references=False, policy=_POLICY
    )
    (rule,) = collection.rules
    if isinstance(rule, SigmaRule):
        _check_source(rule)
        _check_values(rule)
    return rule


def _refuse_what_is_not_read(document: dict[Any, Any]) -> None:
    if "action" in document:
        raise UsageError(
            "collections with an action are no part of Sigma any more", hint="write each rule out in full"
        )
    if "filter" in document and "detection" not in document:
        raise UsageError("filters are not read", hint="add what is left out to the rule's own condition")
    detection = document.get("detection")
    if isinstance(detection, dict) and "timeframe" in detection:
        raise UsageError("timeframe is no part of Sigma any more", hint="write a correlation rule")


def _check_source(rule: SigmaRule) -> None:
    said = (rule.logsource.product or "", rule.logsource.service or "")
    if _SERVICE not in (each.lower() for each in said):
        words = ", ".join(each for each in said if each) or "of no product"
        raise UsageError(
            f"it is for another log ({words})",
            hint=f"a rule for these logs has product: {_SERVICE} or service: {_SERVICE}",
        )


def _check_values(rule: SigmaRule) -> None:
    """What pySigma lets pass: an empty list, as if it was null, and expressions that are no text."""
    pending: list[Any] = list(rule.detection.detections.values())
    while pending:
        item = pending.pop()
        if hasattr(item, "detection_items"):
            pending.extend(item.detection_items)
        elif not item.value:
            raise UsageError(
                f"{item.field} has an empty list of values", hint="write null where null is meant"
            )
        elif any(not isinstance(getattr(value, "original", ""), str) for value in item.original_value):
            raise UsageError(f"{item.field} has an expression that is no text", hint="write it in quotes")
