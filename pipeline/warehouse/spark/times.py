"""Rules for days and times. A column is a day by its name, as everywhere here: `day`, `*_day`, `*_date`."""

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from pipeline.warehouse.spark.words import call, cast, enclosed, number, text

_FORMATS = {"%A": "EEEE", "%H": "HH", "%M": "mm", "%S": "ss", "%Y": "yyyy", "%d": "dd", "%m": "MM"}
_PARTS = re.compile(r"%.|[A-Za-z]+|[^%A-Za-z]+")
_UNITS = {"to_days": "day", "to_hours": "hour", "to_minutes": "minute", "to_seconds": "second"}
_CARRIERS = (exp.Coalesce, exp.Greatest, exp.Lag, exp.Least, exp.Max, exp.Min, exp.Paren, exp.Window)


def is_day(node: exp.Expr) -> bool:
    """Whether the node is a day, rather than a moment or a number of days."""
    match node:
        case exp.Column() | exp.Placeholder():
            return node.name == "day" or node.name.endswith(("_day", "_date"))
        case exp.Cast():
            return node.to.is_type("date")
        case exp.Case():
            return any(is_day(branch.args["true"]) for branch in node.args["ifs"])
        case exp.Add() | exp.Sub():
            return (
                is_day(node.this)
                and not isinstance(node.expression, exp.Interval)
                and not is_day(node.expression)
            )
    if isinstance(node, _CARRIERS):
        others = node.args.get("expressions") or []
        return is_day(node.this) or any(map(is_day, others))
    return False


def _difference(node: exp.Expr) -> exp.Expr | None:
    """Between two days there are days here and an interval there."""
    if is_day(node.this) and is_day(node.expression):
        return call("datediff", node.this, node.expression)
    return _moved(node)


def _moved(node: exp.Expr) -> exp.Expr | None:
    """A day moved by hours is a moment here, and would stay a day there."""
    if isinstance(node.expression, exp.Interval) and is_day(node.this):
        return type(node)(this=cast(node.this, "timestamp_ntz"), expression=node.expression)
    return None


def _part(node: exp.Expr) -> exp.Expr | None:
    match node.this.name.upper():
        case "EPOCH":
            return _seconds(node.expression)
        case "HOUR":
            return call("hour", node.expression)
        case "ISODOW":
            # Sunday is 1 there and 7 here. (Sail's weekday() of a Sunday is -1.)
            since_monday = exp.Mod(
                this=enclosed(exp.Add(this=call("dayofweek", node.expression), expression=number(5))),
                expression=number(7),
            )
            return enclosed(exp.Add(this=since_monday, expression=number(1)))
    raise ValueError(f"extract({node.this.name.lower()} ...)")


def _epoch(node: exp.Expr) -> exp.Expr | None:
    return _seconds(node.this)


def _seconds(moment: exp.Expr) -> exp.Expr:
    """The session's time zone is UTC, so that a moment without a zone is one of UTC."""
    microseconds = call("unix_micros", cast(moment, "timestamp"))
    return enclosed(exp.Div(this=microseconds, expression=cast(number(1_000_000), "double")))


def _formatted(node: exp.Expr) -> exp.Expr | None:
    pattern = ""
    for part in _PARTS.findall(node.args["format"].name):
        if part.startswith("%") and part not in _FORMATS:
            raise ValueError(f"the format {part}")
        pattern += _FORMATS.get(part) or (f"'{part}'" if part.isalpha() else part)
    return call("date_format", node.this, text(pattern))


def span(node: exp.Expr) -> exp.Expr | None:
    """to_hours(n) and its like: an interval of one, so many times."""
    unit = _UNITS.get(node.name.lower()) if isinstance(node, exp.Anonymous) else "day"
    amount = node.expressions[0] if isinstance(node, exp.Anonymous) else node.this
    if unit is None:
        return None
    one = exp.Interval(this=text("1"), unit=exp.var(unit.upper()))
    return enclosed(exp.Mul(this=amount, expression=one))


RULES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr | None]] = {
    exp.Sub: _difference,
    exp.Add: _moved,
    exp.Extract: _part,
    exp.TimeToUnix: _epoch,
    exp.TimeToStr: _formatted,
    exp.ToDays: span,
}
