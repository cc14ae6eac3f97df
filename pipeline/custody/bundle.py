"""Seals a bundle: report, evidence, chain and windows of some days in one zip, under a signed index."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict

from pipeline import __version__
from pipeline.custody.archive import MOST_BYTES, Source, size_of, write_archive
from pipeline.custody.index import (
    FORMAT,
    INDEX_FILE,
    SIGNATURE_FILE,
    Index,
    RootedWindow,
    bytes_from_index,
    window_leaf,
)
from pipeline.custody.keys import SigningKey
from pipeline.custody.merkle import root_of
from pipeline.custody.period import Period, Progress
from pipeline.custody.pieces import Piece, piece_from_bytes, pieces_from_folder
from pipeline.custody.pseudonyms import Pseudonyms
from pipeline.custody.verification import verified
from pipeline.errors import DataError, UsageError
from pipeline.lake.files import written_aside
from pipeline.lake.layout import Layout


def sealed(
    path: Path,
    layout: Layout,
    *,
    key: SigningKey,
    since: date,
    until: date,
    documents: Mapping[str, bytes],
    report: Path | None = None,
    pseudonyms: Pseudonyms | None = None,
    with_rows: bool = False,
    progress: Progress | None = None,
) -> Index:
    """Put a signed bundle over these days, both included, at `path`: the same lake, report and key, the same bytes.

    `documents` go below `evidence/`, the files of `report` below `report/`: with `pseudonyms` both must hold them
    already, and the chain is left out where it names somebody. `with_rows` adds the files of entries.
    Units: `progress` is told how many windows are hashed, of how many, and the day of the last.
    Raises: UsageError for what cannot be sealed, DataError where the lake is not what its chain says.
    """
    _refuse_both(pseudonyms, with_rows)
    period = Period(layout, since, until)
    is_carried = pseudonyms is None or not period.names_anybody(pseudonyms)
    windows = period.rooted_windows(pseudonyms, progress)
    pieces = [*period.pieces(with_chain=is_carried, with_rows=with_rows), *_added(documents, report, path)]
    index = Index(
        format=FORMAT,
        tool_version=__version__,
        key_id=key.public.key_id,
        since=since,
        until=until,
        pseudonymized=pseudonyms is not None,
        carries_rows=with_rows,
        chain=period.chain_head(is_carried=is_carried),
        files=[piece.listed for piece in pieces],
        **_totals(windows),
    )
    _write(path, index, key, [piece.source for piece in pieces])
    return index


def _refuse_both(pseudonyms: Pseudonyms | None, with_rows: bool) -> None:
    if pseudonyms and with_rows:
        hint = "leave out the rows, or the pseudonyms"
        raise UsageError("rows name people as they are: a bundle holds rows or pseudonyms", hint=hint)


def _added(documents: Mapping[str, bytes], report: Path | None, bundle: Path) -> Iterator[Piece]:
    for name, content in sorted(documents.items()):
        yield piece_from_bytes(f"evidence/{name}", content)
    if report:
        yield from pieces_from_folder("report", report, besides=bundle)


class _Totals(TypedDict):
    windows: list[RootedWindow]
    rows: int
    root: str


def _totals(windows: list[RootedWindow]) -> _Totals:
    rows = sum(window.rows for window in windows)
    return {"windows": windows, "rows": rows, "root": root_of(map(window_leaf, windows)).hex()}


def _write(path: Path, index: Index, key: SigningKey, files: Sequence[Source]) -> None:
    content = bytes_from_index(index)
    lead = {INDEX_FILE: content, SIGNATURE_FILE: key.sign(content)}
    sources = [*(piece_from_bytes(name, each).source for name, each in lead.items()), *files]
    if size_of(source.member for source in sources) > MOST_BYTES:
        hint = "name fewer days, or leave out the rows"
        raise UsageError("the bundle would be larger than 4 GiB", where=str(path), hint=hint)
    with written_aside(path) as aside:
        with aside.open("wb") as file:
            write_archive(file, sources)
        # Files are read once to be hashed and once to be written; and what does not verify is worth nothing.
        for finding in verified(aside, key.public).findings:
            raise DataError(finding.what, where=finding.where, hint="let nothing write there, and seal again")
