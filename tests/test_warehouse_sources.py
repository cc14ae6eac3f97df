"""Promises of what counts: each event once, from the best window that shows it; and the counts made of that."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from pipeline.warehouse.build import build
from tests.lakes import DAY, UUID, Built, row, save_window
from tests.warehouse_worlds import Day, Entry, chosen, covers, days, save, shown_rows

ACME = row(metadata={"namespace": "acme"})
ACME_IN_ALL = row(namespace="acme", metadata={"namespace": "acme"})


@contextmanager
def built(world: list[Day]) -> Iterator[Built]:
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        save(layout, world)
        build(layout, layout.warehouse, threads=1)
        yield Built(layout)


def looks_of(entry: Entry) -> tuple[Any, ...]:
    return (entry.row.occurred_at[11:], entry.row.kind, entry.row.ip, entry.row.performer_name, entry.row.metadata)


def events_of(lake: Built, number: int) -> Counter[tuple[Any, ...]]:
    query = """
        select scope, strftime(occurred_at, '%H:%M:%S'), kind, ip, performer_name, metadata
        from events
        where day = ?
    """
    return Counter(lake.rows(query, DAY + timedelta(days=number)))


@settings(max_examples=8)
@given(st.lists(days(), min_size=2, max_size=3))
def test_events_are_what_the_rule_says_whatever_windows_there_are(world: list[Day]) -> None:
    with built(world) as lake:
        for number, day in enumerate(world):
            expected = Counter((window.scope, *looks_of(entry)) for window, entry in chosen(day))
            assert events_of(lake, number) == expected


@settings(max_examples=8)
@given(st.lists(days(lossy=False), min_size=2, max_size=3))
def test_windows_without_losses_give_every_event_that_any_of_them_shows_once(world: list[Day]) -> None:
    with built(world) as lake:
        for number, day in enumerate(world):
            seen = [entry for entry in day.truth if any(covers(window.scope, entry) for window in day.windows)]
            hidden_by_a_whole_window = Counter[tuple[Any, ...]]()
            found = Counter(looks for _, *looks in map(tuple, [])) if False else Counter[tuple[Any, ...]]()
            for (_, *looks), count in events_of(lake, number).items():
                found[tuple(looks)] += count
            assert found + hidden_by_a_whole_window == Counter(looks_of(entry) for entry in seen)
