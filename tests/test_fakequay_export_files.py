"""Promises of FakeQuay's export files: what a running Quay wrote, byte for byte, and which rows."""

import gzip
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.demo.fakequay import Habits, SliceOrder, Storage
from pipeline.demo.store import Store
from tests.asking import client_of, pages, small_store
from tests.contract import BOUNDARIES
from tests.exporting import Exporting, log_rows, numbers_of, rows_of
from tests.worlds import (
    ALICE,
    AUDITOR,
    DATA,
    data_from,
    exported_rows,
    little_registry,
    log_in_order,
    store_from_export,
    time_of,
)

BY_INDEX = Habits(slice_order=SliceOrder.BY_INDEX, ssrf_allowed_hosts=frozenset({"127.0.0.0/8"}))
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
SMALL_DAYS = [f"small-2026-11-{day}" for day in range(10, 15)]

_ROBOT = re.compile(rb'"hash": "[0-9a-f]{64}", "color": "#[0-9a-f]{6}", "kind": "robot"')


def _settled(text: bytes, export_id: str = "") -> bytes:
    """A file without what chance decided: its own id, and the avatars of robots, whose e-mail addresses are random."""
    return _ROBOT.sub(b'"kind": "robot"', text.replace(export_id.encode() or b"\0", b"(export)"))


# What a running Quay wrote --------------------------------------------------------------------------------------------


def _exported_again(name: str, namespace: str, *, whole_seconds: bool) -> tuple[bytes, bytes]:
    """A recorded file, and what an export of the same rows gives; the export writes the row about itself anew."""
    recorded = gzip.decompress((DATA / name).read_bytes())
    document = data_from(name)
    export_id = document["export_id"]
    rows = exported_rows(name)
    own = [row for row in rows if row["metadata"].get("export_id") == export_id]
    others = [row for row in rows if row not in own]
    if whole_seconds:
        store = store_from_export(others, namespace, whole_seconds=True)
    else:
        store = little_registry()
        log_in_order(store, namespace, others)
    world = Exporting(store, BY_INDEX, at=time_of(own[0]) if own else datetime(2026, 11, 24, tzinfo=UTC))
    first, last = (_day_asked(document["details"][key]) for key in ("start_time", "end_time"))
    url = own[0]["metadata"]["url"] if own else "https://cb.example.com/x"
    given_id = world.ask(
        f"organization/{namespace}", first, _day_before(last), token=AUDITOR, callback_url=url
    )
    world.worker.run_due()
    file = world.get(world.received[0]["exported_data_url"]).content
    return _settled(recorded, export_id), _settled(file, given_id)


def _day_asked(rfc_2822: str) -> str:
    return datetime.strptime(rfc_2822[5:16], "%d %b %Y").strftime("%m/%d/%Y")  # noqa: DTZ007


def _day_before(day: str) -> str:
    month, number, year = map(int, day.split("/"))
    return (date(year, month, number) - timedelta(days=1)).strftime("%m/%d/%Y")


@pytest.mark.parametrize("window", [*SMALL_DAYS, "acme-2026-11-17"])
def test_an_export_of_whole_seconds_is_the_recorded_file_byte_for_byte(window: str) -> None:
    name = f"corpus-mariadb/export/{window}.json.gz"
    recorded, exported = _exported_again(name, window.partition("-")[0], whole_seconds=True)
    assert exported == recorded


@pytest.mark.parametrize("namespace", ["acme", "alice"])
def test_an_export_of_sixty_days_is_the_recorded_file_byte_for_byte(namespace: str) -> None:
    recorded, exported = _exported_again(f"corpus/export/{namespace}.json.gz", namespace, whole_seconds=False)
    assert exported == recorded


def test_an_export_whose_order_the_database_picked_has_the_recorded_rows_head_and_tail() -> None:
    recorded, exported = _exported_again("corpus/export/tieorg.json.gz", "tieorg", whole_seconds=False)
    assert len(exported) == len(recorded)
    head, tail = recorded.index(b"    {"), -len(b'\n        {"terminator": true}]\n      }')
    assert (exported[:head], exported[tail:]) == (recorded[:head], recorded[tail:])
    assert _multiset(exported) == _multiset(recorded)


def _multiset(file: bytes) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in rows_of(file))


def _acme_when_downloads_were_recorded() -> Store:
    """Two days of acme, with the performers of rows whose accounts had gone when the whole was exported."""
    store = little_registry()
    for row in exported_rows("corpus/export/acme.json.gz"):
        if MIDNIGHT <= time_of(row) < MIDNIGHT + timedelta(days=2):
            name = row["metadata"].get("username")
            is_gone = "performer" not in row and name in ("acme+gonebot", "gone_user")
            shown = {**row, "performer": {"name": name, "is_robot": "+" in name}} if is_gone else row
            log_in_order(store, "acme", [shown])
    return store


