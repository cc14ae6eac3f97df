"""The small windows of a day in one file more: a thousand files of a hundred rows cost more to open than to read.

A pack is made of the evidence and can be made again; whoever reads packs works without them. Its name is a hash over the
windows that it holds, so nobody finds one of windows that have changed since.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.lake.files import remove, write_bytes
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, WindowState
from pipeline.lake.storage import here
from pipeline.quay.scopes import scope_from_text

LEAST_WINDOWS = 50
"""Fewer small windows than this cost too little to be copied."""
MOST_ROWS = 10_000
"""A window of more rows than this is not small: it costs no less in a pack."""


class PackState(msgspec.Struct, frozen=True):
    """What a pack is; written last, so that without it there is none."""

    windows: int
    rows: int
    file_sha256: str


class Member(NamedTuple):
    """A window as a pack knows it."""

    scope: str
    file_sha256: str
    rows: int


class Pack(NamedTuple):
    """A file of entries with a column `scope` more, and the scopes of which it holds the day."""

    file: Path
    scopes: frozenset[str]


class Packs:
    """Finds, makes and removes the packs of one lake."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._ledger = Ledger(layout)

    def found(self, day: date, key: str) -> Path | None:
        """The pack of exactly the windows that `key_of` was told of; None where there is none, or a damaged one."""
        file = self._layout.pack_file(day, key)
        try:
            state = _decode_state(here(_state_file(file)).read_bytes())
            with here(file).open("rb") as content:
                is_whole = hashlib.file_digest(content, "sha256").hexdigest() == state.file_sha256
        except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return file if is_whole else None

    def listed(self, day: date, key: str) -> Path | None:
        """As `found`, without a look into it: for whoever does not read it."""
        file = self._layout.pack_file(day, key)
        return file if _state_file(file).exists() else None

    def made(self, day: date, windows: Iterable[WindowState]) -> Pack | None:
        """The pack of a day's small windows, made if it is not there; every other one of the day is removed.

        None where they are few, or where a file is not the one that its window describes.
        """
        members = members_of(windows)
        key = key_of(members)
        file = self.found(day, key) or self._written(day, key, members) if members else None
        self.remove(day, but=file)
        return Pack(file, frozenset(member.scope for member in members)) if file else None

    def remove(self, day: date, *, but: Path | None = None) -> None:
        """Take away the packs of a day; a state goes before what it describes."""
        folder = self._layout.pack_file(day, "").parent
        for file in sorted(folder.glob("*.json")) + sorted(folder.glob("*.parquet")):
            if but is None or file.stem != but.stem:
                remove(file)
        with suppress(OSError):
            folder.rmdir()

    def days(self) -> set[date]:
        """The days that have packs, or had."""
        folders = self._layout.packed.glob("day=*")
        return {date.fromisoformat(folder.name.removeprefix("day=")) for folder in folders}

    def _written(self, day: date, key: str, members: Sequence[Member]) -> Path | None:
        from pipeline.lake.pack_writer import (
            write_pack,
        )  # here: whoever only looks for packs needs no pyarrow

        file = self._layout.pack_file(day, key)
        remove(_state_file(file))
        files = {self._ledger.entries_file(scope_from_text(member.scope), day): member for member in members}
        if (sha256 := write_pack(file, files)) is None:
            return None
        state = PackState(len(members), sum(member.rows for member in members), sha256)
        write_bytes(_state_file(file), msgspec.json.format(msgspec.json.encode(state)) + b"\n")
        return file


def members_of(windows: Iterable[WindowState]) -> list[Member]:
    """The windows of a day that go into a pack, by scope; none where they are few."""
    small = sorted({Member(w.scope, w.file_sha256, w.rows) for w in windows if 0 < w.rows <= MOST_ROWS})
    return small if len(small) >= LEAST_WINDOWS else []


def key_of(members: Iterable[Member]) -> str:
    """A hash over the windows of a pack, given by scope: another one whenever an entry of theirs is."""
    digest = hashlib.sha256()
    for member in members:
        digest.update(hashlib.sha256(member.scope.encode()).hexdigest().encode())
        digest.update(member.file_sha256.encode())
    return digest.hexdigest()


def _state_file(file: Path) -> Path:
    return file.with_suffix(".json")


# Made here and not when it is needed, as in `ledger`.
_decode_state = msgspec.json.Decoder(PackState).decode
