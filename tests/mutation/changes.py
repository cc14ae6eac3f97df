"""The small wrongs that are done to a query: each says what stands in the place of one node of its syntax tree."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import reduce
from typing import NamedTuple

from sqlglot import exp

DIALECT = "duckdb"

_LONGEST = 90
_NEIGHBOURS: dict[type[exp.Expr], tuple[type[exp.Binary], ...]] = {
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.GT: (exp.GTE, exp.LTE),
    exp.GTE: (exp.GT, exp.LT),
    exp.LT: (exp.LTE, exp.GTE),
    exp.LTE: (exp.LT, exp.GT),
    exp.NullSafeEQ: (exp.NullSafeNEQ,),
    exp.NullSafeNEQ: (exp.NullSafeEQ,),
}
_PREDICATES = (exp.Is, exp.In, exp.Exists, exp.Between, exp.Like, exp.ILike, exp.RegexpLike, exp.StartsWith)


class Change(NamedTuple):
    """`node` is to make room for `new`, or to go where `new` is None; `said` tells it to a person."""

    node: exp.Expr
    new: exp.Expr | None
    said: str


def flipped_comparisons(node: exp.Expr) -> Iterator[Change]:
    """Every comparison as its neighbour and as its opposite."""
    for neighbour in _NEIGHBOURS.get(type(node), ()):
        new = neighbour(this=node.this.copy(), expression=node.expression.copy())
        yield Change(node, new, f"{words(node)} -> {words(new)}")


def negated_predicates(node: exp.Expr) -> Iterator[Change]:
    """`is null`, `in`, `exists`, `like` and their kind turned round, and every `not` taken away."""
    if isinstance(node, exp.Not):
        yield Change(node, exp.paren(node.this.copy()), f"{words(node)} -> {words(node.this)}")
    elif isinstance(node, _PREDICATES) and not isinstance(node.parent, exp.Not):
        new = exp.paren(exp.Not(this=exp.paren(node.copy())))
        yield Change(node, new, f"{words(node)} -> not")


def dropped_conditions(node: exp.Expr) -> Iterator[Change]:
    """Each part of an `and` or `or` left out; a condition that has one part left out whole."""
    if isinstance(node, exp.And | exp.Or) and not isinstance(node.parent, type(node)):
        parts = list(node.flatten(unnest=False))
        for n, part in enumerate(parts):
            yield Change(node, _joined(type(node), parts[:n] + parts[n + 1 :]), f"{words(part)} dropped")
    elif isinstance(node, exp.Where | exp.Having | exp.Qualify) and not _has_parts(node.this):
        yield Change(node, None, f"{words(node.this)} dropped")
    elif isinstance(node.parent, exp.Join) and node.arg_key == "on" and not _has_parts(node):
        yield Change(node, exp.true(), f"on {words(node)} dropped")


def exchanged_connectives(node: exp.Expr) -> Iterator[Change]:
    """`and` for `or`, `or` for `and`."""
    if isinstance(node, exp.And | exp.Or):
        other = exp.Or if isinstance(node, exp.And) else exp.And
        new = exp.paren(other(this=node.this.copy(), expression=node.expression.copy()))
        yield Change(node, new, f"{other.__name__.lower()} in {words(node)}")


def dropped_branches(node: exp.Expr) -> Iterator[Change]:
    """Each `when` of a `case` left out, and what it guards taken always."""
    if not isinstance(node, exp.Case):
        return
    branches = node.args["ifs"]
    if len(branches) == 1:
        guarded, otherwise = branches[0].args["true"], node.args.get("default")
        yield Change(node, exp.paren(guarded.copy()), f"always {words(guarded)} in {words(node)}")
        if otherwise:
            yield Change(node, exp.paren(otherwise.copy()), f"never {words(guarded)} in {words(node)}")
        return
    for n, branch in enumerate(branches):
        new = node.copy()
        new.set("ifs", [each.copy() for each in branches[:n] + branches[n + 1 :]])
        yield Change(node, new, f"when {words(branch.this)} dropped")


def shortened_lists(node: exp.Expr) -> Iterator[Change]:
    """Each member of an `in` list left out."""
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for n, member in enumerate(node.expressions):
            new = node.copy()
            new.set("expressions", [each for m, each in enumerate(new.expressions) if m != n])
            yield Change(node, new, f"{words(member)} dropped from {words(node)}")


def exchanged_joins(node: exp.Expr) -> Iterator[Change]:
    """`left` for `inner`, `inner` for `left` and `full`."""
    if isinstance(node, exp.Join) and node.args.get("on"):
        side, kind = (None, "INNER") if node.side else ("LEFT", None)
        new = node.copy()
        new.set("side", side)
        new.set("kind", kind)
        yield Change(node, new, f"{words(node)} -> {(side or kind or '').lower()}")


def moved_numbers(node: exp.Expr) -> Iterator[Change]:
    """Every number doubled and halved, but those that only mark what is counted."""
    if not isinstance(node, exp.Literal) or isinstance(node.parent, exp.DataTypeParam) or _is_mark(node):
        return
    if node.is_string and not (isinstance(node.parent, exp.Interval) and node.this.isdigit()):
        return
    for moved in moved_number(Decimal(node.this)):
        new = exp.Literal(this=f"{moved:f}", is_string=node.is_string)
        yield Change(node, new, f"{node.this} -> {new.this} in {words(node.parent)}")


OPERATORS: tuple[Callable[[exp.Expr], Iterator[Change]], ...] = (
    flipped_comparisons,
    negated_predicates,
    dropped_conditions,
    exchanged_connectives,
    dropped_branches,
    shortened_lists,
    exchanged_joins,
    moved_numbers,
)


def moved_number(value: Decimal) -> list[Decimal]:
    """A number doubled and halved; a whole one stays whole, and nought becomes one."""
    if not value:
        return [Decimal(1)]
    is_whole = value == value.to_integral_value() and not int(value.as_tuple().exponent)
    return [value * 2, value // 2 if is_whole else value / 2]


def words(node: exp.Expr | None) -> str:
    """A node in one line, cut where it is long."""
    said = " ".join(node.sql(dialect=DIALECT, comments=False).split()) if node else ""
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."


def _has_parts(condition: exp.Expr) -> bool:
    return isinstance(condition, exp.And | exp.Or)


def _is_mark(literal: exp.Expr) -> bool:
    """Whether it is what `count(case when ... then 1 end)` counts, whatever it says."""
    case = literal.parent and literal.parent.parent
    return literal.arg_key == "true" and isinstance(case, exp.Case) and isinstance(case.parent, exp.Count)


def _joined(connective: type[exp.Expr], parts: list[exp.Expr]) -> exp.Expr:
    """The parts, in one; its parent is of another kind, so it stands in brackets."""
    rest = reduce(
        lambda left, right: connective(this=left, expression=right), [part.copy() for part in parts]
    )
    return exp.paren(rest) if len(parts) > 1 else rest
