"""Archives as files: found, told apart, unpacked. Nothing here believes what a file says of its own size."""

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipeline.errors import DataError
from pipeline.quay.archive import is_archive

SUFFIX = ".txt.gz"

_CHUNK_BYTES = 1 << 20
_START_BYTES = 4 << 10
_GZIP_MAGIC = b"\x1f\x8b"
_FREE_BYTES = 64 << 20
_RATIO_AT_MOST = 100  # Quay packs at level 1; what it writes shrinks to a tenth or so
_HINT = "take the archive from Quay's storage again"
# The names that Quay gives. Source: quay/quay data/logs_model/table_logs_model.py and document_logs_model.py,
# yield_logs_batch (066f8596).
_NAMES = (
    re.compile(r"(?P<first>\d{1,19})-(?P<last>\d{1,19})-(?P<table>\w{1,64})\.txt\.gz"),
    re.compile(r"(?P<table>.{1,200})_(?P<first>\d{1,19})-(?P<last>\d{1,19})\.txt\.gz"),
)


class Archive(NamedTuple):
    """One archive: its file, the hash of its bytes, and the rows that its name promises, where it is one of Quay's."""

    path: Path
    sha256: str
    table: str | None
    first: int
    last: int

    @property
    def name(self) -> str:
        """The name of the file alone."""
        return self.path.name

    def is_copy_of(self, other: "Archive") -> bool:
        """Whether it is the same archive, whatever it is called. Equal bytes are no copy where Quay counted twice."""
        is_counted = self.table is not None and other.table is not None
        return self.sha256 == other.sha256 and (not is_counted or self.overlaps(other))

    def holds(self, other: "Archive") -> bool:
        """Whether every row of `other` is in this one too, by their names."""
        return self.overlaps(other) and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Archive") -> bool:
        """Whether both may hold the same rows, by their names."""
        return (
            self.table is not None
            and self.table == other.table
            and self.first <= other.last
            and other.first <= self.last
        )


def is_archive_file(path: Path) -> bool:
    """Whether a file is an archive of rotated logs, by how its content begins."""
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    if start.startswith(_GZIP_MAGIC):
        try:
            start = zlib.decompressobj(wbits=31).decompress(start, _START_BYTES)
        except zlib.error:
            return path.name.endswith(SUFFIX)
    return is_archive(start)


def archive_of_file(path: Path) -> Archive:
    """What a file is, without reading what is in it."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return archive_named(path, sha256)


def archive_named(path: Path, sha256: str) -> Archive:
    """The archive of that name and hash."""
    for form in _NAMES:
        if match := form.fullmatch(path.name):
            return Archive(path, sha256, match["table"], int(match["first"]), int(match["last"]))
    return Archive(path, sha256, None, 0, 0)


def distinct(archives: Iterable[Archive]) -> list[Archive]:
    """Archives that add up: no copy, and none whose rows are all in another (Quay writes such when it failed to delete).

    Raises: DataError for two of which each holds rows of the other and rows of its own.
    """
    kept: list[Archive] = []
    for each in _without_copies(archives):
        last = kept[-1] if kept else each
        if last is not each and last.holds(each):
            continue
        if last is not each and last.overlaps(each):
            raise DataError(
                f"it shares rows with {last.name}, and each has rows of its own: they do not add up",
                where=str(each.path),
                hint="ingest them one after the other: then what the lake holds already is not added again",
            )
        kept.append(each)
    return kept


def _without_copies(archives: Iterable[Archive]) -> list[Archive]:
    """Each archive once; the first of those that overlap is the one that begins first, then the longer one."""
    by_hash: dict[str, list[Archive]] = {}
    # Names of Quay come first: a copy under another name says less.
    for each in sorted(archives, key=lambda archive: (archive.table is None, archive.path)):
        others = by_hash.setdefault(each.sha256, [])
        if not any(each.is_copy_of(other) for other in others):
            others.append(each)
    found = [each for others in by_hash.values() for each in others]
    return sorted(found, key=lambda each: (each.table or "", each.first, -each.last, each.sha256))


def chunks_of_archive(file: BinaryIO, where: str) -> Iterator[bytes]:
    """The content of an archive, unpacked if it is gzip.

    Raises: DataError for one that is damaged, cut short, or unpacks to far more than Quay could have packed.
    """
    first = file.read(_CHUNK_BYTES)
    if first.startswith(_GZIP_MAGIC):
        yield from unpacked(first, file, where, _HINT)
        return
    while first:
        yield first
        first = file.read(_CHUNK_BYTES)


def unpacked(packed: bytes, file: BinaryIO, where: str, hint: str) -> Iterator[bytes]:
    """What gzip has packed: the rest of a file that begins with `packed`, member after member, to its true end.

    Raises: DataError for what is damaged, cut short, or unpacks to more than a hundred times its size.
    """
    read, given = len(packed), 0
    unpacker = zlib.decompressobj(wbits=31)
    while packed:
        try:
            chunk = unpacker.decompress(packed, _CHUNK_BYTES)
        except zlib.error as error:
            raise DataError(f"the gzip file is damaged ({error})", where=where, hint=hint) from error
        given += len(chunk)
        if given > _FREE_BYTES + _RATIO_AT_MOST * read:
            raise DataError(
                f"it unpacks to more than {_RATIO_AT_MOST} times its size: Quay writes nothing of the kind",
                where=where,
                hint="find out who made this file; nothing of it was stored",
            )
        yield chunk
        packed = unpacker.unconsumed_tail or unpacker.unused_data
        if not packed:
            packed = file.read(_CHUNK_BYTES)
            read += len(packed)
        if unpacker.eof and packed:
            unpacker = zlib.decompressobj(wbits=31)
    if not unpacker.eof:
        raise DataError("the gzip file is cut short", where=where, hint=hint)
