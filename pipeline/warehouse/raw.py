"""The raw names that staging models read, as SELECTs over the lake's files: DuckDB's own words, here alone.

Paths are the user's own and are quoted; nothing that Quay said is ever part of a statement.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.lake.layout import Layout

LOG_ENTRY_COLUMNS: Mapping[str, str] = {
    "scope": "varchar",
    "day": "date",
    "position": "bigint",
    "occurred_at": "timestamp",
    "kind": "varchar",
    "ip": "varchar",
    "performer_name": "varchar",
    "performer_is_robot": "boolean",
    "namespace_name": "varchar",
    "namespace_kind": "varchar",
    "metadata": "varchar",
    "extra": "varchar",
}
EVENT_COLUMNS: Mapping[str, str] = {
    "scope": "varchar",
    "day": "date",
    "position": "bigint",
    "occurred_at": "timestamp",
    "kind": "varchar",
    "kind_family": "varchar",
    "namespace_name": "varchar",
    "namespace_kind": "varchar",
    "repository_name": "varchar",
    "performer_name": "varchar",
    "performer_is_robot": "boolean",
    "performer_kind": "varchar",
    "credential_kind": "varchar",
    "credential_id": "varchar",
    "credential_name": "varchar",
    "ip": "varchar",
    "network": "varchar",
    "country_code": "varchar",
    "user_agent": "varchar",
    "user_agent_family": "varchar",
    "tag": "varchar",
    "manifest_digest": "varchar",
    "target_name": "varchar",
    "metadata": "varchar",
}
WINDOW_COLUMNS: Mapping[str, str] = {
    "scope": "varchar",
    "day": "date",
    "state": "varchar",
    "routes": "varchar",
    "row_count": "bigint",
    "expected_count": "bigint",
    "missing_count": "bigint",
    "excess_count": "bigint",
    "request_count": "bigint",
    "file_sha256": "varchar",
    "rows_sha256": "varchar",
    "fetched_at": "timestamp",
    "server_url": "varchar",
    "tool_version": "varchar",
    "notes": "varchar",
}
WINDOW_KIND_COLUMNS: Mapping[str, str] = {
    "scope": "varchar",
    "day": "date",
    "kind": "varchar",
    "row_count": "bigint",
    "expected_count": "bigint",
    "missing_count": "bigint",
    "excess_count": "bigint",
}
KIND_COLUMNS: Mapping[str, str] = {"kind": "varchar", "kind_family": "varchar"}

_HIVE_KEYS = {"raw_log_entries": ("scope", "day"), "raw_events": ("day",)}
_FILE_COLUMNS = {"raw_log_entries": LOG_ENTRY_COLUMNS, "raw_events": EVENT_COLUMNS}
_GLOB_CHARACTER = re.compile(r"[*?\[\]]")


def quoted(text: str) -> str:
    """The text as a string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def columns_of(types: Mapping[str, str]) -> str:
    """A table's columns, as CREATE TABLE lists them."""
    return ", ".join(f"{identifier(name)} {kind}" for name, kind in types.items())


def pattern_of(path: Path) -> str:
    """The path as a pattern that matches itself alone: a folder may be called `lake[1]`."""
    return _GLOB_CHARACTER.sub(lambda character: f"[{character[0]}]", str(path.resolve()))


def select_from_files(name: str, files: Sequence[Path]) -> str:
    """What `name` (raw_log_entries or raw_events) stands for, over these files; without any, no rows."""
    return _select(name, [pattern_of(file) for file in files])


def select_from_lake(name: str, layout: Layout) -> str:
    """The SELECT that `name` stands for, over every file the lake has when it is run.

    Entries that the warehouse's own `windows` do not name are left out: a window that is being written is
    no evidence.
    """
    folder, below = {
        "raw_log_entries": (layout.log_entries, "scope=*/day=*/entries.parquet"),
        "raw_events": (layout.events, "day=*/events.parquet"),
    }[name]
    if next(folder.glob(below), None) is None:
        return _select(name, [])
    everything = _select(name, [f"{pattern_of(folder)}/{below}"])
    return f"{everything} semi join windows using (scope, day)" if name == "raw_log_entries" else everything


def _select(name: str, patterns: Iterable[str]) -> str:
    types, keys = _FILE_COLUMNS[name], _HIVE_KEYS[name]
    files = ", ".join(quoted(pattern) for pattern in patterns)
    if not files:
        return (
            f"select {', '.join(f'null::{kind} as {column}' for column, kind in types.items())} where false"
        )
    hive = ", ".join(f"{quoted(key)}: {types[key]}" for key in keys)
    options = f"hive_partitioning = true, hive_types = {{{hive}}}"
    return f"select {', '.join(types)} from read_parquet([{files}], {options})"  # noqa: S608 (quoted above)
