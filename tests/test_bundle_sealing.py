"""Promises of sealing: honest bundles verify, equal lakes give equal bytes, and nothing dishonest is sealed."""

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random

import msgspec
import pytest

from pipeline.custody.archive import Member, directory, size_of, write_archive
from pipeline.custody.bundle import sealed
from pipeline.custody.index import INDEX_FILE, SIGNATURE_FILE, bytes_from_index, window_leaf
from pipeline.custody.merkle import leaf_hash, root_of
from pipeline.custody.pieces import piece_from_bytes
from pipeline.custody.pseudonyms import Pseudonyms
from pipeline.custody.verification import verified
from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, Ledger
from pipeline.lake.reader import lines_of_file
from pipeline.quay.scopes import ALL, org, user
from tests.bundles import (
    DOCUMENTS,
    KEY,
    OTHER_KEY,
    SINCE,
    UNTIL,
    fill,
    findings,
    report_in,
    seal,
    sealed_again,
)
from tests.lakes import FETCHED_AT, save_window

HONEST = 50


def test_fifty_honest_bundles_raise_no_alarm(tmp_path: Path) -> None:
    for number in range(HONEST):
        random = Random(number)
        until = SINCE + timedelta(days=random.randrange(3))
        layout = fill(Layout(tmp_path / str(number)), random, SINCE, until + timedelta(days=1))
        made = sealed_again(layout, tmp_path, until=until, with_rows=number % 2 == 0)
        assert verified(made.file, KEY.public).index == made.index, number


def test_the_same_lake_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = seal(tmp_path / "one"), seal(tmp_path / "other")
    assert one.file.read_bytes() == other.file.read_bytes()


def test_what_later_nights_add_changes_nothing_about_earlier_days(tmp_path: Path) -> None:
    made = seal(tmp_path, until=UNTIL - timedelta(days=1))
    before = made.file.read_bytes()
    save_window(made.layout, "all", [], day=UNTIL + timedelta(days=1))
    Ledger(made.layout).seal(FETCHED_AT, "0.2.0")
    assert sealed_again(made.layout, tmp_path, until=UNTIL - timedelta(days=1)).file.read_bytes() == before


def test_any_reader_of_zips_reads_it_and_finds_the_files_of_the_index_in_order(tmp_path: Path) -> None:
    made = seal(tmp_path, with_rows=True)
    with zipfile.ZipFile(made.file) as archive:
        assert archive.testzip() is None
        names = [INDEX_FILE, SIGNATURE_FILE, *(listed.name for listed in made.index.files)]
        assert archive.namelist() == names
        content = archive.read(INDEX_FILE)
        assert content == bytes_from_index(made.index)
        assert KEY.public.has_signed(content, archive.read(SIGNATURE_FILE))
        assert archive.read("evidence/cases.json") == DOCUMENTS["cases.json"]
        entries = made.layout.window(ALL, SINCE) / ENTRIES_FILE
        assert archive.read(f"entries/all/{SINCE}.parquet") == entries.read_bytes()
    sorts = list(dict.fromkeys(name.partition("/")[0] for name in names))
    assert sorts == [INDEX_FILE, SIGNATURE_FILE, "chain", "windows", "entries", "evidence", "report"]


def test_the_index_says_nothing_of_when_or_where_it_was_made(tmp_path: Path) -> None:
    made = seal(tmp_path)
    assert str(tmp_path) not in bytes_from_index(made.index).decode()
    document = json.loads(bytes_from_index(made.index))
    assert set(document) == {
        "format",
        "tool_version",
        "key_id",
        "since",
        "until",
        "pseudonymized",
        "carries_rows",
        "chain",
        "rows",
        "root",
        "windows",
        "files",
    }


def test_the_roots_are_over_the_rows_by_scope_day_and_position(tmp_path: Path) -> None:
    made = seal(tmp_path)
    days = [SINCE + timedelta(days=n) for n in range(3)]
    assert [(each.scope, each.day) for each in made.index.windows] == [
        (scope, day) for scope in ("all", "org/acme") for day in days
    ]
    for window in made.index.windows:
        scope = ALL if window.scope == "all" else org("acme")
        lines = list(lines_of_file(made.layout.window(scope, window.day) / ENTRIES_FILE))
        assert window.rows == len(lines)
        assert window.root == root_of(map(leaf_hash, lines)).hex()
    assert made.index.root == root_of(map(window_leaf, made.index.windows)).hex()


def test_a_day_without_a_window_is_told(tmp_path: Path) -> None:
    made = seal(tmp_path, since=SINCE - timedelta(days=2))
    assert made.index.days_without_window() == [SINCE - timedelta(days=2), SINCE - timedelta(days=1)]


def flip_entries(layout: Layout) -> Path:
    file = layout.window(ALL, SINCE) / ENTRIES_FILE
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    return file


def drop_entries(layout: Layout) -> Path:
    file = layout.window(ALL, SINCE) / ENTRIES_FILE
    file.unlink()
    return file


def touch_up_state(layout: Layout) -> Path:
    file = layout.window(ALL, SINCE) / WINDOW_FILE
    file.write_bytes(file.read_bytes().replace(b'"verified"', b'"short"'))
    return file


def drop_manifest(layout: Layout) -> Path:
    (layout.manifests / "00000001.json").unlink()
    return layout.manifests / "00000002.json"


