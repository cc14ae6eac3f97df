"""Questions asked side by side, each on one thread: threads that share a grouping take a quarter more CPU for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from graphlib import TopologicalSorter
from typing import Any, Final, TypeVar

import duckdb

P = TypeVar("P")
T = TypeVar("T")

Running = dict[Future[T], duckdb.DuckDBPyConnection]
_SECONDS_TO_HEAR: Final = 0.01


class SideBySide:
    """Asks an engine as many things at once as it has threads, which it lends from the first question until `end`.

    They stay lent between two questions: whenever the engine starts or ends threads it gives up the memory that it kept.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._lent: ThreadPoolExecutor | None = None
        self._threads = 0

    @property
    def threads(self) -> int:
        """How many questions are asked at once."""
        if not self._lent:
            ((self._threads,),) = self._connection.execute("select current_setting('threads')").fetchall()
        return self._threads

    def make_tables(self, queries: Mapping[str, str], after: Mapping[str, Set[str]]) -> None:
        """Make each of these tables anew, `after` those that it needs.

        Raises: what the engine says of the first that fails; the others are given up.
        """
        order = TopologicalSorter(after)
        order.prepare()
        names: dict[Future[None], str] = {}
        with _asking() as (cursors, running):
            while order.is_active():
                for name in order.get_ready():
                    cursor = cursors.enter_context(self._connection.cursor())
                    future = self._pool().submit(_make, cursor, name, queries[name])
                    running[future], names[future] = cursor, name
                for done in _next_done(running):
                    order.done(names[done])

    def ask(self, question: Callable[[duckdb.DuckDBPyConnection, P], T], parts: Iterable[P]) -> list[T]:
        """What `question` gives for each part, in their order, asked over a cursor of its own.

        Raises: what the first that fails raises; the others are given up.
        """
        with _asking() as (cursors, running):
            for part in parts:
                cursor = cursors.enter_context(self._connection.cursor())
                running[self._pool().submit(question, cursor, part)] = cursor
            every = list(running)
            while running:
                _next_done(running)
            return [each.result() for each in every]

    def end(self) -> None:
        """Give the engine its threads back."""
        if self._lent:
            self.close()
            self._connection.execute(f"set threads = {self._threads}")

    def close(self) -> None:
        """End the threads, of an engine that is asked nothing more."""
        if self._lent:
            self._lent.shutdown()
            self._lent = None

    def _pool(self) -> ThreadPoolExecutor:
        if not self._lent:
            self._lent = ThreadPoolExecutor(self.threads)
            self._connection.execute("set threads = 1")
        return self._lent


@contextmanager
def _asking() -> Iterator[tuple[ExitStack, Running[Any]]]:
    """Where cursors are opened, and what runs over them. Whoever is interrupted, or fails, does not wait for the rest."""
    # Cursors are closed last: one that is closed cannot be interrupted, and would say so instead of what failed.
    with ExitStack() as cursors:
        running: Running[Any] = {}
        try:
            yield cursors, running
        except BaseException:
            _give_up(running)
            raise


def _next_done(running: Running[T]) -> Set[Future[T]]:
    """Wait for the next that are done, and take them out.

    Raises: what the first that failed raised.
    """
    done = wait(running, return_when=FIRST_COMPLETED).done
    for each in done:
        each.result()
        del running[each]
    return done


def _give_up(running: Running[T]) -> None:
    """Have them all end. A query that is about to begin does not hear of it, and is told again."""
    while left := [each for each in running if not (each.cancel() or each.done())]:
        for each in left:
            running[each].interrupt()
        wait(left, _SECONDS_TO_HEAR)


def _make(cursor: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    cursor.execute(f"create or replace table {name} as {query}")
