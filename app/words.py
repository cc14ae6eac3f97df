"""Values as people read them: pure functions from numbers, times and Quay's text to words."""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@/])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# The same as the command line does not let through to a terminal; tabs and line ends are left to the browser.
_UNSEEN = re.compile(
    "(?![\t\n])[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]"
)
# What Streamlit makes links, pictures and signs of even where every character is escaped.
_MADE_OF_TEXT = re.compile(
    r"(?<=http:)(?=//)|(?<=https:)(?=//)|(?<=www)(?=\.)|(?<=[\w.+-]@)(?=[\w-]+\.)|(?<=:)(?=streamlit:|material_)"
    r"|(?<=[-<>~])(?=[-=>])",
    re.IGNORECASE,
)
_JOINER = "\u2060"  # takes no room
# Sentences, of which no character means anything in Markdown: "www." and "--" do, and what begins with a number may.
_HARMLESS = re.compile(r"[^\W\d_](?:[^\W_]|[ ,;?%'\"]|[.-](?![.-]))*")


def count(number: float | None, what: str = "") -> str:
    """A whole number with thousands separators, and what is counted: `1,234 events`, `1 event`; a dash for none."""
    if number is None or math.isnan(number):
        return "–"
    words = f"{int(number):,}"
    if not what:
        return words
    return f"{words} {what if int(number) == 1 else plural(what)}"


def plural(what: str) -> str:
    """`day` to `days`, `entry` to `entries`."""
    if what.endswith("y") and what[-2:-1] not in "aeiou":
        return f"{what[:-1]}ies"
    return f"{what}es" if what.endswith(("s", "x", "ch")) else f"{what}s"


def moment(at: datetime | None) -> str:
    """A time in UTC, to the second: `2026-11-26 09:30:00 UTC`; a dash for none."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at is not None and at == at else "–"


def span(since: date, until: date) -> str:
    """A period in words, both days included."""
    return f"{since:%Y-%m-%d}" if since == until else f"{since:%Y-%m-%d} to {until:%Y-%m-%d}"


def visible(text: object) -> str:
    """Text with every character that hides or turns others shown as its number: what Quay says may be an attack."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), str(text))


def plain(text: object) -> str:
    """Text for a place that takes Markdown, so that it shows as it is: no link, picture, formula or style.

    Sentences without such signs stay as they are: as a name, some places read the Markdown itself out.
    """
    if _HARMLESS.fullmatch(str(text)) and not _MADE_OF_TEXT.search(str(text)):
        return str(text)
    parted = _MADE_OF_TEXT.sub(_JOINER, visible(text))
    return _MARKUP.sub(r"\\\1", parted).replace("\n", " ")


def guarded(value: Any) -> Any:
    """A cell for a spreadsheet: what would be run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names with commas, the first of many: `a, b and 3 more`."""
    held = list(names)
    shown = ", ".join(held[:most])
    return f"{shown} and {len(held) - most:,} more" if len(held) > most else shown


def change(now: float, before: float | None, is_new: bool = False) -> str:
    """How many events against how many before, for Markdown: `6 events, before 4: +2, 1.50 times as many`."""
    told = count(now, "event")
    if before is None:
        return told
    if not before:
        return f"{told}, {'**new**: none on any day before' if is_new else 'none in the period before'}"
    if not now:
        return f"no event any more, before {count(round(before))}"
    return f"{told}, before {count(round(before))}: {now - before:+,.0f}, {now / before:,.2f} times as many"
