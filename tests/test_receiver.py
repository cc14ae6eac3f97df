"""Promises of the receiver: what counts as a callback, and where; what came early, late or never."""

import threading
from collections.abc import Callable, Iterator
from itertools import permutations
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.extract.receiver import Callback, Receiver
from tests.callbacks import FOREVER, HERE, LINK, STATUSES, Clock, asked, callback, ordered, raw_answer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver(HERE) as receiver:
        yield receiver


@pytest.mark.parametrize("order", list(permutations(STATUSES, 3)), ids="-".join)
def test_the_best_news_counts_in_whatever_order_it_comes(order: tuple[str, ...], receiver: Receiver) -> None:
    ordered(receiver)
    assert [asked(receiver.url, callback(status)) for status in order] == [200, 200, 200]
    best = min(order, key=STATUSES.index)
    assert receiver.wait("e-1", FOREVER) == Callback("e-1", best, LINK if best == "success" else None)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(STATUSES)), max_size=8))
def test_news_of_one_export_is_no_news_of_another(receiver: Receiver, told: list[tuple[str, str]]) -> None:
    ids = {name: receiver.ask(lambda: str(uuid4())) for name in "abc"}
    for name, status in told:
        assert asked(receiver.url, callback(status, ids[name])) == 200
    for name, export_id in ids.items():
        statuses = [status for other, status in told if other == name]
        heard = receiver.wait(export_id, 0)
        assert (heard.status if heard else None) == min(statuses, key=STATUSES.index, default=None)


def test_the_same_callback_again_is_taken_again_and_changes_nothing(receiver: Receiver) -> None:
    ordered(receiver)
    other = callback(exported_data_url="https://store.example/another-try")
    assert [asked(receiver.url, each) for each in (callback(), callback(), other)] == [200, 200, 200]
    assert receiver.wait("e-1", FOREVER) == Callback("e-1", "success", LINK)


def test_a_callback_for_an_export_that_was_not_ordered_here_is_refused(receiver: Receiver) -> None:
    ordered(receiver)
    assert asked(receiver.url, callback(export_id="e-2")) == 404
    assert receiver.wait("e-1", 0) is None


@pytest.mark.parametrize(
    "body",
    [
        callback(exported_data_url=None),
        callback(exported_data_url=""),
        callback(exported_data_url="file:/etc/passwd"),
        callback(exported_data_url="/exportedlogs/e-1"),
        callback(exported_data_url="http://[::1/x"),
        callback(exported_data_url="http:///no-host"),
        callback(exported_data_url=7),
        callback("failed", exported_data_url=LINK),
        callback("timedout", exported_data_url="ftp://store.example/x"),
        callback("done"),
        callback("SUCCESS"),
        callback(export_id=5),  # type: ignore[arg-type]
        b"",
        b"null",
        b"[]",
        b'{"export_id": "e-1"}',
        b'{"export_id": "e-1", "status": "failed"',
        b'{"export_id": "e-1", "status": "failed\xff"}',
        b'{"export_id": "e-1", "status": "failed", "x": ' + b"[" * 50_000,
        b"<html>",
    ],
    ids=lambda body: body.decode("latin-1")[:70],
)
def test_what_is_no_callback_is_refused_and_is_no_news(body: bytes, receiver: Receiver) -> None:
    ordered(receiver)
    assert asked(receiver.url, body) == 404
    assert receiver.wait("e-1", 0) is None
    assert not receiver.has_heard_since("e-1")


def test_keys_of_a_later_quay_do_no_harm(receiver: Receiver) -> None:
    ordered(receiver)
    assert asked(receiver.url, callback(size=5, parts=["x"])) == 200
    assert receiver.wait("e-1", FOREVER) == Callback("e-1", "success", LINK)


