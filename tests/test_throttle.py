"""Promises of `pipeline.quay.throttle`: who may ask, and who has to wait."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

from pipeline.quay.throttle import Throttle

DEADLINE_SECONDS = 30.0


class Asker(threading.Thread):
    """A thread that makes one request and says when it is admitted; it stays under way until it is let go."""

    def __init__(self, throttle: Throttle) -> None:
        super().__init__(daemon=True)
        self._throttle = throttle
        self._admitted = threading.Event()
        self._end = threading.Event()
        self.is_done = False
        self.start()

    def run(self) -> None:
        with self._throttle.slot():
            self._admitted.set()
            self._end.wait(DEADLINE_SECONDS)
            self.is_done = True

    def is_admitted(self) -> bool:
        """Waits for it; False after a long time."""
        return self._admitted.wait(DEADLINE_SECONDS)

    def has_to_wait(self) -> bool:
        """Whether it is not admitted by now."""
        return not self._admitted.is_set()

    def end(self) -> None:
        """Let it leave its place, soon."""
        self._end.set()

    def let_go(self) -> None:
        """Let it leave its place, and wait until it has."""
        self.end()
        self.join(DEADLINE_SECONDS)


def throttle_of(places: int) -> Throttle:
    throttle = Throttle(ceiling=places)
    while throttle.limit < places:
        throttle.learn(0.3)
    return throttle


def ask(throttle: Throttle) -> None:
    with throttle.slot():
        pass


def in_turn(throttle: Throttle, meanwhile: Callable[[], None]) -> None:
    """A turn with a first request, then `meanwhile`."""
    with throttle.turn():
        ask(throttle)
        meanwhile()


def test_a_turn_keeps_its_place_between_requests() -> None:
    throttle = throttle_of(1)
    askers = []

    def meanwhile() -> None:
        askers.append(Asker(throttle))
        for _ in range(100):
            ask(throttle)
            assert askers[0].has_to_wait()

    in_turn(throttle, meanwhile)
    assert askers[0].is_admitted()
    askers[0].let_go()


def test_a_turn_holds_no_place_before_its_first_request() -> None:
    throttle = throttle_of(1)
    with throttle.turn():
        asker = Asker(throttle)
        assert asker.is_admitted()
        asker.let_go()


def test_a_turn_that_rests_lets_others_ask() -> None:
    throttle = throttle_of(1)

    def meanwhile() -> None:
        throttle.rest()
        asker = Asker(throttle)
        assert asker.is_admitted()
        asker.let_go()
        ask(throttle)

    in_turn(throttle, meanwhile)
    ask(throttle)


def test_a_turn_is_handed_on_when_the_limit_falls() -> None:
    throttle = throttle_of(2)
    other = Asker(throttle)
    assert other.is_admitted()

    def meanwhile() -> None:
        throttle.learn(0.3, overloaded=True)
        assert throttle.limit == 1
        other.end()
        ask(throttle)
        assert other.is_done

    in_turn(throttle, meanwhile)


def test_turns_may_be_nested() -> None:
    throttle = throttle_of(1)
    in_turn(throttle, lambda: in_turn(throttle, lambda: ask(throttle)))
    asker = Asker(throttle)
    assert asker.is_admitted()
    asker.let_go()


def test_every_place_is_free_again_after_an_error_in_a_turn_or_a_request() -> None:
    throttle = throttle_of(2)
    blocks: list[Callable[[], AbstractContextManager[None]]] = [throttle.turn, throttle.slot]
    for block in blocks * 3:
        with suppress(LookupError), block():
            raise LookupError
    with suppress(LookupError), throttle.turn():
        ask(throttle)
        raise LookupError
    askers = [Asker(throttle), Asker(throttle)]
    assert all(asker.is_admitted() for asker in askers)
    for asker in askers:
        asker.let_go()


def test_growth_is_slower_once_it_was_too_much() -> None:
    def answers_to_the_ceiling(throttle: Throttle) -> int:
        answers = 0
        while throttle.limit < 8:
            throttle.learn(0.3)
            answers += 1
        return answers

    fresh, burnt = Throttle(ceiling=8), Throttle(ceiling=8)
    burnt.learn(0.3)
    burnt.learn(0.9)
    assert 3 * answers_to_the_ceiling(fresh) < answers_to_the_ceiling(burnt) < 200
