"""Promises of the baselines: what is usual for a credential, by what lay before the day judged."""

from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.judged_days import BASELINES, MODELS, JudgedDays, Template, ago, judged_days


@pytest.fixture(scope="module")
def world() -> Iterator[JudgedDays]:
    with judged_days() as made:
        yield made


def pulls(performer: str | None, days: list[int], repository: str = "web", **columns: Any) -> Template:
    return {"days": days, "performer_name": performer, "repository_name": repository, **columns}


# Laws -----------------------------------------------------------------------------------------------------------------

PERFORMERS = st.sampled_from(["alice", "bob", "acme+ci", "acme+scan", None])
KINDS = [
    "pull_repo",
    "push_repo",
    "create_tag",
    "change_repo_permission",
    "login_failure",
    "create_repo",
    "new_kind",
]


@st.composite
def templates(draw: st.DrawFn, first: int, last: int) -> Template:
    start = draw(st.integers(first, last))
    template: Template = {
        "days": [start, min(last, start + draw(st.integers(0, 9)))],
        "at": f"{draw(st.integers(0, 23)):02}:00",
        "kind": draw(st.sampled_from(KINDS)),
        "performer_name": draw(PERFORMERS),
        "repository_name": draw(st.sampled_from(["web", "api", "team/nested", None])),
        "network": draw(st.sampled_from(["198.51.100.0/24", "203.0.113.0/24", "2001:db8:0:0::/64", None])),
        "country_code": draw(st.sampled_from(["DE", None])),
        "metadata": draw(
            st.sampled_from(
                [{}, {"username": "bob", "role": "admin"}, "{broken", {"team": "ops", "role": "read"}]
            )
        ),
    }
    if draw(st.booleans()):
        template["credential"] = draw(
            st.sampled_from(["app_specific_token:u", "oauth_token:7", "access_token:t"])
        )
    return template


def everything(world: JudgedDays) -> dict[str, Any]:
    # Of the day itself they tell its windows, and the names of its evening.
    judging = {"base_day_windows", "base_renames"}
    return {name: world.lines(name) for name in BASELINES if name not in judging}


@settings(max_examples=6, deadline=None)
@given(st.lists(templates(-105, -1), max_size=8), st.lists(templates(0, 3), max_size=4))
def test_a_day_is_judged_by_what_lay_before_it_alone(
    world: JudgedDays, before: list[Template], later: list[Template]
) -> None:
    world.show(before)
    alone = everything(world)
    world.show([*before, *later])
    assert everything(world) == alone
    assert_grains_tell_rows_apart(world)


def assert_grains_tell_rows_apart(world: JudgedDays) -> None:
    for name in BASELINES:
        keys = [tuple(line[key] for key in MODELS[name].head.grain) for line in world.lines(name)]
        assert len(keys) == len(set(keys)), name


def test_an_empty_lake_knows_nobody_and_says_so(world: JudgedDays) -> None:
    world.show()
    (registry,) = world.lines("base_registry")
    assert registry == {
        "first_day": None,
        "last_day": None,
        "day_count": 0,
        "credential_count": 0,
        "performer_count": 0,
        "person_count": 0,
        "robot_count": 0,
        "top_network": None,
        "top_network_share": None,
        "is_network_trusted": None,
        "has_countries": False,
    }
    assert {name: rows for name, rows in everything(world).items() if rows} == {"base_registry": [registry]}


# Credentials ----------------------------------------------------------------------------------------------------------


def test_what_is_usual_is_a_median_of_active_days_and_the_median_distance_from_it(world: JudgedDays) -> None:
    times = {-9: 1, -8: 4, -7: 2, -6: 9, -3: 2}
    world.show([pulls("acme+ci", [day, day], "image-{n}", times=count) for day, count in times.items()])
    usual = world.line("base_credentials", "credential = 'robot:acme+ci'")
    assert usual["pull_median"] == usual["repository_median"] == median(times.values()) == 2
    assert usual["pull_mad"] == usual["repository_mad"] == median(abs(n - 2) for n in times.values()) == 1
    assert (usual["pull_max"], usual["event_max"], usual["repository_max"]) == (9, 9, 9)
    assert (usual["events_per_day_median"], usual["events_per_day_mad"]) == (2, 1)
    assert (usual["active_day_count"], usual["is_known"], usual["longest_gap_days"]) == (5, False, 3)
    assert (usual["first_day"], usual["last_day"], usual["repository_count"]) == (ago(9), ago(3), 9)


