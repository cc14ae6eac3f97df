"""Promises of a second reading: renames, deletions, rotation and loss are told apart, and the lake stays as it is."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from pipeline.demo.fakequay import FakeQuay, Habits
from pipeline.demo.store import Store
from pipeline.extract.drift import Drift, find_drift
from pipeline.extract.drift_names import Change, Field
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.scopes import ALL, org
from tests.extracts import ALL_SCOPES, TOKEN, client_of, extract_all, files_of

FIRST = date(2026, 10, 1)
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
ROWS_OF_DAY = (3_000, 3_000, 3_000, 1_500, 400, 400, 400)
LAST = FIRST + timedelta(days=len(ROWS_OF_DAY) - 1)
RENAME_DAY = LAST + timedelta(days=1)
ROTATED = 10_000
PEOPLE = ("ann", "ben", "cat", "dan", "eve", "fay")
RENAMES = {"ann": "anna", "ben": "benny", "cat": "cathy"}
ACME, GONE = org("acme"), org("gone")


def at(day: date, seconds: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)


def history(without: Collection[str] = ()) -> Store:
    """A week of two organizations; `without` are the tags of rows that never were."""
    store = Store()
    store.add_user("auditor", global_readonly_superuser=True)
    for person in PEOPLE:
        store.add_user(person)
    for name in ("acme", "gone"):
        store.add_organization(name, owners=["fay"])
    store.add_token(TOKEN, "auditor", ALL_SCOPES)
    number = 0
    for offset, rows in enumerate(ROWS_OF_DAY):
        for n in range(rows):
            number += 1
            tag = f"v{number}"
            if tag not in without:
                namespace = "gone" if n % 10 == 3 else "acme"
                person = PEOPLE[number % len(PEOPLE)]
                moment = at(FIRST + timedelta(days=offset), 60 + 28 * n + number % 7 / 10)
                store.log(
                    "create_tag", moment, namespace, performer=person, ip="203.0.113.9", metadata={"tag": tag}
                )
    for person in PEOPLE:  # alike in all but who did it
        store.log("logout_success", at(LAST, 80_000), "acme", performer=person, metadata={})
    return store


def changed(store: Store) -> Store:
    """The same registry later: three users renamed, of whom two say so in the log, two deleted, an organization too."""
    for old, new in RENAMES.items():
        store.rename_user(old, new)
    for offset, old in enumerate(("ann", "ben")):
        new = RENAMES[old]
        details = {"old_username": old}
        store.log("user_change_name", at(RENAME_DAY, offset), new, performer=new, metadata=details)
    store.log("user_delete", at(RENAME_DAY, 9), "dan", performer="auditor", metadata={"username": "dan"})
    store.delete_user("eve")
    store.collect_garbage()
    store.delete_user("dan")
    store.delete_organization("gone")
    return store


REMOVED = {f"v{ROTATED + 17 + 31 * n}" for n in range(50)}


def quay(store: Store, **habits: object) -> FakeQuay:
    return FakeQuay(store, habits=Habits(**habits), clock=lambda: NOW)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was read before anything changed, and the day of the changes, read after it."""
    folder = tmp_path_factory.mktemp("drift") / "lake"
    extract_all(quay(history()), folder, [ALL], FIRST, LAST, now=NOW)
    extract_all(quay(history()), folder, [GONE], LAST, LAST, now=NOW)
    extract_all(quay(changed(history())), folder, [ALL], RENAME_DAY, RENAME_DAY, now=NOW)
    return folder


def drift_of(
    lake: Path, fake: FakeQuay, sample: int = 100, *, seed: int = 0, until: date = RENAME_DAY
) -> Drift:
    windows = [w for w in Ledger(Layout(lake)).windows() if w.day <= until]
    client = client_of(fake, now=NOW)
    return find_drift(client, Layout(lake), windows, sample, today=NOW.date(), random=Random(seed))


@pytest.fixture(scope="module")
def drift(lake: Path) -> Drift:
    """All of it at once."""
    before = files_of(lake)
    store = changed(history(REMOVED))
    border = at(FIRST + timedelta(days=3), 60 + 28 * 1_000)
    assert store.remove_rows_before(border) == ROTATED
    found = drift_of(lake, quay(store))
    assert files_of(lake) == before
    return found


def test_rows_that_were_removed_are_found_by_name(drift: Drift) -> None:
    removed = [row for window in drift.windows for row in window.removed]
    assert {row.metadata for row in removed} == {f'{{"tag":"{tag}"}}' for tag in REMOVED}
    assert drift.removed == len(removed) == len(REMOVED) == 50
    assert all(row.performer_name in PEOPLE for row in removed)


def test_rotation_is_told_from_loss(drift: Drift) -> None:
    assert drift.rotated == ROTATED
    assert [(str(window), rows) for window, rows in drift.rotated_days.items()] == [
        (f"all {FIRST + timedelta(days=n)}", 3_000) for n in range(3)
    ]
    assert {str(w.window): w.rotated for w in drift.windows if w.rotated} == {
        f"all {FIRST + timedelta(days=3)}": 1_000
    }


