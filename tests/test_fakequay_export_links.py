"""Promises of FakeQuay's download links: who has one needs no token; how long it is good, and what local disks do."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.fakequay import Habits, Storage
from pipeline.demo.fakequay.export_slices import overwritten
from tests.asking import small_store
from tests.exporting import MINUTE, Exporting, every, log_rows, rows_of

DAY = datetime(2026, 11, 20, tzinfo=UTC)
LOCAL = Habits(storage=Storage.LOCAL)


def _world(habits: Habits | None = None, rows: int = 50) -> tuple[Exporting, str]:
    """A world with one finished export, and the link to it."""
    store = small_store()
    log_rows(store, every(60, DAY, rows))
    world = Exporting(store, habits)
    world.ask()
    world.worker.run_due()
    return world, world.received[0]["exported_data_url"]


def test_a_link_of_an_object_store_is_good_for_an_hour_and_then_refused_with_xml() -> None:
    world, link = _world()
    assert len(rows_of(world.get(link).content)) == 50
    world.wait(59 * MINUTE)
    assert world.get(link).status_code == 200
    world.wait(MINUTE)
    refused = world.get(link)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/xml")
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in refused.text


def test_a_link_that_was_changed_in_any_part_is_refused() -> None:
    world, link = _world()
    path, _, query = link.partition("?")
    changed = [
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.replace("X-Amz-Expires=3600", "X-Amz-Expires=9999"),
        link.replace("X-Amz-Date=2026", "X-Amz-Date=2027"),
        f"{path[:-1]}x?{query}",
    ]
    answers = [world.get(each) for each in changed]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert all("SignatureDoesNotMatch" in answer.text for answer in answers)


def test_an_object_without_a_signature_is_refused() -> None:
    world, link = _world()
    refused = world.get(link.partition("?")[0])
    assert (refused.status_code, "<Message>Access Denied</Message>" in refused.text) == (403, True)


def test_files_whose_links_have_run_out_are_kept_no_longer() -> None:
    world, link = _world()
    world.wait(61 * MINUTE)
    world.ask()
    world.worker.run_due()
    assert len(world.quay.world.export_files) == 1
    assert "Request has expired" in world.get(link).text


def test_a_local_link_needs_no_token_and_never_runs_out() -> None:
    world, link = _world(LOCAL)
    assert link.startswith("http://quay.test/exportedlogs/")
    first = world.get(link)
    world.wait(10_000 * MINUTE)
    later = world.get(link)
    assert first.status_code == later.status_code == 200
    assert first.content == later.content
    assert later.headers["expires"] == format_datetime(world.now, usegmt=True)


@pytest.mark.parametrize("rows", [0, 1, 50])
def test_a_local_file_is_never_what_it_should_be(rows: int) -> None:
    world, link = _world(LOCAL, rows)
    broken = world.get(link).content
    assert broken.startswith(b'\n        {"terminator": true}]\n      }')
    with pytest.raises(ValueError, match="Extra data"):
        rows_of(broken)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=6))
def test_parts_written_over_one_another_show_the_last_writer_of_every_byte(parts: list[bytes]) -> None:
    file = overwritten(parts)
    assert len(file) == max(map(len, parts))
    for at, byte in enumerate(file):
        assert byte == next(part[at] for part in reversed(parts) if len(part) > at)


@pytest.mark.parametrize(
    ("habits", "path"),
    [
        (None, "/exportedlogs/nosuch"),
        (LOCAL, "/exportedlogs/nosuch"),
        (LOCAL, "/exportedlogs/"),
    ],
)
def test_a_local_file_that_is_not_there_is_a_page_of_the_user_interface(
    habits: Habits | None, path: str
) -> None:
    world, _ = _world(habits)
    missing = world.get(f"http://quay.test{path}")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_a_local_file_cannot_be_fetched_where_an_object_store_keeps_them() -> None:
    world, link = _world()
    name = link.partition("?")[0].rpartition("/")[2]
    assert world.get(f"http://quay.test/exportedlogs/{name}").status_code == 404


@pytest.mark.parametrize("habits", [None, LOCAL])
def test_links_are_for_getting_alone(habits: Habits | None) -> None:
    world, link = _world(habits)
    headed, got = world.get(link, "HEAD"), world.get(link)
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers.get("content-length") == got.headers.get("content-length")
    assert world.get(link, "POST").status_code == 405


def test_a_file_is_built_once_however_often_it_is_fetched() -> None:
    world, link = _world(rows=1000)
    assert world.get(link).content is world.get(link).content


def test_a_link_cannot_be_guessed_from_the_id_of_its_export() -> None:
    world, link = _world(LOCAL)
    export_id = world.received[0]["export_id"]
    assert world.get(f"http://quay.test/exportedlogs/{export_id}").status_code == 404
    assert export_id in link
