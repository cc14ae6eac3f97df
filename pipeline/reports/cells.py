"""Values as text: exact for machines, easy for people; and text in which nothing is hidden.

Whoever can push a tag writes text into a report. What turns, hides or breaks a line is shown as its code point
wherever a person reads; only JSON and CSV hold it as it is.
"""

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from pipeline.reports.document import Sort, Value

# Controls, surrogates, private use, noncharacters, and what turns or hides text.
# The two joiners that scripts and emoji need are left alone.
_HIDDEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e"
    "\\u2060-\\u206f\\u3164\\ud800-\\uf8ff\\ufdd0-\\ufdef\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff"
    "\\U000e0000-\\U000e0fff\\U000f0000-\\U0010ffff]+"
)
_FORMULA = re.compile(r"\A(?=[=+\-@\t\r\n＝＋－＠])|(?<=[;\t\r\n])(?=[=+\-@＝＋－＠])")


def guarded(text: str) -> str:
    """The text with a `'` before whatever a spreadsheet might compute.

    Within it too: where the comma is the decimal sign, a spreadsheet splits a line of CSV at its semicolons.
    """
    return _FORMULA.sub("'", text)


def exact_text(value: Value) -> str:
    """The value in one way only: ISO 8601 with Z for times, `true` and `false`, nothing for an absent value."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{_utc(value).isoformat()}Z"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def words_of(value: Value, sort: Sort) -> str:
    """The value as a person reads it: separators in counts, shares in per cent, times to the second in UTC."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int() | float() if sort is Sort.SHARE and math.isfinite(value):
            return f"{value:.1%}"
        case int():
            return f"{value:,}"
        case float() if math.isfinite(value):
            return f"{value:,.4f}".rstrip("0").rstrip(".")
        case datetime():
            return f"{_utc(value):%Y-%m-%d %H:%M:%S}"
        case _:
            return str(value)


def runs_of(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces: as it is, or, where the second is True, code points in place of what would not be seen."""
    end = 0
    for hidden in _HIDDEN.finditer(text):
        if hidden.start() > end:
            yield text[end : hidden.start()], False
        yield code_points_of(hidden[0]), True
        end = hidden.end()
    if end < len(text):
        yield text[end:], False


def code_points_of(text: str) -> str:
    """Such as `U+202E U+4E2D`."""
    return " ".join(f"U+{ord(character):04X}" for character in text)


def visible(text: str) -> str:
    """The text in one line with nothing hidden: `[U+202E]` for what would not be seen."""
    return "".join(f"[{run}]" if is_code else run for run, is_code in runs_of(text))


def cut(text: str, most: int) -> tuple[str, bool]:
    """The first `most` UTF-16 units of the text, as spreadsheets count, and whether there were more."""
    if len(text) * 2 <= most:
        return text, False
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= most * 2:
        return text, False
    end = most * 2
    if 0xD8 <= units[end - 1] <= 0xDB:
        end -= 2  # half of a character
    return units[:end].decode("utf-16-le", "surrogatepass"), True


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
