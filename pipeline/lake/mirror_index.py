"""Which content of each object a mirror holds: a small SQLite file, for threads and processes at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from pipeline.lake.bucket import Stamp

_WAIT_SECONDS: Final = 60.0
_TABLE: Final = """
create table if not exists objects (key text primary key, etag text not null, size integer not null) without rowid
"""
_OWNER: Final = (
    "create table if not exists owner (only integer primary key check (only = 1), name text not null)"
)
_BELOW: Final = "select key, etag, size from objects where substr(key, 1, length(:below)) = :below"


class Index:
    """Remembers a stamp for each key."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._opened() as database:
            database.execute("pragma journal_mode = wal")
            database.execute(_TABLE)
            database.execute(_OWNER)

    def owner(self, fresh: str) -> str:
        """The name of this mirror, the same for all its processes; `fresh` is it where it has none yet."""
        with self._opened() as database:
            database.execute("insert or ignore into owner values (1, ?)", (fresh,))
            (name,) = database.execute("select name from owner").fetchone()
            return str(name)

    def stamps(self, below: str = "") -> dict[str, Stamp]:
        """Every key that begins with `below`, with its stamp."""
        with self._opened() as database:
            rows = database.execute(_BELOW, {"below": below}).fetchall()
        return {key: Stamp(etag, size) for key, etag, size in rows}

    def put(self, key: str, stamp: Stamp) -> None:
        """Remember what is held of `key` from now on."""
        with self._opened() as database:
            database.execute("insert or replace into objects values (?, ?, ?)", (key, *stamp))

    def forget(self, key: str) -> None:
        """Nothing is held of `key` any more."""
        with self._opened() as database:
            database.execute("delete from objects where key = ?", (key,))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=_WAIT_SECONDS)) as database, database:
            database.execute("pragma synchronous = normal")
            yield database
