"""Windows for tests about the lake: lines, states, and a lake to save them in."""

from datetime import UTC, date, datetime

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.writer import Written, write_entries
from pipeline.quay.lines import Row, line_from_row
from pipeline.quay.scopes import org

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = date(2026, 11, 20)


def line(second: int, kind: str = "pull_repo", name: str | None = "bob") -> bytes:
    at = f"2026-11-20T10:{second // 60:02d}:{second % 60:02d}"
    return line_from_row(
        Row(at, kind, "203.0.113.1", name, False, None, None, '{"repo":"web","t":"é\\u0000"}', None)
    )


LINES = [line(n % 600, kind=f"kind_{n % 3}") for n in range(2_000)]


def save_window(layout: Layout, day: date, lines: list[bytes], state: State = State.VERIFIED) -> WindowState:
    ledger = Ledger(layout)
    files = ledger.entries_file(org("acme"), day), ledger.state_file(org("acme"), day)
    written = write_entries(files[0], sorted(lines), voids=files[1])
    window = window_state(written, day, state)
    ledger.save(window)
    return window


def window_state(written: Written, day: date, state: State = State.VERIFIED) -> WindowState:
    return WindowState(
        scope="org/acme",
        day=day,
        state=state,
        routes=["pages"],
        rows=written.rows,
        rows_by_kind=written.rows_by_kind,
        expected_by_kind=written.rows_by_kind,
        missing_by_kind={},
        excess_by_kind={},
        unknown_kinds={},
        unknown_keys={},
        requests=1,
        file_sha256=written.file_sha256,
        rows_sha256=written.rows_sha256,
        fetched_at=NOW,
        server_url="https://quay.example",
        tool_version="0",
        notes=[],
    )
