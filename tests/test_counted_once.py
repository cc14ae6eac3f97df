"""Promises of the check that no entry is two events: it names each that is, and no other."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bundle import bundled
from pipeline.warehouse import raw
from pipeline.warehouse.models import read_models
from pipeline.warehouse.workbench import Workbench, connected
from tests.lakes import DAY

MODELS = {model.name: model for model in read_models(bundled("sql"))}
STAGED, CHECK = MODELS["stg_events"], MODELS["check_events_are_counted_once"]
MOST = 2**40

Entry = tuple[str, date, int]

PLACES = st.one_of(st.integers(0, 70), st.integers(MOST - 70, MOST))
ENTRIES = st.tuples(
    st.sampled_from(["all", "org/acme"]), st.sampled_from([DAY, DAY + timedelta(days=1)]), PLACES
)


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with closing(connected(":memory:", {"memory_limit": "500MB", "threads": "1"})) as connection:
        bench = Workbench(connection, [STAGED])
        connection.execute("drop view raw_events")
        yield bench


@given(entries=st.lists(ENTRIES, max_size=80), again=st.data())
@settings(max_examples=60, deadline=None)
def test_an_entry_that_is_more_than_one_event_is_named_and_no_other(
    bench: Workbench, entries: list[Entry], again: st.DataObject
) -> None:
    doubled = again.draw(st.lists(st.sampled_from(entries), max_size=5)) if entries else []
    events = Counter([*entries, *doubled])
    known = [{"scope": scope, "day": day, "position": place} for scope, day, place in events.elements()]
    rows = [[event.get(column) for column in raw.EVENT_COLUMNS] for event in known]
    bench.fill("raw_events", raw.EVENT_COLUMNS, rows)
    found = bench.connection.execute(CHECK.query).fetchall()
    assert sorted(found) == sorted((*entry, count) for entry, count in events.items() if count > 1)
