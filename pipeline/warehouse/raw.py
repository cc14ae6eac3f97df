"""The raw names that staging models read, as SELECTs over the lake's files: DuckDB's own words, here alone.

Paths are the user's own and are quoted; nothing that Quay said is ever part of a statement.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.lake.layout import Layout
from pipeline.quay.registry.tables import LISTS, TABLES, Table

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
NEVER_NULL_IN_EVENTS: Final = frozenset(
    (
        "scope",
        "position",
        "occurred_at",
        "kind",
        "kind_family",
        "performer_kind",
        "credential_kind",
        "metadata",
    )
)
"""What an entry always has, and what is always concluded from it: its file says so, as those of entries do."""
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

SNAPSHOT_COLUMNS: Mapping[str, str] = {
    "snapshot_date": "date",
    "table_name": "varchar",
    "row_count": "bigint",
    "file_sha256": "varchar",
    "taken_at": "timestamp",
    "server_url": "varchar",
    "tool_version": "varchar",
}
_INVENTORY = "raw_inventory_"
_TYPES: Mapping[type, str] = {str: "varchar", bool: "boolean", int: "bigint", datetime: "timestamp"}

_INVENTORY_COLUMNS = {
    f"{_INVENTORY}{table.name}": {
        "snapshot_date": "date",
        **{column.name: _TYPES[column.kind] for column in table.columns},
    }
    for table in (LISTS, *TABLES)
}
_HIVE_KEYS = {
    "raw_log_entries": ("scope", "day"),
    "raw_packed_entries": ("day",),
    "raw_events": ("day",),
    **dict.fromkeys(_INVENTORY_COLUMNS, ("snapshot_date",)),
}
_FILE_COLUMNS = {
    "raw_log_entries": LOG_ENTRY_COLUMNS,
    "raw_packed_entries": LOG_ENTRY_COLUMNS,
    "raw_events": EVENT_COLUMNS,
    **_INVENTORY_COLUMNS,
}
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


def types_of(name: str) -> Mapping[str, str]:
    """The columns of `name` (raw_log_entries, raw_events, raw_inventory_...) with their types."""
    return _FILE_COLUMNS[name]


def select_from_files(name: str, files: Sequence[Path]) -> str:
    """What `name` (raw_log_entries, raw_events, raw_inventory_...) stands for, over these files, if any."""
    return _select(name, [pattern_of(file) for file in files])


def select_entries(files: Sequence[Path], packs: Sequence[Path]) -> str:
    """What raw_log_entries stands for, over these windows' files and over these packs of other windows."""
    if not packs:
        return select_from_files("raw_log_entries", files)
    packed = select_from_files("raw_packed_entries", packs)
    return f"{packed} union all {select_from_files('raw_log_entries', files)}" if files else packed


def select_from_lake(name: str, layout: Layout) -> str:
    """The SELECT that `name` stands for, over every file the lake has when it is run.

    What the warehouse's own `windows` and `inventory_snapshots` do not name is left out: a window or a
    snapshot that is being written is no evidence.
    """
    table = name.removeprefix(_INVENTORY)
    folder, below, known = {
        "raw_log_entries": (
            layout.log_entries,
            "scope=*/day=*/entries.parquet",
            " semi join windows using (scope, day)",
        ),
        "raw_events": (layout.events, "day=*/events.parquet", ""),
    }.get(name, (layout.inventory / table, "snapshot_date=*/*.parquet", _known_snapshots(table)))
    if next(folder.glob(below), None) is None:
        return _select(name, [])
    return _select(name, [f"{pattern_of(folder)}/{below}"]) + known


def _known_snapshots(table: str) -> str:
    dates = f"select snapshot_date from inventory_snapshots where table_name = {quoted(table)}"  # noqa: S608 (our names)
    return f" semi join ({dates}) as known using (snapshot_date)"


def select_cells() -> str:
    """The SELECT that raw_inventory_cells stands for: every value of every inventory table, a row each.

    Columns that change by use alone are left out. What tells a row apart is one text, as in `place_of`.
    """
    return " union all ".join(_cells_of(table) for table in TABLES)


def _cells_of(table: Table) -> str:
    columns = [column.name for column in table.columns]
    still = [name for name in columns if name not in table.moving]
    namespace = "namespace_name" if "namespace_name" in columns else "null"
    names = ", ".join(map(quoted, still))
    values = ", ".join(f"cast({name} as varchar)" for name in still)
    return (
        f"select snapshot_date, {quoted(table.name)} as table_name, {_one_text(table.place)} as place, "  # noqa: S608
        f"{namespace} as namespace_name, {_one_text(table.key)} as row_key, "
        f"unnest([{names}]) as column_name, unnest([{values}]) as value from {_INVENTORY}{table.name}"
    )


def _one_text(columns: Sequence[str]) -> str:
    """What `pipeline.quay.registry.tables.place_of` makes of the same values."""
    if not columns:
        return "''"
    *outer, last = columns
    escaped = [f"replace(replace({name}, '%', '%25'), '/', '%2F')" for name in outer]
    return " || '/' || ".join([*escaped, last])


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
