"""Rules for numbers, texts and lists."""

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from pipeline.warehouse.spark.words import call, cast, enclosed, is_not_null, number, text

_LOGARITHMS = {"2": "log2", "10": "log10"}
_GROUP = re.compile(r"\\(\d)")


def _literal(node: exp.Expr) -> exp.Expr | None:
    """A fraction is a double: there it would be a decimal, whose products are cut after some digits."""
    is_fraction = isinstance(node, exp.Literal) and not node.is_string and not node.name.isdigit()
    return cast(node.copy(), "double") if is_fraction else None


def _logarithm(node: exp.Expr) -> exp.Expr | None:
    """Of these two bases it is exact on both engines; of any other it is a quotient."""
    base = node.this.name
    if node.expression is None or base not in _LOGARITHMS:
        raise ValueError(f"a logarithm to the base {base or 'e'}")
    return call(_LOGARITHMS[base], node.expression)


def _quantile(node: exp.Expr) -> exp.Expr | None:
    return call("percentile", node.this, node.expression)


def _lower(node: exp.Expr) -> exp.Expr | None:
    """DuckDB turns letter by letter; there a dotted I becomes two, and a sigma depends on where it stands."""
    plain = call("replace", call("replace", node.this, text("İ"), text("i")), text("Σ"), text("σ"))
    return exp.Lower(this=plain)


def _extreme(name: str) -> Callable[[exp.Expr], exp.Expr | None]:
    """The value of the row that comes first or last by another; rows without a value do not count."""

    def rule(node: exp.Expr) -> exp.Expr | None:
        by = node.expression
        if isinstance(by, exp.Tuple):
            by = call("struct", *by.expressions)
        where = exp.Where(this=is_not_null(node.this))
        return exp.Filter(this=call(name, node.this, by), expression=where)

    return rule


def _least(node: exp.Expr) -> exp.Expr | None:
    """The n least are a sorted list, cut; the least of days is the day of the least: Sail mistakes one for the other."""
    count = node.args.get("count")
    if count is not None:
        return call("slice", call("array_sort", call("collect_list", node.this)), number(1), count)
    if isinstance(node.this, exp.Cast) and node.this.to.is_type("date"):
        return cast(type(node)(this=node.this.this), "date")
    return None


def _list(node: exp.Expr) -> exp.Expr | None:
    """Spark collects in no order: what has one is collected with its keys, sorted by them, and stripped of them."""
    if not isinstance(node.this, exp.Order):
        return call("collect_list", node.this)
    keys: list[exp.Expr] = []
    for place, ordered in enumerate(node.this.expressions):
        # Only a boolean can be turned round so; anything else is refused by the engine.
        key = exp.Not(this=enclosed(ordered.this)) if ordered.args.get("desc") else ordered.this
        keys += [text(f"key_{place}"), key]
    rows = call("collect_list", call("named_struct", *keys, text("value"), node.this.this))
    row = exp.to_identifier("row")
    value = exp.Dot(this=row, expression=exp.to_identifier("value"))
    return call("transform", call("array_sort", rows), exp.Lambda(this=value, expressions=[row.copy()]))


def _slice(node: exp.Expr) -> exp.Expr | None:
    """There it is the first and how many, here the first and the last."""
    (part,) = node.expressions
    if not isinstance(part, exp.Slice):
        raise ValueError("a single item of a list")
    first, last = int(part.this.name), int(part.expression.name)
    return call("slice", node.this, number(first), number(last - first + 1))


def _array(node: exp.Expr) -> exp.Expr | None:
    """An empty list has no type of its own there."""
    return None if node.expressions else cast(node.copy(), "array<string>")


def _joined(node: exp.Expr) -> exp.Expr | None:
    """Lists of texts; Sail has two sorts of text inside and joins no lists of both."""
    return call("concat", *(cast(each, "array<string>") for each in (node.this, *node.expressions)))


def _size(node: exp.Expr) -> exp.Expr | None:
    """Of no list there is no size; the other function there says -1."""
    return call("array_size", node.this)


def _distinct(node: exp.Expr) -> exp.Expr | None:
    """The size of the set. Sail's own count keeps a buffer a group, which is gigabytes for ten thousand groups."""
    distinct = node.this
    if not isinstance(distinct, exp.Distinct):
        return None
    (value,) = distinct.expressions
    return call("array_size", call("collect_set", value))


def _mode(node: exp.Expr) -> exp.Expr | None:
    """Of the most frequent the least, which is what ordering by itself means here."""
    value = node.this.this if isinstance(node.this, exp.Order) else node.this
    ordered = exp.Order(expressions=[exp.Ordered(this=value, nulls_first=True)])
    return exp.WithinGroup(this=call("mode"), expression=ordered)


def _replacement(node: exp.Expr) -> exp.Expr | None:
    """All matches are replaced there; a group is $1 rather than \\1, and of a plain $ each has a spelling of its own.

    So it is with a backslash: it is put in afterwards, for a letter that no text of Quay's holds.
    """
    words, pattern = node.args["replacement"].name, _pattern(node.expression)
    if "$" in words:
        raise ValueError("a $ in what replaces a match")
    if "\\\\" not in words:
        return call("regexp_replace", node.this, pattern, text(_GROUP.sub(r"$\1", words)))
    if _GROUP.search(words.replace("\\\\", "")):
        raise ValueError("a group beside a backslash in what replaces a match")
    mark = call("chr", number(1))
    marked = call("regexp_replace", node.this, pattern, mark)
    return call("replace", marked, mark.copy(), text(words.replace("\\\\", "\\")))


def _matches(node: exp.Expr) -> exp.Expr | None:
    return exp.RegexpLike(this=node.this, expression=_pattern(node.expression))


def _pattern(node: exp.Expr) -> exp.Expr:
    """Java's `$` also stands before a last line feed; `\\z` is the end in all of them."""
    if node.is_string and node.name.endswith("$") and not node.name.endswith(r"\$"):
        return text(f"{node.name[:-1]}\\z")
    return node


def _numbers(node: exp.Expr) -> exp.Expr | None:
    """`range(...) as rows (number)` is a table on both; sqlglot would make it a list."""
    span = node.this
    if not isinstance(span, exp.GenerateSeries):
        return None
    table = exp.Table(this=call("range", span.args["start"], span.args["end"]))
    table.set("alias", node.args.get("alias"))
    return table


RULES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr | None]] = {
    exp.Literal: _literal,
    exp.Log: _logarithm,
    exp.PercentileCont: _quantile,
    exp.Lower: _lower,
    exp.ArgMax: _extreme("max_by"),
    exp.ArgMin: _extreme("min_by"),
    exp.Min: _least,
    exp.Max: _least,
    exp.ArrayAgg: _list,
    exp.Bracket: _slice,
    exp.Array: _array,
    exp.ArrayConcat: _joined,
    exp.ArraySize: _size,
    exp.Count: _distinct,
    exp.Mode: _mode,
    exp.RegexpReplace: _replacement,
    exp.RegexpLike: _matches,
    exp.Table: _numbers,
}