def test_renames_and_deletions_are_told_apart_and_by_whom_they_are_explained(drift: Drift) -> None:
    renamed = {c.old: c.new for c in drift.changes if c.field is Field.PERFORMER and c.is_rename}
    assert renamed == RENAMES
    deleted = {(c.field, c.old) for c in drift.changes if c.is_deletion}
    assert deleted == {(Field.PERFORMER, "dan"), (Field.PERFORMER, "eve"), (Field.NAMESPACE, "gone")}
    explained = {c.old for c in drift.changes if drift.told.explains(c)}
    assert explained == {"ann", "ben", "dan"}
    (absent,) = drift.absent.items()
    assert (absent[0], absent[1][0].is_deleted, absent[1][1]) == (GONE, True, 40)


def test_no_row_is_lost_between_the_answers(drift: Drift, lake: Path) -> None:
    read = sum(window.rows for window in drift.windows) + sum(drift.rotated_days.values())
    assert read == sum(w.rows for w in Ledger(Layout(lake)).windows() if w.scope == "all")
    by_person = Counter(
        {change.old: rows for change, rows in drift.changes.items() if change.field is Field.PERFORMER}
    )
    left = sum(ROWS_OF_DAY) - ROTATED - 50
    assert all(abs(rows - left / 6) < 20 for rows in by_person.values())
    assert (drift.unread, drift.failed, [w for w in drift.windows if w.new_by_kind]) == (0, {}, [])


def test_a_registry_that_did_not_change_has_no_drift(lake: Path) -> None:
    found = drift_of(lake, quay(history()), 2, until=LAST)
    assert len(found.windows) == 2
    assert (found.changes, found.rotated, found.removed, found.absent) == ({}, 0, 0, {})


def test_the_sample_is_as_large_as_asked_the_days_whose_counts_differ_first(lake: Path) -> None:
    fake = quay(history({"v10900"}))
    drawn = [
        [w.window.day for w in drift_of(lake, fake, 2, seed=seed, until=LAST).windows] for seed in range(4)
    ]
    assert {(len(days), days[0]) for days in drawn} == {(2, FIRST + timedelta(days=4))}
    assert len({days[1] for days in drawn}) > 1


def test_the_last_week_is_never_taken_for_rotated(tmp_path: Path) -> None:
    def young(rows: int) -> Store:
        store = history({f"v{n}" for n in range(1, 20_000)})
        for n in range(10 - rows, 10):
            store.log("create_tag", at(NOW.date() - timedelta(days=3), n), "acme", metadata={"tag": f"w{n}"})
        return store

    day = NOW.date() - timedelta(days=3)
    extract_all(quay(young(10)), tmp_path, [ACME], day, day, now=NOW)
    found = drift_of(tmp_path, quay(young(6)), until=day)
    assert (found.rotated, found.removed) == (0, 4)
    found = drift_of(tmp_path, quay(young(0)), until=day)
    assert (found.rotated, found.removed) == (0, 10)


def test_a_log_whose_organization_was_renamed_is_read_under_its_new_name(tmp_path: Path) -> None:
    def registry() -> Store:
        store = history({f"v{n}" for n in range(1, 20_000)})
        for n in range(3):
            store.log("create_tag", at(FIRST, n), "acme", performer="fay", metadata={"tag": f"w{n}"})
        return store

    extract_all(quay(registry()), tmp_path, [ACME], FIRST, FIRST, now=NOW)
    store = registry()
    store.rename_organization("acme", "apex")
    details = {"old_name": "acme", "new_name": "apex"}
    store.log("org_change_name", at(RENAME_DAY, 1), "apex", performer="fay", metadata=details)
    extract_all(quay(store), tmp_path, [ALL], RENAME_DAY, RENAME_DAY, now=NOW)
    found = drift_of(tmp_path, quay(store))
    assert found.renamed_logs == {ACME: org("apex")}
    assert (found.absent, found.removed, len(found.windows)) == ({}, 0, 2)


def test_rows_that_pages_lose_are_unread_and_never_called_removed(tmp_path: Path) -> None:
    def bursts() -> Store:
        store = Store(whole_seconds=True)
        store.add_user("auditor", global_readonly_superuser=True)
        store.add_organization("acme")
        store.add_token(TOKEN, "auditor", ALL_SCOPES)
        for n in range(90):
            store.log("create_tag", at(FIRST, n // 45), "acme", metadata={"tag": f"w{n}"})
        return store

    lake = tmp_path / "lake"
    extract_all(quay(bursts()), lake, [ACME], FIRST, FIRST, now=NOW)
    held = Ledger(Layout(lake)).windows()[0].rows
    found = drift_of(lake, quay(bursts()))
    assert found.removed == 0
    assert found.unread == 90 - held > 0


def test_changes_say_what_they_are() -> None:
    uuid = "7e68302f-c3bc-4854-a925-4416e18a58f9"
    for old, new, is_deletion, is_rename in (
        ("bob", "rob", False, True),
        ("bob", uuid, True, False),
        ("bob", None, True, False),
        (uuid, None, False, False),
        (None, "bob", False, False),
    ):
        change = Change(Field.PERFORMER, old, new)
        assert (change.is_deletion, change.is_rename) == (is_deletion, is_rename)
