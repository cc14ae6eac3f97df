"""From pySigma's correlation rules to queries.

pySigma parses them and holds their form; how a correlation is worked out it leaves to a backend, and those work in
buckets of the clock. The windows here slide.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    CorrelationConditionOR,
    SigmaCorrelationCondition,
    SigmaCorrelationConditionOperator,
    SigmaCorrelationRule,
    SigmaCorrelationType,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)
from sigma.rule import SigmaRule

from pipeline.detect.sigma.conditions import sql_from_condition
from pipeline.detect.sigma.fields import Bindings, Field, field_from_name
from pipeline.detect.sigma.windows import (
    COUNTED,
    COUNTED_VALUES,
    Step,
    Windows,
    query_of_order,
    query_of_windows,
    step_is_there,
    steps_counted,
)
from pipeline.errors import UsageError

LONGEST: Final = timedelta(hours=24)
"""A day is judged with the day before it at hand: a longer window would miss what it reaches for."""

RuleOf = Callable[[str], SigmaRule]
"""The rule that a reference names; raises UsageError where there is none."""

_ORDERED, _TEMPORAL = SigmaCorrelationType.TEMPORAL_ORDERED, SigmaCorrelationType.TEMPORAL
_EVENTS, _VALUES = SigmaCorrelationType.EVENT_COUNT, SigmaCorrelationType.VALUE_COUNT
_LARGEST = 2**53
_COMPARE = {
    SigmaCorrelationConditionOperator.LT: "<",
    SigmaCorrelationConditionOperator.LTE: "<=",
    SigmaCorrelationConditionOperator.GT: ">",
    SigmaCorrelationConditionOperator.GTE: ">=",
    SigmaCorrelationConditionOperator.EQ: "=",
    SigmaCorrelationConditionOperator.NEQ: "<>",
}


class Correlation(NamedTuple):
    """A correlation with the rules that it names, and the fields by which it groups and counts, for each rule."""

    rule: SigmaCorrelationRule
    names: Sequence[str]
    rules: Sequence[SigmaRule]
    keys: Sequence[Sequence[Field]]
    values: Sequence[Sequence[Field]]


def correlation_from_rule(rule: SigmaCorrelationRule, rule_of: RuleOf) -> Correlation:
    """The correlation with all that it names.

    Raises: UsageError for a type or a timespan that is not worked out here, and for names that lead nowhere.
    """
    if rule.type not in (_EVENTS, _VALUES, _TEMPORAL, _ORDERED):
        raise UsageError(
            f"correlations of type {rule.type} are not worked out",
            hint="there are event_count, value_count, temporal and temporal_ordered",
        )
    if rule.timespan.seconds > LONGEST.total_seconds():
        raise UsageError(
            f"its timespan is {rule.timespan.spec}, and a day is judged with the day before it alone",
            hint="the longest timespan is 24h",
        )
    names = _names(rule)
    rules = [rule_of(name) for name in names]
    return Correlation(
        rule,
        names,
        rules,
        [_fields(rule, rule.group_by or (), each, rule_of) for each in rules],
        [_fields(rule, _counted(rule), each, rule_of) for each in rules],
    )


def names_in_correlation(rule: SigmaCorrelationRule) -> Sequence[str]:
    """The names of the rules that a correlation is about."""
    if rule.rules is None and isinstance(rule.condition, SigmaExtendedCorrelationCondition):
        return rule.condition.get_referenced_rules()
    return [each.reference for each in rule.rules or ()]


def query_of_correlation(correlation: Correlation, bindings: Bindings) -> str:
    """The query of a correlation, with what it is given in `bindings`."""
    rule = correlation.rule
    bindings.name("timespan_seconds", rule.timespan.seconds)
    bindings.name("timespan", rule.timespan.spec)
    bindings.name("measured", _measured(correlation))
    steps = [
        Step(
            condition_of_rule(each, bindings),
            [key.text(bindings) for key in keys],
            _value(values, bindings),
        )
        for each, keys, values in zip(correlation.rules, correlation.keys, correlation.values, strict=True)
    ]
    if rule.type is _ORDERED:
        _check_order(correlation)
        return query_of_order(steps)
    return query_of_windows(steps, _windows(correlation, bindings))


def condition_of_rule(rule: SigmaRule, bindings: Bindings) -> str:
    """SQL of a rule's conditions: one of them is enough where there are several."""
    conditions = [sql_from_condition(each.parsed, bindings) for each in rule.detection.parsed_condition]
    return f"({' or '.join(conditions)})"


