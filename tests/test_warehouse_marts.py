"""Promises of the marts: each number is what counting by hand gives."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bundle import bundled
from pipeline.warehouse.models import read_models
from tests.lakes import Built
from tests.warehouse_worlds import SHOWN_AS, Day, built, days, shown_rows

Event = dict[str, Any]
Groups = dict[tuple[Any, ...], list[Event]]

PULLS = {"pull_repo", "repo_verb"}
TAG_DELETIONS = {"delete_tag", "permanently_delete_tag"}
REFUSALS = {"pull_repo_failed", "push_repo_failed", "delete_tag_failed"}
WORLDS = st.lists(days(), min_size=2, max_size=3)


def groups_of(events: Iterable[Event], *keys: str) -> Groups:
    groups: Groups = defaultdict(list)
    for event in events:
        groups[tuple(event[key] for key in keys)].append(event)
    return groups


def kinds(events: Iterable[Event], wanted: set[str]) -> int:
    return sum(event["kind"] in wanted for event in events)


def distinct(events: Iterable[Event], *keys: str) -> int:
    """How many values there are, nulls left out."""
    values = {tuple(event[key] for key in keys) for event in events}
    return sum(None not in value for value in values)


def credentials(events: Iterable[Event]) -> int:
    return len({(e["credential_kind"], e["credential_id"] or e["credential_name"] or "") for e in events})


def span(events: Iterable[Event]) -> tuple[Any, Any]:
    times = [event["occurred_at"] for event in events]
    return min(times), max(times)


def by_credential(events: list[Event]) -> tuple[Any, ...]:
    return (
        len(events),
        kinds(events, PULLS),
        kinds(events, {"push_repo"}),
        kinds(events, TAG_DELETIONS),
        kinds(events, REFUSALS | {"login_failure"}),
        sum(event["kind_family"] not in {"pull", "push", "login"} for event in events),
        distinct(events, "namespace_name"),
        distinct(events, "namespace_name", "repository_name"),
        distinct(events, "network"),
        distinct(events, "ip"),
        distinct(events, "country_code"),
        distinct(events, "user_agent_family"),
        *span(events),
    )


def by_repository(events: list[Event]) -> tuple[Any, ...]:
    pulls = [event for event in events if event["kind"] in PULLS]
    return (
        len(events),
        len(pulls),
        sum(event["credential_kind"] == "anonymous" for event in pulls),
        kinds(events, {"push_repo"}),
        kinds(events, TAG_DELETIONS),
        kinds(events, REFUSALS),
        sum(event["kind_family"] == "permission" for event in events),
        credentials(events),
        distinct(events, "network"),
        distinct(events, "tag"),
        *span(events),
    )


def by_network(events: list[Event]) -> tuple[Any, ...]:
    return (
        max((event["country_code"] for event in events if event["country_code"]), default=None),
        len(events),
        kinds(events, REFUSALS | {"login_failure"}),
        kinds(events, {"login_failure"}),
        distinct(events, "ip"),
        credentials(events),
        distinct(events, "namespace_name"),
        distinct(events, "user_agent_family"),
        *span(events),
    )


def by_kind(events: list[Event]) -> tuple[Any, ...]:
    return (len(events),)


MARTS: dict[str, tuple[tuple[str, ...], Callable[[list[Event]], tuple[Any, ...]]]] = {
    "mart_credential_daily": (
        ("day", "credential_kind", "credential_id", "credential_name", "performer_name"),
        by_credential,
    ),
    "mart_repository_daily": (("day", "namespace_name", "repository_name"), by_repository),
    "mart_network_daily": (("day", "network"), by_network),
    "mart_namespace_kind_daily": (("day", "namespace_name", "kind"), by_kind),
}


def credential(event: Event) -> str:
    kind = "user" if event["credential_kind"] == "password_or_session" else event["credential_kind"]
    return kind if event["credential_id"] is None else f"{kind}:{event['credential_id']}"


def repository(event: Event) -> str | None:
    names = (event["namespace_name"], event["repository_name"])
    return None if None in names else "/".join(names)


def ip_block(event: Event) -> str | None:
    network = event["network"]
    if network is None:
        return None
    return (
        ".".join(network.split(".")[:2]) + ".0.0/16"
        if "." in network
        else ":".join(network.split(":")[:3]) + "::/48"
    )


def habits(event: Event) -> dict[str, str | None]:
    """Every habit that an event shows; what was refused shows its kind alone."""
    shown: dict[str, str | None] = {"kind": event["kind"]}
    if event["kind"] in REFUSALS | {"login_failure"}:
        return shown
    return shown | {
        "client": event["user_agent_family"],
        "country": event["country_code"],
        "hour": str(event["day"].weekday() * 24 + event["occurred_at"].hour),
        "ip_block": ip_block(event),
        "namespace": event["namespace_name"],
        "network": event["network"],
        "pushed_repository": repository(event) if event["kind"] == "push_repo" else None,
        "repository": repository(event) if event["kind"] in PULLS else None,
    }


def is_change(event: Event) -> bool:
    """Of the kinds of these worlds."""
    return event["kind"] in {"delete_tag", "create_robot"} and event["performer_kind"] != "worker"


def habits_by_hand(events: list[Event]) -> Counter[tuple[Any, ...]]:
    groups: Groups = defaultdict(list)
    for event in events:
        for habit, value in habits(event).items():
            if value is not None and event["performer_kind"] != "worker":
                groups[event["day"], credential(event), event["performer_name"], habit, value].append(event)
    return Counter(
        (
            *key,
            len(group),
            kinds(group, PULLS),
            kinds(group, {"push_repo"}),
            sum(map(is_change, group)),
            versions(group) if key[3] == "repository" else None,
            *span(group),
        )
        for key, group in groups.items()
    )


def versions(pulls: list[Event]) -> int:
    """One by tag and, for its platform, by digest is one."""
    return max(distinct(pulls, "tag"), distinct(pulls, "manifest_digest"))


def tried(event: Event) -> str | None:
    """Whose login failed."""
    name = details(event).get("username")
    return f"user:{name}" if event["kind"] == "login_failure" and name else None


def asked_for(event: Event) -> str | None:
    names = (details(event).get("namespace"), details(event).get("repo"))
    return None if event["kind"] == "login_failure" or None in names else "/".join(map(str, names))


def details(event: Event) -> dict[str, Any]:
    """Of the events of these worlds, of which some are broken."""
    text = event["metadata"]
    return json.loads(text) if text.startswith('{"') else {}


def failures_by_hand(events: list[Event]) -> Counter[tuple[Any, ...]]:
    groups: Groups = defaultdict(list)
    for event in events:
        if event["kind"] in REFUSALS | {"login_failure"}:
            names = (tried(event), credential(event), event["performer_name"], event["network"])
            groups[event["day"], event["kind"], *names, asked_for(event)].append(event)
    return Counter((*key, len(group), missing(group), *span(group)) for key, group in groups.items())


def missing(refusals: list[Event]) -> int:
    """Refusals of what does not exist."""
    return sum("does not exist" in details(event).get("message", "") for event in refusals)


def assert_failures_count(lake: Built, events: list[Event]) -> None:
    columns = (
        "day, kind, tried, credential, performer_name, network, repository,"
        " event_count, missing_count, first_at, last_at"
    )
    assert Counter(lake.rows(f"select {columns} from mart_failure_daily")) == failures_by_hand(events)  # noqa: S608


def assert_habits_count(lake: Built, events: list[Event]) -> None:
    columns = (
        "day, credential, performer_name, habit, habit_value,"
        " event_count, pull_count, push_count, change_count, version_count, first_at, last_at"
    )
    assert Counter(lake.rows(f"select {columns} from mart_credential_habit_daily")) == habits_by_hand(events)  # noqa: S608
    held = {(credential(e), e["performer_name"], e["credential_kind"], e["performer_kind"]) for e in events}
    names = "credential, performer_name, credential_kind, performer_kind"
    assert set(lake.rows(f"select {names} from mart_credential_habit_daily")) <= held  # noqa: S608


def assert_changes_are_events(lake: Built, events: list[Event]) -> None:
    keys = {
        (
            event["scope"],
            event["day"],
            event["position"],
            f"{event['day']} {event['scope']} #{event['position']:08}",
        )
        for event in events
        if is_change(event)
    }
    assert set(lake.rows("select scope, day, position, event_key from mart_change_events")) == keys


def counted_by_hand(mart: str, events: list[Event]) -> Counter[tuple[Any, ...]]:
    keys, count = MARTS[mart]
    wanted = [event for event in events if mart != "mart_repository_daily" or event["repository_name"]]
    return Counter((*key, *count(group)) for key, group in groups_of(wanted, *keys).items())


@settings(max_examples=4)
@given(WORLDS)
def test_every_number_is_what_counting_by_hand_gives_whatever_windows_there_are(world: list[Day]) -> None:
    with built(world) as lake:
        events = lake.events()
        for mart in MARTS:
            assert Counter(lake.table(mart)) == counted_by_hand(mart, events), mart
        assert_window_marts_count(world, lake)
        assert_coverage_counts(world, lake, events)
        assert_habits_count(lake, events)
        assert_changes_are_events(lake, events)
        assert_failures_count(lake, events)
        assert_grains_tell_rows_apart(lake)


def assert_window_marts_count(world: list[Day], lake: Built) -> None:
    by_kind: Counter[tuple[Any, ...]] = Counter()
    by_performer: Counter[tuple[Any, ...]] = Counter()
    for day, window, entry in shown_rows(world):
        namespace = SHOWN_AS[entry.account] if window.scope == "all" else entry.account
        by_kind[window.scope, day, entry.row.kind] += 1
        by_performer[window.scope, day, namespace, entry.row.performer_name, entry.row.kind] += 1
    assert {tuple(key): count for *key, count in lake.table("mart_kind_daily")} == by_kind
    found: Counter[tuple[Any, ...]] = Counter()
    for scope, day, namespace, performer, _, kind, count in lake.table("mart_performer_kind_daily"):
        found[scope, day, namespace, performer, kind] += count
    assert found == by_performer


def assert_coverage_counts(world: list[Day], lake: Built, events: list[Event]) -> None:
    rows = lake.rows("select scope, day, row_count, event_count from mart_coverage_daily")
    used = Counter((event["scope"], event["day"]) for event in events)
    held = Counter((window.scope, day) for day, window, _ in shown_rows(world))
    assert {(scope, day): count for scope, day, count, _ in rows if count} == held
    assert {(scope, day): count for scope, day, _, count in rows if count} == used
    assert len(rows) == sum(len(day.windows) for day in world)


def assert_grains_tell_rows_apart(lake: Built) -> None:
    for model in read_models(bundled("sql")):
        if name := model.published_name:
            keys = ", ".join(model.head.grain)
            query = f"select {keys}, count(*) from {name} group by all having count(*) > 1"  # noqa: S608 (our names)
            assert lake.rows(query) == [], name


def test_everything_in_the_warehouse_is_described() -> None:
    with built([]) as lake:
        tables = lake.rows(
            "select table_name, comment from duckdb_tables() union all "
            "select view_name, comment from duckdb_views() where not internal"
        )
        columns = lake.rows(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        )
        assert {name for name, _ in tables} >= {"events", "log_entries", "windows", "build_state", *MARTS}
        assert [name for name, comment in tables if not comment] == []
        assert [(table, column) for table, column, comment in columns if not comment] == []
        assert len(columns) > 100


def test_a_warehouse_over_an_empty_lake_answers_with_nothing() -> None:
    with built([]) as lake:
        assert isinstance(lake, Built)
        for name in ("events", "log_entries", "windows", "mart_kind_daily"):
            assert lake.table(name) == []