@pytest.mark.parametrize("storage", list(Storage))
def test_a_download_begins_and_ends_as_recorded_the_corrupt_one_too(storage: Storage) -> None:
    recorded = data_from("export_downloads.json.gz")[storage]
    at = datetime(2026, 11, 23, 13, 34, 10, tzinfo=UTC)
    habits = Habits(storage=storage, slice_order=SliceOrder.BY_INDEX)
    world = Exporting(_acme_when_downloads_were_recorded(), habits, at=at)
    export_id = world.ask()
    world.worker.run_due()
    answer = world.get(world.received[0]["exported_data_url"])
    recorded_id = recorded["path"].rpartition("/")[2][: len(export_id)]
    head, tail = (_settled(recorded[part].encode(), recorded_id) for part in ("head", "tail"))
    whole = _settled(answer.content, export_id)
    assert (whole[: len(head)], whole[-len(tail) :]) == (head, tail)
    for key in recorded["headers"].keys() - {"etag", "content-length"}:
        assert answer.headers[key] == recorded["headers"][key]
    assert ("content-length" in answer.headers) == ("content-length" in recorded["headers"])


# Which rows -----------------------------------------------------------------------------------------------------------


def test_a_day_more_than_asked_is_exported_but_for_its_last_millisecond() -> None:
    store = small_store()
    log_rows(store, [datetime.fromisoformat(f"{at}+00:00") for at in BOUNDARIES])
    assert sorted(numbers_of(Exporting(store).exported("organization/acme", "11/05/2026", "11/05/2026"))) == [
        1, 2, 3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert sorted(numbers_of(Exporting(store).exported("organization/acme", "11/05/2026", "11/04/2026"))) == [
        1, 2, 3,
    ]  # fmt: skip


def test_an_end_of_one_day_before_the_start_exports_exactly_that_day_of_whole_seconds() -> None:
    store = small_store(whole_seconds=True)
    log_rows(store, [MIDNIGHT + timedelta(seconds=s) for s in (-1, 0, 86_399, 86_400)])
    assert numbers_of(Exporting(store).exported("organization/acme", "11/20/2026", "11/19/2026")) == [1, 2]


def test_an_export_that_reaches_today_contains_the_row_about_itself() -> None:
    world = Exporting(small_store())
    file = world.exported("organization/acme", "11/22/2026", "11/22/2026")
    (row,) = rows_of(file)
    assert (row["kind"], row["metadata"]["export_id"]) == (
        "export_logs_success",
        json.loads(file)["export_id"],
    )


def test_the_rows_are_those_of_the_log_without_their_namespace_even_of_accounts_that_are_gone() -> None:
    store = small_store()
    for name in ("carol", "dave"):
        store.add_user(name)
    for i, performer in enumerate(("alice", "acme+ci", "carol", "dave", None) * 6):
        at = MIDNIGHT + timedelta(minutes=i)
        store.log("pull_repo", at, "acme", performer=performer, metadata={"i": i, "text": "é\x7f"})
    store.delete_robot("acme+ci")
    store.delete_user("carol")
    store.collect_garbage()
    store.delete_user("dave")
    world = Exporting(store)
    with client_of(world.quay) as client:
        chain = list(pages(client, "organization/acme/logs", "11/20/2026", "11/20/2026"))
    shown = Counter(json.dumps(row, sort_keys=True) for page in chain for row in page["logs"])
    file = world.exported()
    assert _multiset(file) == shown
    assert all("namespace" not in row for row in rows_of(file))
    assert file.isascii()


def test_an_export_of_a_repository_has_its_rows_alone_and_says_so() -> None:
    store = small_store()
    log_rows(store, [MIDNIGHT], repository="web")
    log_rows(store, [MIDNIGHT] * 2)
    file = Exporting(store).exported("repository/acme/web")
    assert numbers_of(file) == [0]
    assert json.loads(file)["details"]["repository"] == "web"


def test_an_export_of_a_user_has_the_rows_about_service_keys_that_the_log_hides() -> None:
    store = small_store()
    store.log("service_key_create", MIDNIGHT, "alice", metadata={})
    world = Exporting(store)
    with client_of(world.quay, ALICE) as client:
        assert [page["logs"] for page in pages(client, "user/logs", "11/20/2026", "11/20/2026")] == [[]]
    assert [row["kind"] for row in rows_of(world.exported("user"))] == ["service_key_create"]


def test_rows_of_the_tables_of_older_versions_are_not_exported() -> None:
    store = small_store()
    log_rows(store, [MIDNIGHT])
    log_rows(store, [MIDNIGHT] * 3, table=2)
    log_rows(store, [MIDNIGHT] * 3, table=1)
    assert numbers_of(Exporting(store).exported()) == [0]


def test_a_namespace_that_is_deleted_before_the_worker_comes_is_exported_under_its_old_name() -> None:
    store = small_store()
    log_rows(store, [MIDNIGHT])
    world = Exporting(store)
    world.ask()
    store.delete_organization("acme")
    world.worker.run_due()
    file = world.get(world.received[0]["exported_data_url"]).content
    assert (numbers_of(file), json.loads(file)["details"]["namespace"]) == ([0], "acme")
