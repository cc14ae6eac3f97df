"""Proofs: one row, and the hashes that lead from it to the roots of a signed index. Checked without bundle or lake."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from pipeline.custody.container import Contents, Lead, misfits, read_lead
from pipeline.custody.index import INDEX_FILE, Index, index_from_bytes, rows_name, window_leaf
from pipeline.custody.keys import PublicKey
from pipeline.custody.merkle import leaf_hash, path_to, root_from_path
from pipeline.custody.rows import Picked, picked_row
from pipeline.custody.verification import extracted, signed_index
from pipeline.errors import DataError, UsageError
from pipeline.lake.inspection import Finding
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.storage import here
from pipeline.quay.scopes import scope_from_text

FORMAT: Final = "quay-audit proof 1"
MOST_BYTES: Final = 1 << 28
_EVENT_KEY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) (.+) #([0-9]{8,15})")
_DIGEST, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")


class EventKey(NamedTuple):
    """Which event: a day, whose log, and the place in that window, from 0."""

    day: date
    scope: str
    position: int

    def __str__(self) -> str:
        return f"{self.day} {self.scope} #{self.position:08d}"


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row as its canonical line, and how it leads to the root of its window, and that to the root of all.

    `index` is the bundle's index to the letter, `signature` that over it, in hexadecimal.
    """

    format: str
    scope: str
    day: date
    position: int
    row: str
    row_path: list[str]
    window_path: list[str]
    index: str
    signature: str

    @property
    def event_key(self) -> str:
        """The event that it is about."""
        return str(EventKey(self.day, self.scope, self.position))


@dataclass(frozen=True)
class ProofVerdict:
    """What a proof proves: `proof` and `index` where there are no findings."""

    proof: Proof | None
    index: Index | None
    findings: list[Finding]


_decode_proof: Callable[[bytes], Proof] = msgspec.json.Decoder(Proof).decode


def event_key_from_text(text: str) -> EventKey:
    """The event that a key names, written like `2026-03-03 all #00000012`; raises UsageError for any other text."""
    parts = _EVENT_KEY.fullmatch(text)
    try:
        if parts:
            scope = str(scope_from_text(parts[2]))
            return EventKey(date.fromisoformat(parts[1]), scope, int(parts[3]))
    except ValueError:
        pass
    hint = "copy it from a case's evidence, with quotes around it: '2026-03-03 all #00000012'"
    raise UsageError(f"{text!r} is no key of an event", hint=hint)


def proof_of(event: EventKey, bundle: Path, layout: Layout) -> Proof:
    """The proof of one row, from a bundle and, where that carries no rows, from the lake.

    Raises: UsageError where the bundle is not about such a row, DataError where bundle or lake are not as they were.
    """
    with bundle.open("rb") as file:
        lead = read_lead(file)
        if lead is None:
            hint = "name a file that `quay-audit report --bundle` made"
            raise DataError("this is no bundle", where=str(bundle), hint=hint)
        index = _index(lead, bundle)
        at = index.window(event.scope, event.day)
        if at is None:
            raise UsageError(
                f"the bundle holds no window {event.scope} {event.day}",
                where=str(bundle),
                hint=f"it is about {index.since} to {index.until}",
            )
        if index.carries_rows:
            for finding in misfits(file, lead, index):
                raise DataError(finding.what, where=f"{bundle}: {finding.where}", hint="run verify on it")
            picked = _picked(Contents(file, lead, index), event, bundle)
        else:
            picked = picked_row(_entries_in_lake(event, layout), event.position)
    return _proof(event, picked, lead, index, at)


def bytes_from_proof(proof: Proof) -> bytes:
    """The proof as its file holds it."""
    return msgspec.json.format(msgspec.json.encode(proof), indent=1) + b"\n"


