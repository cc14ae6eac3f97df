"""Promises of the marts: each number is what counting by hand gives."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bundle import bundled
from pipeline.warehouse.models import read_models
from tests.counting import (
    PULLS,
    REFUSALS,
    Event,
    assert_changes_are_events,
    assert_failures_count,
    assert_habits_count,
    credentials,
    distinct,
    groups_of,
    kinds,
    span,
)
from tests.lakes import Built
from tests.warehouse_worlds import SHOWN_AS, Day, built, days, shown_rows

TAG_DELETIONS = {"delete_tag", "permanently_delete_tag"}
WORLDS = st.lists(days(), min_size=2, max_size=3)


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


def by_tag(events: list[Event]) -> tuple[Any, ...]:
    return (len(events), *span(events))


MARTS: dict[str, tuple[tuple[str, ...], Callable[[list[Event]], tuple[Any, ...]]]] = {
    "mart_credential_daily": (
        ("day", "credential_kind", "credential_id", "credential_name", "performer_name"),
        by_credential,
    ),
    "mart_repository_daily": (("day", "namespace_name", "repository_name"), by_repository),
    "mart_network_daily": (("day", "network"), by_network),
    "mart_namespace_kind_daily": (("day", "namespace_name", "kind"), by_kind),
    "mart_tag_push_daily": (
        (
            "day",
            "namespace_name",
            "repository_name",
            "tag",
            "credential_kind",
            "credential",
            "performer_name",
        ),
        by_tag,
    ),
}
IS_COUNTED: dict[str, Callable[[Event], bool]] = {
    "mart_repository_daily": lambda event: bool(event["repository_name"]),
    "mart_tag_push_daily": lambda event: (
        event["kind"] == "push_repo" and None not in (event["repository_name"], event["tag"])
    ),
}


def counted_by_hand(mart: str, events: list[Event]) -> Counter[tuple[Any, ...]]:
    keys, count = MARTS[mart]
    counts = IS_COUNTED.get(mart)
    wanted = [
        event | {"credential": event["credential_id"] or event["credential_name"]}
        for event in events
        if counts is None or counts(event)
    ]
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
