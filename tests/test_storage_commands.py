"""Promises of the commands about QUAY_AUDIT_LAKE=s3://...: the same answers as from a folder, and failures in words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.history import TOKENS, build_history
from pipeline.demo.server import serve
from pipeline.demo.store import Store as Registry
from tests.commands import Ended, assert_nowhere, quay_audit
from tests.extracts import NOW
from tests.s3 import ADDRESS, Store, s3_server, store

__all__ = ["s3_server", "store"]

TODAY = datetime.now(UTC).date()
LAST = NOW.date() - timedelta(days=1)
DAYS = ("--since", str(LAST - timedelta(days=1)), "--until", str(LAST))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A small demo registry, served."""
    registry = Registry()
    build_history(registry, days=2, until=LAST, seed=5, scale=0.05)
    with serve(FakeQuay(registry, clock=lambda: NOW)) as url:
        yield url


@pytest.fixture
def environ(url: str, store: Store) -> dict[str, str]:
    """What the commands are told."""
    token = TOKENS["auditor"].secret
    return {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": token, "QUAY_AUDIT_LAKE": str(ADDRESS)}


def test_a_suppression_of_one_machine_is_there_on_another(environ: dict[str, str], tmp_path: Path) -> None:
    one = environ | {"QUAY_AUDIT_LAKE_CACHE": str(tmp_path / "one")}
    other = environ | {"QUAY_AUDIT_LAKE_CACHE": str(tmp_path / "other")}
    for told, why in ((one, "a new runner"), (other, "a drill")):
        days = ("--since", str(TODAY), "--until", str(TODAY + timedelta(days=9)))
        asked = ("--detection", "QD-12", "--subject", "robot:acme+ci", *days, "--why", why, "--by", "bob")
        added = quay_audit("cases", "suppress", *asked, **told)
        assert added.status == 0, added.stderr
    listed = quay_audit("cases", "suppressions", "--json", **one).stdout
    assert [each["why"] for each in json.loads(listed)] == ["a new runner", "a drill"]


def test_what_is_removed_or_changed_in_the_bucket_is_told_by_verify(
    environ: dict[str, str], store: Store, tmp_path: Path
) -> None:
    told = environ | {"QUAY_AUDIT_LAKE_CACHE": str(tmp_path / "one")}
    assert quay_audit("extract", *DAYS, **told).status == 0
    bucket = store.bucket()
    rows = [key for key in bucket.stamps() if key.endswith("entries.parquet")]
    bucket.delete(rows[0])
    (tmp_path / "strange").write_bytes(b"no rows")
    bucket.put(rows[1], tmp_path / "strange")
    bucket.close()
    ended = quay_audit("verify", "--offline", "--json", **told)
    assert ended.status == 5
    found = {each["where"]: each["what"] for each in json.loads(ended.stdout)["findings"]}
    assert found[str(tmp_path / "one" / rows[0])] == "the file is gone"
    assert "it cannot be read" in found[str(tmp_path / "one" / rows[1])]


def failed(ended: Ended, *, status: int, words: str) -> None:
    """It ended so, in two lines."""
    assert (ended.status, words in ended.error) == (status, True), ended.stderr
    assert ended.hint


def test_a_store_that_is_not_there_ends_with_status_3_and_shows_no_secret(
    environ: dict[str, str], store: Store, tmp_path: Path
) -> None:
    told = environ | {"QUAY_AUDIT_LAKE_CACHE": str(tmp_path / "one"), "AWS_SECRET_ACCESS_KEY": "sEcrEtKey"}
    elsewhere = quay_audit("verify", "--offline", **told | {"QUAY_AUDIT_LAKE": "s3://nowhere/lake"})
    failed(elsewhere, status=3, words="NoSuchBucket")
    assert_nowhere("sEcrEtKey", elsewhere, tmp_path)


def test_a_folder_for_the_mirror_that_holds_something_else_ends_with_status_2(
    environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    ended = quay_audit("verify", "--offline", **environ, QUAY_AUDIT_LAKE_CACHE=str(tmp_path))
    failed(ended, status=2, words="not empty")


def test_without_a_place_for_the_mirror_it_is_below_the_users_cache(
    environ: dict[str, str], tmp_path: Path
) -> None:
    told = environ | {"XDG_CACHE_HOME": str(tmp_path)}
    assert quay_audit("extract", *DAYS, **told).status == 0
    assert (tmp_path / "quay-audit" / "audit%2Flakes%2Fone" / "log_entries").is_dir()


def store_check(environ: dict[str, str], cache: Path, *, status: int) -> dict[str, str]:
    """What doctor says of the store; it leaves nothing there."""
    ended = quay_audit("doctor", "--json", **environ, QUAY_AUDIT_LAKE_CACHE=str(cache))
    assert ended.status == status, ended.stderr
    (check,) = (each for each in json.loads(ended.stdout)["checks"] if each["name"] == "store")
    return check  # type: ignore[no-any-return]


def test_doctor_proves_that_many_machines_may_share_the_store_and_leaves_nothing_there(
    environ: dict[str, str], store: Store, tmp_path: Path
) -> None:
    check = store_check(environ, tmp_path / "one", status=0)
    assert (check["result"], check["advice"]) == ("ok", "")
    assert len([path for method, path in store.trouble.seen if method == "PUT"]) == 2
    assert store.held() == []


def test_doctor_says_what_is_at_risk_where_the_store_has_no_conditional_puts(
    environ: dict[str, str], store: Store, tmp_path: Path
) -> None:
    store.trouble.words = lambda method, path: "always" if method == "PUT" else None
    check = store_check(environ, tmp_path / "one", status=0)
    assert (check["result"], check["detail"]) == ("warn", "it has no conditional puts (If-None-Match)")
    assert check["advice"].startswith("let one machine alone write to this lake")
    assert "overwrite the other's manifest or decision" in check["advice"]
    assert store.held() == []


@pytest.mark.parametrize("refused", ["PUT", "DELETE"])
def test_doctor_fails_where_the_store_may_not_be_written(
    refused: str, environ: dict[str, str], store: Store, tmp_path: Path
) -> None:
    store.trouble.words = lambda method, path: "403" if method == refused else None
    check = store_check(environ, tmp_path / "one", status=3)
    assert (check["result"], "403 AccessDenied" in check["detail"]) == ("fail", True)
    assert "s3:PutObject and s3:DeleteObject" in check["advice"]


def test_whoever_may_only_read_still_reads(environ: dict[str, str], store: Store, tmp_path: Path) -> None:
    """Also where a claim that has ended could be taken away."""
    assert quay_audit("extract", *DAYS, **environ, QUAY_AUDIT_LAKE_CACHE=str(tmp_path / "other")).status == 0
    (tmp_path / "words").touch()
    store.bucket().put("nightly/lock/.claims/20000101T000000Z.one", tmp_path / "words")
    store.trouble.words = lambda method, path: "403" if method in ("PUT", "DELETE") else None
    told = environ | {"QUAY_AUDIT_LAKE_CACHE": str(tmp_path / "one")}
    assert quay_audit("verify", "--offline", **told).status == 0
