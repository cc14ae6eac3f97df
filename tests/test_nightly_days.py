"""Promises about days and hours: what is due, what is at risk, and what a deadline leaves room for."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.errors import UsageError
from pipeline.lake.ledger import State, WindowState
from pipeline.nightly.alarm import alarm_from
from pipeline.nightly.coverage import coverage_of, first_due_day, first_kept_day, last_closed_day
from pipeline.nightly.deadline import Deadline, after_seconds, time_from_text
from pipeline.nightly.telling import months_to_report

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCOPES = ("all", "org/acme")
WINDOW = WindowState(
    scope="all",
    day=TODAY,
    state=State.VERIFIED,
    routes=["pages"],
    rows=3,
    rows_by_kind={"pull_repo": 3},
    expected_by_kind=None,
    missing_by_kind={},
    excess_by_kind={},
    unknown_kinds={},
    unknown_keys={},
    requests=1,
    file_sha256="",
    rows_sha256="",
    fetched_at=NOW,
    server_url="https://quay.example",
    tool_version="0.1.0",
    notes=[],
)

held_days = st.dictionaries(
    st.tuples(st.sampled_from(SCOPES), st.integers(1, 20)), st.sampled_from(list(State)), max_size=40
)


def windows_from(held: dict[tuple[str, int], State]) -> list[WindowState]:
    """Windows by scope and how many days ago they were."""
    return [
        replace(WINDOW, scope=scope, day=TODAY - timedelta(days=ago), state=state)
        for (scope, ago), state in held.items()
    ]


def days_ago(number: int) -> date:
    return TODAY - timedelta(days=number)


@given(held_days, st.integers(2, 20))
def test_what_is_due_begins_with_the_first_day_that_is_not_verified_and_every_day_before_is(
    held: dict[tuple[str, int], State], keep: int
) -> None:
    since, until = first_kept_day(TODAY, keep), days_ago(1)
    due = first_due_day(windows_from(held), SCOPES, since, until)
    verified = [
        all(held.get((scope, ago)) is State.VERIFIED for scope in SCOPES) for ago in range(keep - 1, 0, -1)
    ]
    expected = next((days_ago(keep - 1 - at) for at, is_done in enumerate(verified) if not is_done), None)
    assert due == expected


@given(held_days, st.integers(2, 30))
def test_incomplete_days_are_at_risk_or_lost_and_the_oldest_has_days_left(
    held: dict[tuple[str, int], State], keep: int
) -> None:
    coverage = coverage_of(
        windows_from(held), SCOPES, begin=days_ago(5), until=days_ago(1), today=TODAY, keep_days=keep
    )
    assert 0 <= coverage.lost_days <= coverage.incomplete_days
    assert sum(coverage.windows.values()) - coverage.windows["missing"] == len(held)
    if coverage.oldest_incomplete is None:
        assert coverage.lost_days == coverage.incomplete_days
        assert (coverage.age_days, coverage.days_left) == (0, keep)
    else:
        assert coverage.days_left >= 1
        assert coverage.oldest_incomplete == days_ago(coverage.age_days)
        assert coverage.age_days + coverage.days_left == keep


def test_a_server_that_forgets_after_thirty_days_has_all_of_the_day_twenty_nine_days_ago() -> None:
    assert first_kept_day(TODAY, 30) == days_ago(29)


def test_what_no_aggregate_can_prove_is_not_held_against_a_day() -> None:
    windows = windows_from({("all", 2): State.UNVERIFIED, ("all", 1): State.SHORT})
    coverage = coverage_of(windows, ["all"], begin=days_ago(1), until=days_ago(1), today=TODAY, keep_days=30)
    assert (coverage.incomplete_days, coverage.oldest_incomplete) == (1, days_ago(1))


@pytest.mark.parametrize(("ago", "rings"), [(21, False), (22, False), (23, True), (29, True), (30, False)])
def test_the_alarm_rings_from_a_week_before_the_server_forgets_until_it_has(ago: int, rings: bool) -> None:
    windows = [replace(WINDOW, day=days_ago(n), state=State.VERIFIED) for n in range(1, 40) if n != ago]
    coverage = coverage_of(windows, ["all"], begin=days_ago(1), until=days_ago(1), today=TODAY, keep_days=30)
    alarm = alarm_from(coverage, 7)
    assert (alarm is not None) == rings
    assert alarm is None or alarm.words == (
        f"the entries of {days_ago(ago)} are not all here, and Quay begins to delete them in {30 - ago} days"
    )


def test_the_alarm_says_how_many_more_days_there_are() -> None:
    windows = [replace(WINDOW, day=days_ago(28), state=State.SHORT)]
    coverage = coverage_of(windows, ["all"], begin=days_ago(1), until=days_ago(20), today=TODAY, keep_days=30)
    alarm = alarm_from(coverage, 7)
    assert alarm is not None
    assert alarm.words.endswith("(8 more days are incomplete too)")


@pytest.mark.parametrize(("hour", "minute", "ago"), [(0, 59, 2), (1, 0, 1), (23, 59, 1)])
def test_a_day_is_over_once_its_late_writers_are(hour: int, minute: int, ago: int) -> None:
    assert last_closed_day(NOW.replace(hour=hour, minute=minute), HOUR) == days_ago(ago)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("04:30", NOW.replace(hour=4, minute=30)),
        ("02:00", NOW + timedelta(days=1)),
        ("00:00", datetime(2026, 11, 26, tzinfo=UTC)),
        ("90", NOW + timedelta(minutes=90)),
    ],
)
def test_a_deadline_is_the_next_such_time_or_in_so_many_minutes(text: str, at: datetime) -> None:
    assert time_from_text(text, NOW) == at


@pytest.mark.parametrize("text", ["", "0", "-5", "4:30", "24:00", "04:60", "soon", "10081", "9" * 30, "²"])
def test_what_is_no_deadline_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no deadline"):
        time_from_text(text, NOW)


def test_a_step_begins_only_where_it_is_likely_to_end_in_time() -> None:
    deadline = Deadline(NOW, NOW + HOUR, {"detect": 1_200.0})
    assert deadline.has_room("detect", NOW + timedelta(minutes=39))
    assert not deadline.has_room("detect", NOW + timedelta(minutes=41))
    assert deadline.has_room("report", NOW + timedelta(minutes=59))
    assert not deadline.has_room("report", NOW + HOUR)


def test_a_step_that_once_took_longer_than_there_is_time_is_begun_while_half_of_it_is_left() -> None:
    deadline = Deadline(NOW, NOW + HOUR, {"detect": 86_400.0})
    assert deadline.has_room("detect", NOW + timedelta(minutes=29))
    assert not deadline.has_room("detect", NOW + timedelta(minutes=31))


@given(st.floats(0, 1e5), st.integers(1, 600))
def test_reading_leaves_room_for_what_comes_after_and_has_half_of_the_time(
    seconds: float, minutes: int
) -> None:
    length = timedelta(minutes=minutes)
    deadline = Deadline(NOW, NOW + length, {"build": seconds})
    ends_at = deadline.reading_ends_at(["build", "detect"])
    assert NOW + length / 2 <= ends_at <= deadline.at
    assert ends_at == NOW + length / 2 or deadline.at - ends_at >= timedelta(seconds=seconds - 1e-5)


def test_a_timer_calls_when_it_is_time_and_not_when_the_work_was_faster() -> None:
    called = threading.Event()
    with after_seconds(-1, called.set):
        assert called.wait(10)
    called.clear()
    with after_seconds(3_600, called.set):
        pass
    assert not called.is_set()


@pytest.mark.parametrize(
    ("last", "first", "months"),
    [
        ((2026, 11, 24), (2026, 1, 1), ["2026-10-01 2026-10-31", "2026-11-01 2026-11-24"]),
        ((2026, 11, 30), (2026, 1, 1), ["2026-10-01 2026-10-31", "2026-11-01 2026-11-30"]),
        ((2026, 3, 1), (2026, 1, 1), ["2026-02-01 2026-02-28", "2026-03-01 2026-03-01"]),
        ((2027, 1, 5), (2026, 12, 31), ["2026-12-01 2026-12-31", "2027-01-01 2027-01-05"]),
        ((2026, 11, 24), (2026, 11, 3), ["2026-11-01 2026-11-24"]),
    ],
)
def test_the_month_that_is_over_and_the_one_under_way_are_reported(
    last: tuple[int, int, int], first: tuple[int, int, int], months: list[str]
) -> None:
    assert [f"{since} {until}" for since, until in months_to_report(date(*last), date(*first))] == months
