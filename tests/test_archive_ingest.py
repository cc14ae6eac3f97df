"""Promises of archives: the windows that the API gives, from files that hold ids; no row lost, none counted twice."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.log_tables import LogRow
from pipeline.demo.records import AccountKind
from pipeline.demo.store import Store
from pipeline.errors import UsageError
from pipeline.extract.archive import Ingested, ingest_archives
from pipeline.extract.archive_files import archive_of_file
from pipeline.extract.record import Recorder
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger, State, WindowState
from pipeline.lake.reader import lines_of_file
from pipeline.quay.archive_names import Names, accounts_from_lines, kinds_from_lines
from pipeline.quay.lines import Row, row_from_line
from pipeline.quay.scopes import ALL, Scope, org, scope_from_text, user
from tests.archives import accounts_csv, kinds_csv, rows_by_id, write_archives
from tests.extracts import extract_all, files_of
from tests.small_quay import ACME, DAY, FIRST, LAST, at, log, small_store, week
from tests.worlds import AUDITOR, store_from_export

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KINDS = kinds_from_lines(kinds_csv().splitlines(), "kinds.csv")
NO_NAMES = Names()


def names_of(store: Store) -> Names:
    """All that Quay's own tables say."""
    return Names(KINDS, accounts_from_lines(accounts_csv(store).splitlines(), "accounts.csv"))


def ingested(files: Sequence[Path], lake: Path, names: Names = NO_NAMES, scope: Scope = ALL) -> Ingested:
    layout = Layout(lake)
    recorder = Recorder(layout, "", now=lambda: NOW, grace=timedelta(hours=1))
    result = ingest_archives(map(archive_of_file, files), layout, recorder, scope=scope, given=names)
    Ledger(layout).seal(NOW, "0")
    return result


def windows_of(lake: Path) -> list[WindowState]:
    return Ledger(Layout(lake)).windows()


def entries_of(lake: Path, scope: Scope) -> dict[date, bytes]:
    layout = Layout(lake)
    return {
        window.day: (layout.window(scope, window.day) / ENTRIES_FILE).read_bytes()
        for window in windows_of(lake)
        if window.scope == str(scope) and window.rows
    }


def rows_held(lake: Path, scope: Scope = ALL) -> list[Row]:
    layout = Layout(lake)
    return [
        row_from_line(line)
        for window in windows_of(lake)
        for line in lines_of_file(layout.window(scope_from_text(window.scope), window.day) / ENTRIES_FILE)
        if window.scope == str(scope)
    ]


def quay(store: Store) -> FakeQuay:
    return FakeQuay(store, clock=lambda: NOW)


@pytest.mark.parametrize(
    ("scope", "file"),
    [
        (org("tieorg"), "corpus/export/tieorg.json.gz"),
        (user("alice"), "corpus/export/alice.json.gz"),
        (org("small"), "corpus-mariadb/export/small-2026-11-10.json.gz"),
    ],
    ids=str,
)
def test_archives_of_the_rows_of_a_running_quay_give_the_bytes_that_the_api_gives(
    scope: Scope, file: str, tmp_path: Path
) -> None:
    kind = AccountKind.USER if scope.kind == "user" else AccountKind.ORGANIZATION
    store = store_from_export(file, scope.namespace, kind=kind)
    rows = rows_by_id(store)
    archives = write_archives(tmp_path / "archives", rows, size=100)
    for asked in (scope, ALL):
        lake = tmp_path / asked.folder
        extract_all(
            quay(store),
            tmp_path / "api",
            [asked],
            date(2026, 9, 24),
            date(2026, 11, 24),
            now=NOW,
            token=AUDITOR,
        )
        result = ingested(archives, lake, names_of(store), asked)
        assert result.rows == len(rows) == sum(window.rows for window in windows_of(lake))
        assert result.unresolved == {}
        assert {(w.state, tuple(w.routes)) for w in windows_of(lake)} == {(State.UNVERIFIED, ("archive",))}
        assert entries_of(lake, asked) == entries_of(tmp_path / "api", asked)


def test_the_same_archives_twice_change_no_byte_in_any_order_or_grouping(tmp_path: Path) -> None:
    store = week()
    archives = write_archives(tmp_path / "archives", rows_by_id(store), size=30)
    ingested(archives, tmp_path / "once", names_of(store))
    before = files_of(tmp_path / "once")
    again = ingested(archives[::-1], tmp_path / "once", names_of(store))
    assert (again.written, again.kept) == ([], 6)
    assert files_of(tmp_path / "once") == before
    for archive in reversed(archives):
        ingested([archive], tmp_path / "one by one", names_of(store))
    assert entries_of(tmp_path / "one by one", ALL) == entries_of(tmp_path / "once", ALL)


