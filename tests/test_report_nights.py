"""Promises of the report about nightly runs: each is there with its ending, and a day without one is an exception."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import DataError
from pipeline.lake.layout import Layout
from pipeline.nightly.nights import Begun, Ended, journal_of
from pipeline.nightly.outcomes import Ending
from pipeline.reports.document import Report
from tests.audited import is_told, lines_of, report_on, section_of
from tests.lakes import bring_up_to_date, row, save_window

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 6)


def night(layout: Layout, day: date, ending: Ending | None, skew: float | None = None) -> None:
    """A night as nightly writes it down; without an ending it was killed."""
    at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    begun = Begun(at=at, today=day, by="audit", host="runner", process=7, tool_version="0")
    number = journal_of(layout).append(begun)
    if ending is not None:
        journal_of(layout).append(
            Ended(
                at=at + timedelta(minutes=20),
                night=number,
                ending=ending,
                exit_status=0,
                scopes=["all"],
                since=None,
                until=day,
                windows={"verified": 3},
                incomplete_days=2 if ending is Ending.INCOMPLETE else 0,
                missing_entries=5 if ending is Ending.INCOMPLETE else 0,
                clock_skew_seconds=skew,
            )
        )


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "lake")
    save_window(layout, "all", [row(day=FIRST)], day=FIRST)
    bring_up_to_date(layout)
    return layout


def report(layout: Layout) -> Report:
    return report_on(layout, since=FIRST, until=LAST)


def test_each_night_is_there_with_its_ending_and_days_without_one_are_exceptions(layout: Layout) -> None:
    night(layout, FIRST + timedelta(days=1), Ending.DONE, skew=-0.4)
    night(layout, FIRST + timedelta(days=2), None)
    night(layout, FIRST + timedelta(days=2), Ending.FINDINGS, skew=2.25)
    night(layout, FIRST + timedelta(days=4), Ending.INCOMPLETE)
    night(layout, LAST + timedelta(days=1), Ending.DONE, skew=99)
    found = report(layout)
    lines = lines_of(found, "L", "nights")
    told = [(str(line["day"])[-2:], line["ending"], line["incomplete_day_count"]) for line in lines]
    assert told == [
        ("02", "done", 0),
        ("03", "cut short", None),
        ("03", "findings", 0),
        ("04", "none began", None),
        ("05", "incomplete", 2),
        ("06", "none began", None),
    ]
    assert (
        "4 nightly runs began in the period; 2 of them ended complete." in section_of(found, "L").statements
    )
    assert is_told(found, "L", "No nightly run began on 2026-10-04")
    assert is_told(found, "L", "was cut short")
    assert [line["clock_skew_seconds"] for line in lines_of(found, "M", "skews")] == [-0.4, 2.25]
    measured = "2 nightly runs measured Quay's clock: it was at most 2.3 s from the reader's."
    assert measured in section_of(found, "M").statements


def test_a_lake_that_no_night_ever_made_has_no_exception_for_that(layout: Layout) -> None:
    found = report(layout)
    assert lines_of(found, "L", "nights") == []
    assert not is_told(found, "L", "nightly run")


def test_a_later_night_changes_nothing_in_the_report_of_an_earlier_period(layout: Layout) -> None:
    night(layout, FIRST, Ending.DONE)
    before = report(layout)
    night(layout, LAST + timedelta(days=1), Ending.DONE)
    assert report(layout) == before


def test_a_damaged_journal_is_told_with_its_file(layout: Layout) -> None:
    night(layout, FIRST, Ending.DONE)
    file = sorted(layout.nightly_journal.glob("*.json"))[0]
    file.write_bytes(file.read_bytes().replace(b"audit", b"nobody"))
    with pytest.raises(DataError):
        report(layout)
