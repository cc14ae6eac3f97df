"""Questions asked side by side, each on one thread: threads that share a grouping take a quarter more CPU for it."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from graphlib import TopologicalSorter
from time import sleep
from typing import Final, TypeVar

import duckdb

P = TypeVar("P")
T = TypeVar("T")

Cursors = list[duckdb.DuckDBPyConnection]
_SECONDS_TO_HEAR: Final = 0.01


class SideBySide:
    """Asks an engine as many things at once as it has threads, which it lends from the first question until `end`.

    They stay lent between two questions: whenever the engine starts or ends threads it gives up the memory that it kept.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._name = f"side by side {id(self)} "
        self._lent: int | None = None
        self._pool: ThreadPoolExecutor | None = None

    @property
    def threads(self) -> int:
        """How many questions are asked at once."""
        if self._lent is not None:
            return self._lent
        ((threads,),) = self._connection.execute("select current_setting('threads')").fetchall()
        return int(threads)

    def make_tables(self, queries: Mapping[str, str], after: Mapping[str, Set[str]]) -> None:
        """Make each of these tables anew, `after` those that it needs.

        Raises: what the engine says of the first that fails; the others are given up.
        """
        order = TopologicalSorter(after)
        order.prepare()
        running: dict[Future[None], str] = {}

        def make(cursor: duckdb.DuckDBPyConnection, name: str) -> None:
            cursor.execute(f"create or replace table {name} as {queries[name]}")

        with self._cursors() as cursors:
            while order.is_active():
                for name in order.get_ready():
                    running[self._start(cursors, make, name)] = name
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    done.result()
                    order.done(running.pop(done))

    def ask(self, question: Callable[[duckdb.DuckDBPyConnection, P], T], parts: Iterable[P]) -> list[T]:
        """What `question` gives for each part, in their order, asked over a cursor of its own.

        Raises: what the first that fails raises; the others are given up.
        """
        with self._cursors() as cursors:
            every = [self._start(cursors, question, part) for part in parts]
            running = set(every)
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for each in done:
                    each.result()
            return [each.result() for each in every]

    def end(self) -> None:
        """Give the engine its threads back."""
        self.close()
        if self._lent is not None:
            self._connection.execute(f"set threads = {self._lent}")
            self._lent = None

    def close(self) -> None:
        """End the threads, of an engine that is asked nothing more."""
        if self._pool:
            self._pool.shutdown()
            self._pool = None

    def _start(
        self, cursors: Cursors, question: Callable[[duckdb.DuckDBPyConnection, P], T], part: P
    ) -> Future[T]:
        if self._lent is None:
            threads = self.threads
            self._connection.execute("set threads = 1")
            self._lent = threads
        if not self._pool:
            self._pool = ThreadPoolExecutor(self._lent, self._name)
        cursors.append(self._connection.cursor())
        return self._pool.submit(question, cursors[-1], part)

    @contextmanager
    def _cursors(self) -> Iterator[Cursors]:
        """Those over which something is asked. Whoever is interrupted, or fails, does not wait for the rest."""
        cursors: Cursors = []
        try:
            yield cursors
        except BaseException:
            self._give_up(cursors)
            raise
        finally:
            # Last: one that is closed cannot be interrupted, and would say so instead of what failed.
            for cursor in cursors:
                cursor.close()

    def _give_up(self, cursors: Cursors) -> None:
        """End whatever runs, also what was started a moment ago and is in no list yet, not even in the pool's.

        A query that is about to begin does not hear of an interrupt, and is told again.
        """
        if self._pool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        while any(thread.name.startswith(self._name) for thread in threading.enumerate()):
            for cursor in cursors:
                cursor.interrupt()
            sleep(_SECONDS_TO_HEAR)
