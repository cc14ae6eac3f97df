"""Promises of the baselines on performers, networks, namespaces and the registry as a whole."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.judged_days import JudgedDays, Template, ago, judged_days


@pytest.fixture(scope="module")
def world() -> Iterator[JudgedDays]:
    with judged_days() as made:
        yield made


def pulls(performer: str | None, days: list[int], repository: str = "web", **columns: Any) -> Template:
    return {"days": days, "performer_name": performer, "repository_name": repository, **columns}


def test_a_performer_is_all_its_credentials(world: JudgedDays) -> None:
    world.show(
        [
            pulls("alice", [-9, -5]),
            pulls("alice", [-6, -2], "api", credential="oauth_token:7", network="203.0.113.0/24"),
            {
                "days": [-6, -6],
                "performer_name": "alice",
                "kind": "create_robot",
                "metadata": {"robot": "ci"},
            },
            {
                "days": [-5, -4],
                "performer_name": "alice",
                "kind": "change_repo_permission",
                "repository_name": "web",
            },
            {
                "days": [-1, -1],
                "performer_name": "alice",
                "kind": "delete_tag_failed",
                "repository_name": "web",
            },
        ]
    )
    usual = world.line("base_performers", "true")
    assert (usual["active_day_count"], usual["credential_count"], usual["last_day"]) == (8, 2, ago(2))
    assert (usual["change_day_count"], usual["mint_day_count"], usual["grant_day_count"]) == (3, 1, 2)
    assert (usual["repository_count"], usual["network_count"], usual["push_day_count"]) == (2, 2, 0)
    kept = world.rows("base_performer_habits", "habit_value, day_count, credential_count", "habit = 'client'")
    assert kept == [("docker", 8, 2)]


def test_how_known_a_network_is_counts_who_met_it_lately(world: JudgedDays) -> None:
    world.show(
        [
            pulls("alice", [-3, -2]),
            pulls("acme+ci", [-2, -1]),
            pulls(None, [-2, -2]),
            pulls("bob", [-60, -60]),
            pulls("carol", [-50, -50], network="203.0.113.0/24"),
        ]
    )
    columns = "credential_count, performer_count, person_count, robot_count, day_count, first_day, last_day"
    assert world.rows("base_habit_values", f"habit_value, {columns}", "habit = 'network'") == [
        ("198.51.100.0/24", 3, 2, 1, 1, 3, ago(60), ago(1)),
        ("203.0.113.0/24", 0, 0, 0, 0, 0, ago(50), ago(50)),
    ]


def test_a_namespace_is_its_robots_wherever_they_act_and_who_else_acts_in_it(world: JudgedDays) -> None:
    world.show(
        [
            pulls("acme+ci", [-3, -2], namespace_name="globex", network="10.1.1.0/24"),
            pulls("alice", [-2, -1], network="10.2.2.0/24"),
            pulls(None, [-2, -1], network="10.3.3.0/24"),
            *(
                pulls("scan", [-9, -9], namespace_name=f"n{n}", network="10.4.4.0/24", times=9 - n)
                for n in range(7)
            ),
        ]
    )
    known = world.rows("base_namespace_habits", "namespace_name, habit_value, day_count", "habit = 'network'")
    assert known == [
        ("acme", "10.1.1.0/24", 2),
        ("acme", "10.2.2.0/24", 2),
        *((f"n{n}", "10.4.4.0/24", 1) for n in range(5)),
    ]


@pytest.mark.parametrize(("people", "others", "is_trusted"), [(8, 1, False), (8, 2, True), (3, 1, None)])
def test_addresses_are_trusted_unless_four_fifths_of_all_days_come_from_one(
    people: int, others: int, is_trusted: bool | None, world: JudgedDays
) -> None:
    world.show(
        [
            *(pulls(f"person{n}", [-10, -1]) for n in range(people)),
            *(pulls(f"other{n}", [-10, -1], network=f"203.0.{n}.0/24") for n in range(others)),
            pulls("other0", [-10, -10], network="203.0.0.0/24", times=50),
        ]
    )
    (registry,) = world.lines("base_registry")
    assert registry["top_network"] == "198.51.100.0/24"
    assert registry["is_network_trusted"] is is_trusted
    assert (registry["first_day"], registry["day_count"], registry["has_countries"]) == (ago(10), 10, False)


def test_of_networks_that_are_met_equally_often_the_first_by_letter_is_on_top(world: JudgedDays) -> None:
    world.show([pulls("alice", [-1, -1], network="203.0.113.0/24"), pulls("bob", [-1, -1])])
    (registry,) = world.lines("base_registry")
    assert (registry["top_network"], registry["top_network_share"]) == ("198.51.100.0/24", 0.5)


def test_who_uses_a_repository_is_counted_by_person_robot_and_token(world: JudgedDays) -> None:
    web = {"repository_name": "web", "days": [-3, -2]}
    world.show(
        [
            {**web, "performer_name": "alice"},
            {**web, "performer_name": "alice", "credential": "oauth_token:7"},
            {**web, "performer_name": "acme+ci"},
            {**web, "performer_name": None, "credential": "access_token:deploy"},
            {**web, "performer_name": None},
            {**web, "performer_name": "acme+ci", "kind": "push_repo"},
            {**web, "performer_name": "bob", "kind": "push_repo", "days": [-40, -40]},
        ]
    )
    used = world.line("base_repositories", "true")
    assert (used["puller_count"], used["person_puller_count"], used["has_anonymous_pulls"]) == (3, 1, True)
    assert (used["pusher_count"], used["person_pusher_count"], used["robot_pusher_count"]) == (1, 0, 1)
    assert (used["pull_day_count"], used["push_day_count"]) == (2, 2)
    assert (used["first_day"], used["last_day"]) == (ago(40), ago(2))


def test_an_organization_goes_by_its_new_name_from_the_day_on_which_it_gets_it(world: JudgedDays) -> None:
    def renames(day: int, old: str, new: str) -> Template:
        names = {"old_name": old, "new_name": new}
        return {"days": [day, day], "kind": "org_change_name", "namespace_name": new, "metadata": names}

    world.show(
        [
            renames(0, "acme", "apex"),
            renames(-100, "globex", "umbrella"),
            renames(-3, "globex", "umbrella"),
            renames(-2, "same", "same"),
            renames(-101, "older", "newer"),
            renames(1, "tomorrow", "today"),
            {**renames(-1, "no", "rename"), "kind": "org_change_email"},
        ]
    )
    pairs = sorted((line["new_name"], line["old_name"]) for line in world.lines("base_renames"))
    assert pairs == [("apex", "acme"), ("umbrella", "globex")]
