"""Checks a bundle with nothing but the public key: the signature, every byte, the chain, the roots."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

import msgspec

from pipeline.custody.chain import disagreements, read_chain
from pipeline.custody.container import Contents, Lead, misfits, read_lead
from pipeline.custody.index import (
    FORMAT,
    INDEX_FILE,
    Index,
    digest_of,
    index_from_bytes,
    manifest_name,
    rows_name,
    state_name,
    window_leaf,
)
from pipeline.custody.keys import PublicKey
from pipeline.custody.merkle import root_of
from pipeline.custody.rows import rooted_rows
from pipeline.lake.inspection import Finding


@dataclass(frozen=True)
class Verdict:
    """What a bundle proves: `index` where there are no findings, else what is wrong and where."""

    index: Index | None
    findings: list[Finding]


def verified(path: Path, key: PublicKey) -> Verdict:
    """Whether the file is a bundle that this key sealed, and not a byte of it has changed since.

    Units: in memory is the index, one window's state, and one block.
    """
    with path.open("rb") as file:
        lead = read_lead(file)
        if lead is None:
            what = "it does not begin as a bundle does: changed, cut short, packed again, or another file"
            return Verdict(None, [Finding(INDEX_FILE, what)])
        index = signed_index(lead.index, lead.signature, key)
        if isinstance(index, Finding):
            return Verdict(None, [index])
        # Nothing else is looked at before every byte is known to be the sealed one.
        findings = misfits(file, lead, index) or list(_contradictions(file, lead, index))
    return Verdict(None if findings else index, findings)


def signed_index(content: bytes, signature: bytes, key: PublicKey) -> Index | Finding:
    """The index, if this key signed exactly this content."""
    if not key.has_signed(content, signature):
        named = _key_named_in(content)
        if named not in (None, key.key_id):
            return Finding(
                INDEX_FILE, f"key {named} is to have signed it, not this one, which is {key.key_id}"
            )
        return Finding(
            INDEX_FILE, "the signature does not fit: it or the index was changed, or another key signed"
        )
    try:
        index = index_from_bytes(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Finding(INDEX_FILE, f"this version does not know such an index ({error})")
    if index.format != FORMAT:
        return Finding(INDEX_FILE, f"this version reads {FORMAT!r}, not {index.format!r}")
    return index


def _key_named_in(content: bytes) -> str | None:
    """What the index says of its key: to be told alone, as nothing vouches for it."""
    try:
        return index_from_bytes(content).key_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _contradictions(file: IO[bytes], lead: Lead, index: Index) -> Iterator[Finding]:
    """Where what was sealed contradicts itself: whoever holds the key could have sealed anything."""
    contents = Contents(file, lead, index)
    yield from _roots(index)
    if index.chain.is_carried:
        yield from _chain(contents, index)
    if index.carries_rows:
        yield from _rows(contents, index)


def _roots(index: Index) -> Iterator[Finding]:
    for before, after in pairwise(index.windows):
        if (before.scope, before.day) >= (after.scope, after.day):
            yield Finding(after.label, "this window is out of order, or there twice")
    for window in index.windows:
        if not index.since <= window.day <= index.until:
            yield Finding(window.label, f"not a day from {index.since} to {index.until}")
    if root_of(map(window_leaf, index.windows)).hex() != index.root:
        yield Finding(INDEX_FILE, "the root is not that of its windows")
    if sum(window.rows for window in index.windows) != index.rows:
        yield Finding(INDEX_FILE, "the rows are not those of its windows")


def _chain(contents: Contents, index: Index) -> Iterator[Finding]:
    names = [manifest_name(number) for number in range(1, index.chain.manifests + 1)]
    if lacking := [name for name in names if name not in contents]:
        yield from (Finding(name, "this manifest is missing") for name in lacking)
        return
    chain = read_chain((name, contents.read(name)) for name in names)
    yield from chain.findings
    if not names or digest_of(contents.read(names[-1])) != index.chain.last_sha256:
        yield Finding(INDEX_FILE, "its chain does not end with the manifest that it names")
    yield from disagreements(chain.sealed(index.since, index.until), index.windows)
    for window in index.windows:
        name = state_name(window.scope, window.day)
        if name not in contents:
            yield Finding(name, "the state of this window is missing")
        elif digest_of(contents.read(name)) != window.window_sha256:
            yield Finding(name, "not the state that the chain names")


def _rows(contents: Contents, index: Index) -> Iterator[Finding]:
    for window in index.windows:
        name = rows_name(window.scope, window.day)
        if name not in contents:
            yield Finding(name, "the rows of this window are missing")
            continue
        with extracted(contents, name) as entries:
            try:
                held = rooted_rows(entries)
            except (OSError, ValueError, KeyError):
                yield Finding(name, "these rows cannot be read")
                continue
        if (held.rows, held.rows_sha256) != (window.rows, window.rows_sha256):
            yield Finding(name, "not the rows that the chain names")
        elif held.root.hex() != window.root:
            yield Finding(name, "the root of this window is not that of its rows")


@contextmanager
def extracted(contents: Contents, name: str) -> Iterator[Path]:
    """A file of the bundle as a file of its own, which is gone after the block."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.writelines(contents.blocks(name))
        file.flush()
        yield Path(file.name)
