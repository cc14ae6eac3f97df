"""Machines that take turns, one request to a bucket at a time, in any order that a test says."""

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, cycle
from pathlib import Path
from typing import cast

from pipeline.lake.bucket import Bucket, Stamp


class Turns:
    """A bucket in memory whose every request waits for its machine's turn. `order` is gone through, then round and round."""

    def __init__(self, order: Sequence[int], machines: int) -> None:
        self._order: Iterator[int] = chain(order, cycle(range(machines)))
        self._left = set(range(machines))
        self._turn = threading.Condition()
        self._next = next(self._order)
        self._objects: dict[str, bytes] = {}

    def run(self, work: Callable[[int, Bucket], None]) -> None:
        """Have every machine do its work, each with its own way to the bucket."""
        threads = [threading.Thread(target=self._live, args=(n, work)) for n in sorted(self._left)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _live(self, machine: int, work: Callable[[int, Bucket], None]) -> None:
        try:
            work(machine, cast(Bucket, _Way(self, machine)))
        finally:
            with self._turn:
                self._left.discard(machine)
                self._pass_on()

    def _pass_on(self) -> None:
        self._next = next((n for n in self._order if n in self._left), -1) if self._left else -1
        self._turn.notify_all()

    def ask(self, machine: int, what: Callable[[dict[str, bytes]], object]) -> object:
        """Do one request when it is this machine's turn."""
        with self._turn:
            while self._next != machine:
                if self._next not in self._left:
                    self._pass_on()
                else:
                    self._turn.wait(10)
            answer = what(self._objects)
            self._pass_on()
            return answer


class _Way:
    """One machine's bucket, as far as claims need it."""

    def __init__(self, turns: Turns, machine: int) -> None:
        self._turns = turns
        self._machine = machine

    def put(self, key: str, file: Path) -> None:
        content = file.read_bytes()
        self._turns.ask(self._machine, lambda objects: objects.update({key: content}))

    def delete(self, key: str) -> None:
        self._turns.ask(self._machine, lambda objects: objects.pop(key, None))

    def stamps(self, below: str) -> dict[str, Stamp]:
        def listed(objects: dict[str, bytes]) -> dict[str, Stamp]:
            return {key: Stamp("", len(content)) for key, content in objects.items() if key.startswith(below)}

        return cast(dict[str, Stamp], self._turns.ask(self._machine, listed))

    def fetch(self, key: str, file: Path) -> None:
        def fetched(objects: dict[str, bytes]) -> bytes:
            return objects.get(key, b"")

        file.write_bytes(cast(bytes, self._turns.ask(self._machine, fetched)))