def without_names(row: Row) -> tuple[str, str | None, str]:
    return row.occurred_at, row.ip, row.metadata


def test_ids_without_names_are_kept_and_resolved_later_without_losing_a_row(tmp_path: Path) -> None:
    store = week()
    for offset in range(3):
        store.log("login_success", at(DAY, 5 + offset), "alice", performer="bob", metadata={})
    archives = write_archives(tmp_path / "archives", rows_by_id(store))
    first = ingested(archives, tmp_path / "lake")
    rows = rows_held(tmp_path / "lake")
    assert len(rows) == first.rows == 143
    assert first.unresolved["kind_id"] == 143
    assert {row.kind for row in rows} == {
        f"kind_{id}" for id, kind in KINDS.items() if kind in ("pull_repo", "login_success")
    }
    login = next(id for id, kind in KINDS.items() if kind == "login_success")
    assert [json.loads(row.extra or "") for row in rows if row.metadata == "{}"] == 3 * [
        {"account_id": 3, "kind_id": login, "performer_id": 4}
    ]
    only_kinds = ingested(archives, tmp_path / "lake", Names(KINDS))
    assert only_kinds.unresolved["performer_id"] == 143
    again = ingested(archives[:1], tmp_path / "lake", names_of(store))
    assert again.unresolved == {}
    assert sorted(map(without_names, rows_held(tmp_path / "lake"))) == sorted(map(without_names, rows))
    ingested(archives, tmp_path / "at once", names_of(store))
    assert entries_of(tmp_path / "lake", ALL) == entries_of(tmp_path / "at once", ALL)
    before = files_of(tmp_path / "lake")
    assert ingested(archives, tmp_path / "lake").written == []  # who knows less takes no name away
    assert files_of(tmp_path / "lake") == before


def test_names_are_learned_from_days_that_the_api_showed_too(tmp_path: Path) -> None:
    store = week()
    archives = write_archives(tmp_path / "archives", rows_by_id(store))
    extract_all(quay(store), tmp_path / "lake", [ALL], DAY, DAY, now=NOW)
    verified = entries_of(tmp_path / "lake", ALL)[DAY]
    result = ingested(archives, tmp_path / "lake")
    assert result.unresolved == {}
    assert entries_of(tmp_path / "lake", ALL)[DAY] == verified
    ingested(archives, tmp_path / "told", names_of(store))
    assert entries_of(tmp_path / "lake", ALL) == entries_of(tmp_path / "told", ALL)


def test_names_are_learned_from_what_rows_of_pulls_say_of_themselves(tmp_path: Path) -> None:
    store = small_store()
    store.add_robot("acme", "ci")
    details = {
        "repo": "web",
        "namespace": "acme",
        "user-agent": "skopeo",
        "username": "acme+ci",
        "is_robot": True,
    }
    store.log("pull_repo", at(DAY, 1), "acme", performer="acme+ci", repository="web", metadata=details)
    store.log("create_repo", at(DAY, 2), "acme", performer="acme+ci", metadata={"repo": "new"})
    forged = details | {"username": "admin"}  # a request's body, kept whole: nobody's word for anything
    store.log("create_application", at(DAY, 3), "acme", performer="bob", metadata=forged)
    archives = write_archives(tmp_path / "archives", rows_by_id(store))
    ingested(archives, tmp_path / "lake", Names(KINDS))
    assert [
        (row.kind, row.performer_name, row.performer_is_robot) for row in rows_held(tmp_path / "lake")
    ] == [
        ("pull_repo", "acme+ci", True),
        ("create_repo", "acme+ci", True),
        ("create_application", None, None),
    ]


def test_a_verified_window_is_never_replaced(tmp_path: Path) -> None:
    store = week()
    extract_all(quay(store), tmp_path / "lake", [ALL], FIRST, LAST, now=NOW)
    before = files_of(tmp_path / "lake")
    log(store, at(DAY, 50_000), tag="late")
    archives = write_archives(tmp_path / "archives", rows_by_id(store))
    result = ingested(archives, tmp_path / "lake", names_of(store))
    assert {str(window): count for window, count in result.lacking.items()} == {f"all {DAY}": 1}
    assert files_of(tmp_path / "lake") == before


