"""Promises of what is asked side by side: each after what it needs, a failure told as it is, and an end at once."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from graphlib import TopologicalSorter
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from duckdb.sqltypes import BIGINT
from hypothesis import given
from hypothesis import strategies as st

from pipeline.warehouse.side_by_side import SideBySide

SECONDS_AT_MOST = 30
ENDLESS = "with rung as materialized (select ring(1) as one) select sum(one + range) from rung, range(10_000_000_000)"
AFTER_IT = "with waited as materialized (select await_ring(1) as one) select error('no such day') from waited"

Graph = dict[str, set[str]]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine with four threads, with nothing in it."""
    with duckdb.connect(config={"threads": 4}) as connected:
        yield connected


@pytest.fixture
def side_by_side(connection: duckdb.DuckDBPyConnection) -> Iterator[SideBySide]:
    """What asks that engine."""
    with closing(SideBySide(connection)) as asking:
        yield asking


def threads_of(connection: duckdb.DuckDBPyConnection) -> int:
    ((threads,),) = connection.execute("select current_setting('threads')").fetchall()
    return int(threads)


def hear(connection: duckdb.DuckDBPyConnection, on_ring: Callable[[], None]) -> None:
    """Have queries call `ring`, which tells that they run, and `await_ring`, which goes on once another does."""
    rung = threading.Event()

    def ring(one: int) -> int:
        rung.set()
        on_ring()
        return one

    def await_ring(one: int) -> int:
        assert rung.wait(SECONDS_AT_MOST)
        return one

    connection.create_function("ring", ring, [BIGINT], BIGINT, side_effects=True)
    connection.create_function("await_ring", await_ring, [BIGINT], BIGINT, side_effects=True)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Up to eight tables, each of which needs some of those before it; named against their order."""
    names = [f"t{9 - number}" for number in range(draw(st.integers(1, 8)))]
    return {
        name: draw(st.sets(st.sampled_from(names[:number]))) if number else set()
        for number, name in enumerate(names)
    }


def query_from(needed: Set[str]) -> str:
    """One more than the deepest of what is needed; it fails where one of that is not there yet."""
    parts = " union all ".join(f"from {name}" for name in sorted(needed)) or "select 0 as depth"
    return f"select 1 + max(depth) as depth from ({parts})"  # noqa: S608


def depth_of(after: Mapping[str, Set[str]]) -> dict[str, int]:
    depths: dict[str, int] = {}
    for name in TopologicalSorter(after).static_order():
        depths[name] = 1 + max((depths[each] for each in after[name]), default=0)
    return depths


def queries_from(after: Mapping[str, Set[str]]) -> dict[str, str]:
    return {name: query_from(needed) for name, needed in after.items()}


@given(graphs(), st.integers(1, 4))
def test_a_table_is_made_after_those_that_it_needs(after: Graph, threads: int) -> None:
    with duckdb.connect(config={"threads": threads}) as connection:
        with closing(SideBySide(connection)) as side_by_side:
            assert side_by_side.threads == threads
            side_by_side.make_tables(queries_from(after), after)
        made = {name: connection.table(name).fetchall()[0][0] for name in after}
        assert made == depth_of(after)


def test_a_table_takes_the_place_of_the_one_before(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    for depth in (1, 2):
        side_by_side.make_tables({"one": f"select {depth} as depth"}, {"one": set()})
    assert connection.table("one").fetchall() == [(2,)]


def test_many_builds_never_conflict(connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide) -> None:
    after: Graph = {"a": set(), "b": set(), "c": {"a"}, "d": {"a", "b"}, "e": set(), "f": {"d", "e"}}
    for _ in range(200):
        side_by_side.make_tables(queries_from(after), after)
    assert connection.table("f").fetchall() == [(3,)]


def test_tables_are_made_at_the_same_time_each_on_one_thread(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    met = threading.Barrier(3)  # it breaks where one comes alone

    def meet(one: int) -> int:
        met.wait(SECONDS_AT_MOST)
        return one

    connection.create_function("meet", meet, [BIGINT], BIGINT, side_effects=True)
    query = "select meet(1) as one, current_setting('threads') as threads"
    side_by_side.make_tables(dict.fromkeys("abc", query), {name: set() for name in "abc"})
    seen = [connection.table(name).fetchall() for name in "abc"]
    assert seen == [[(1, 1)]] * 3


def test_the_engine_has_its_threads_until_the_first_question_and_after_the_end(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    seen = []
    for _ in range(2):
        seen.append(threads_of(connection))
        side_by_side.ask(lambda cursor, _: cursor.execute("select 1").fetchall(), [1])
        seen.append(threads_of(connection))
        side_by_side.make_tables({"one": "select 1 as depth"}, {"one": set()})
        seen.append(threads_of(connection))
        assert side_by_side.threads == 4
        side_by_side.end()
    assert seen == [4, 1, 1, 4, 1, 1]
    assert threads_of(connection) == 4


def test_what_is_asked_of_each_part_comes_in_their_order(side_by_side: SideBySide) -> None:
    slowly = "select count(*) + $n - 200000 as n from range(200000) as r(i) where sqrt(i) >= 0"

    def question(cursor: duckdb.DuckDBPyConnection, part: int) -> int:
        # The first takes longest, so that the order is not that of who is done.
        ((said,),) = cursor.execute(slowly if part == 0 else "select $n", {"n": part}).fetchall()
        return int(said)

    assert side_by_side.ask(question, range(20)) == list(range(20))
    assert side_by_side.ask(question, []) == []


def test_what_a_cursor_registers_no_other_sees(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    connection.register("part", pa.table({"n": pa.array([0])}))
    connection.execute("create view seen as select n from part")
    met = threading.Barrier(4)

    def question(cursor: duckdb.DuckDBPyConnection, part: int) -> list[Any]:
        cursor.register("part", pa.table({"n": pa.array([part])}))
        met.wait(SECONDS_AT_MOST)
        return cursor.execute("select n from seen").fetchall()

    assert side_by_side.ask(question, [1, 2, 3, 4]) == [[(1,)], [(2,)], [(3,)], [(4,)]]
    assert connection.execute("select n from seen").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("query", "error", "words"),
    [
        ("select nothing", duckdb.BinderException, "nothing"),
        ("select * from nowhere", duckdb.CatalogException, "nowhere"),
        ("select error('no such day')", duckdb.InvalidInputException, "no such day"),
        ("select 'word'::integer as number", duckdb.ConversionException, "word"),
    ],
)
def test_a_failure_is_told_as_the_engine_tells_it(
    connection: duckdb.DuckDBPyConnection,
    side_by_side: SideBySide,
    query: str,
    error: type[Exception],
    words: str,
) -> None:
    queries = {"first": "select 1 as depth", "wrong": query, "last": "select 2 as depth"}
    with pytest.raises(error, match=words):
        side_by_side.make_tables(queries, {"first": set(), "wrong": {"first"}, "last": {"wrong"}})
    tables = [name for (name,) in connection.execute("show tables").fetchall()]
    assert tables == ["first"]
    side_by_side.end()
    assert threads_of(connection) == 4


def test_who_fails_does_not_wait_for_the_rest(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    hear(connection, on_ring=lambda: None)
    with pytest.raises(duckdb.InvalidInputException, match="no such day"):
        side_by_side.make_tables({"long": ENDLESS, "wrong": AFTER_IT}, {"long": set(), "wrong": set()})
    assert connection.execute("show tables").fetchall() == []
    side_by_side.end()
    assert threads_of(connection) == 4


def test_who_fails_gives_up_those_that_are_about_to_begin(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    long = "select sum(range) as total from range(10_000_000_000)"
    queries = {"wrong": "select error('no such day')", **dict.fromkeys("abcdef", long)}
    for _ in range(50):
        with pytest.raises(duckdb.InvalidInputException, match="no such day"):
            side_by_side.make_tables(queries, {name: set() for name in queries})
        assert connection.execute("show tables").fetchall() == []


def test_who_is_interrupted_does_not_wait_for_the_rest(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    main = threading.main_thread().ident
    assert main == threading.get_ident(), "only the main thread hears a signal"
    hear(connection, on_ring=lambda: signal.pthread_kill(main, signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        side_by_side.make_tables({"long": ENDLESS}, {"long": set()})
    assert connection.execute("show tables").fetchall() == []
    side_by_side.end()
    assert threads_of(connection) == 4


def test_who_fails_ends_what_else_is_asked(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide
) -> None:
    hear(connection, on_ring=lambda: None)

    def question(cursor: duckdb.DuckDBPyConnection, query: str) -> None:
        cursor.execute(query).fetchall()

    with pytest.raises(duckdb.InvalidInputException, match="no such day"):
        side_by_side.ask(question, [ENDLESS, AFTER_IT])
    assert side_by_side.ask(lambda cursor, n: cursor.execute(f"select {n}").fetchall(), [7]) == [[(7,)]]


@pytest.mark.parametrize("moment", [(threading.Thread, "start"), (ThreadPoolExecutor, "submit")])
def test_who_is_interrupted_as_a_question_begins_ends_it_too(
    connection: duckdb.DuckDBPyConnection,
    side_by_side: SideBySide,
    monkeypatch: pytest.MonkeyPatch,
    moment: tuple[type, str],
) -> None:
    long = {"long": "select sum(range) as total from range(10_000_000_000)"}
    before = getattr(*moment)

    def interrupted(*given: Any) -> None:
        before(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(*moment, interrupted)
    for _ in range(20):
        with pytest.raises(KeyboardInterrupt):
            side_by_side.make_tables(long, {"long": set()})
    assert connection.execute("show tables").fetchall() == []
