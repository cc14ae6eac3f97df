"""Promises of ingest about archives: found by their content, told in words, with a status that says how it went."""

import json
from pathlib import Path

import pytest

from pipeline.demo.server import serve
from pipeline.demo.store import Store
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.scopes import ALL
from tests.archives import accounts_csv, kinds_csv, packed, rows_by_id, write_archives
from tests.commands import quay_audit
from tests.extracts import TOKEN, extract_all, files_of
from tests.small_quay import DAY, at, log, quay, week


@pytest.fixture
def store() -> Store:
    return week()


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    """A folder of archives, and beside it the tables of names."""
    write_archives(tmp_path / "rotated", rows_by_id(store), size=60)
    (tmp_path / "kinds.csv").write_text(kinds_csv())
    (tmp_path / "accounts.csv").write_text(accounts_csv(store))
    return tmp_path


def test_a_folder_of_archives_is_ingested_with_names_and_again_without_a_change(folder: Path) -> None:
    lake = folder / "lake"
    names = ["--kinds", str(folder / "kinds.csv"), "--accounts", str(folder / "accounts.csv")]
    args = ["ingest", "--offline", "--lake", str(lake), *names, str(folder / "rotated")]
    answer = quay_audit(*args)
    assert (answer.status, answer.stdout) == (0, "windows written: 6 unverified; kept as they were: 0\n")
    assert answer.stderr == "3 archives: 140 rows; 6 windows written, 0 kept as they were\n"
    before = files_of(lake)
    again = json.loads(quay_audit(*args, "--json").stdout)
    assert again == {
        "files": 3,
        "rows": 140,
        "windows": {},
        "kept": 6,
        "short": {},
        "archives": [f"{first}-{last}-logentry3.txt.gz" for first, last in ((1, 60), (61, 120), (121, 140))],
        "unresolved": {},
        "lacking": {},
    }
    assert files_of(lake) == before
    assert quay_audit("verify", "--offline", "--lake", str(lake)).status == 0


def test_numbers_without_names_are_told_with_what_to_do(folder: Path) -> None:
    answer = quay_audit("ingest", "--offline", "--lake", str(folder / "lake"), str(folder / "rotated"))
    assert answer.status == 0
    assert "140 rows keep their kind_id for want of a name: give Quay's table logentrykind" in answer.stderr
    assert "140 rows keep their performer_id" in answer.stderr


def test_the_server_tells_an_org_from_a_user(folder: Path, store: Store) -> None:
    accounts = folder / "accounts.csv"
    with serve(quay(store)) as url:
        environ = {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": TOKEN, "QUAY_AUDIT_LAKE": str(folder / "lake")}
        extract = ["extract", "--scope", "repo/acme/web", "--since", str(DAY), "--until", str(DAY)]
        assert quay_audit(*extract, **environ).status == 0
        answer = quay_audit("ingest", "--json", str(folder / "rotated"), **environ)
    assert json.loads(answer.stdout)["unresolved"] == {}
    assert accounts.exists()


def test_rows_that_a_verified_window_lacks_end_with_4(folder: Path, store: Store) -> None:
    extract_all(quay(week()), folder / "lake", [ALL], DAY, DAY)
    log(store, at(DAY, 50_000), tag="late")
    write_archives(folder / "later", rows_by_id(store))
    answer = quay_audit("ingest", "--offline", "--lake", str(folder / "lake"), str(folder / "later"))
    assert answer.status == 4
    assert f"all {DAY}: verified, yet the archives hold 1 rows that it lacks" in answer.stderr
    assert answer.error == "1 verified windows lack rows that the archives hold"


def test_a_damaged_archive_ends_with_5_and_leaves_no_window(folder: Path) -> None:
    bad = folder / "rotated" / "141-150-logentry3.txt.gz"
    bad.write_bytes(packed([])[:-4])
    answer = quay_audit("ingest", "--offline", "--lake", str(folder / "lake"), str(folder / "rotated"))
    assert answer.status == 5
    assert answer.error == f"the gzip file is cut short ({bad})"
    assert Ledger(Layout(folder / "lake")).windows() == []


def test_a_table_that_is_none_ends_with_2(folder: Path) -> None:
    (folder / "kinds.csv").write_text("a,b\n1,2\n")
    args = ["--kinds", str(folder / "kinds.csv"), str(folder / "rotated")]
    answer = quay_audit("ingest", "--offline", "--lake", str(folder / "lake"), *args)
    assert answer.status == 2
    assert "select id, name from logentrykind" in answer.hint