def forge_manifest(layout: Layout) -> Path:
    file = layout.manifests / "00000001.json"
    file.write_bytes(file.read_bytes().replace(b'"0.1.0"', b'"0.1.1"'))
    return layout.manifests / "00000002.json"


@pytest.mark.parametrize(
    "tamper", [flip_entries, drop_entries, touch_up_state, drop_manifest, forge_manifest]
)
def test_a_lake_that_is_not_what_its_chain_says_is_not_sealed(
    tamper: Callable[[Layout], Path], layout: Layout, tmp_path: Path
) -> None:
    place = tamper(fill(layout, Random(1)))
    with pytest.raises(DataError) as raised:
        sealed_again(layout, tmp_path)
    assert raised.value.where == str(place)
    assert not (tmp_path / "bundle.zip").exists()


def test_days_that_the_chain_does_not_name_cannot_be_sealed(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no window"):
        sealed_again(
            fill(layout, Random(1)),
            tmp_path,
            since=UNTIL + timedelta(days=1),
            until=UNTIL + timedelta(days=9),
        )


def test_rows_are_not_sealed_beside_pseudonyms(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="pseudonyms"):
        sealed_again(fill(layout, Random(1)), tmp_path, pseudonyms=Pseudonyms(b"k", []), with_rows=True)


def test_with_pseudonyms_the_bundle_says_so_and_keeps_a_chain_that_names_nobody(tmp_path: Path) -> None:
    made = seal(tmp_path, pseudonyms=Pseudonyms(b"k", ["bob", "carol"]))
    assert made.index.pseudonymized
    assert made.index.chain.is_carried
    assert findings(made.file) == []


def test_a_chain_that_names_somebody_is_left_out_and_the_scope_is_a_pseudonym(
    layout: Layout, tmp_path: Path
) -> None:
    fill(layout, Random(1))
    save_window(layout, "user/bob", [], day=SINCE)
    Ledger(layout).seal(FETCHED_AT, "0.1.0")
    made = sealed_again(layout, tmp_path, pseudonyms=Pseudonyms(b"k", ["bob"]))
    assert findings(made.file) == []
    assert not made.index.chain.is_carried
    assert made.index.windows[-1].scope.startswith("user/person-")
    with zipfile.ZipFile(made.file) as archive:
        held = {name: archive.read(name) for name in archive.namelist() if not name.startswith("report/")}
    assert not [name for name, content in held.items() if b"bob" in content or "bob" in name]
    assert sealed_again(layout, tmp_path).index.window("user/bob", SINCE) is not None
    assert user("bob").folder in str(layout.window(user("bob"), SINCE))


def test_a_note_that_names_somebody_leaves_the_chain_out(layout: Layout, tmp_path: Path) -> None:
    fill(layout, Random(1))
    state = save_window(layout, "all", [], day=SINCE)
    noted = msgspec.structs.replace(state, notes=["bob: the server did not filter by this performer"])
    Ledger(layout).save(noted)
    Ledger(layout).seal(FETCHED_AT, "0.1.0")
    for people, is_carried in ((["bob"], False), (["carol"], True)):
        made = sealed_again(layout, tmp_path, pseudonyms=Pseudonyms(b"k", people))
        assert made.index.chain.is_carried is is_carried


def test_a_bundle_within_the_folder_of_the_report_does_not_hold_itself(
    layout: Layout, tmp_path: Path
) -> None:
    folder, file = report_in(tmp_path / "report"), tmp_path / "report" / "bundle.zip"
    period = {"since": SINCE, "until": UNTIL}
    fill(layout, Random(1))
    first = sealed(file, layout, key=KEY, documents={}, report=folder, **period)  # type: ignore[arg-type]
    assert sealed(file, layout, key=KEY, documents={}, report=folder, **period) == first  # type: ignore[arg-type]


def test_bundles_by_two_keys_differ_and_each_fits_its_own(tmp_path: Path) -> None:
    one, other = seal(tmp_path / "one"), seal(tmp_path / "other", key=OTHER_KEY)
    assert findings(one.file, KEY) == findings(other.file, OTHER_KEY) == []
    assert findings(one.file, OTHER_KEY)
    assert findings(other.file, KEY)
    assert replace(one, file=other.file).index.root == other.index.root


def test_more_files_than_an_old_zip_can_count_are_read_by_any_reader() -> None:
    file, sources = BytesIO(), [piece_from_bytes(f"{n}", b"").source for n in range(70_000)]
    write_archive(file, sources)
    assert len(file.getvalue()) <= size_of(source.member for source in sources)
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [f"{n}" for n in range(70_000)]


def test_names_in_any_script_are_read_by_any_reader() -> None:
    file = BytesIO()
    write_archive(file, [piece_from_bytes("report/数据.csv", b"x").source])
    with zipfile.ZipFile(file) as archive:
        assert archive.read("report/数据.csv") == b"x"
    assert directory([Member("a", 1, 2)]) != directory([Member("a", 1, 3)])


def test_the_lake_is_as_it_was_after_sealing(layout: Layout, tmp_path: Path) -> None:
    fill(layout, Random(1))
    shutil.copytree(layout.root, tmp_path / "before")
    sealed_again(layout, tmp_path)
    held = {
        file.relative_to(layout.root): file.read_bytes() for file in layout.root.rglob("*") if file.is_file()
    }
    before = tmp_path / "before"
    assert held == {
        file.relative_to(before): file.read_bytes() for file in before.rglob("*") if file.is_file()
    }
