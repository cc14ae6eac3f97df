"""Small lakes: windows of any rows one likes, sealed as an extract would seal them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from msgspec.structs import replace

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.writer import write_entries
from pipeline.quay.lines import Row, line_from_row
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.build import BuildSummary, build

DAY = date(2026, 11, 20)
FETCHED_AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
UUID = "7e68302f-c3bc-4854-a925-4416e18a58f9"

Rows = list[tuple[Any, ...]]


def row(
    kind: str = "pull_repo",
    *,
    at: str = "10:00:00",
    day: date = DAY,
    ip: str | None = "203.0.113.7",
    performer: str | None = "bob",
    is_robot: bool | None = False,
    namespace: str | None = None,
    metadata: Mapping[str, Any] | str | None = None,
) -> Row:
    """One entry; `namespace` is what Quay says of it, in the log of all."""
    text = metadata if isinstance(metadata, str) else json.dumps(metadata or {}, sort_keys=True)
    return Row(
        f"{day}T{at}",
        kind,
        ip,
        performer,
        None if performer is None else is_robot,
        namespace,
        None if namespace is None else "org",
        text,
        None,
    )


def at_second(row: Row, second: int) -> Row:
    """The row, moved to that second of its day."""
    day = row.occurred_at[:10]
    return replace(row, occurred_at=f"{day}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}")


def save_window(
    layout: Layout,
    scope: str,
    rows: Iterable[Row],
    *,
    day: date = DAY,
    state: State = State.VERIFIED,
    expected: Mapping[str, int] | None = None,
    fetched_at: datetime = FETCHED_AT,
) -> WindowState:
    """Put one window into a lake, as an extract does."""
    ledger = Ledger(layout)
    lines = sorted(line_from_row(row) for row in rows)
    where = scope_from_text(scope), day
    written = write_entries(ledger.entries_file(*where), lines, voids=ledger.state_file(*where))
    counted = written.rows_by_kind if state is State.VERIFIED else expected
    missing = Counter(counted or {}) - Counter(written.rows_by_kind)
    window = WindowState(
        scope=scope,
        day=day,
        state=state,
        routes=["pages", "by repository"],
        rows=written.rows,
        rows_by_kind=written.rows_by_kind,
        expected_by_kind=None if counted is None else dict(counted),
        missing_by_kind=dict(missing),
        excess_by_kind={},
        unknown_kinds={},
        unknown_keys={},
        requests=3,
        file_sha256=written.file_sha256,
        rows_sha256=written.rows_sha256,
        fetched_at=fetched_at,
        server_url="https://quay.example",
        tool_version="0.1.0",
        notes=[],
    )
    ledger.save(window)
    return window


def bring_up_to_date(layout: Layout, **options: Any) -> BuildSummary:
    """Build on one thread: for a lake of a few rows, more of them only cost."""
    return build(layout, layout.warehouse, **({"threads": 1} | options))


@dataclass(frozen=True)
class Built:
    """A lake and its warehouse."""

    layout: Layout

    @property
    def warehouse(self) -> Path:
        """The file."""
        return self.layout.warehouse

    def rows(self, query: str, *values: Any) -> Rows:
        """What a plain DuckDB says, as anybody who opens the file would see it."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(query, list(values)).fetchall()

    def tables(self, *names: str) -> dict[str, Rows]:
        """All rows of tables or views, in an order of their own."""
        queries = {name: f"select * from {name} order by all" for name in names}  # noqa: S608 (names of our own)
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return {name: connection.execute(query).fetchall() for name, query in queries.items()}

    def table(self, name: str) -> Rows:
        """All rows of one table or view."""
        return self.tables(name)[name]

    def events(self) -> list[dict[str, Any]]:
        """Every event, in the order of its file."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            result = connection.execute("select * from events order by all")
            names = [column[0] for column in result.description or []]
            return [dict(zip(names, values, strict=True)) for values in result.fetchall()]
