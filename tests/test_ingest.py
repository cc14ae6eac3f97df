"""Promises of ingest: the same windows as an extract gives, from files that a running Quay exported."""

import gzip
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.records import AccountKind
from pipeline.errors import DataError, UsageError
from pipeline.extract.ingest import Ingested, chunks_of, files_below, ingest, scope_of_export
from pipeline.extract.record import Recorder
from pipeline.extract.windows import months_between
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger, State
from pipeline.quay.logs import Counts, read_counts, stream_of
from pipeline.quay.scopes import Scope, org, scope_from_text, user
from tests.extracts import client_of, extract_all, files_of
from tests.worlds import AUDITOR, DATA, data_from, store_from_export

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
POSTGRESQL = {org("acme"): "acme", user("alice"): "alice", org("tieorg"): "tieorg"}
MARIADB = ("acme-2026-11-17", *(f"small-2026-11-{day}" for day in range(10, 15)))


def quay_of(file: str, scope: Scope) -> FakeQuay:
    kind = AccountKind.USER if scope.kind == "user" else AccountKind.ORGANIZATION
    return FakeQuay(store_from_export(file, scope.namespace, kind=kind), clock=lambda: NOW)


def ingested(content: bytes, lake: Path, scope: Scope, fake: FakeQuay | None = None) -> Ingested:
    def counts_of(asked: Scope, since: date, until: date) -> Counts | None:
        if fake is None:
            return None
        client = client_of(fake, AUDITOR, now=NOW)
        counts: Counts = {}
        for first, last in months_between(since, until):
            counts |= read_counts(client, stream_of(asked), first, last)
        return counts

    layout = Layout(lake)
    recorder = Recorder(layout, "https://quay.example", now=lambda: NOW, grace=timedelta(hours=1))
    chunks = chunks_of(io.BytesIO(content))
    result = ingest(
        chunks, "export.json", layout, recorder, scope_of=lambda export: scope, counts_of=counts_of
    )
    Ledger(layout).seal(NOW, "0")
    return result


def entries_of(lake: Path, scope: Scope, since: date, until: date) -> dict[str, bytes]:
    layout = Layout(lake)
    return {
        str(window.day): (layout.window(scope, window.day) / ENTRIES_FILE).read_bytes()
        for window in Ledger(layout).windows()
        if window.scope == str(scope) and since <= window.day <= until
    }


@pytest.mark.parametrize("scope", POSTGRESQL, ids=str)
def test_a_file_gives_the_bytes_that_pages_without_loss_give(scope: Scope, tmp_path: Path) -> None:
    file = f"corpus/export/{POSTGRESQL[scope]}.json.gz"
    first, last = date(2026, 9, 24), date(2026, 11, 22)
    fake = quay_of(file, scope)
    extract_all(fake, tmp_path / "pages", [scope], first, last, now=NOW, token=AUDITOR)
    ingested((DATA / file).read_bytes(), tmp_path / "file", scope, fake)
    by_file = entries_of(tmp_path / "file", scope, first, last)
    assert by_file == entries_of(tmp_path / "pages", scope, first, last)
    assert len(by_file) == 60
    windows = {w.day: w for w in Ledger(Layout(tmp_path / "file")).windows()}
    assert {w.state for day, w in windows.items() if day <= last} == {State.VERIFIED}
    if scope.kind == "org":
        counted = data_from(f"corpus/aggregate/org_{scope.namespace}.json.gz")
        held = {str(day): w.rows_by_kind for day, w in windows.items() if day <= last}
        assert held == {
            day: {item["kind"]: item["count"] for item in items}
            for day, items in counted.items()
            if day in held
        }


@pytest.mark.parametrize("name", MARIADB)
def test_a_file_of_a_server_on_whole_seconds_equals_its_counts(name: str, tmp_path: Path) -> None:
    namespace, _, text = name.partition("-")
    scope, day = org(namespace), date.fromisoformat(text)
    file = f"corpus-mariadb/export/{name}.json.gz"
    fake = quay_of(file, scope)
    extract_all(fake, tmp_path / "pages", [scope], day, day, now=NOW, token=AUDITOR)
    ingested((DATA / file).read_bytes(), tmp_path / "file", scope, fake)
    assert entries_of(tmp_path / "file", scope, day, day) == entries_of(tmp_path / "pages", scope, day, day)
    state = Ledger(Layout(tmp_path / "file")).window(scope, day)
    assert state is not None
    assert state.state is State.VERIFIED
    counted = data_from(f"corpus-mariadb/aggregate/{name}.json.gz")["aggregated"]
    assert state.rows_by_kind == {item["kind"]: item["count"] for item in counted}