def test_no_two_receivers_have_a_path_in_common_and_none_can_be_guessed(receiver: Receiver) -> None:
    with Receiver(HERE) as other:
        ordered(receiver), ordered(other)
        paths = [urlsplit(each.url).path for each in (receiver, other)]
        assert len(set(paths)) == 2
        assert min(map(len, paths)) >= 32
        assert asked(other.url.replace(paths[1], paths[0]), callback()) == 404
        assert other.wait("e-1", 0) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda path: "/",
        lambda path: path[:-1],
        lambda path: f"{path}x",
        lambda path: f"{path}/",
        lambda path: f"{path}?",
        lambda path: f"{path}/more",
        lambda path: f"/cb{path}",
        lambda path: path.swapcase(),
        lambda path: "/" + "".join(f"%{ord(letter):02X}" for letter in path[1:]),
        lambda path: quote("/é"),
    ],
)
def test_any_other_path_is_404(change: Callable[[str], str], receiver: Receiver) -> None:
    ordered(receiver)
    path = urlsplit(receiver.url).path
    assert asked(receiver.url.replace(path, change(path)), callback()) == 404
    assert receiver.wait("e-1", 0) is None


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
@pytest.mark.parametrize("is_secret_known", [True, False])
def test_every_method_but_post_is_405_and_tells_nothing(
    method: str, is_secret_known: bool, receiver: Receiver
) -> None:
    path = urlsplit(receiver.url).path if is_secret_known else "/"
    answer = raw_answer(receiver.url, f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.0 405 ")
    assert b"Python" not in head
    assert body == b""


@pytest.mark.parametrize(
    "request_line", [b"\r\n", b"POST\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02"]
)
def test_what_is_no_request_gets_no_page_and_does_no_harm(request_line: bytes, receiver: Receiver) -> None:
    ordered(receiver)
    assert b"<" not in raw_answer(receiver.url, request_line)
    assert asked(receiver.url, callback()) == 200


def test_a_proxy_before_it_may_pass_its_path_on_or_cut_it_off() -> None:
    with Receiver(HERE, public_url="https://audit.example.com/quay/callbacks") as receiver:
        assert receiver.url.startswith("https://audit.example.com/quay/callbacks/")
        ordered(receiver), ordered(receiver, "e-2")
        base = f"http://127.0.0.1:{receiver.port}"
        path = urlsplit(receiver.url).path
        assert asked(base + path, callback()) == 200
        assert asked(base + path.removeprefix("/quay/callbacks"), callback(export_id="e-2")) == 200
        assert asked(base + path.removeprefix("/quay"), callback()) == 404


def test_a_callback_that_comes_before_the_answer_to_its_order_is_not_lost(receiver: Receiver) -> None:
    answers: list[int] = []

    def order() -> str:
        answers.extend(asked(receiver.url, callback(status)) for status in ("failed", "success", "failed"))
        return "e-1"

    assert receiver.ask(order) == "e-1"
    assert answers == [200, 200, 200]
    assert receiver.wait("e-1", 0) == Callback("e-1", "success", LINK)


def test_early_callbacks_of_two_orders_at_once_are_told_apart(receiver: Receiver) -> None:
    def order() -> str:
        asked(receiver.url, callback("timedout", "inner"))
        asked(receiver.url, callback("success", "outer"))
        receiver.ask(lambda: "inner")
        return "outer"

    receiver.ask(order)
    heard = [receiver.wait(name, 0) for name in ("inner", "outer")]
    assert [each and each.status for each in heard] == ["timedout", "success"]


def test_what_came_early_for_no_order_is_forgotten_with_the_last_order_under_way(receiver: Receiver) -> None:
    def order() -> str:
        asked(receiver.url, callback(export_id="forged"))
        return "e-1"

    receiver.ask(order)
    ordered(receiver, "forged")
    assert receiver.wait("forged", 0) is None


def test_strangers_cannot_fill_the_memory_while_an_order_is_under_way(receiver: Receiver) -> None:
    answers: list[int] = []

    def order() -> str:
        answers.extend(asked(receiver.url, callback(export_id=f"forged-{n}")) for n in range(110))
        return "e-1"

    receiver.ask(order)
    assert answers == [200] * 100 + [404] * 10


def test_an_order_that_fails_leaves_nothing_to_wait_for(receiver: Receiver) -> None:
    def order() -> str:
        asked(receiver.url, callback())
        raise OSError("no answer")

    with pytest.raises(OSError, match="no answer"):
        receiver.ask(order)
    assert asked(receiver.url, callback()) == 404


def test_who_waits_is_woken_by_the_news(receiver: Receiver) -> None:
    ordered(receiver)
    heard: list[Callback | None] = []
    waiting = threading.Thread(target=lambda: heard.append(receiver.wait("e-1", FOREVER)))
    waiting.start()
    assert asked(receiver.url, callback("timedout")) == 200
    waiting.join()
    assert heard == [Callback("e-1", "timedout")]


def test_silence_for_as_long_as_was_granted_ends_the_wait() -> None:
    clock = Clock()
    with Receiver(HERE, clock=clock) as receiver:
        ordered(receiver)
        clock.now += 100
        assert receiver.wait("e-1", 100) is None
        assert not receiver.has_heard_since("e-1")


def test_news_of_another_export_renews_the_patience() -> None:
    clock = Clock()
    with Receiver(HERE, clock=clock) as receiver:
        ordered(receiver), ordered(receiver, "e-2")
        clock.now += 90
        asked(receiver.url, callback(export_id="e-2"))
        looks = []

        def is_stopped() -> bool:
            looks.append(clock.now)
            clock.now = [1189.999, 1190.0][len(looks) - 1]
            return False

        assert receiver.wait("e-1", 100, is_stopped) is None
        assert looks == [1090.0, 1189.999]
        assert receiver.has_heard_since("e-1")


def test_a_stop_ends_the_wait(receiver: Receiver) -> None:
    ordered(receiver)
    assert receiver.wait("e-1", FOREVER, lambda: True) is None


def test_a_callback_that_comes_late_is_still_taken() -> None:
    clock = Clock()
    with Receiver(HERE, clock=clock) as receiver:
        ordered(receiver)
        clock.now += 100
        assert receiver.wait("e-1", 100) is None
        assert asked(receiver.url, callback()) == 200
        assert receiver.has_heard_since("e-1")
        assert receiver.wait("e-1", 100) == Callback("e-1", "success", LINK)
