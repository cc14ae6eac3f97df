"""The demo history: the same for the same seed, and lively in the way that real registries are."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.demo.history import build_history
from pipeline.demo.history.hours import is_at_work, moment_at_work, tally
from pipeline.demo.history.journal import Row
from pipeline.demo.history.people import PEOPLE, PERSON_BY_NAME
from pipeline.quay.kinds import FAMILY_BY_KIND
from tests.demo_month import LAST_DAY, RecordingStore, build, demo_month

FIRST_DAY = LAST_DAY - timedelta(days=29)


def second_of(row: Row) -> datetime:
    return row.at.replace(microsecond=0)


def local_hour(row: Row) -> float:
    person = PERSON_BY_NAME[row.performer or ""]
    local = row.at + person.city.utc_offset
    return local.hour + local.minute / 60


# The same arguments, the same rows


def test_the_same_arguments_store_the_same_rows_in_the_same_order() -> None:
    assert build(seed=5).digest == build(seed=5).digest


@pytest.mark.parametrize(
    "build_another",
    [
        partial(build, seed=6),
        partial(build, seed=5, days=3),
        partial(build, seed=5, scale=0.2),
        partial(build, seed=5, until=date(2026, 3, 3)),
    ],
)
def test_another_argument_makes_another_history(build_another: Callable[[], RecordingStore]) -> None:
    assert build_another().digest != build(seed=5).digest


def test_no_order_of_hashing_changes_a_row() -> None:
    program = "from tests.demo_month import build; print(build(days=2, seed=5).digest)"
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


@given(
    days=st.integers(1, 9),
    until=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    seed=st.integers(0, 2**32),
    scale=st.sampled_from([0.0, 0.02, 0.3]),
)
@settings(max_examples=25)
def test_any_history_keeps_to_its_days_and_has_every_kind_and_incident(
    days: int, until: date, seed: int, scale: float
) -> None:
    store = RecordingStore()
    history = build_history(store, days=days, until=until, seed=seed, scale=scale)
    told = set(map(repr, store.told))
    assert {row.at.date() for row in store.told} <= {until - timedelta(days=n) for n in range(days)}
    assert {row.kind for row in store.told} == FAMILY_BY_KIND.keys()
    assert all(repr(row) in told for incident in history.incidents for row in incident.rows)
    assert history.row_count == len(store.told)


def test_rows_come_in_the_order_of_their_time_with_microseconds_in_utc() -> None:
    told = demo_month()[0].told
    assert all(earlier.at <= later.at for earlier, later in pairwise(told))
    assert all(row.at.tzinfo is UTC for row in told)
    assert len({row.at.microsecond for row in told}) > 30_000


# The shape of days


def test_a_working_day_has_twelve_to_nineteen_hundred_rows_and_a_sunday_half_of_that() -> None:
    rows_by_day = Counter(row.at.date() for row in demo_month()[0].told)
    working = [count for day, count in rows_by_day.items() if day.weekday() < 5]
    resting = [count for day, count in rows_by_day.items() if day.weekday() >= 5]
    assert min(rows_by_day) == FIRST_DAY
    assert max(rows_by_day) == LAST_DAY
    assert all(1_200 <= count <= 1_900 for count in working), sorted(working)
    assert all(450 <= count <= 950 for count in resting), sorted(resting)


def test_people_work_in_the_office_hours_of_their_zone() -> None:
    told = demo_month()[0].told
    hours = [local_hour(row) for row in told if row.performer in PERSON_BY_NAME and "tag" in row.metadata]
    in_office = sum(7 <= hour <= 20 for hour in hours)
    assert len(hours) > 3_000
    assert in_office / len(hours) > 0.93


def test_people_rest_when_their_country_rests() -> None:
    told = demo_month()[0].told
    days_by_person = {
        person.name: Counter(row.at.date() for row in told if row.performer == person.name)
        for person in PEOPLE
    }
    for person in PEOPLE:
        counts = days_by_person[person.name]
        resting = sum(counts[day] for day in counts if not is_at_work(person, day))
        assert resting < 0.2 * counts.total(), person.name
    assert any(4 in person.city.rest_days for person in PEOPLE)


def test_a_holiday_in_one_country_leaves_the_others_at_work() -> None:
    culture_day = date(2026, 11, 3)  # in Japan
    told = [row for row in demo_month()[0].told if row.at.date() == culture_day]
    assert not is_at_work(PERSON_BY_NAME["takeshi"], culture_day)
    assert is_at_work(PERSON_BY_NAME["alice"], culture_day)
    present = {row.performer for row in told} & PERSON_BY_NAME.keys()
    assert len(present) > 15


def test_machines_never_sleep() -> None:
    pulls = [row for row in demo_month()[0].told if row.performer == "acme+deploy"]
    assert {row.at.hour for row in pulls} == set(range(24))
    assert len({row.at.date() for row in pulls}) == 30


def test_office_hours_fit_into_the_utc_day_wherever_people_live() -> None:
    rng, day = Random(3), date(2026, 11, 4)
    start = datetime.combine(day, time(), UTC)
    for person in PEOPLE:
        moments = [moment_at_work(rng, person, day) for _ in range(400)]
        assert start <= min(moments) < max(moments) < start + timedelta(days=1), person.name


def test_about_an_eighth_of_the_rows_share_their_second_with_others() -> None:
    told = demo_month()[0].told
    rows_by_second = Counter(map(second_of, told))
    shared = [count for count in rows_by_second.values() if count > 1]
    assert 0.09 < sum(shared) / len(told) < 0.16
    assert {2, 3, 4, 5} <= set(shared)


def test_identical_rows_within_a_second_occur_and_are_rare() -> None:
    told = demo_month()[0].told
    copies = Counter(repr(row._replace(at=second_of(row))) for row in told)
    repeated = sum(count for count in copies.values() if count > 1)
    assert 20 < repeated < 0.02 * len(told)


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_scale_multiplies_the_traffic(scale: float) -> None:
    pulls_by_scale = {
        each: sum(row.kind == "pull_repo" for row in build(days=4, scale=each).told) for each in (1, scale)
    }
    assert pulls_by_scale[scale] / pulls_by_scale[1] == pytest.approx(scale, rel=0.15)


@pytest.mark.parametrize("mean", [0.2, 5.0, 60.0])
def test_a_tally_has_the_mean_and_the_spread_of_a_poisson_count(mean: float) -> None:
    rng = Random(1)
    counts = [tally(rng, mean) for _ in range(4_000)]
    average = sum(counts) / len(counts)
    variance = sum((count - average) ** 2 for count in counts) / len(counts)
    assert average == pytest.approx(mean, rel=0.08)
    assert variance == pytest.approx(mean, rel=0.12)
