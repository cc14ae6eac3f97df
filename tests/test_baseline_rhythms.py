"""Promises of the baselines on time and on likeness: hours, silence, and what a person's peers pull."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.judged_days import JudgedDays, Template, ago, judged_days

NINE_TO_FIVE: Template = {"days": [-28, -1], "weekdays": True, "at": "09:00", "times": 8, "every": "1h"}


@pytest.fixture(scope="module")
def world() -> Iterator[JudgedDays]:
    with judged_days() as made:
        yield made


def bits(world: JudgedDays, name: str = "alice") -> dict[int, float]:
    rows = world.rows("base_performer_hours", "hour_of_week, surprise_bits", f"performer_name = '{name}'")
    return dict(rows)


def pulls(
    performer: str | None, *repositories: str, days: tuple[int, int] = (-9, -1), **columns: Any
) -> list[Template]:
    return [
        {"days": list(days), "performer_name": performer, "repository_name": name, **columns}
        for name in repositories
    ]


# Hours ----------------------------------------------------------------------------------------------------------------


def test_the_hours_of_a_person_are_a_distribution_over_the_week(world: JudgedDays) -> None:
    world.show([{**NINE_TO_FIVE, "performer_name": "alice"}])
    hours = bits(world)
    assert sorted(hours) == list(range(168))
    assert sum(2**-surprise for surprise in hours.values()) == pytest.approx(1, abs=1e-5)


def test_the_night_surprises_more_than_the_edge_of_the_day_and_that_more_than_its_middle(
    world: JudgedDays,
) -> None:
    world.show([{**NINE_TO_FIVE, "performer_name": "alice"}])
    hours = bits(world)
    middle, edge, night, sunday = hours[24 + 12], hours[24 + 19], hours[24 + 3], hours[6 * 24 + 12]
    assert middle < 6 < edge < 10 < sunday < night
    assert night > 13


def test_the_week_is_a_circle(world: JudgedDays) -> None:
    sundays = [{"days": [day, day], "at": "23:30", "performer_name": "alice"} for day in (-16, -9, -2)]
    world.show(sundays)
    hours = bits(world)
    assert hours[167] < hours[0] == pytest.approx(hours[166])
    assert hours[0] < hours[2] < hours[12]


def test_what_lies_longer_back_counts_for_less(world: JudgedDays) -> None:
    world.show(
        [
            {"days": [-28, -22], "at": "08:00", "performer_name": "alice"},
            {"days": [-7, -1], "at": "20:00", "performer_name": "alice"},
        ]
    )
    hours = bits(world)
    assert hours[20] < hours[8] - 1


def test_robots_and_the_nameless_keep_no_hours(world: JudgedDays) -> None:
    world.show([*pulls("acme+ci", "web"), *pulls(None, "web", credential="oauth_token:7")])
    assert world.lines("base_performer_hours") == []


# Silence --------------------------------------------------------------------------------------------------------------


def test_what_is_expected_of_a_weekday_is_what_was_usual_on_that_weekday(world: JudgedDays) -> None:
    tuesdays = [(-28, 4), (-21, 6), (-14, 8), (-7, 100)]
    world.show(
        [
            *(
                template
                for day, n in tuesdays
                for template in pulls("alice", "web", days=(day, day), times=n, every="1s")
            ),
            *pulls("bob", "web", days=(-6, -4)),
            *pulls("carol", "api", days=(-28, -1), namespace_name="globex"),
        ]
    )
    usual = world.line("base_namespace_kinds", "namespace_name = 'acme' and kind = 'pull_repo'")
    assert usual["expected_count"] == 7
    assert (usual["shown_day_count"], usual["day_count"], usual["event_median"]) == (28, 7, 0)
    assert usual["last_day"] == ago(4)


def test_a_day_that_nobody_read_is_no_silent_day(world: JudgedDays) -> None:
    world.show(pulls("alice", "web", days=(-14, -13)) + pulls("alice", "web", days=(-7, -7)))
    usual = world.line("base_namespace_kinds", "true")
    assert (usual["shown_day_count"], usual["event_median"], usual["expected_count"]) == (3, 1, 1)


def test_one_day_of_a_weekday_is_too_little_to_expect_anything(world: JudgedDays) -> None:
    world.show(pulls("alice", "web", days=(-7, -1)))
    assert world.line("base_namespace_kinds", "true")["expected_count"] is None


# Peers ----------------------------------------------------------------------------------------------------------------


def test_peers_are_those_who_pull_alike_and_what_they_pull_is_known_to_a_person(world: JudgedDays) -> None:
    world.show(
        [
            *pulls("alice", "web", "api", "base"),
            *pulls("bob", "web", "api", "base", "cli"),
            *pulls("carol", "web", "base", "docs"),
            *pulls("dave", "ledger", "vault", "base"),
            *pulls("erin", "ledger", "vault"),
            *pulls("acme+scan", "ledger", "vault", "web", "api"),
        ]
    )
    known = {
        name: row
        for name, *row in world.rows(
            "base_peer_repositories", "repository, peer_count, peer_share, peers", "performer_name = 'alice'"
        )
    }
    assert known["acme/cli"] == [1, pytest.approx(1 / 3), 3]
    assert known["acme/web"] == [2, pytest.approx(2 / 3), 3]
    nearest = dict(world.rows("base_peer_repositories", "repository, similarity", "performer_name = 'alice'"))
    assert nearest["acme/cli"] > nearest["acme/docs"] > nearest["acme/vault"]
    assert not world.rows("base_peer_repositories", "repository", "performer_name = 'acme+scan'")


def test_a_person_has_twenty_peers_at_most_the_first_by_letter_of_equals(world: JudgedDays) -> None:
    people = [f"p{n:02}" for n in range(25)]
    world.show([template for name in people for template in pulls(name, "web", f"own-{name}", days=(-2, -1))])
    theirs = world.rows(
        "base_peer_repositories", "repository, peers", "performer_name = 'p00' and repository like '%own%'"
    )
    assert theirs == [(f"acme/own-p{n:02}", 20) for n in range(1, 21)]


def test_who_shares_nothing_has_no_peers(world: JudgedDays) -> None:
    world.show([*pulls("alice", "web"), *pulls("bob", "api")])
    assert world.lines("base_peer_repositories") == []
