"""Models worked out side by side, each on one thread: threads that share a grouping take a quarter more CPU for it."""

from collections.abc import Mapping, Set
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from graphlib import TopologicalSorter
from typing import Final

import duckdb

Running = dict[Future[None], tuple[str, duckdb.DuckDBPyConnection]]
_SECONDS_TO_HEAR: Final = 0.01


def make_tables(
    connection: duckdb.DuckDBPyConnection, queries: Mapping[str, str], after: Mapping[str, Set[str]]
) -> None:
    """Make each of these tables anew, `after` those that it needs; as many at once as the engine has threads.

    Raises: what the engine says of the first that fails; the others are given up.
    """
    order = TopologicalSorter(after)
    order.prepare()
    running: Running = {}
    ((threads,),) = connection.execute("select current_setting('threads')").fetchall()
    connection.execute("set threads = 1")
    try:
        # Cursors are closed last: one that is closed cannot be interrupted, and would say so instead of what failed.
        with ExitStack() as cursors, ThreadPoolExecutor(threads) as pool:
            while order.is_active():
                for name in order.get_ready():
                    cursor = cursors.enter_context(connection.cursor())
                    running[pool.submit(_make, cursor, name, queries[name])] = name, cursor
                _finish(running, order)
    finally:
        connection.execute(f"set threads = {threads}")


def _finish(running: Running, order: TopologicalSorter[str]) -> None:
    """Wait for the next that is made. Whoever is interrupted, or fails, does not wait for the rest."""
    try:
        for done in wait(running, return_when=FIRST_COMPLETED).done:
            done.result()
            name, _ = running.pop(done)
            order.done(name)
    except BaseException:
        _give_up(running)
        raise


def _give_up(running: Running) -> None:
    """Have them all end. A query that is about to begin does not hear of it, and is told again."""
    while left := [each for each in running if not (each.cancel() or each.done())]:
        for each in left:
            running[each][1].interrupt()
        wait(left, _SECONDS_TO_HEAR)


def _make(cursor: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    cursor.execute(f"create or replace table {name} as {query}")
