"""Promises of proofs: each row can be proven without the others, and nothing in a proof can be forged."""

import json
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from pipeline.custody.keys import SigningKey
from pipeline.custody.proofs import (
    EventKey,
    Proof,
    bytes_from_proof,
    event_key_from_text,
    proof_of,
    verified_proof,
)
from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger
from pipeline.lake.reader import lines_of_file
from pipeline.quay.scopes import ALL
from tests.bundles import KEY, OTHER_KEY, SINCE, Sealed, seal
from tests.lakes import FETCHED_AT, row, save_window

FLIPS = 500
FIRST = EventKey(SINCE, "all", 0)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """A bundle without rows; tests only read it."""
    return seal(tmp_path_factory.mktemp("bundle"), Random(11))


@pytest.fixture(scope="module")
def proof(bundle: Sealed) -> Proof:
    """A proof of its first row."""
    return proof_of(FIRST, bundle.file, bundle.layout)


def is_proven(proof: Proof | bytes, key: SigningKey = KEY) -> bool:
    content = proof if isinstance(proof, bytes) else bytes_from_proof(proof)
    verdict = verified_proof(content, key.public)
    assert (verdict.proof is None) == bool(verdict.findings)
    return verdict.proof is not None


def changed(proof: Proof, **fields: Any) -> Proof:
    return msgspec.structs.replace(proof, **fields)


def test_every_row_of_every_window_can_be_proven(bundle: Sealed) -> None:
    proven = 0
    for window in bundle.index.windows:
        for position in range(window.rows):
            event = EventKey(window.day, window.scope, position)
            proof = proof_of(event, bundle.file, bundle.layout)
            assert (proof.event_key, is_proven(proof)) == (str(event), True)
            proven += 1
    assert proven == bundle.index.rows > 20


def test_the_proof_holds_the_row_as_the_lake_does(bundle: Sealed, proof: Proof) -> None:
    line = next(lines_of_file(bundle.layout.window(ALL, SINCE) / ENTRIES_FILE))
    assert proof.row.encode() == line


def test_where_the_bundle_carries_the_rows_no_lake_is_needed(tmp_path: Path, proof: Proof) -> None:
    made = seal(tmp_path, Random(11), with_rows=True)
    there = proof_of(FIRST, made.file, Layout(tmp_path / "nowhere"))
    assert (there.row, there.row_path) == (proof.row, proof.row_path)
    assert is_proven(there)


def test_another_row_place_day_or_scope_is_refused(bundle: Sealed, proof: Proof) -> None:
    other = proof_of(EventKey(SINCE, "all", 1), bundle.file, bundle.layout)
    row = json.loads(proof.row)
    for forged in (
        changed(proof, row=other.row),
        changed(proof, row=json.dumps(row | {"performer_name": "mallory"}, separators=(",", ":"))),
        changed(proof, row=proof.row + " "),
        changed(proof, position=1),
        changed(proof, position=-1),
        changed(proof, position=10**9),
        changed(proof, scope="org/acme"),
        changed(proof, scope="org/globex"),
        changed(proof, day=SINCE.replace(day=21)),
        changed(proof, day=SINCE.replace(year=1999)),
    ):
        assert not is_proven(forged)


def test_another_path_is_refused(proof: Proof) -> None:
    for name in ("row_path", "window_path"):
        path = getattr(proof, name)
        for forged in ([], path[:-1], [*path, path[0]], path[::-1], ["0" * 64, *path[1:]], ["", *path[1:]]):
            assert not is_proven(changed(proof, **{name: forged})), (name, forged)
        assert not is_proven(changed(proof, **{name: [path[0].upper(), *path[1:]]}))


