"""Rules for Quay's details: JSON that people may have written a part of."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from pipeline.warehouse.spark import times
from pipeline.warehouse.spark.words import call, enclosed, is_not_null, text

_TEXT = "VARCHAR"
# Within the escapes of a JSON text: first what is an escaped backslash goes, then what are two halves of one character.
_ESCAPED_BACKSLASH = r"\\\\"
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF = r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"


def _value(node: exp.Expr) -> exp.Expr | None:
    """json_extract_string(document, '$.key'): the same text, whatever characters the key has."""
    root, *keys = node.expression.expressions
    if not isinstance(root, exp.JSONPathRoot) or not all(isinstance(key, exp.JSONPathKey) for key in keys):
        raise ValueError("a path of JSON that is more than keys")
    return _text_at(node.this, [key.name for key in keys])


def _fields(node: exp.Expr) -> exp.Expr | None:
    """from_json(document, '{"key": "VARCHAR", ...}'): each key read by itself, as Sail's own reader cuts long numbers."""
    shape = json.loads(node.expression.name)
    if isinstance(shape, list):
        columns = ", ".join(f"`{key}`: string" for key in _flat(*shape))
        return call("from_json", node.this, text(f"array<struct<{columns}>>"))
    return _struct(node.this, shape, [])


def _tried(node: exp.Expr) -> exp.Expr | None:
    """What `from_json` cannot read is null there: nothing is left to be tried."""
    is_read = node.this.name == "from_json" or node.this.name == "named_struct"
    if not is_read:
        raise ValueError("try(...) around anything but from_json")
    read: exp.Expr = node.this.copy()
    return read


def _called(node: exp.Expr) -> exp.Expr | None:
    return _validity(node.expressions[0]) if node.name.lower() == "json_valid" else times.span(node)


def _validity(document: exp.Expr) -> exp.Expr:
    """Whether DuckDB would read it: within another, so that `null` is something, and no half of a character in it.

    Readers differ in what they make of such a half; ours refuses it, and so does this whatever the reader.
    """
    within = call("concat", text('{"a":'), document, text("}"))
    is_read = is_not_null(call("get_json_object", within, text("$")))
    whole = call(
        "regexp_replace",
        call("regexp_replace", document.copy(), text(_ESCAPED_BACKSLASH), text("")),
        text(_PAIR),
        text(""),
    )
    has_half = exp.RegexpLike(this=whole, expression=text(_HALF))
    is_suspect = exp.RegexpLike(this=document.copy(), expression=text(_HALF))
    return enclosed(
        exp.And(
            this=is_read, expression=exp.Not(this=enclosed(exp.And(this=is_suspect, expression=has_half)))
        )
    )


def _struct(document: exp.Expr, shape: Mapping[str, Any], above: Sequence[str]) -> exp.Expr:
    parts: list[exp.Expr] = []
    for key, kind in shape.items():
        path = [*above, key]
        value = _text_at(document.copy(), path) if kind == _TEXT else _struct(document, kind, path)
        parts += [text(key), value]
    return call("named_struct", *parts)


def _flat(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    if set(shape.values()) != {_TEXT}:
        raise ValueError("a list of JSON objects whose values are not texts")
    return shape


def _text_at(document: exp.Expr, keys: Sequence[str]) -> exp.Expr:
    if any("'" in key or "]" in key for key in keys):
        raise ValueError("a key of JSON with a quote or a bracket")
    return call("get_json_object", document, text("$" + "".join(f"['{key}']" for key in keys)))


RULES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr | None]] = {
    exp.JSONExtractScalar: _value,
    exp.FromJson: _fields,
    exp.Try: _tried,
    exp.Anonymous: _called,
}