def test_rows_that_rotation_took_before_a_window_was_read_are_added_and_the_state_says_so(
    tmp_path: Path,
) -> None:
    store = week()
    rows = rows_by_id(store)
    middle = next(row for number, row in enumerate(r for r in rows if _day(r) == DAY) if number == 8)
    archives = write_archives(tmp_path / "archives", [row for row in rows if row.id < middle.id])
    store.remove_rows_before(datetime.fromtimestamp(middle.moment / 1e6, UTC))
    extract_all(quay(store), tmp_path / "lake", [ALL], FIRST, LAST, now=NOW)
    held = {window.day: window.rows for window in windows_of(tmp_path / "lake")}
    assert (held[FIRST], held[DAY]) == (0, 13)
    result = ingested(archives, tmp_path / "lake", names_of(week()))
    assert result.lacking == {}
    windows = {window.day: window for window in windows_of(tmp_path / "lake")}
    assert (windows[FIRST].rows, windows[DAY].rows) == (5, 21)
    assert windows[DAY].state is State.UNVERIFIED
    assert windows[DAY].routes == ["pages", "archive"]
    assert windows[DAY].excess_by_kind == {"pull_repo": 8}
    ingested(write_archives(tmp_path / "all", rows), tmp_path / "whole", names_of(week()))
    assert entries_of(tmp_path / "lake", ALL) == entries_of(tmp_path / "whole", ALL)


@pytest.mark.parametrize("rotated_rows", [8, 13])
def test_a_day_that_was_half_rotated_away_keeps_the_rows_of_its_archive_when_it_is_extracted(
    tmp_path: Path, rotated_rows: int
) -> None:
    store = week()
    rows = rows_by_id(store)
    first_left = [row for row in rows if _day(row) == DAY][rotated_rows]
    archives = write_archives(tmp_path / "archives", [row for row in rows if row.id < first_left.id])
    ingested(archives, tmp_path / "lake", names_of(week()))
    store.remove_rows_before(datetime.fromtimestamp(first_left.moment / 1e6, UTC))
    for _ in range(2):
        extract_all(quay(store), tmp_path / "lake", [ALL], FIRST, LAST, now=NOW)
        windows = {window.day: window for window in windows_of(tmp_path / "lake")}
        assert windows[DAY].rows == 21
        assert "archive" in windows[DAY].routes
        assert windows[DAY].state is State.UNVERIFIED
        assert windows[LAST].state is State.VERIFIED
    ingested(write_archives(tmp_path / "all", rows), tmp_path / "whole", names_of(week()))
    assert entries_of(tmp_path / "lake", ALL) == entries_of(tmp_path / "whole", ALL)


def _day(row: LogRow) -> date:
    return datetime.fromtimestamp(row.moment / 1e6, UTC).date()


def test_equal_rows_are_kept_with_their_multiplicity_wherever_the_border_of_archives_falls(
    tmp_path: Path,
) -> None:
    store = small_store()
    for _ in range(7):
        log(store, at(DAY, 100), tag="same")
    archives = write_archives(tmp_path / "archives", rows_by_id(store), size=3)
    for archive in archives:
        ingested([archive], tmp_path / "lake", names_of(store))
    assert len(rows_held(tmp_path / "lake")) == 7


def test_an_archive_that_was_written_again_with_more_rows_is_not_counted_twice(tmp_path: Path) -> None:
    store = week()
    rows = rows_by_id(store)
    (early,) = write_archives(tmp_path / "archives", rows[:50])
    (late,) = write_archives(tmp_path / "archives", rows[:90])
    copy = tmp_path / "copy of it.txt.gz"
    copy.write_bytes(early.read_bytes())
    ingested([early, late, copy], tmp_path / "together", names_of(store))
    ingested([early], tmp_path / "apart", names_of(store))
    ingested([late], tmp_path / "apart", names_of(store))
    ingested([copy], tmp_path / "apart", names_of(store))
    assert len(rows_held(tmp_path / "together")) == 90
    assert entries_of(tmp_path / "apart", ALL) == entries_of(tmp_path / "together", ALL)


def test_the_rows_of_one_namespace_can_be_ingested_alone_when_its_id_is_known(tmp_path: Path) -> None:
    store = week()
    store.log("login_success", at(DAY, 5), "alice", performer="alice", metadata={})
    archives = write_archives(tmp_path / "archives", rows_by_id(store))
    ingested(archives, tmp_path / "lake", names_of(store), ACME)
    assert len(rows_held(tmp_path / "lake", ACME)) == 140
    assert {row.namespace_name for row in rows_held(tmp_path / "lake", ACME)} == {None}
    with pytest.raises(UsageError, match="nothing says which rows"):
        ingested(archives, tmp_path / "none", Names(KINDS), ACME)
    with pytest.raises(UsageError, match="cannot be ingested as repo/acme/web"):
        ingested(archives, tmp_path / "none", Names(KINDS), scope_from_text("repo/acme/web"))
    assert windows_of(tmp_path / "none") == []
