"""What differs between the engines, as one table: what may not be used, why, and what to write instead.

`proven.py` lists every sort of node that the models and detections use, and that was compared row by row on both
engines. Any other is refused for want of that, until somebody has done it.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from sqlglot import exp

from pipeline.warehouse.spark.proven import PROVEN, PROVEN_CALLS, PROVEN_TYPES


class Refusal(NamedTuple):
    """A construct that may not be used. `finds` tells one from its node."""

    what: str
    why: str
    instead: str
    finds: Callable[[exp.Expr], bool]


_CLASSES = re.compile(r"\\[dDwWsSbBpP]|\(\?(?!:)")
_WHOLE = ("tinyint", "smallint", "int", "bigint", "int128")
_ORDERED = (exp.ArrayAgg, exp.GroupConcat, exp.Mode)


def _is_named_by_all(node: exp.Expr) -> bool:
    if isinstance(node, exp.Group):
        return bool(node.args.get("all"))
    return isinstance(node, exp.Ordered) and node.this.name.lower() == "all"


def _is_star_with_exceptions(node: exp.Expr) -> bool:
    return isinstance(node, exp.Columns) or (
        isinstance(node, exp.Star) and any(node.args.get(each) for each in ("except_", "replace", "rename"))
    )


def _is_join_by_method(node: exp.Expr) -> bool:
    return isinstance(node, exp.Join) and any(node.args.get(each) for each in ("method", "using"))


def _is_division_by_zero(node: exp.Expr) -> bool:
    return isinstance(node, exp.Div) and not _is_never_zero(node.expression)


def _is_never_zero(node: exp.Expr) -> bool:
    match node:
        case exp.Paren() | exp.Cast() | exp.Sqrt():
            return _is_never_zero(node.this)
        case exp.Literal():
            return float(node.name) != 0
        case exp.Placeholder() | exp.Nullif():
            return True
        case exp.Greatest():
            return any(map(_is_never_zero, (node.this, *node.expressions)))
        case exp.Add():
            return _is_never_zero(node.this) or _is_never_zero(node.expression)
        case exp.Mul():
            return _is_never_zero(node.this) and _is_never_zero(node.expression)
    return False


def _is_number_tried(node: exp.Expr) -> bool:
    return isinstance(node, exp.TryCast) and node.to.is_type(*_WHOLE)


def _is_fraction_cut(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Cast) or isinstance(node, exp.TryCast) or not node.to.is_type(*_WHOLE):
        return False
    inner = node.this.unnest()
    return isinstance(inner, exp.Div | exp.Mul) or (isinstance(inner, exp.Literal) and "." in inner.name)


def _is_first_replaced(node: exp.Expr) -> bool:
    if not isinstance(node, exp.RegexpReplace):
        return False
    pattern, modifiers = node.expression, node.args.get("modifiers")
    is_anchored = pattern.is_string and (pattern.name.startswith("^") or pattern.name.endswith("$"))
    return not is_anchored and (modifiers is None or modifiers.name != "g")


def _is_dollar_put_in(node: exp.Expr) -> bool:
    return isinstance(node, exp.RegexpReplace) and "$" in node.args["replacement"].name


def _is_pattern_by_class(node: exp.Expr) -> bool:
    is_regex = isinstance(node, exp.RegexpLike | exp.RegexpExtract | exp.RegexpReplace)
    return is_regex and node.expression.is_string and bool(_CLASSES.search(node.expression.name))


def _is_cut_from_outside(node: exp.Expr) -> bool:
    start = node.args.get("start") if isinstance(node, exp.Substring) else None
    return isinstance(start, exp.Neg) or (isinstance(start, exp.Literal) and start.name == "0")


def _is_aggregate_in_order(node: exp.Expr) -> bool:
    return (
        isinstance(node, exp.AggFunc) and isinstance(node.this, exp.Order) and not isinstance(node, _ORDERED)
    )


def _is_item_by_number(node: exp.Expr) -> bool:
    return isinstance(node, exp.Bracket) and not all(
        isinstance(part, exp.Slice)
        and isinstance(part.this, exp.Literal)
        and isinstance(part.expression, exp.Literal)
        for part in node.expressions
    )


def _is_many_least(node: exp.Expr) -> bool:
    return isinstance(node, exp.Max) and node.args.get("count") is not None


def _is_odd_logarithm(node: exp.Expr) -> bool:
    return isinstance(node, exp.Log) and (node.expression is None or node.this.name not in ("2", "10"))


def _is_tuple_compared(node: exp.Expr) -> bool:
    return isinstance(node, exp.Tuple) and not isinstance(
        node.parent,
        exp.ArgMax | exp.ArgMin | exp.GroupingSets | exp.Values | exp.Tuple | exp.In | exp.Distinct,
    )


def _is_reading_itself(node: exp.Expr) -> bool:
    return isinstance(node, exp.With) and bool(node.args.get("recursive"))


def _is_filtered_row_wise(node: exp.Expr) -> bool:
    return isinstance(node, exp.Qualify) or (
        isinstance(node, exp.Distinct) and node.args.get("on") is not None
    )


def _is_unproven(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return node.name.lower() not in PROVEN_CALLS
    if isinstance(node, exp.DataType):
        return node.sql("duckdb").lower() not in PROVEN_TYPES
    return type(node).__name__ not in PROVEN


REFUSED = (
    Refusal("`group by all`, `order by all`", "Sail does not know it", "name the columns", _is_named_by_all),
    Refusal(
        "a star without some of its columns, `columns(...)`",
        "spelled otherwise on every engine",
        "name the columns",
        _is_star_with_exceptions,
    ),
    Refusal(
        "`join ... using`, asof and positional joins",
        "which column is shown differs, or there is no such join",
        "`on`, and the columns by their tables",
        _is_join_by_method,
    ),
    Refusal(
        "a division by what may be zero",
        "infinity here, null or an error there",
        "`/ nullif(x, 0)`, `/ greatest(x, 1)`",
        _is_division_by_zero,
    ),
    Refusal(
        "`try_cast` to a whole number",
        "`'1.5'` as a whole number is 2 here and null there",
        "`try_cast(x as double)`",
        _is_number_tried,
    ),
    Refusal(
        "a cast of a product or a quotient to a whole number",
        "rounded here, cut there",
        "`cast(round(x) as bigint)`",
        _is_fraction_cut,
    ),
    Refusal(
        "`regexp_replace` of the first match alone",
        "there every match is replaced",
        "the option `'g'`, or a pattern with `^` or `$`",
        _is_first_replaced,
    ),
    Refusal(
        "a `$` in what replaces a match",
        "it names a group there, and Spark and Sail escape it each in its own way",
        "`replace(x, '...', '$')`",
        _is_dollar_put_in,
    ),
    Refusal(
        "`\\d`, `\\w`, `\\s`, `\\b`, `\\p`, `(?...)` in a pattern",
        "which letters they mean differs: ASCII or Unicode",
        "spell the letters: `[0-9]`, `[a-zA-Z0-9_]`",
        _is_pattern_by_class,
    ),
    Refusal(
        "`substr` from 0, or from the end",
        "place 0 is before the first letter here and the first there",
        "a place from 1 on, `left`, `right`",
        _is_cut_from_outside,
    ),
    Refusal(
        "`order by` in an aggregate",
        "no such order there",
        "`list`, `string_agg` and `mode` may have one; `arg_min`, `arg_max`",
        _is_aggregate_in_order,
    ),
    Refusal(
        "one item of a list, `x[1]`; bounds that are no numbers",
        "counted from 1 here and from 0 there",
        "`x[1:n]`, `min(x)` before it becomes a list",
        _is_item_by_number,
    ),
    Refusal(
        "`max(x, n)`",
        "no such aggregate there; `min(x, n)` has a rule",
        "`min(x, n)`, or `row_number()`",
        _is_many_least,
    ),
    Refusal(
        "logarithms to another base than 2 and 10",
        "a quotient there, whose last digit differs",
        "`log2(x)`, `log10(x)`",
        _is_odd_logarithm,
    ),
    Refusal(
        "rows compared as a whole, `(a, b) > (c, d)`",
        "Sail does not compare them, and nulls in them rank otherwise",
        "one condition a column",
        _is_tuple_compared,
    ),
    Refusal("`with recursive`", "not every Spark has it", "as many steps as are needed", _is_reading_itself),
    Refusal(
        "`qualify`, `distinct on`",
        "not known there",
        "`row_number()` in a step before",
        _is_filtered_row_wise,
    ),
    Refusal(
        "what is not in the list of what was proven",
        "nobody has compared its rows on both engines",
        "what is in it; or a rule and a test, and then a line in `proven.py`",
        _is_unproven,
    ),
)
"""In the order in which they are tried; the first that finds something tells."""


def markdown_from_refusals() -> str:
    """The table for people, a row each."""
    lines = ["| refused | why | instead |", "|---|---|---|"]
    lines += [f"| {each.what} | {each.why} | {each.instead} |" for each in REFUSED]
    return "\n".join(lines)
