"""The rows of a window as leaves of its tree, from the file that holds them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.custody.merkle import leaf_hash, root_of


class Rooted(NamedTuple):
    """What the rows of one file come to."""

    rows: int
    rows_sha256: str
    root: bytes


def rooted_rows(entries: Path) -> Rooted:
    """Count, hash and root over the rows of a file, in one pass: memory does not grow with them."""
    from pipeline.lake.reader import lines_of_file

    digest = hashlib.sha256()
    rows = 0

    def leaves() -> Iterator[bytes]:
        nonlocal rows
        for line in lines_of_file(entries):
            digest.update(line + b"\n")
            rows += 1
            yield leaf_hash(line)

    root = root_of(leaves())
    return Rooted(rows, digest.hexdigest(), root)


class Picked(NamedTuple):
    """One row of a file, None where it has fewer, and the leaves of all."""

    row: bytes | None
    rows_sha256: str
    leaves: list[bytes]


def picked_row(entries: Path, position: int) -> Picked:
    """The row at a position, and what its proof is made from. Units: 70 bytes of memory a row."""
    from pipeline.lake.reader import lines_of_file

    digest = hashlib.sha256()
    picked: bytes | None = None
    leaves = []
    for at, line in enumerate(lines_of_file(entries)):
        digest.update(line + b"\n")
        leaves.append(leaf_hash(line))
        picked = line if at == position else picked
    return Picked(picked, digest.hexdigest(), leaves)
