"""Promises of FakeQuay's export worker: when it works, whom it tells, how often it tries."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.fakequay import (
    ExportStatus,
    ExportWorker,
    FakeQuay,
    Habits,
    Mail,
    RegistryState,
)
from tests.asking import small_store
from tests.exporting import CALLBACK, MINUTE, Exporting, every, log_rows, numbers_of, rows_of
from tests.worlds import little_registry, recordings

DAY = datetime(2026, 11, 20, tzinfo=UTC)
SLOW = Habits(export_rows_per_second=10)  # 300 rows are all that such a Quay reads in its 30 s


def _slow(rows: int = 301, answers: tuple[int | None, ...] = ()) -> Exporting:
    store = small_store()
    log_rows(store, every(60, DAY, rows))
    return Exporting(store, SLOW, answers=answers)


# What is told ---------------------------------------------------------------------------------------------------------


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
    world = _slow(rows=300)
    world.ask()
    world.worker.run_due()
    assert world.statuses == ["success"]


def test_of_three_bad_news_the_second_is_not_told_when_the_first_goes_astray() -> None:
    world = _slow(answers=(500,))
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


# When, and how often --------------------------------------------------------------------------------------------------


def test_the_first_poll_comes_at_once_and_the_next_a_period_later() -> None:
    world = Exporting(small_store())
    worked = [world.worker.run_due()]
    world.ask()
    for _ in range(3):
        world.wait(MINUTE / 3)
        worked.append(world.worker.run_due())
    assert worked == [0, 0, 0, 1]


def test_polls_that_were_missed_are_not_made_up_for() -> None:
    world = Exporting(small_store(), Habits(export_poll_period=timedelta(seconds=60)))
    world.worker.run_due()
    world.wait(10.5 * MINUTE)
    world.ask()
    assert world.worker.run_due() == 1
    world.ask()
    world.wait(MINUTE / 4)
    assert world.worker.run_due() == 0
    world.wait(MINUTE / 4)
    assert world.worker.run_due() == 1


@pytest.mark.parametrize("answer", [204, 302, 404, 500, None])
def test_a_callback_that_is_not_answered_by_200_is_tried_again_after_five_minutes_with_a_new_file(
    answer: int | None,
) -> None:
    store = small_store()
    log_rows(store, every(60, DAY, 5))
    world = Exporting(store, answers=(answer,))
    world.ask()
    worked = [world.worker.run_due()]
    for _ in range(6):
        world.wait(MINUTE)
        worked.append(world.worker.run_due())
    assert worked == [1, 0, 0, 0, 0, 1, 0]
    assert world.statuses == ["success", "success"]
    first, second = (world.get(each["exported_data_url"]) for each in world.received)
    assert first.url != second.url
    assert sorted(numbers_of(first.content)) == sorted(numbers_of(second.content)) == [0, 1, 2, 3, 4]


def test_a_job_is_tried_three_times_and_then_never_again() -> None:
    world = _slow()
    world.ask()
    for _ in range(20):
        world.worker.run_due()
        world.wait(5 * MINUTE)
    assert world.statuses == ["timedout", "failed", "failed"] * 3


def test_a_try_that_fails_ends_the_poll_and_the_other_jobs_wait_for_the_next() -> None:
    world = Exporting(small_store(), answers=(500,))
    ids = [world.ask() for _ in range(3)]
    worked = [world.worker.run_due()]
    world.wait(MINUTE)
    worked.append(world.worker.run_due())
    assert worked == [1, 2]
    assert {each["export_id"] for each in world.received} == set(ids)


@given(st.integers(1, 60), st.integers(0, 3))
def test_every_job_is_done_once_in_an_order_that_the_seed_decides(count: int, seed: int) -> None:
    orders = []
    for _ in range(2):
        world = Exporting(small_store(), seed=seed)
        asked = [world.ask() for _ in range(count)]
        assert world.worker.run_due() == count
        told = [each["export_id"] for each in world.received]
        assert sorted(told) == sorted(asked)
        orders.append([asked.index(export_id) for export_id in told])
    assert orders[0] == orders[1]


def test_jobs_do_not_come_in_the_order_of_their_asking() -> None:
    world = Exporting(small_store())
    asked = [world.ask() for _ in range(20)]
    world.worker.run_due()
    assert [each["export_id"] for each in world.received] != asked


def test_a_crash_in_the_middle_leaves_nothing_and_the_job_comes_back_after_five_minutes() -> None:
    world = Exporting(small_store())
    world.ask()
    assert world.worker.crash()
    restarted = world.new_worker()
    worked = []
    for _ in range(6):
        worked.append(restarted.run_due())
        world.wait(MINUTE)
    assert (worked, world.statuses) == ([0, 0, 0, 0, 0, 1], ["success"])


def test_the_third_crash_loses_the_job_and_nobody_is_told() -> None:
    world = Exporting(small_store())
    world.ask()
    crashes = []
    for _ in range(4):
        crashes.append(world.worker.crash())
        world.wait(5 * MINUTE)
    assert crashes == [True, True, True, False]
    assert (world.worker.run_due(), world.received) == (0, [])


def test_a_worker_that_dies_while_its_callback_is_read_tells_again_after_the_restart() -> None:
    class Killed(BaseException):
        """What a kill looks like from inside."""

    told: list[bytes] = []

    def die(url: str, body: bytes) -> int:
        told.append(body)
        raise Killed

    world = Exporting(small_store())
    world.ask()
    with pytest.raises(Killed):
        ExportWorker(world.quay, clock=world.clock, post=die).run_due()
    world.wait(5 * MINUTE)
    assert world.new_worker().run_due() == 1
    assert len(told) == len(world.received) == 1
    assert world.bodies[0] != told[0]


def test_a_read_only_registry_has_no_worker() -> None:
    normal = Exporting(small_store())
    normal.ask()
    read_only = FakeQuay(
        small_store(), habits=Habits(registry_state=RegistryState.READ_ONLY), clock=normal.clock
    )
    read_only.world.export_queue.put(normal.quay.export_jobs[0])
    worker = ExportWorker(read_only, clock=normal.clock, post=lambda url, body: 200)
    assert (worker.run_due(), worker.crash(), normal.worker.run_due()) == (0, False, 1)


# Who is told ----------------------------------------------------------------------------------------------------------


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
    world = _slow()
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
