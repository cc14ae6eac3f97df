"""Detections run over what real Quays exported: real rows have gaps that no invented history thinks of."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.detect.readiness import Readiness
from pipeline.detect.run import detect
from pipeline.detect.stored import read_signals, read_verdicts
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.warehouse.build import build
from tests.commands import quay_audit
from tests.worlds import DATA

JUDGED_DAYS = timedelta(days=13)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "exports"),
    [
        ("corpus", {"acme": "org/acme", "alice": "user/alice", "tieorg": "org/tieorg"}),
        ("corpus-mariadb", {"acme-2026-11-17": "org/acme", "small-2026-11-14": "org/small"}),
    ],
)
def test_every_detection_judges_real_logs_without_a_failure(
    folder: str, exports: dict[str, str], tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    for name, scope in exports.items():
        file = DATA / folder / "export" / f"{name}.json.gz"
        ended = quay_audit("ingest", "--offline", "--lake", str(lake), "--scope", scope, str(file))
        assert ended.status == 0
    layout = Layout(lake)
    build(layout, layout.warehouse)
    last = max(window.day for window in Ledger(layout).windows())
    summary = detect(layout, layout.warehouse, since=last - JUDGED_DAYS, until=last)
    assert summary.judged_days
    verdicts = read_verdicts(layout.warehouse)
    assert {verdict.day for verdict in verdicts} == set(summary.judged_days)
    assert not [verdict for verdict in verdicts if any("it failed" in reason for reason in verdict.reasons)]
    assert any(verdict.readiness is not Readiness.BLIND for verdict in verdicts)
    for signal, _ in read_signals(layout.warehouse):
        assert signal.reason
        assert isinstance(signal.day, date)