@pytest.mark.parametrize(("days", "is_known"), [(6, False), (7, True)])
def test_a_credential_is_known_after_seven_active_days(days: int, is_known: bool, world: JudgedDays) -> None:
    world.show([pulls("alice", [-days, -1])])
    assert world.rows("base_credentials", "credential, is_known") == [("user:alice", is_known)]
    assert world.rows("base_performers", "performer_name, is_known") == [("alice", is_known)]


def test_a_day_of_refusals_alone_is_no_active_day_and_makes_no_network_known(world: JudgedDays) -> None:
    world.show(
        [
            pulls("alice", [-9, -5]),
            {
                "days": [-4, -2],
                "performer_name": "alice",
                "kind": "login_failure",
                "network": "203.0.113.0/24",
            },
        ]
    )
    usual = world.line("base_credentials", "true")
    assert (usual["active_day_count"], usual["last_day"], usual["network_count"]) == (5, ago(5), 1)
    assert world.rows("base_habits", "habit_value", "habit = 'network'") == [("198.51.100.0/24",)]
    assert ("login_failure", 3) in world.rows("base_habits", "habit_value, day_count", "habit = 'kind'")


def test_how_often_a_credential_meets_something_new_is_counted_after_its_first_seven_days(
    world: JudgedDays,
) -> None:
    world.show(
        [
            pulls("alice", [-20, -1]),
            pulls("alice", [-19, -16], network="203.0.113.0/24"),  # while it is learnt
            pulls("alice", [-10, -10], network="192.0.2.0/24"),
            pulls("alice", [-10, -10], "api"),
            pulls("alice", [-10, -8], "db"),
            pulls("alice", [-5, -5], "cli", network="192.0.2.0/24"),
        ]
    )
    usual = world.line("base_credentials", "true")
    assert usual["later_day_count"] == 13
    assert usual["new_network_day_share"] == pytest.approx((1 + 1) / (13 + 2))
    assert usual["new_repository_day_share"] == pytest.approx((2 + 1) / (13 + 2))
    assert usual["new_repositories_per_day"] == pytest.approx((3 + 1) / (13 + 2))
    assert usual["new_client_day_share"] == pytest.approx(1 / (13 + 2))


def test_of_a_young_credential_nothing_is_claimed(world: JudgedDays) -> None:
    world.show([pulls("alice", [-3, -1])])
    usual = world.line("base_credentials", "true")
    assert (usual["later_day_count"], usual["new_network_day_share"]) == (0, 0.5)


def test_a_credential_goes_by_who_held_it_last(world: JudgedDays) -> None:
    token = {"credential": "app_specific_token:u"}
    world.show(
        [
            pulls("old name", [-9, -4], **token),
            pulls("new name", [-4, -4], **token),
            pulls(None, [-9, -9], **token),
        ]
    )
    assert world.rows("base_credentials", "credential, performer_name, active_day_count, network_median") == [
        ("app_specific_token:u", "old name", 6, 1.0)
    ]
    assert world.rows("base_habits", "performer_name, day_count, event_count", "habit = 'network'") == [
        ("old name", 6, 8)
    ]
    assert world.rows("base_habit_days", "performer_name, day_count", "habit = 'network'") == [
        ("new name", 1),
        ("old name", 6),
        (None, 1),
    ]
    assert world.rows("base_performers", "performer_name, active_day_count") == [
        ("new name", 1),
        ("old name", 6),
    ]


@pytest.mark.parametrize(("days", "is_broad"), [([-2, -1], False), ([-9, -1], True)])
def test_what_pulls_widely_on_most_of_its_days_is_broad(
    days: list[int], is_broad: bool, world: JudgedDays
) -> None:
    world.show([pulls("acme+scan", days, "image-{n}", times=25), pulls("acme+scan", [-20, -15])])
    assert world.line("base_credentials", "true")["is_broad"] is is_broad


def test_habits_look_back_four_weeks_and_their_first_day_a_hundred_days(world: JudgedDays) -> None:
    world.show(
        [pulls("alice", [day, day], network=f"10.0.{-day}.0/24") for day in (-101, -100, -29, -28, -1)]
    )
    assert world.rows("base_habits", "habit_value, day_count, day_bits, first_day", "habit = 'network'") == [
        ("10.0.1.0/24", 1, 1, ago(1)),
        ("10.0.100.0/24", 0, 0, ago(100)),
        ("10.0.28.0/24", 1, 1 << 27, ago(28)),
        ("10.0.29.0/24", 0, 0, ago(29)),
    ]
    assert world.line("base_credentials", "true")["network_count"] == 2
