"""Promises of periods and frameworks: what people write is what is meant, and anything else is refused."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.reports.frameworks import (
    FRAMEWORKS,
    NOT_LOGGED,
    PCI_GAPS,
    frameworks_from_text,
    not_logged_for,
)
from pipeline.reports.period import period_from_text

YEARS = st.integers(1, 9998)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-07-01", date(2026, 7, 1), date(2026, 7, 1)),
        ("2026-07-01..2026-09-30", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q1..2026-Q2", date(2026, 1, 1), date(2026, 6, 30)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_a_period_is_its_first_and_last_day(text: str, since: date, until: date) -> None:
    assert period_from_text(text) == (since, until)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "'' is no period"),
        ("last month", "'last month' is no period"),
        ("2026-7", "'2026-7' is no period"),
        ("2026-q3", "'2026-q3' is no period"),
        ("2026-Q5", "no calendar has '2026-Q5'"),
        ("2026-Q0", "no calendar has '2026-Q0'"),
        ("2026-13", "no calendar has '2026-13'"),
        ("2026-02-30", "no calendar has '2026-02-30'"),
        ("2025-W53", "no calendar has '2025-W53'"),
        ("0000", "no calendar has '0000'"),
        ("2026-07..", "'2026-07..' is no period"),
        ("2026-09-30..2026-07-01", "it would end on 2026-07-01, before it begins on 2026-09-30"),
        ("２０２６", "'２０２６' is no period"),
    ],
)
def test_anything_else_is_refused_with_what_to_write(text: str, what: str) -> None:
    with pytest.raises(UsageError) as refusal:
        period_from_text(text)
    assert (refusal.value.what, refusal.value.where) == (what, "--period")
    assert "2026-Q3" in refusal.value.hint


@given(YEARS)
def test_quarters_and_months_are_a_partition_of_their_year(year: int) -> None:
    for forms in ([f"Q{n}" for n in range(1, 5)], [f"{n:02d}" for n in range(1, 13)]):
        spans = [period_from_text(f"{year:04d}-{form}") for form in forms]
        assert (spans[0][0], spans[-1][1]) == period_from_text(f"{year:04d}")
        assert all(after[0] == before[1] + timedelta(days=1) for before, after in pairwise(spans))


@given(st.dates(), st.dates())
def test_a_range_of_days_is_read_as_it_is_written(one: date, other: date) -> None:
    since, until = sorted([one, other])
    assert period_from_text(f"{since}..{until}") == (since, until)


def test_frameworks_come_in_one_order_whatever_was_written() -> None:
    assert frameworks_from_text("pci, SOC2,pci") == ("soc2", "pci")
    assert frameworks_from_text("all") == tuple(FRAMEWORKS)
    with pytest.raises(UsageError, match="'soc3' is no framework"):
        frameworks_from_text("soc3")


def test_what_pci_leaves_open_is_printed_where_pci_is_asked_for() -> None:
    assert not_logged_for(["soc2"]) == list(NOT_LOGGED)
    assert not_logged_for(["pci"]) == [*NOT_LOGGED, *PCI_GAPS]
