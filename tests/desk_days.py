"""Some days of a small registry, written out by hand, on which every question of the analyst's desk has an answer."""

from datetime import date, datetime
from typing import Any, Final

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from pipeline.quay.lines import Row
from pipeline.quay.registry.rows import Application, ApplicationToken, AppToken, Repository, Robot, ServiceKey
from tests.detecting import SWEEP, judge, sql_folder
from tests.holdings import save
from tests.lakes import Built, bring_up_to_date, row, save_window

BEFORE, THEN, AFTER = date(2026, 11, 12), date(2026, 11, 20), date(2026, 11, 21)
HOME, AWAY, OFFICE = "203.0.113.7", "192.0.2.9", "198.51.100.1"
HOSTILE: Final = "'; drop table events; --"

_LAPTOP: dict[str, Any] = {
    "app_specific_token": "uuid-1",
    "app_specific_token_title": "laptop",
    "username": "bob",
}
_ROBOTS_SWEEP = SWEEP.replace("int_acts.kind =", "int_acts.performer_kind = 'robot' and int_acts.kind =")
_PRUNED = '{"namespace": "acme", "performer": "autoprune worker", "repo": "web", "tag": "x"}'
_DASHBOARD: dict[str, Any] = {
    "oauth_token_id": 7,
    "oauth_token_application": "dashboard",
    "username": "carol",
}


def desk_lake(built: Built) -> None:
    """Put the days into a lake, build, and judge them by one detection: robots that sweep repositories."""
    layout = built.layout
    save_window(layout, "all", _day_before(), day=BEFORE)
    save_window(layout, "all", _day_itself(), day=THEN)
    save_window(
        layout,
        "all",
        [_pull("web", "bob", at="09:00:00", day=AFTER)],
        day=AFTER,
        state=State.SHORT,
        expected={"pull_repo": 3},
    )
    _save_inventory(layout)
    bring_up_to_date(layout)
    judge(built, sql_folder(layout.root.parent / "sql", qd91_sweep=_ROBOTS_SWEEP), since=THEN, until=THEN)


def _pull(repository: str, performer: str | None, day: date, **more: Any) -> Row:
    return _act("pull_repo", performer, day=day, repo=repository, **more)


def _act(
    kind: str,
    performer: str | None,
    *,
    at: str,
    day: date = THEN,
    ip: str | None = HOME,
    raw: str = "",
    **details: Any,
) -> Row:
    return row(
        kind,
        at=at,
        day=day,
        ip=ip,
        performer=performer,
        is_robot=performer is not None and "+" in performer,
        namespace="acme",
        metadata=raw or {"namespace": "acme", **details},
    )


def _day_before() -> list[Row]:
    ci: dict[str, Any] = {"day": BEFORE, "ip": OFFICE, "username": "acme+ci", "is_robot": True}
    return [
        _pull("web", "bob", at="09:00:00", day=BEFORE, tag="v1", **_LAPTOP),
        _pull("web", "bob", at="09:00:00", day=BEFORE, tag="v1", **_LAPTOP),
        _pull("web", "acme+ci", at="10:00:00", tag="v1", **ci),
        _pull("api", "acme+ci", at="10:01:00", tag="v1", **ci),
        _pull("web", "carol", at="11:00:00", day=BEFORE, **_DASHBOARD),
        _act("delete_tag", "alice", at="12:00:00", day=BEFORE, repo="api", tag="v0"),
    ]


def _day_itself() -> list[Row]:
    ci: dict[str, Any] = {"day": THEN, "username": "acme+ci", "is_robot": True}
    team: dict[str, Any] = {"member": "mallory", "team": "owners"}
    return [
        _pull("web", "bob", at="09:30:00", day=THEN, ip=AWAY, tag="v2", **_LAPTOP),
        _act("push_repo", "bob", at="09:31:00", ip=AWAY, repo="web", tag="v3", **_LAPTOP),
        # A robot that sweeps, from where nobody else comes from; then, an hour and a half later, what it always does.
        *[_pull(f"secret-{n}", "acme+ci", at=f"10:0{n}:00", ip=AWAY, **ci) for n in range(4)],
        _pull("web", "acme+ci", at="11:45:00", ip=OFFICE, **ci),
        _act("change_repo_permission", "alice", at="11:00:00", repo="web", role="admin", username="mallory"),
        _act("org_add_team_member", "alice", at="11:01:00", **team),
        _act("org_add_team_member", "alice", at="11:02:00", raw="{broken"),
        _act("create_robot", "alice", at="11:03:00", robot="sync"),
        _act("delete_tag", "alice", at="12:00:00", repo="web", tag="v1"),
        _act("delete_tag", "alice", at="12:00:05", repo="web", tag=HOSTILE),
        _act("delete_robot", "alice", at="12:01:00", robot="old"),
        _act("delete_tag_failed", "alice", at="12:02:00", repo="web", tag="v9"),
        _act("autoprune_tag_delete", None, at="12:03:00", ip=None, raw=_PRUNED),
        *_visibility(),
    ]


def _visibility() -> list[Row]:
    return [
        _pull("plans", None, at="13:00:00", day=THEN, ip=AWAY),
        _act("change_repo_visibility", "dave", at="13:10:00", repo="plans", visibility="public"),
        _pull("plans", None, at="13:20:00", day=THEN, ip=AWAY),
        _pull("plans", None, at="13:25:00", day=THEN, ip=HOME),
        _act("change_repo_visibility", "dave", at="13:30:00", repo="plans", visibility="private"),
        _pull("plans", None, at="13:40:00", day=THEN, ip=AWAY),
        _pull("vault", None, at="13:50:00", day=THEN, ip=AWAY),
        _pull("docs", None, at="13:51:00", day=THEN, ip=AWAY),
        _pull("gone", None, at="13:52:00", day=THEN, ip=AWAY),
    ]


def _save_inventory(layout: Layout) -> None:
    old, lately = datetime(2026, 1, 1), datetime(2026, 11, 1)  # noqa: DTZ001 (the inventory's times are UTC)
    used = datetime(2026, 8, 23, 12)  # noqa: DTZ001 (90 days before the snapshot)
    save(
        layout,
        AFTER,
        {
            "robots": [
                Robot("acme", "acme+ci", old, None),
                Robot("acme", "acme+old", old, None),
                Robot("acme", "acme+new", lately, None),
            ],
            "app_tokens": [
                AppToken("uuid-1", "laptop", "bob", old, None, None),
                AppToken("uuid-2", "forgotten", "bob", old, None, used),
                AppToken("uuid-3", "busy", "bob", old, None, lately),
            ],
            "applications": [Application("acme", "C1", "dashboard", None, None)],
            "application_tokens": [
                ApplicationToken("acme", "C1", "uuid-4", "carol 1", "repo:read", "carol", old, None, None),
                ApplicationToken("acme", "C1", "uuid-5", "dave 1", "repo:read", "dave", old, None, None),
            ],
            "service_keys": [ServiceKey("kid", "clair", "clair key", old, None, None, None, None, None)],
            "repositories": [
                Repository("acme", name, name == "docs", "NORMAL", "image")
                for name in ("docs", "plans", "vault", "web")
            ],
        },
    )
