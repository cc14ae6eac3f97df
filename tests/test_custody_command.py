"""Promises of keys, prove and verify BUNDLE: one line of what is proven, a status and the place of what is not."""

import json
import stat
from pathlib import Path
from random import Random

import pytest

from pipeline.custody.keys import write_keys
from tests.bundles import KEY, OTHER_KEY, SINCE, Sealed, seal
from tests.commands import assert_nowhere, quay_audit

EVENT = f"{SINCE} all #00000000"


@pytest.fixture
def bundle(tmp_path: Path) -> Sealed:
    """A bundle, and the key that it was sealed with."""
    made = seal(tmp_path, Random(11))
    write_keys(tmp_path / "keys", KEY)
    write_keys(tmp_path / "other", OTHER_KEY)
    return made


def public(bundle: Sealed, folder: str = "keys") -> str:
    return str(bundle.folder / folder / "quay-audit.pub")


def test_keys_new_makes_a_key_that_is_shown_nowhere_but_in_its_file(tmp_path: Path) -> None:
    made = quay_audit("keys", "new", "--out", str(tmp_path / "keys"))
    private, public_file = tmp_path / "keys" / "quay-audit.key", tmp_path / "keys" / "quay-audit.pub"
    assert (made.status, made.stderr) == (0, "")
    assert str(private) in made.stdout
    assert str(public_file) in made.stdout
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    secret = private.read_text().splitlines()[1]
    private.unlink()
    assert_nowhere(secret, made, tmp_path)


def test_keys_new_never_writes_over_a_key_and_no_two_keys_are_equal(tmp_path: Path) -> None:
    folder = str(tmp_path / "keys")
    first = json.loads(quay_audit("keys", "new", "--out", folder, "--json").stdout)
    again = quay_audit("keys", "new", "--out", folder)
    assert again.status == 2
    assert "already" in again.error
    other = json.loads(quay_audit("keys", "new", "--out", str(tmp_path / "other"), "--json").stdout)
    assert first["key_id"] != other["key_id"]


def test_a_good_bundle_is_told_in_one_line_and_status_0(bundle: Sealed) -> None:
    answer = quay_audit("verify", str(bundle.file), "--public-key", public(bundle))
    assert (answer.status, answer.stderr) == (0, "")
    (line,) = answer.stdout.splitlines()
    for word in (
        KEY.public.key_id,
        bundle.index.root,
        f"{bundle.index.rows:,} entries",
        "6 windows (6 verified)",
    ):
        assert word in line
    document = json.loads(
        quay_audit("verify", str(bundle.file), "--public-key", public(bundle), "--json").stdout
    )
    assert document["findings"] == []
    assert document["proven"]["root"] == bundle.index.root
    assert document["proven"]["windows_by_state"] == {"verified": 6}


def test_a_changed_bundle_ends_with_5_and_names_the_place(bundle: Sealed) -> None:
    bundle.file.write_bytes(bundle.file.read_bytes().replace(b"bob,admin", b"bob,write"))
    answer = quay_audit("verify", str(bundle.file), "--public-key", public(bundle))
    assert answer.status == 5
    assert "report/populations/d-access.csv: " in answer.stdout
    assert "one thing is not as it was sealed" in answer.error
    as_json = quay_audit("verify", str(bundle.file), "--public-key", public(bundle), "--json")
    assert as_json.status == 5
    document = json.loads(as_json.stdout)
    assert document["proven"] is None
    assert [each["where"] for each in document["findings"]] == ["report/populations/d-access.csv"]


def test_the_wrong_key_ends_with_5_and_names_both(bundle: Sealed) -> None:
    answer = quay_audit("verify", str(bundle.file), "--public-key", public(bundle, "other"))
    assert answer.status == 5
    assert KEY.public.key_id in answer.stdout
    assert OTHER_KEY.public.key_id in answer.stdout


def test_a_bundle_without_a_key_and_a_key_without_a_bundle_are_refused(bundle: Sealed) -> None:
    without = quay_audit("verify", str(bundle.file))
    assert without.status == 2
    assert "--public-key" in without.hint
    alone = quay_audit("verify", "--public-key", public(bundle))
    assert alone.status == 2
    assert "BUNDLE" in alone.hint


def test_neither_lake_nor_server_is_needed(bundle: Sealed, tmp_path: Path) -> None:
    answer = quay_audit(
        "verify", str(bundle.file), "--public-key", public(bundle), "--lake", str(tmp_path / "nowhere")
    )
    assert answer.status == 0
    assert not (tmp_path / "nowhere").exists()


def test_prove_writes_a_proof_that_verify_checks_alone(bundle: Sealed, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    lake = str(bundle.layout.root)
    made = quay_audit("prove", EVENT, "--bundle", str(bundle.file), "--lake", lake, "--out", str(proof))
    assert (made.status, made.stderr) == (0, "")
    assert str(proof) in made.stdout
    bundle.file.unlink()
    answer = quay_audit("verify", str(proof), "--public-key", public(bundle))
    assert (answer.status, answer.stderr) == (0, "")
    told, row = answer.stdout.splitlines()
    assert EVENT in told
    assert bundle.index.root in told
    assert json.loads(row)["kind"] in ("pull_repo", "push_repo")
    proof.write_bytes(proof.read_bytes().replace(b"pull_repo", b"push_repo").replace(b"web", b"wab"))
    forged = quay_audit("verify", str(proof), "--public-key", public(bundle), "--json")
    assert forged.status == 5
    assert json.loads(forged.stdout)["proven"] is None


def test_prove_says_what_it_cannot_prove(bundle: Sealed) -> None:
    lake = str(bundle.layout.root)
    for event, words in (("nonsense", "no key of an event"), (f"{SINCE} all #00099999", "rows")):
        answer = quay_audit("prove", event, "--bundle", str(bundle.file), "--lake", lake)
        assert answer.status == 2
        assert words in answer.error
