"""Promises of what counts: each event once, from the best window that shows it."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from tests.lakes import DAY, UUID, Built, bring_up_to_date, row, save_window
from tests.warehouse_worlds import Day, built, chosen, covers, days, looks_of

ACME = {"namespace": "acme"}


def events_of(lake: Built, number: int) -> list[tuple[Any, ...]]:
    query = "select scope, strftime(occurred_at, '%H:%M:%S'), kind, ip, metadata from events where day = ?"
    return lake.rows(query, DAY + timedelta(days=number))


@settings(max_examples=4)
@given(st.lists(days(), min_size=2, max_size=3))
def test_events_come_from_the_window_that_the_rule_names_whatever_windows_there_are(world: list[Day]) -> None:
    with built(world) as lake:
        for number, day in enumerate(world):
            expected = Counter((window.scope, *looks_of(entry)) for window, entry in chosen(day))
            assert Counter(events_of(lake, number)) == expected


@settings(max_examples=4)
@given(st.lists(days(lossy=False), min_size=2, max_size=3))
def test_windows_without_losses_give_all_that_any_of_them_shows_and_each_event_once(world: list[Day]) -> None:
    with built(world) as lake:
        for number, day in enumerate(world):
            shown = [
                entry for entry in day.truth if any(covers(window.scope, entry) for window in day.windows)
            ]
            assert Counter(tuple(looks) for _, *looks in events_of(lake, number)) == Counter(
                map(looks_of, shown)
            )


def sources(layout: Layout) -> list[tuple[Any, ...]]:
    bring_up_to_date(layout)
    return Built(layout).rows("select scope, kind, namespace_name from events order by all")


@pytest.mark.parametrize(
    ("all_state", "org_state", "source"),
    [
        (State.VERIFIED, State.VERIFIED, "all"),
        (State.UNVERIFIED, State.VERIFIED, "org/acme"),
        (State.SHORT, State.VERIFIED, "org/acme"),
        (State.VERIFIED, State.SHORT, "all"),
        (State.OPEN, State.OPEN, "all"),
        (State.SHORT, State.UNVERIFIED, "all"),
    ],
)
def test_a_verified_window_comes_before_one_that_is_not_and_all_before_the_rest(
    tmp_path: Path, all_state: State, org_state: State, source: str
) -> None:
    layout = Layout(tmp_path)
    expected = {"pull_repo": 9}
    save_window(layout, "all", [row(namespace="acme", metadata=ACME)], state=all_state, expected=expected)
    save_window(layout, "org/acme", [row(metadata=ACME)], state=org_state, expected=expected)
    assert sources(layout) == [(source, "pull_repo", "acme")]


def test_a_namespace_keeps_its_own_window_while_all_gives_the_others(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    pulls = [
        row(namespace="acme"),
        row("push_repo", namespace="globex"),
        row("create_repo", namespace="globex"),
    ]
    save_window(layout, "all", pulls, state=State.UNVERIFIED)
    save_window(layout, "org/acme", [row(), row()])
    assert sources(layout) == [
        ("all", "create_repo", "globex"),
        ("all", "push_repo", "globex"),
        ("org/acme", "pull_repo", "acme"),
        ("org/acme", "pull_repo", "acme"),
    ]


def test_repositories_stand_in_only_where_nothing_shows_their_namespace(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "repo/acme/web", [row()])
    save_window(layout, "repo/acme/team/api", [row("push_repo")])
    save_window(layout, "repo/globex/web", [row("delete_tag")])
    save_window(layout, "org/globex", [row("create_repo")], state=State.SHORT, expected={"create_repo": 2})
    bring_up_to_date(layout)
    found = Built(layout).rows(
        "select kind, namespace_name, namespace_kind, repository_name from events order by all"
    )
    assert found == [
        ("create_repo", "globex", "org", None),
        ("pull_repo", "acme", None, "web"),
        ("push_repo", "acme", None, "team/api"),
    ]


@pytest.mark.parametrize("name", [None, UUID])
def test_an_account_that_is_gone_keeps_the_name_that_its_entries_carry(
    tmp_path: Path, name: str | None
) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", [row(namespace=name, metadata=ACME), row("create_robot", namespace=name)])
    assert sources(layout) == [("all", "create_robot", name), ("all", "pull_repo", "acme")]


def test_a_window_read_before_the_account_was_deleted_does_not_double_what_all_shows_after(
    tmp_path: Path,
) -> None:
    layout = Layout(tmp_path)
    before = [row(metadata=ACME), row(metadata=ACME), row("create_robot")]
    after = [*(row(namespace=None, metadata=ACME) for _ in range(3)), row("create_robot", namespace=UUID)]
    save_window(layout, "org/acme", before)
    save_window(layout, "all", after, state=State.UNVERIFIED)
    assert sources(layout) == [
        ("all", "pull_repo", "acme"),
        ("org/acme", "create_robot", "acme"),
        ("org/acme", "pull_repo", "acme"),
        ("org/acme", "pull_repo", "acme"),
    ]


def test_a_new_account_of_an_old_name_does_not_hide_what_the_old_one_did(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "org/acme", [row(at="12:00:00", metadata=ACME)])
    old, new = row(at="09:00:00", metadata=ACME), row(at="12:00:00", namespace="acme", metadata=ACME)
    save_window(layout, "all", [old, new], state=State.SHORT, expected={"pull_repo": 3})
    assert sources(layout) == [("all", "pull_repo", "acme"), ("org/acme", "pull_repo", "acme")]


def test_equal_entries_of_one_window_are_as_many_events(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "org/acme", [row()] * 5)
    assert sources(layout) == [("org/acme", "pull_repo", "acme")] * 5
