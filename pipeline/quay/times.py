"""Quay's dates: RFC 2822 in GMT, whole seconds."""

import re
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from functools import lru_cache

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE_BYTES = len("Fri, 20 Nov 2026 ")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d -0000", re.ASCII)
_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) ")


def iso_from_rfc2822(text: str) -> str:
    """`Fri, 20 Nov 2026 10:25:25 -0000` as `2026-11-20T10:25:25`; raises ValueError for anything that is no date."""
    start = _iso_start(text[:_DATE_BYTES])
    if start and _CLOCK.fullmatch(text, _DATE_BYTES):
        return start + text[_DATE_BYTES:-6]
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is no date of this calendar") from error
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


@lru_cache(maxsize=64)
def _iso_start(text: str) -> str:
    """`Fri, 20 Nov 2026 ` as `2026-11-20T`, remembered: pages are read a day at a time; nothing for any other text."""
    match = _DATE.fullmatch(text)
    if not match:
        return ""
    day, month, year = match.groups()
    return f"{date(int(year), _MONTHS.index(month) + 1, int(day))}T"
