"""What must be there for a Sigma rule to see anything: the kinds that it can fit, and addresses that tell clients apart."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionItem,
    ConditionOR,
)
from sigma.rule import SigmaRule
from sigma.types import SigmaString, SigmaType, SpecialChars

from pipeline.config.values import nearest
from pipeline.detect.rules import Needs
from pipeline.detect.sigma.conditions import Node
from pipeline.detect.sigma.fields import KIND, Field, field_from_name
from pipeline.errors import UsageError
from pipeline.quay.kinds import FAMILY_BY_KIND

FAILURE_KINDS: Final = frozenset(
    {"pull_repo_failed", "push_repo_failed", "delete_tag_failed", "login_failure"}
)

_WILDCARDS = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}


def needs_of_rules(rules: Iterable[SigmaRule], fields: Iterable[Field] = ()) -> Needs:
    """The needs of these rules together, and of what else they are grouped and counted by.

    Raises: UsageError for a kind that Quay has not: the rule would be quiet for ever.
    """
    conditions = [each.parsed for rule in rules for each in rule.detection.parsed_condition]
    kinds = _union(_kinds(condition) for condition in conditions) or frozenset()
    used = [*fields, *(field for condition in conditions for field in _fields(condition))]
    return Needs(
        kinds=sorted(kinds - FAILURE_KINDS),
        failure_kinds=sorted(kinds & FAILURE_KINDS),
        network=any(field.is_place for field in used),
    )


def _kinds(node: Node) -> frozenset[str] | None:
    """The kinds that can meet a condition; None where any may."""
    match node:
        case ConditionAND():
            told = [kinds for arg in node.args if (kinds := _kinds(arg)) is not None]
            return frozenset.intersection(*told) if told else None
        case ConditionOR():
            return _union(map(_kinds, node.args))
        case ConditionFieldEqualsValueExpression():
            return _kinds_of_field(field_from_name(node.field), node.value)
        case ConditionItem():
            for arg in node.args:
                _kinds(arg)
    return None


def _kinds_of_field(field: Field, value: SigmaType) -> frozenset[str] | None:
    if field.column not in (KIND, "kind_family") or not isinstance(value, SigmaString):
        return None
    words = {kind: kind if field.column == KIND else family for kind, family in FAMILY_BY_KIND.items()}
    pattern = re.compile(
        "".join(re.escape(part) if isinstance(part, str) else _wildcard(part) for part in value.s),
        re.IGNORECASE | re.DOTALL,
    )
    kinds = frozenset(kind for kind, word in words.items() if pattern.fullmatch(word))
    if not kinds:
        near = nearest(str(value), words.values())
        asked = f"did you mean {near}? " if near else ""
        raise UsageError(
            f"Quay has no {field.column} {str(value)!r}",
            hint=f"{asked}a kind that this version does not know is matched by an expression: kind|re",
        )
    return kinds


def _wildcard(part: object) -> str:
    return _WILDCARDS[part] if isinstance(part, SpecialChars) else ""


def _union(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    kinds: frozenset[str] = frozenset()
    for part in list(parts):
        if part is None:
            return None
        kinds |= part
    return kinds


def _fields(node: Node) -> Iterator[Field]:
    if isinstance(node, ConditionFieldEqualsValueExpression):
        yield field_from_name(node.field)
    elif isinstance(node, ConditionItem):
        for arg in node.args:
            yield from _fields(arg)
