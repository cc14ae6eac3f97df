"""Promises of the benchmark of many small windows: it measures lakes of the same entries."""

from pathlib import Path

import pytest

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from tests.benchmarks import bench_scopes
from tests.benchmarks.scope_lakes import LAST_DAY, make_day
from tests.lakes import Built, bring_up_to_date


def test_a_day_has_the_same_events_read_as_one_scope_or_as_many(tmp_path: Path) -> None:
    events = []
    for scopes in (1, 7):
        layout = Layout(tmp_path / str(scopes))
        make_day(layout, LAST_DAY, scopes=scopes, namespaces=7, events=300)
        assert len(Ledger(layout).windows()) == scopes
        bring_up_to_date(layout)
        rows = Built(layout).rows(
            "select * exclude (scope, position, namespace_kind) from events order by all"
        )
        events.append(rows)
    assert events[0] == events[1]
    assert len(events[0]) == 300


@pytest.mark.slow
def test_every_step_is_measured(tmp_path: Path) -> None:
    figures = bench_scopes.measure(tmp_path, days=2, events=200, scopes=3, namespaces=3)
    assert figures["disk"]["log_entries"]["files"] == 2 * 2 * 3
    assert min(figures["cpu_seconds"].values()) > 0
