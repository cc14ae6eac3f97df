"""The healthy registry of the evaluation: what Quay would log, as untidy as life, and the same every time."""

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest

from pipeline.demo.scenarios.acts import Act, line_from_act
from pipeline.demo.scenarios.background import DEFAULT, Background, background
from pipeline.demo.scenarios.background.drifts import DRIFTS
from pipeline.demo.scenarios.background.shifts import FAILURE_KINDS, SHIFTS, shift
from pipeline.demo.scenarios.places import (
    rented_network,
)
from tests.kinds_table import Variant, read_variants

SHIFT_DAY = date(2026, 4, 2)
WITHOUT_ENTRY = {"client_upgrades", "orphaned_namespace"}
"""One is of every day; the other needs a leaver first."""


@pytest.fixture(scope="module")
def healthy() -> Background:
    return background(3, days=45)


@cache
def _variants() -> dict[str, list[Variant]]:
    variants: defaultdict[str, list[Variant]] = defaultdict(list)
    for variant in read_variants():
        variants[variant.kind].append(variant)
    return variants


@cache
def _short(name: str | None) -> Background:
    return background(5, days=8, shift=shift(name, SHIFT_DAY) if name else None)


def _people(acts: list[Act]) -> list[Act]:
    return [act for act in acts if act.performer and "+" not in act.performer]


def _robots(acts: list[Act]) -> list[Act]:
    return [act for act in acts if act.performer and "+" in act.performer]


def _network(act: Act) -> str:
    ip = act.ip or ""
    return ip.rpartition("::" if ":" in ip else ".")[0]


def _since(world: Background, kind: str) -> list[Act]:
    return [act for act in world.acts if act.kind == kind and act.at.date() >= SHIFT_DAY]


def test_every_act_is_one_that_quay_writes(healthy: Background) -> None:
    strange = [
        act
        for act in healthy.acts
        if not any(
            each.describes(act.metadata) and each.has_ip is (act.ip is not None)
            for each in _variants()[act.kind]
        )
    ]
    assert strange == []


def test_times_are_whole_seconds_of_the_days_in_order(healthy: Background) -> None:
    times = [act.at for act in healthy.acts]
    assert all(at.microsecond == 0 and at.tzinfo is UTC for at in times)
    assert times == sorted(times)
    assert (times[0].date(), times[-1].date()) == (healthy.first_day, healthy.last_day)
    assert len(healthy.days) == 45


