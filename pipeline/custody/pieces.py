"""The files that go into a bundle: each read once for its hashes, and once more when it is written."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.custody.archive import BLOCK_BYTES, Member, Source, crc32_of
from pipeline.custody.index import Listed


class Piece(NamedTuple):
    """One file of the bundle, as its index and its zip name it."""

    listed: Listed
    source: Source


def piece_from_bytes(name: str, content: bytes) -> Piece:
    """A piece of this content."""
    return _piece(name, lambda: iter([content]))


def piece_from_file(name: str, file: Path) -> Piece:
    """A piece of what the file holds; in memory is one block of it."""
    return _piece(name, lambda: blocks_of(file))


def pieces_from_folder(prefix: str, folder: Path, besides: Path) -> Iterator[Piece]:
    """Every file below a folder, in the order of their names, but the one at `besides`."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.resolve() != besides.resolve():
            yield piece_from_file(f"{prefix}/{file.relative_to(folder).as_posix()}", file)


def blocks_of(file: Path) -> Iterator[bytes]:
    """The content of a file, a block at a time."""
    with file.open("rb") as opened:
        while block := opened.read(BLOCK_BYTES):
            yield block


def _piece(name: str, blocks: Callable[[], Iterator[bytes]]) -> Piece:
    digest, size, crc32 = hashlib.sha256(), 0, 0
    for block in blocks():
        digest.update(block)
        size, crc32 = size + len(block), crc32_of(block, crc32)
    return Piece(Listed(name, size, digest.hexdigest()), Source(Member(name, size, crc32), blocks))
