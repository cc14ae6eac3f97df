"""Promises of `pipeline.lake.claims`: of many machines one at a time, and nobody is kept out by the dead."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ServerError
from pipeline.lake.bucket import Bucket
from pipeline.lake.claims import HOLDS, KEPT_AFTER, Claims
from tests.s3 import Store, s3_server, store
from tests.turns import Turns

__all__ = ["s3_server", "store"]

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HERE = "log_entries/scope=all/day=2026-11-02/"


@pytest.fixture
def bucket(store: Store) -> Iterator[Bucket]:
    """One way to the store, for all machines: to make one costs more than all that is asked through it."""
    bucket = store.bucket()
    yield bucket
    bucket.close()


class Clock:
    """A time that only a test changes."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def claims_of(
    bucket: Bucket, owner: str, now: Callable[[], datetime] = lambda: NOON, **by: Callable[[float], None]
) -> Claims:
    """Those of one machine; it waits for nothing unless it is told to."""
    return Claims(
        bucket,
        owner,
        Path(tempfile.gettempdir()),
        now=now,
        sleep=by.get("sleep", lambda seconds: None),
        chance=lambda: 0.0,
    )


@settings(max_examples=60, deadline=None)
@given(order=st.lists(st.integers(0, 2), max_size=60), seconds=st.tuples(*[st.integers(-600, 600)] * 3))
def test_of_machines_that_begin_at_once_one_is_in_at_a_time_and_each_in_its_turn(
    order: list[int], seconds: tuple[int, ...]
) -> None:
    """Whatever the order of their requests, and with clocks that differ by up to twenty minutes."""
    inside: set[int] = set()
    done: list[int] = []

    def work(machine: int, bucket: Bucket) -> None:
        now = NOON + timedelta(seconds=seconds[machine])
        with claims_of(bucket, f"m{machine}", lambda: now).held(HERE, "", patience_seconds=1e9):
            inside.add(machine)
            assert inside == {machine}
            bucket.stamps("rows")  # work takes the time in which the others have their turn
            bucket.stamps("rows")
            inside.remove(machine)
            done.append(machine)

    Turns(order, machines=3).run(work)
    assert sorted(done) == [0, 1, 2]


def test_who_is_kept_out_is_told_by_whom_and_until_when(store: Store, bucket: Bucket) -> None:
    one, other = (claims_of(bucket, owner) for owner in ("one", "other"))
    with one.held(HERE, "process 7 on audit-1"):
        with pytest.raises(ServerError) as caught, other.held(HERE, "", patience_seconds=60):
            raise AssertionError("both are in")
        assert caught.value.where == HERE
        assert caught.value.hint.startswith("process 7 on audit-1 has it; ")
        assert caught.value.hint.endswith("2026-11-02 12:30:00 UTC")
        with other.held("log_entries/scope=all/day=2026-11-03/", ""):
            pass  # elsewhere nobody is
    assert store.held() == []


def test_who_waits_is_in_as_soon_as_the_other_is_out(store: Store, bucket: Bucket) -> None:
    holding = claims_of(bucket, "one").held(HERE, "")
    holding.__enter__()
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            holding.__exit__(None, None, None)

    with claims_of(bucket, "other", sleep=sleep).held(HERE, ""):
        assert pauses == [0.05, 0.1, 0.2]


def test_the_claim_of_the_dead_ends_for_others_after_its_time_and_for_its_own_folder_at_once(
    store: Store, bucket: Bucket
) -> None:
    clock = Clock()
    dead = claims_of(bucket, "one").held(HERE, "")
    dead.__enter__()
    with claims_of(bucket, "one", clock).held(HERE, ""):
        assert len(store.held()) == 1
    dead = claims_of(bucket, "one").held(HERE, "")
    dead.__enter__()
    clock.now += HOLDS
    with pytest.raises(ServerError), claims_of(bucket, "other", clock).held(HERE, ""):
        pass
    clock.now += timedelta(seconds=1)
    with claims_of(bucket, "other", clock).held(HERE, ""):
        assert len(store.held()) == 1


def test_a_claim_that_is_kept_up_never_ends_and_costs_a_request_in_a_while(
    store: Store, bucket: Bucket
) -> None:
    clock = Clock()
    with claims_of(bucket, "one", clock).held(HERE, "") as (claim, _):
        store.trouble.seen.clear()
        for _ in range(60):
            clock.now += timedelta(minutes=1)
            claim.keep()
        assert len(store.trouble.seen) == 3 * 6  # look, say it again, take the old one back
        with pytest.raises(ServerError), claims_of(bucket, "other", clock).held(HERE, ""):
            pass
    assert store.held() == []


def test_who_slept_while_another_came_may_not_go_on(store: Store, bucket: Bucket) -> None:
    clock = Clock()
    with claims_of(bucket, "one", clock).held(HERE, "") as (claim, _):
        clock.now += HOLDS + timedelta(seconds=1)
        with (
            claims_of(bucket, "other", clock).held(HERE, ""),
            pytest.raises(ServerError, match="another machine"),
        ):
            claim.keep()
        with pytest.raises(ServerError):  # it was there, and is gone again
            claim.keep()


def test_who_slept_while_nobody_came_goes_on(store: Store, bucket: Bucket) -> None:
    clock = Clock()
    with claims_of(bucket, "one", clock).held(HERE, "") as (claim, _):
        clock.now += 3 * HOLDS
        claim.keep()
        clock.now += KEPT_AFTER
        claim.keep()


@pytest.mark.parametrize(
    "name", ["", "x", "20991231T000000Z.me", "20261102T122000Z", "2026-11-02T12:20:00Z.me", "a/b/c.d"]
)
def test_what_somebody_puts_there_that_is_no_claim_keeps_nobody_out(
    name: str, bucket: Bucket, tmp_path: Path
) -> None:
    (tmp_path / "nothing").touch()
    bucket.put(f"{HERE}.claims/{name}", tmp_path / "nothing")
    with claims_of(bucket, "one").held(HERE, ""):
        pass


def test_a_store_that_fails_while_a_claim_is_taken_back_hides_nothing(store: Store, bucket: Bucket) -> None:
    numbers = count()
    store.trouble.words = lambda method, path: "503" if method == "DELETE" and next(numbers) < 99 else None
    with (
        pytest.raises(ZeroDivisionError),
        claims_of(bucket, "one").held(HERE, ""),
    ):
        raise ZeroDivisionError