def test_another_index_signature_or_key_is_refused(proof: Proof) -> None:
    index = json.loads(proof.index)
    forged = json.dumps(index | {"root": "0" * 64})
    assert not is_proven(changed(proof, index=forged))
    assert not is_proven(changed(proof, index=forged, signature=OTHER_KEY.sign(forged.encode()).hex()))
    assert not is_proven(changed(proof, index=proof.index + " "))
    assert not is_proven(changed(proof, index="{}"))
    assert not is_proven(changed(proof, signature="00" * 64))
    assert not is_proven(changed(proof, signature="zz"))
    assert not is_proven(changed(proof, signature=""))
    assert not is_proven(proof, OTHER_KEY)
    assert is_proven(proof)


def test_what_whoever_holds_the_key_signs_must_still_lead_to_the_roots(proof: Proof) -> None:
    index = json.loads(proof.index)
    for forged in (index | {"root": "0" * 64}, index | {"windows": index["windows"][1:]}):
        text = json.dumps(forged)
        assert not is_proven(changed(proof, index=text, signature=KEY.sign(text.encode()).hex()))


def test_random_flips_of_a_proof_are_detected(proof: Proof) -> None:
    random, content = Random(4), bytes_from_proof(proof)
    for _ in range(FLIPS):
        forged = bytearray(content)
        forged[random.randrange(len(content))] ^= 1 << random.randrange(8)
        assert not is_proven(bytes(forged))


def test_nothing_can_stand_in_a_proof_that_nobody_vouches_for(proof: Proof) -> None:
    content = bytes_from_proof(proof)
    assert is_proven(content)
    for forged in (
        content + b"\n",
        b" " + content,
        content[:-1],
        content.replace(b"{", b'{"note": "checked",', 1),
        content.replace(b"{", b'{"row": "another",', 1),
        b"",
        b"{}",
        b"[]",
        b"\xff",
        content.replace(b"quay-audit proof 1", b"quay-audit proof 2"),
    ):
        assert not is_proven(forged)


def test_a_row_that_a_window_does_not_have_is_told_with_how_many_it_has(bundle: Sealed) -> None:
    rows = bundle.index.windows[0].rows
    with pytest.raises(UsageError, match=f"has {rows} rows"):
        proof_of(EventKey(SINCE, "all", rows), bundle.file, bundle.layout)
    with pytest.raises(UsageError, match="no window org/globex"):
        proof_of(EventKey(SINCE, "org/globex", 0), bundle.file, bundle.layout)


def test_a_lake_that_was_read_again_since_proves_nothing(tmp_path: Path) -> None:
    made = seal(tmp_path, Random(11))
    save_window(made.layout, "all", [row(day=SINCE)], day=SINCE)
    Ledger(made.layout).seal(FETCHED_AT, "0.1.0")
    with pytest.raises(DataError, match="sealed over") as raised:
        proof_of(FIRST, made.file, made.layout)
    assert raised.value.where == f"all {SINCE}"
    with pytest.raises(UsageError, match="carries no rows"):
        proof_of(FIRST, made.file, Layout(tmp_path / "nowhere"))


def test_a_damaged_bundle_proves_nothing(tmp_path: Path) -> None:
    made = seal(tmp_path, with_rows=True)
    content = made.file.read_bytes()
    made.file.write_bytes(content[:-1])
    with pytest.raises(DataError):
        proof_of(FIRST, made.file, made.layout)
    made.file.write_bytes(b"%PDF")
    with pytest.raises(DataError, match="no bundle"):
        proof_of(FIRST, made.file, made.layout)


@pytest.mark.parametrize("text", ["2026-03-03 all #00000012", "2026-03-03 repo/acme/a b/c #00000000"])
def test_keys_of_events_are_read_as_they_are_written(text: str) -> None:
    assert str(event_key_from_text(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "2026-03-03 all", "2026-02-30 all #00000001", "2026-03-03 all #1", "2026-03-03 nobody #00000001"],
)
def test_any_other_text_is_refused_as_a_key(text: str) -> None:
    with pytest.raises(UsageError):
        event_key_from_text(text)