def test_the_same_arguments_give_the_same_acts_in_any_process() -> None:
    script = (
        "from hashlib import sha256; from pipeline.demo.scenarios.background import background;"
        "from pipeline.demo.scenarios.acts import line_from_act as line;"
        "print(sha256(b''.join(map(line, background(5, days=8).acts))).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONHASHSEED": "99"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert told.strip() == hashlib.sha256(b"".join(map(line_from_act, _short(None).acts))).hexdigest()


def test_another_seed_gives_another_registry() -> None:
    assert background(6, days=3).acts != background(7, days=3).acts


def test_there_are_as_many_of_everything_as_promised(healthy: Background) -> None:
    estate = healthy.estates[0]
    assert len(estate.organizations) == 8
    assert len({(each.organization, each.team) for each in estate.people.values()}) == 20
    assert 195 <= len(estate.people) <= 215
    assert 95 <= len(estate.robots) <= 110
    assert 240 <= len(estate.repositories) <= 280


def test_working_days_are_busy_and_weekends_are_not(healthy: Background) -> None:
    counts = Counter(act.at.date() for act in healthy.acts)
    weekdays = sorted(counts[day] for day in healthy.days if day.weekday() < 5)
    weekends = sorted(counts[day] for day in healthy.days if day.weekday() >= 5)
    assert 3_000 <= weekdays[len(weekdays) // 2] <= 6_000
    assert weekends[len(weekends) // 2] < 0.6 * weekdays[len(weekdays) // 2]


def test_robots_do_most_of_it(healthy: Background) -> None:
    assert 0.45 < len(_robots(healthy.acts)) / len(healthy.acts) < 0.75


def test_a_few_people_do_much_and_most_do_little(healthy: Background) -> None:
    counts = sorted(Counter(act.performer for act in _people(healthy.acts)).values(), reverse=True)
    assert sum(counts[: len(counts) // 10]) > 0.25 * sum(counts)
    assert counts[-1] < 0.1 * counts[len(counts) // 10]


def test_most_people_have_few_networks_and_some_have_many(healthy: Background) -> None:
    networks: defaultdict[str, set[str]] = defaultdict(set)
    for act in _people(healthy.acts):
        networks[act.performer or ""].add(_network(act))
    counts = sorted(map(len, networks.values()))
    assert 2 <= counts[len(counts) // 2] <= 8
    assert counts[-1] > 15


def test_somebody_comes_from_a_new_network_nearly_every_day(healthy: Background) -> None:
    seen: set[tuple[str | None, str]] = set()
    days = set()
    for act in _people(healthy.acts):
        key = (act.performer, _network(act))
        if key not in seen and act.at.date() >= healthy.first_day + timedelta(days=25):
            days.add(act.at.date())
        seen.add(key)
    assert len(days) >= 15


def test_some_people_work_at_night_and_some_at_weekends(healthy: Background) -> None:
    late = {
        act.performer
        for act in _people(healthy.acts)
        if act.performer in healthy.estate.people
        and (act.at + healthy.estate.people[act.performer].zone.offset(act.at.date())).hour
        in (23, 0, 1, 2, 3)
    }
    weekend = {act.performer for act in _people(healthy.acts) if act.at.weekday() >= 5}
    assert len(late) > 5
    assert len(weekend) > 40


def test_nobody_comes_from_rented_machines(healthy: Background) -> None:
    rented = rented_network(Random(0), "US").prefix.partition(".")[0]
    assert [act for act in healthy.acts if act.ip and act.ip.startswith(f"{rented}.")] == []


def test_every_drift_happens(healthy: Background) -> None:
    assert set(DEFAULT) - {each.drift for each in healthy.calendar} <= WITHOUT_ENTRY
    assert {each.drift for each in healthy.calendar} <= set(DRIFTS)


def test_a_drift_left_out_takes_only_its_own_acts_away() -> None:
    whole = Counter(map(line_from_act, _short(None).acts))
    without = background(5, days=8, drifts=set(DEFAULT) - {"recovery_drill"}).acts
    rest = whole - Counter(map(line_from_act, without))
    assert rest.total() == len(_short(None).acts) - len(without)
    assert rest.total() >= 20
    assert all(b"+edge-copy" in line for line in rest)


def test_without_failures_no_failure_is_logged() -> None:
    acts = background(5, days=8, has_failures=False).acts
    assert acts == [act for act in _short(None).acts if act.kind not in FAILURE_KINDS]


def test_nobody_acts_before_the_first_day_or_after_the_last(healthy: Background) -> None:
    for act in _people(healthy.acts):
        person = healthy.estate_on(act.at.date() - timedelta(days=1)).people.get(act.performer or "")
        if person and act.kind in ("pull_repo", "push_repo"):
            assert person.joined_on <= act.at.date()
            assert person.is_enabled or act.at.date() == healthy.first_day


def test_rows_of_a_deleted_robot_have_lost_their_performer(healthy: Background) -> None:
    lost = [
        act
        for act in healthy.acts
        if act.metadata.get("is_robot") and act.performer is None and act.kind == "pull_repo"
    ]
    deleted = {
        f"{act.namespace}+{act.metadata['robot']}" for act in healthy.acts if act.kind == "delete_robot"
    }
    assert deleted
    assert {act.metadata["username"] for act in lost} <= deleted
    assert not [act for act in healthy.acts if act.performer in deleted and act.at.date() == healthy.last_day]


def test_a_renamed_user_keeps_the_old_name_only_in_older_rows(healthy: Background) -> None:
    for act in healthy.acts:
        if act.kind == "user_change_name":
            old = act.metadata["old_username"]
            assert act.performer != old
            assert not [each for each in _people(healthy.acts) if each.performer == old and each.at >= act.at]


@pytest.mark.parametrize("name", SHIFTS)
def test_a_shift_changes_nothing_before_its_day(name: str) -> None:
    morning_in_asia = datetime.combine(SHIFT_DAY, time(), UTC) - timedelta(hours=12)

    def before(world: Background) -> list[Act]:
        acts = [act for act in world.acts if act.at < morning_in_asia]
        return [act for act in acts if act.kind not in FAILURE_KINDS or name != "failure_kinds_appear"]

    assert before(_short(name)) == before(_short(None))
    assert _short(name).acts != _short(None).acts


def test_a_migration_moves_every_builder(healthy: Background) -> None:
    world = _short("ci_migration")
    moved = [each for each in world.estate.robots.values() if each.role == "builder"]
    old = world.estate_on(SHIFT_DAY - timedelta(days=1)).robots
    assert all(not set(each.networks) & set(old[each.name].networks) for each in moved if each.name in old)


def test_behind_a_vpn_everybody_comes_from_a_few_networks() -> None:
    acts = [act for act in _since(_short("vpn_roll_out"), "pull_repo") if act in _people([act])]
    top = Counter(map(_network, acts)).most_common(3)
    assert sum(count for _, count in top) > 0.9 * len(acts)


def test_behind_a_proxy_there_is_one_address() -> None:
    assert len({act.ip for act in _since(_short("proxy_collapse"), "pull_repo")}) == 1


def test_flags_make_kinds_vanish_and_appear() -> None:
    assert _since(_short("login_kinds_vanish"), "login_success") == []
    appeared = _short("failure_kinds_appear")
    assert _since(appeared, "login_failure")
    assert [act for act in appeared.acts if act.kind in FAILURE_KINDS and act.at.date() < SHIFT_DAY] == []


def test_a_release_week_is_one_releasers_work() -> None:
    flips = [
        act for act in _since(_short("release_week"), "change_repo_visibility") if act.at.date() == SHIFT_DAY
    ]
    assert max(Counter(act.performer for act in flips).values()) >= 10


def test_renames_leave_no_old_name_behind() -> None:
    world = _short("renames")
    assert {"insight"} <= set(world.estate.organizations)
    assert not [act for act in world.acts if act.namespace == "dataplatform" and act.at.date() >= SHIFT_DAY]
    assert len([act for act in world.acts if act.kind == "user_change_name"]) >= 3