def small_file() -> bytes:
    return gzip.decompress((DATA / "corpus-mariadb/export/small-2026-11-10.json.gz").read_bytes())


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    fake = quay_of("corpus-mariadb/export/small-2026-11-10.json.gz", org("small"))
    first = ingested(small_file(), tmp_path, org("small"), fake)
    before = files_of(tmp_path)
    second = ingested(small_file(), tmp_path, org("small"), fake)
    assert (len(first.written), first.kept) == (2, 0)
    assert (len(second.written), second.kept) == (0, 2)
    assert files_of(tmp_path) == before


def test_without_counts_windows_are_unverified_and_verified_once_there_are_some(tmp_path: Path) -> None:
    ingested(small_file(), tmp_path, org("small"))
    ledger = Ledger(Layout(tmp_path))
    assert {w.state for w in ledger.windows()} == {State.UNVERIFIED}
    fake = quay_of("corpus-mariadb/export/small-2026-11-10.json.gz", org("small"))
    again = ingested(small_file(), tmp_path, org("small"), fake)
    assert {w.state for w in again.written} == {State.VERIFIED}


def rows_of(content: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(content)["logs"][:-1]
    return rows


def file_with(rows: list[dict[str, Any]]) -> bytes:
    document = json.loads(small_file())
    return json.dumps(document | {"logs": [*rows, {"terminator": True}]}).encode()


def test_a_verified_window_is_never_replaced_by_a_poorer_one(tmp_path: Path) -> None:
    fake = quay_of("corpus-mariadb/export/small-2026-11-10.json.gz", org("small"))
    ingested(small_file(), tmp_path, org("small"), fake)
    before = files_of(tmp_path)
    assert ingested(file_with(rows_of(small_file())[20:]), tmp_path, org("small"), fake).kept == 2
    assert files_of(tmp_path) == before


def test_a_file_that_lacks_rows_is_short_by_the_exact_number_and_a_whole_one_completes_it(
    tmp_path: Path,
) -> None:
    fake = quay_of("corpus-mariadb/export/small-2026-11-10.json.gz", org("small"))
    lacking = [row for n, row in enumerate(rows_of(small_file())) if n != 5]
    result = ingested(file_with(lacking), tmp_path, org("small"), fake)
    assert [sum(w.missing_by_kind.values()) for w in result.written if w.state is State.SHORT] == [1]
    again = ingested(small_file(), tmp_path, org("small"), fake)
    assert {w.state for w in again.written} == {State.VERIFIED}


def test_a_last_day_that_was_not_over_when_the_file_was_made_is_left_out(tmp_path: Path) -> None:
    fake = quay_of("corpus-mariadb/export/small-2026-11-10.json.gz", org("small"))
    early = [row for row in rows_of(small_file()) if "11 Nov 2026 2" not in row["datetime"]]
    result = ingested(file_with(early), tmp_path, org("small"), fake)
    assert [w.day for w in result.written] == [date(2026, 11, 10)]


@pytest.mark.parametrize("cut", [1, 1_000, 200_000])
def test_a_file_that_is_cut_short_stores_nothing(cut: int, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        ingested(small_file()[:-cut], tmp_path, org("small"))
    assert caught.value.where == "export.json"
    with pytest.raises(DataError, match="gzip"):
        ingested(gzip.compress(small_file())[: -min(cut, 20_000)], tmp_path, org("small"))
    assert Ledger(Layout(tmp_path)).windows() == []


def test_gzip_is_unpacked_whatever_the_name(tmp_path: Path) -> None:
    assert ingested(gzip.compress(small_file()), tmp_path, org("small")).rows == len(rows_of(small_file()))


def test_folders_give_their_exports_in_order(tmp_path: Path) -> None:
    for name in ("b.json", "a.json.gz", "notes.txt", "deep/c.json"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"")
    assert [str(file.relative_to(tmp_path)) for file in files_below([tmp_path])] == [
        "a.json.gz",
        "b.json",
        "deep/c.json",
    ]
    with pytest.raises(UsageError, match="no such file"):
        list(files_below([tmp_path / "missing"]))


def test_a_file_does_not_say_whether_its_namespace_is_a_user(tmp_path: Path) -> None:
    from pipeline.quay.export_file import Export

    export = Export("e", "bob", None, "", "")
    assert scope_of_export(export, user, "f") == user("bob")
    assert scope_of_export(export._replace(repository="web"), lambda name: None, "f") == scope_from_text(
        "repo/bob/web"
    )
    with pytest.raises(UsageError) as caught:
        scope_of_export(export, lambda name: None, "f")
    assert "--scope user/bob" in caught.value.hint


def test_a_file_of_any_size_is_read_in_pieces() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 1 << 20
            return b"x" * size

    pieces: Iterator[bytes] = chunks_of(Endless())  # type: ignore[arg-type]
    assert len(next(pieces)) == len(next(pieces)) == 1 << 20
