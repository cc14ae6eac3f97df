"""Promises of the baselines on rights and visibility: the inventory and what happened after it, folded."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.judged_days import JudgedDays, Line, Template, ago, at, change, judged_days

NIGHT_BEFORE, NIGHT_AFTER = at(0), at(1)


@pytest.fixture(scope="module")
def world() -> Iterator[JudgedDays]:
    with judged_days() as made:
        yield made


def event(kind: str, day: int, metadata: Mapping[str, Any] | None = None, **columns: Any) -> Template:
    return {
        "days": [day, day],
        "kind": kind,
        "performer_name": "boss",
        "metadata": dict(metadata or {}),
        **columns,
    }


def grant(name: str, day: int, role: str | None = "admin", **columns: Any) -> Template:
    kind = "change_repo_permission" if role else "delete_repo_permission"
    details = {"username": name, "repo": "web"} | ({"role": role} if role else {})
    return event(kind, day, details, repository_name="web", **columns)


def visibility(day: int, value: str, **columns: Any) -> Template:
    return event("change_repo_visibility", day, {"visibility": value}, repository_name="web", **columns)


def listed(is_public: bool | None, on: int = 0) -> dict[str, list[Line]]:
    row = {
        "snapshot_date": at(on).date(),
        "namespace_name": "acme",
        "repository_name": "web",
        "is_public": is_public,
    }
    return {"repositories": [row]}


def permitted(*names: str, role: str = "read", on: int = 0) -> dict[str, list[Line]]:
    row = {"snapshot_date": at(on).date(), "namespace_name": "acme", "repository_name": "web", "role": role}
    kinds = {name: "robot" if "+" in name else "user" for name in names}
    rows = [{**row, "grantee_kind": kinds[name], "grantee_name": name} for name in names]
    return {"repository_permissions": rows}


def grants(world: JudgedDays) -> list[tuple[Any, ...]]:
    return world.rows(
        "base_grants", "grantee_kind, grantee_name, role, granted_day", "repository = 'acme/web'"
    )


def is_public(world: JudgedDays) -> Any:
    return world.line("base_repositories", "repository = 'acme/web'")["is_public"]


# Visibility -----------------------------------------------------------------------------------------------------------


def test_without_inventory_the_last_change_tells_who_may_see_a_repository(world: JudgedDays) -> None:
    world.show([visibility(-5, "public"), visibility(-4, "private"), visibility(-4, "public", at="13:00")])
    assert is_public(world) is True
    world.show([event("create_repo", -5, repository_name="web")])
    assert is_public(world) is None
    assert world.line("base_repositories", "true")["created_day"] == ago(5)


@pytest.mark.parametrize(
    ("taken_at", "changed", "expected"),
    [
        ([NIGHT_BEFORE], -1, False),  # the snapshot is newer: somebody took it back, whatever the log missed
        ([at(-3)], -1, True),
        ([at(-3)], -4, False),
        ([NIGHT_AFTER], -4, True),  # the first snapshot there is: what it shows may be of the day itself
    ],
)
def test_of_inventory_and_events_the_newer_one_holds(
    taken_at: list[datetime], changed: int, expected: bool, world: JudgedDays
) -> None:
    on = (taken_at[-1].date() - at(0).date()).days
    world.show([visibility(changed, "public")], inventory=listed(False, on), taken_at=taken_at)
    assert is_public(world) is expected


def test_what_a_snapshot_saw_change_on_the_day_judged_is_undone(world: JudgedDays) -> None:
    seen = change("repositories", "acme/web", "changed", "is_public", "false", "true")
    world.show(inventory=listed(True, 1), taken_at=[NIGHT_BEFORE, NIGHT_AFTER], changes=[seen])
    assert is_public(world) is False
    assert world.rows("base_inventory_changes", "row_key, old_value, new_value") == [
        ("acme/web", "false", "true")
    ]


def test_what_a_snapshot_saw_change_the_day_before_stands(world: JudgedDays) -> None:
    seen = change("repositories", "acme/web", "changed", "is_public", "false", "true", on=0)
    world.show(inventory=listed(True), taken_at=[at(-1), NIGHT_BEFORE], changes=[seen])
    assert is_public(world) is True
    assert world.rows("base_inventory_changes", "row_key") == []


def test_a_snapshot_of_the_afternoon_tells_of_its_own_day(world: JudgedDays) -> None:
    seen = change("repositories", "acme/web", "changed", "is_public", "false", "true", on=0)
    world.show(inventory=listed(True), taken_at=[at(-1, "15:00"), at(0, "15:00")], changes=[seen])
    assert is_public(world) is False
    assert world.rows("base_inventory_changes", "row_key") == [("acme/web",)]


def test_of_two_changes_since_the_value_before_the_first_counts(world: JudgedDays) -> None:
    seen = [
        change("repositories", "acme/web", "changed", "is_public", "false", "true", on=0),
        change("repositories", "acme/web", "changed", "is_public", "true", "false", on=1),
    ]
    world.show(
        inventory=listed(False, 1), taken_at=[at(-1, "15:00"), at(0, "15:00"), at(1, "15:00")], changes=seen
    )
    assert world.rows("base_inventory_before", "old_value, new_value") == [("false", "true")]


def test_a_repository_that_came_on_the_day_is_not_there_yet_and_one_that_went_still_is(
    world: JudgedDays,
) -> None:
    came = [
        change("repositories", "acme/web", "added", column, None, value)
        for column, value in {"namespace_name": "acme", "repository_name": "web", "is_public": "true"}.items()
    ]
    went = [
        change("repositories", "acme/team/old", "removed", column, value, None)
        for column, value in {
            "namespace_name": "acme",
            "repository_name": "team/old",
            "is_public": "true",
        }.items()
    ]
    world.show(inventory=listed(True, 1), taken_at=[NIGHT_BEFORE, NIGHT_AFTER], changes=[*came, *went])
    columns = "repository, namespace_name, repository_name, is_public"
    assert world.rows("base_repositories", columns) == [("acme/team/old", "acme", "team/old", True)]


# Grants ---------------------------------------------------------------------------------------------------------------


def test_the_last_of_inventory_grants_and_withdrawals_holds(world: JudgedDays) -> None:
    world.show(
        [
            grant("alice", -2),
            grant("bob", -3, "write"),
            grant("bob", -2, None),
            grant("acme+ci", -4, "write"),
        ],
        inventory=permitted("alice", "carol", "acme+ci", on=-3),
        taken_at=[at(-3)],
    )
    assert grants(world) == [
        ("robot", "acme+ci", "read", None),
        ("user", "alice", "admin", ago(2)),
        ("user", "carol", "read", None),
    ]


def test_who_makes_a_repository_is_its_admin_and_what_was_before_is_gone(world: JudgedDays) -> None:
    world.show(
        [grant("alice", -5), event("create_repo", -3, repository_name="web"), grant("bob", -2, "read")]
    )
    assert grants(world) == [("user", "bob", "read", ago(2)), ("user", "boss", "admin", ago(3))]


@pytest.mark.parametrize(
    ("kind", "details", "left"),
    [
        ("delete_repo", {}, []),
        ("user_delete", {"username": "alice"}, ["acme+ci"]),
        ("delete_robot", {"robot": "ci"}, ["alice"]),
        ("delete_robot", {"robot": "other"}, ["acme+ci", "alice"]),
    ],
)
def test_with_repository_user_or_robot_a_grant_is_gone(
    kind: str, details: dict[str, str], left: list[str], world: JudgedDays
) -> None:
    world.show([grant("alice", -5), grant("acme+ci", -5), event(kind, -3, details, repository_name="web")])
    assert [name for _, name, *_ in grants(world)] == left


def test_a_grant_that_the_snapshot_saw_first_on_the_day_judged_was_not_there_before(
    world: JudgedDays,
) -> None:
    columns = {"namespace_name": "acme", "repository_name": "web", "grantee_kind": "user", "role": "admin"}
    came = [
        change("repository_permissions", "acme/web/user/eve", "added", column, None, value)
        for column, value in {**columns, "grantee_name": "eve"}.items()
    ]
    went = [
        change("repository_permissions", "acme/web/user/bob", "removed", column, value, None)
        for column, value in {**columns, "grantee_name": "bob"}.items()
    ]
    raised = change("repository_permissions", "acme/web/user/alice", "changed", "role", "read", "admin")
    world.show(
        inventory=permitted("alice", "eve", role="admin", on=1),
        taken_at=[NIGHT_BEFORE, NIGHT_AFTER],
        changes=[*came, *went, raised],
    )
    assert grants(world) == [("user", "alice", "read", None), ("user", "bob", "admin", None)]


def test_details_that_are_no_json_grant_nothing_and_stop_nobody(world: JudgedDays) -> None:
    world.show([{**grant("alice", -2), "metadata": '{"username": "ali'}, grant("bob", -2)])
    assert grants(world) == [("user", "bob", "admin", ago(2))]


def test_a_member_has_the_highest_role_of_its_teams(world: JudgedDays) -> None:
    team = {"namespace_name": "acme", "snapshot_date": at(0).date()}
    world.show(
        [],
        inventory={
            "teams": [
                {**team, "team_name": name, "role": role}
                for name, role in [("ops", "admin"), ("dev", "member")]
            ],
            "team_members": [{**team, "team_name": name, "member_name": "alice"} for name in ("ops", "dev")]
            + [{**team, "team_name": "dev", "member_name": "acme+ci"}],
        },
        taken_at=[NIGHT_BEFORE],
    )
    columns = "grantee_kind, grantee_name, role, team_name"
    assert world.rows("base_grants", columns, "repository is null") == [
        ("robot", "acme+ci", "member", "dev"),
        ("team", "dev", "member", "dev"),
        ("team", "ops", "admin", "ops"),
        ("user", "alice", "admin", "ops"),
    ]


def test_team_events_are_folded(world: JudgedDays) -> None:
    world.show(
        [
            event("org_create", -9),
            event("org_create_team", -8, {"team": "ops"}),
            event("org_set_team_role", -7, {"team": "ops", "role": "admin"}),
            event("org_add_team_member", -6, {"team": "ops", "member": "alice"}),
            event("org_team_member_invite_accepted", -6, {"team": "ops", "member": "bob", "inviter": "boss"}),
            event("org_remove_team_member", -5, {"team": "ops", "member": "bob"}),
            event("org_add_team_member", -5, {"team": "gone", "member": "carol"}),
            event("org_delete_team", -4, {"team": "gone"}),
        ]
    )
    assert world.rows("base_team_members", "team_name, member_name, joined_day") == [
        ("ops", "alice", ago(6)),
        ("owners", "boss", ago(9)),
    ]
    assert world.rows("base_team_roles", "team_name, role") == [("ops", "admin"), ("owners", "admin")]


def test_a_member_that_the_snapshot_saw_first_on_the_day_judged_was_not_there_before(
    world: JudgedDays,
) -> None:
    def moved(name: str, kind: str) -> list[Line]:
        values = {"namespace_name": "acme", "team_name": "ops", "member_name": name}
        return [
            change("team_members", f"acme/ops/{name}", kind, column, value, None)
            if kind == "removed"
            else change("team_members", f"acme/ops/{name}", kind, column, None, value)
            for column, value in values.items()
        ]

    row = {"snapshot_date": at(1).date(), "namespace_name": "acme", "team_name": "ops"}
    world.show(
        inventory={"team_members": [{**row, "member_name": name} for name in ("alice", "eve")]},
        taken_at=[NIGHT_BEFORE, NIGHT_AFTER],
        changes=[*moved("eve", "added"), *moved("bob", "removed")],
    )
    assert world.rows("base_team_members", "member_name") == [("alice",), ("bob",)]