def _names(rule: SigmaCorrelationRule) -> Sequence[str]:
    if not (names := names_in_correlation(rule)):
        raise UsageError("it names no rule")
    return names


def _counted(rule: SigmaCorrelationRule) -> Sequence[str]:
    if rule.type is not _VALUES or not isinstance(rule.condition, SigmaCorrelationCondition):
        return ()
    counted = rule.condition.fieldref or ()
    return [counted] if isinstance(counted, str) else counted


def _fields(
    rule: SigmaCorrelationRule, names: Sequence[str], of: SigmaRule, rule_of: RuleOf
) -> Sequence[Field]:
    """What the names mean for one rule: an alias has a field of its own there. pySigma resolves none of them."""
    fields = []
    for name in names:
        alias = rule.aliases.aliases.get(name)
        own = name if alias is None else None
        for reference, field in alias.mapping.items() if alias else ():
            own = field if rule_of(reference.reference) is of else own
        if own is None:
            raise UsageError(f"the alias {name} says nothing of {of.name or of.title!r}")
        fields.append(field_from_name(own))
    return fields


def _value(fields: Sequence[Field], bindings: Bindings) -> str:
    texts = [field.text(bindings) for field in fields]
    if len(texts) < 2:
        return "".join(texts)
    is_there = " and ".join(f"{text} is not null" for text in texts)
    return f"case when {is_there} then cast(json_array({', '.join(texts)}) as varchar) end"


def _measured(correlation: Correlation) -> str:
    if correlation.rule.type is _EVENTS:
        return "of them"
    if correlation.rule.type is _VALUES:
        return f"values of {', '.join(_counted(correlation.rule))}"
    return f"of {len(correlation.rules)} rules"


def _windows(correlation: Correlation, bindings: Bindings) -> Windows:
    condition = correlation.rule.condition
    measure = {_EVENTS: COUNTED, _VALUES: COUNTED_VALUES}.get(
        correlation.rule.type, steps_counted(len(correlation.rules))
    )
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        return Windows(measure, _sql_from_steps(condition.parsed, correlation.names))
    threshold = bindings.name("threshold", _bounded(condition.count))
    return Windows(measure, f"{measure} {_COMPARE[condition.op]} {threshold}")


def _bounded(count: float) -> float:
    if abs(count) > _LARGEST:
        raise UsageError(f"no window holds {count:g} events")
    return count


def _sql_from_steps(node: CorrelationConditionItem | SigmaRuleReference, names: Sequence[str]) -> str:
    match node:
        case SigmaRuleReference():
            return step_is_there(names.index(node.reference))
        case CorrelationConditionNOT():
            return f"not {_sql_from_steps(node.args[0], names)}"
        case CorrelationConditionAND() | CorrelationConditionOR():
            operator = " and " if isinstance(node, CorrelationConditionAND) else " or "
            return f"({operator.join(_sql_from_steps(arg, names) for arg in node.args)})"
        case _:
            raise UsageError(f"{type(node).__name__} is no part of a condition")


def _check_order(correlation: Correlation) -> None:
    condition, count = correlation.rule.condition, len(correlation.rules)
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        is_whole = _is_row(condition.parsed)
    else:
        wanted = {
            SigmaCorrelationConditionOperator.GTE: condition.count,
            SigmaCorrelationConditionOperator.EQ: condition.count,
            SigmaCorrelationConditionOperator.GT: condition.count + 1,
        }
        is_whole = wanted.get(condition.op) == count
    if not is_whole:
        raise UsageError(
            "an order is of all its rules", hint=f"leave the condition out, or write gte: {count}"
        )


def _is_row(node: CorrelationConditionItem | SigmaRuleReference) -> bool:
    if isinstance(node, CorrelationConditionAND):
        return all(map(_is_row, node.args))
    return isinstance(node, SigmaRuleReference)
