"""Promises of FakeQuay's export worker: when it works, how often it tries, what it would have cost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits, RegistryState
from pipeline.demo.fakequay.export_jobs import RESERVATION, ExportQueue
from pipeline.demo.fakequay.meter import OAUTH_REQUEST_SECONDS
from tests.asking import client_of, pages, small_store
from tests.exporting import MINUTE, Exporting, every, log_rows, numbers_of, slow_world

DAY = datetime(2026, 11, 20, tzinfo=UTC)


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
    world = slow_world()
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


@settings(max_examples=20)
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


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["put", "done", "lost"])), max_size=60))
def test_a_job_is_given_out_again_only_after_five_minutes_at_most_three_times_and_never_when_done(
    steps: list[tuple[int, str]],
) -> None:
    example = Exporting(small_store())
    example.ask()
    job = example.quay.export_jobs[0]
    jobs = ExportQueue(seed=0)
    given_out: dict[str, list[datetime]] = {}
    done: set[str] = set()
    now = DAY
    for number, (seconds, step) in enumerate(steps):
        now += timedelta(seconds=seconds)
        if step == "put":
            jobs.put(replace(job, export_id=str(number)))
            given_out[str(number)] = []
            continue
        claimed = jobs.claim(now)
        free = [
            each
            for each, times in given_out.items()
            if each not in done and len(times) < 3 and all(now - at >= RESERVATION for at in times)
        ]
        assert (claimed is None) == (not free)
        if claimed is not None:
            assert claimed.export_id in free
            given_out[claimed.export_id].append(now)
            if step == "done":
                jobs.complete(claimed)
                done.add(claimed.export_id)


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


# What it would have cost ----------------------------------------------------------------------------------------------


def test_a_row_by_export_costs_a_server_a_fiftieth_of_a_row_by_pages() -> None:
    store = small_store()
    log_rows(store, every(40, DAY, 2000))
    by_export, by_pages = Exporting(store), Exporting(store)
    by_export.exported()
    assert by_export.quay.server_seconds == pytest.approx(0.3 + 2000 / 2900)
    with client_of(by_pages.quay) as client:
        chain = list(pages(client, "organization/acme/logs", "11/20/2026", "11/20/2026"))
    assert by_pages.quay.server_seconds == pytest.approx(len(chain) * OAUTH_REQUEST_SECONDS)
    assert by_pages.quay.server_seconds > 30 * by_export.quay.server_seconds


def test_a_try_that_takes_too_long_costs_all_the_time_that_it_was_allowed_every_time() -> None:
    world = slow_world()
    world.ask()
    for _ in range(5):
        world.worker.run_due()
        world.wait(5 * MINUTE)
    assert world.quay.server_seconds == pytest.approx(OAUTH_REQUEST_SECONDS + 3 * 30)


def test_whoever_makes_time_pass_is_told_how_long_each_read_took() -> None:
    spent: list[float] = []
    store = small_store()
    log_rows(store, every(60, DAY, 29))
    world = Exporting(store, Habits(export_cost=spent.append))
    world.exported()
    assert spent == [29 / 2900]


def test_a_request_without_a_token_that_is_known_costs_nothing_and_neither_does_a_download() -> None:
    world = Exporting(small_store())
    world.exported()
    before = world.quay.server_seconds
    for token in (None, "nobody-knows-this-one"):
        with client_of(world.quay, token) as client:
            client.get("organization/acme/logs")
    world.get(world.received[0]["exported_data_url"])
    assert world.quay.server_seconds == before > 0
