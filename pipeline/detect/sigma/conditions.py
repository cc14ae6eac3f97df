"""From pySigma's tree of a condition to SQL that is true or false of one event, never null.

pySigma is right about what a rule says: selections, lists, modifiers, `1 of`, `all of`. What it leaves to a backend is
here: how text compares (in any case, unless `cased`), what null means, where keywords are looked for.
"""

from collections.abc import Sequence

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionItem,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from pipeline.detect.sigma.addresses import sql_from_network
from pipeline.detect.sigma.fields import DETAILS, TIME, Bindings, Field, field_from_name
from pipeline.errors import UsageError
from pipeline.warehouse.expressions import refusal_of_expression

Node = ConditionItem | ConditionFieldEqualsValueExpression | ConditionValueExpression | None

_ESCAPE = "!"
_LIKE = {SpecialChars.WILDCARD_MULTI: "%", SpecialChars.WILDCARD_SINGLE: "_"}
_COMPARE = {
    CompareOperators.LT: "<",
    CompareOperators.LTE: "<=",
    CompareOperators.GT: ">",
    CompareOperators.GTE: ">=",
}
_SEARCHED = (
    "kind",
    "namespace_name",
    "repository",
    "performer_name",
    "credential",
    "ip",
    "user_agent",
    "tag",
    "manifest_digest",
    "target_name",
)
LINE = (
    f"concat_ws(chr(10), {', '.join(_SEARCHED)}, "
    f"array_to_string(json_extract_string({DETAILS}, '$..*'), chr(10)))"
)
"""All that an event says, a value a line: where keywords are looked for."""


def sql_from_condition(node: Node, bindings: Bindings) -> str:
    """SQL of a condition over one row of int_acts.

    Raises: UsageError for what no event can be asked.
    """
    match node:
        case ConditionAND():
            return _joined(" and ", [sql_from_condition(arg, bindings) for arg in node.args])
        case ConditionOR():
            return _joined(" or ", [sql_from_condition(arg, bindings) for arg in node.args])
        case ConditionNOT():
            (argument,) = node.args
            return f"not {sql_from_condition(argument, bindings)}"
        case ConditionFieldEqualsValueExpression():
            return _sql_from_field(field_from_name(node.field), node.value, bindings)
        case ConditionValueExpression():
            return _sql_from_keyword(node.value, bindings)
        case _:
            raise UsageError("the condition is empty")


def like_from_string(value: SigmaString) -> str:
    """The pattern of SQL's `like ... escape '!'` that fits what Sigma's wildcards fit.

    Raises: UsageError for a placeholder: nobody says what it stands for.
    """
    parts = []
    for part in value.s:
        if isinstance(part, str):
            parts.append("".join(f"{_ESCAPE}{each}" if each in "%_!" else each for each in part))
        elif isinstance(part, SpecialChars):
            parts.append(_LIKE[part])
        else:
            raise UsageError(f"nothing is known to put in the place of %{part.name}%")
    return "".join(parts)


def _joined(operator: str, parts: Sequence[str]) -> str:
    return f"({operator.join(parts)})"


def _sql_from_field(field: Field, value: SigmaType, bindings: Bindings) -> str:
    match value:
        case SigmaExpansion():
            return _joined(" or ", [_sql_from_field(field, each, bindings) for each in value.values])
        case SigmaNull():
            return f"{field.text(bindings)} is null"
        case SigmaExists():
            is_there = field.is_there(bindings)
            return is_there if value else f"not {is_there}"
        case SigmaCIDRExpression():
            # pySigma would spell a network out as wildcards, which of IPv6 fit addresses outside of it.
            return sql_from_network(field.text(bindings), value.network, bindings)
        case SigmaFieldReference():
            return _sql_from_reference(field, value, bindings)
        case SigmaString() | SigmaRegularExpression() | SigmaBool():
            return _sql_from_text(field.text(bindings), value, bindings)
        case SigmaNumber() | SigmaCompareExpression():
            return _sql_from_number(field, value, bindings)
        case _:
            raise UsageError(f"a value of {type(value).__name__} cannot be asked for")


def _sql_from_text(text: str, value: SigmaType, bindings: Bindings) -> str:
    match value:
        case SigmaRegularExpression():
            # Wherever it fits in the text, as rules are written: they say ^ and $ where they mean them.
            return f"coalesce(regexp_matches({text}, {bindings.bind(_pattern(value))}), false)"
        case SigmaBool():
            return f"coalesce(lower({text}) = {bindings.bind(str(value).lower())}, false)"
        case SigmaString():
            fold = "{}" if isinstance(value, SigmaCasedString) else "lower({})"
            # Both sides by the same function: Python folds some letters otherwise than the engine.
            if not value.contains_special() and not value.contains_placeholder():
                wanted = fold.format(bindings.bind("".join(map(str, value.s))))
                return f"coalesce({fold.format(text)} = {wanted}, false)"
            wanted = fold.format(bindings.bind(like_from_string(value)))
            return f"coalesce({fold.format(text)} like {wanted} escape '{_ESCAPE}', false)"
        case _:
            raise UsageError(f"a value of {type(value).__name__} cannot be looked for")


def _pattern(value: SigmaRegularExpression) -> str:
    """The expression with its flags in front. pySigma has tried it with another RE2 than the engine's own."""
    if value.contains_placeholder():
        raise UsageError("nothing is known to put in the place of a placeholder in an expression")
    pattern = value.escape(escape_escape_char=False)
    if reason := refusal_of_expression(pattern):
        raise UsageError(
            f"the engine cannot run the expression {pattern!r}: {reason}",
            hint="it takes those of RE2: nothing that looks ahead, looks behind or refers back",
        )
    return pattern


def _sql_from_number(field: Field, value: SigmaNumber | SigmaCompareExpression, bindings: Bindings) -> str:
    operator = "="
    if isinstance(value, SigmaCompareExpression):
        operator, value = _COMPARE[value.op], value.number
    if isinstance(value, SigmaTimestampPart):
        if field.column != TIME:
            raise UsageError("only an event's time has hours and days", hint="write time|hour, for example")
        number = f"extract({value.timestamp_part.name.lower()} from {TIME})"
    else:
        number = f"try_cast({field.text(bindings)} as double)"
    # As a fraction: a whole number may be longer than the engine's.
    return f"coalesce({number} {operator} {bindings.bind(float(value.number))}, false)"


def _sql_from_reference(field: Field, value: SigmaFieldReference, bindings: Bindings) -> str:
    one = f"lower({field.text(bindings)})"
    other = f"lower({field_from_name(value.field).text(bindings)})"
    if value.starts_with and value.ends_with:
        return f"coalesce(contains({one}, {other}), false)"
    if value.starts_with or value.ends_with:
        side = "left" if value.starts_with else "right"
        return f"coalesce({side}({one}, length({other})) = {other}, false)"
    return f"coalesce({one} = {other}, false)"


def _sql_from_keyword(value: SigmaType, bindings: Bindings) -> str:
    """Anywhere in what the event says: pySigma leaves open where keywords are, and Sigma means the line of a log."""
    match value:
        case SigmaExpansion():
            return _joined(" or ", [_sql_from_keyword(each, bindings) for each in value.values])
        case SigmaNumber():
            return _sql_from_keyword(SigmaString.from_str(str(value)), bindings)
        case SigmaString():
            around = SpecialChars.WILDCARD_MULTI
            return _sql_from_text(LINE, around + value + around, bindings)
        case SigmaRegularExpression():
            return _sql_from_text(LINE, value, bindings)
        case _:
            raise UsageError(f"a value of {type(value).__name__} is no keyword")
