"""Promises of FakeQuay's export worker: what it tells, and whom."""

from datetime import UTC, datetime

import pytest

from pipeline.demo.fakequay import ExportStatus, Habits, Mail
from tests.asking import small_store
from tests.exporting import CALLBACK, MINUTE, SLOW, Exporting, every, log_rows, rows_of, slow_world
from tests.worlds import little_registry, recordings

DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("recording", "path"),
    [
        ("export_callback_success", "organization/acme"),
        ("export_callback_repo", "repository/acme/api"),
        ("export_callback_user", "user"),
    ],
)
def test_the_callback_of_a_success_is_the_recorded_one_to_the_byte(recording: str, path: str) -> None:
    recorded = recordings()[recording]["request"]
    world = Exporting(little_registry())
    world.ask(path)
    assert world.worker.run_due() == 1
    (body,), (told,) = world.bodies, world.received
    settled = {key: recorded["body"][key] for key in ("exported_data_url", "export_id")}
    for key, text in settled.items():
        body = body.replace(told[key].encode(), text.encode())
    assert told | settled == recorded["body"]
    assert list(told) == list(recorded["body"])
    assert len(body) == int(recorded["headers"]["Content-Length"])


def test_the_link_of_a_success_has_the_recorded_form() -> None:
    def form(url: str) -> list[tuple[str, int]]:
        query = url.partition("?")[2].split("&")
        return [(each.partition("=")[0], len(each.partition("=")[2].rpartition("%2F")[2])) for each in query]

    world = Exporting(little_registry())
    world.ask()
    world.worker.run_due()
    recorded = recordings()["export_callback_success"]["request"]["body"]["exported_data_url"]
    url = world.received[0]["exported_data_url"]
    assert form(url) == form(recorded)
    name = url.partition("?")[0].rpartition("/")[2]
    assert name.startswith(world.received[0]["export_id"])
    assert len(name) == 2 * 36 + 1


def test_a_try_that_takes_too_long_tells_three_times_as_recorded() -> None:
    recorded = recordings()["export_callback_timedout"]["callbacks"]
    store = little_registry()
    log_rows(store, every(60, DAY, 301))
    world = Exporting(store, SLOW)
    export_id = world.ask("organization/acme", "09/20/2026", "11/22/2026")
    assert world.worker.run_due() == 1
    assert world.received == [{**each, "export_id": export_id} for each in recorded]


def test_a_read_of_just_the_allowed_time_succeeds() -> None:
    world = slow_world(rows=300)
    world.ask()
    world.worker.run_due()
    assert world.statuses == ["success"]


def test_of_three_bad_news_the_second_is_not_told_when_the_first_goes_astray() -> None:
    world = slow_world(answers=(500,))
    world.ask()
    world.worker.run_due()
    assert world.statuses == ["timedout", "failed"]


def test_dates_that_the_worker_cannot_read_are_an_invalid_request_told_once() -> None:
    world = Exporting(small_store())
    world.ask("organization/acme", "01/01/0999", "11/20/2026")
    world.worker.run_due()
    assert (world.statuses, world.received[0]["start_time"]) == (["invalidrequest"], "01/01/999")
    world.wait(10 * MINUTE)
    assert world.worker.run_due() == 0


def test_the_end_of_the_calendar_fails_every_try_without_a_word() -> None:
    world = Exporting(small_store())
    world.ask("organization/acme", "11/20/2026", "12/30/9999")
    tries = [world.worker.run_due()]
    for _ in range(5):
        world.wait(5 * MINUTE)
        tries.append(world.worker.run_due())
    assert (tries, world.received) == ([1, 1, 1, 0, 0, 0], [])


def test_the_callback_goes_to_the_address_that_was_given() -> None:
    world = Exporting(small_store())
    world.ask()
    world.ask(callback_url="http://cb.example.com:8080/a/b?c=d")
    world.worker.run_due()
    assert sorted(world.addresses) == sorted([CALLBACK, "http://cb.example.com:8080/a/b?c=d"])


def test_an_export_for_a_mail_address_is_told_by_mail_alone_with_a_link_that_works() -> None:
    store = small_store()
    log_rows(store, [DAY])
    world = Exporting(store)
    export_id = world.ask(callback_email="ops@example.com")
    world.worker.run_due()
    (mail,) = world.quay.mails
    assert (mail.to, mail.export_id, mail.status) == ("ops@example.com", export_id, ExportStatus.SUCCESS)
    assert mail.url is not None
    assert len(rows_of(world.get(mail.url).content)) == 1
    assert world.received == []


def test_an_export_that_names_nobody_is_made_and_nobody_is_told() -> None:
    world = Exporting(small_store())
    world.ask(unknown_key="x")
    assert (world.worker.run_due(), world.received, world.quay.mails) == (1, [], [])


def test_bad_news_are_mailed_three_times_too() -> None:
    world = slow_world()
    export_id = world.ask(callback_email="ops@example.com")
    world.worker.run_due()
    news = (ExportStatus.TIMED_OUT, ExportStatus.FAILED, ExportStatus.FAILED)
    assert world.quay.mails == [Mail("ops@example.com", export_id, status, None) for status in news]


def test_no_mail_is_sent_about_a_try_whose_callback_failed() -> None:
    world = Exporting(small_store(), answers=(500,))
    world.ask(callback_url=CALLBACK, callback_email="ops@example.com")
    world.worker.run_due()
    assert (world.statuses, world.quay.mails) == (["success"], [])
    world.wait(5 * MINUTE)
    world.worker.run_due()
    assert len(world.quay.mails) == 1


def test_an_address_that_became_private_is_skipped_without_a_word_and_the_job_is_done() -> None:
    addresses = iter([("1.1.1.1",), ("10.0.0.1",)])
    world = Exporting(small_store(), Habits(addresses_of=lambda name: next(addresses)))
    world.ask(callback_url=CALLBACK, callback_email="ops@example.com")
    assert world.worker.run_due() == 1
    assert (world.received, [mail.status for mail in world.quay.mails]) == ([], [ExportStatus.SUCCESS])
    world.wait(10 * MINUTE)
    assert world.worker.run_due() == 0
