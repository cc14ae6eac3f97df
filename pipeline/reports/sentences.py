"""Sentences with figures: `{short:window is|windows are} short` becomes `1 window is short`, or `No windows are short`."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from pipeline.reports.document import Value

_FORMS: Final = "|"
_BEGINS_WITH_A_COUNT: Final = re.compile(r"\{\w+:[^}]*\|")


def sentence_from(template: str, values: Mapping[str, Value]) -> str:
    """The template with these values in the places that name them. Nothing in a value is ever read as a template.

    Shape: `{n}` is the value; `{n:day|days}` the count with the word that fits it, `no days` for none.
    Raises: KeyError for a name that there is no value of.
    """
    sentence = template.format_map({name: _Told(value) for name, value in values.items()})
    return sentence[:1].upper() + sentence[1:] if _BEGINS_WITH_A_COUNT.match(template) else sentence


def words_from_value(value: Value) -> str:
    """One value for people, within a sentence: times are UTC."""
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S} UTC"
        case date():
            return value.isoformat()
        case int() | float():
            return f"{value:,}"
        case _:
            return value


class _Told:
    """A value that says itself in a sentence."""

    def __init__(self, value: Value) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        words = words_from_value(self._value)
        if not spec:
            return words
        one, _, many = spec.partition(_FORMS)
        if self._value == 1:
            return f"{words} {one}"
        return f"{words if self._value else 'no'} {many}"
