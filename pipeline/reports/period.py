"""Periods as people write them: a year, a quarter, a month, a week, a day, or any two days."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from pipeline.errors import UsageError

_FORMS: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[0-9])|W(?P<week>[0-9]{2})|(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?))?"
)
_RANGE: Final = ".."
_HINT: Final = "write it as 2026, 2026-Q3, 2026-07, 2026-W31, 2026-07-01, or 2026-07-01..2026-09-30"
_MONTHS_A_QUARTER: Final = 3


def period_from_text(text: str) -> tuple[date, date]:
    """The first and the last UTC day, both included. Weeks are those of ISO 8601: from Monday to Sunday.

    Raises: UsageError for any other form, for what no calendar has, and for a range that ends before it begins.
    """
    first, is_range, last = text.strip().partition(_RANGE)
    if not is_range:
        return _span(first, text)
    since, until = _span(first, text)[0], _span(last, text)[1]
    if until < since:
        raise _refusal(f"it would end on {until}, before it begins on {since}")
    return since, until


def _span(part: str, text: str) -> tuple[date, date]:
    found = _FORMS.fullmatch(part)
    if found is None:
        raise _refusal(f"{text!r} is no period")
    try:
        return _days_of({name: int(value) for name, value in found.groupdict().items() if value})
    except ValueError as error:
        raise _refusal(f"no calendar has {part!r}") from error


def _days_of(given: dict[str, int]) -> tuple[date, date]:
    """Raises: ValueError for a month, week, quarter or day that there is not."""
    year = given["year"]
    match given:
        case {"week": week}:
            monday = date.fromisocalendar(year, week, 1)
            return monday, monday + timedelta(days=6)
        case {"month": month, "day": day}:
            return date(year, month, day), date(year, month, day)
        case {"month": month}:
            return _months(year, month, month)
        case {"quarter": quarter}:
            last = quarter * _MONTHS_A_QUARTER
            return _months(year, last - _MONTHS_A_QUARTER + 1, last)
    return _months(year, 1, 12)


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    since = date(year, first, 1)
    return since, date(year, last, monthrange(year, last)[1])


def _refusal(what: str) -> UsageError:
    return UsageError(what, where="--period", hint=_HINT)