def verified_proof(content: bytes, key: PublicKey) -> ProofVerdict:
    """Whether the row in a proof is, at its place, among those that this key sealed."""
    try:
        proof = _decode_proof(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return _refused("proof", f"this is no proof ({error})")
    if proof.format != FORMAT:
        return _refused("format", f"this version reads {FORMAT!r}, not {proof.format!r}")
    # Whatever else stands in the file, a second key of the same name for example, would be vouched for by nobody.
    if bytes_from_proof(proof) != content or not _is_spelt_as_ours(proof):
        return _refused("proof", "the file is not written as a proof is: it was changed")
    index = signed_index(proof.index.encode(), bytes.fromhex(proof.signature), key)
    if isinstance(index, Finding):
        return ProofVerdict(None, None, [index])
    findings = _falsehoods(proof, index)
    return ProofVerdict(None, None, findings) if findings else ProofVerdict(proof, index, [])


def _falsehoods(proof: Proof, index: Index) -> list[Finding]:
    at = index.window(proof.scope, proof.day)
    if at is None:
        return [Finding(f"{proof.scope} {proof.day}", "the index knows no such window")]
    window = index.windows[at]
    leaf = leaf_hash(proof.row.encode())
    root = root_from_path(leaf, proof.position, window.rows, [bytes.fromhex(each) for each in proof.row_path])
    if root is None or root.hex() != window.root:
        what = "the row does not lead to the root of its window: it, its place or the path was changed"
        return [Finding(proof.event_key, what)]
    path = [bytes.fromhex(each) for each in proof.window_path]
    top = root_from_path(window_leaf(window), at, len(index.windows), path)
    if top is None or top.hex() != index.root:
        return [Finding(window.label, "the window does not lead to the root of all: the path was changed")]
    return []


def _refused(where: str, what: str) -> ProofVerdict:
    return ProofVerdict(None, None, [Finding(where, what)])


def _is_spelt_as_ours(proof: Proof) -> bool:
    """Whether every hash is written in the one way there is: capitals would be read as the same."""
    paths = (*proof.row_path, *proof.window_path)
    return all(map(_DIGEST.fullmatch, paths)) and _SIGNATURE.fullmatch(proof.signature) is not None


def _index(lead: Lead, bundle: Path) -> Index:
    try:
        return index_from_bytes(lead.index)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        where = f"{bundle}: {INDEX_FILE}"
        raise DataError(
            f"this is no index ({error})", where=where, hint="run verify on the bundle"
        ) from error


def _picked(contents: Contents, event: EventKey, bundle: Path) -> Picked:
    name = rows_name(event.scope, event.day)
    try:
        with extracted(contents, name) as entries:
            return picked_row(entries, event.position)
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            "these rows cannot be read", where=f"{bundle}: {name}", hint="run verify on it"
        ) from error


def _entries_in_lake(event: EventKey, layout: Layout) -> Path:
    file = here(Ledger(layout).entries_file(scope_from_text(event.scope), event.day))
    if not file.exists():
        hint = "name the lake that the bundle was made from with --lake"
        raise UsageError(
            "the bundle carries no rows, and the lake has no such window", where=str(file), hint=hint
        )
    return file


def _proof(event: EventKey, picked: Picked, lead: Lead, index: Index, at: int) -> Proof:
    window = index.windows[at]
    if picked.rows_sha256 != window.rows_sha256:
        hint = "the window was read again since: seal a new bundle, or use the lake as it was"
        raise DataError("not the rows that the bundle was sealed over", where=window.label, hint=hint)
    if picked.row is None:
        hint = "the number in a key counts from 0"
        raise UsageError(f"the window {window.label} has {window.rows:,} rows", where=str(event), hint=hint)
    window_path = path_to(at, [window_leaf(each) for each in index.windows])
    return Proof(
        format=FORMAT,
        scope=event.scope,
        day=event.day,
        position=event.position,
        row=picked.row.decode(),
        row_path=[each.hex() for each in path_to(event.position, picked.leaves)],
        window_path=[each.hex() for each in window_path],
        index=lead.index.decode(),
        signature=lead.signature.hex(),
    )
