"""The one door to a Spark Connect server: sessions, what is shown to it, and what it answers. Any server will do.

A server reads the lake's files itself, under the address by which it sees the lake; small tables are sent to it. It
never writes: what it works out comes back as Arrow and is stored here.
"""

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import QuayAuditError, ServerFailure, Unreachable, UsageError
from pipeline.warehouse.spark.dialect import SparkQuery, spark_from_duckdb

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_CONF: Final = {
    # Moments are of UTC and carry no zone; a text that is no number is null, as the queries expect of `try_cast`.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
}
_MESSAGE_ROWS: Final = 100_000
_MESSAGE_BYTES: Final = 32 << 20
_TRIES: Final = 3
_FAILED: Final = "see the server's own log; the same command without --engine spark needs no server"
_HINT: Final = "check the address (sc://host:port) and that a Spark Connect server listens there"


class Server:
    """One session of a server. Made by `connected`."""

    def __init__(self, session: "SparkSession") -> None:
        self._session = session

    def show_rows(self, name: str, table: Any) -> None:
        """Have these rows, an Arrow table, stand under a name; whatever stood there is forgotten."""
        from pyspark.sql.pandas.types import from_arrow_schema

        schema = from_arrow_schema(table.schema, prefer_timestamp_ntz=True)
        step = max(1, min(_MESSAGE_ROWS, _MESSAGE_BYTES * table.num_rows // max(table.nbytes, 1)))
        starts = range(0, max(table.num_rows, 1), step)
        parts = [name] if len(starts) == 1 else [f"{name}_part_{start}" for start in starts]
        with self._troubles_told(name):
            # Each part is a message of its own, and a message has its limit.
            for part, start in zip(parts, starts, strict=True):
                rows = self._session.createDataFrame(table.slice(start, step), schema=schema)
                rows.createOrReplaceTempView(part)
        if len(parts) > 1:
            self.define(name, " union all ".join(f"select * from {part}" for part in parts))  # noqa: S608 (our names)

    def show_files(
        self, name: str, columns: Sequence[str], files: Mapping[str, Mapping[str, date | str]]
    ) -> None:
        """Have the rows of Parquet files stand under a name: these columns of each, some with the value given for it.

        File by file: a server that finds out by itself what folders say opens every file of the lake to do so.
        """
        from pyspark.sql.connect.functions import lit

        with self._troubles_told(name):
            numbered = [
                self._session.read.parquet(file).withColumn("file_number", lit(number))
                for number, file in enumerate(files)
            ]
            # Joined rather than put in: Sail mistakes the columns of parts that differ in their constants.
            said = [(number, *values.values()) for number, values in enumerate(files.values())]
            names = ["file_number", *next(iter(files.values()))]
            known = self._session.createDataFrame(said, names)
            rows = _union(numbered).join(known, "file_number")
            rows.select(*columns).createOrReplaceTempView(name)

    def define(self, name: str, query: str) -> None:
        """Have a query, in Spark's own words, stand under a name: it is run whenever that is read."""
        with self._troubles_told(name):
            self._session.sql(f"create or replace temporary view {name} as {query}")

    def define_model(self, name: str, query: str) -> None:
        """As `define`, for a query in our words, without parameters."""
        self.define(name, spark_from_duckdb(query).text)

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None, where: str = "") -> Any:
        """What a query of ours gives, as one Arrow table; it takes what it names of `parameters`.

        Raises: UsageError where it names one that nobody gives, ServerFailure where the server cannot answer it.
        """
        spark = spark_from_duckdb(query)
        with self._troubles_told(where):
            # Not toArrow(): it asks for the types before, and Sail gives others than those of the rows.
            table, *_ = self._session.client.to_table(self._plan(spark, parameters or {}), {})
        return table

    def stream(self, query: str, where: str = "") -> Iterator[Any]:
        """What a query of ours gives, as Arrow tables of a few rows, in its order: none waits for the last."""
        spark = spark_from_duckdb(query)
        with self._troubles_told(where):
            # As its own toLocalIterator does, without making a Python object of each value.
            for part in self._session.client.to_table_as_iterator(self._plan(spark, {}), {}):
                if hasattr(part, "num_rows"):
                    yield part

    def _plan(self, query: SparkQuery, parameters: Mapping[str, Any]) -> Any:
        if lacking := sorted(query.parameters - parameters.keys()):
            raise UsageError(f"the query names ${lacking[0]}, which nobody gives")
        named = {name: parameters[name] for name in sorted(query.parameters)}
        asked: Any = self._session.sql(query.text, args=named or None)
        return asked._plan.to_proto(self._session.client)

    def _troubles_told(self, where: str) -> AbstractContextManager[None]:
        return _troubles(
            lambda words: ServerFailure(f"the Spark server cannot answer: {words}", where=where, hint=_FAILED)
        )


def _union(parts: Sequence[Any]) -> Any:
    """All of them as one, in halves of halves: a chain of a hundred is deeper than a message may be."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return _union(parts[:half]).unionAll(_union(parts[half:]))


@contextmanager
def connected(address: str) -> Iterator[Server]:
    """A session of its own on the server at `address` (sc://host:port/;token=...), for the length of the block.

    Raises: UsageError where the client is not installed or the address is none, Unreachable where nobody answers.
    """
    shown = address.partition("/;")[0]  # what follows may hold a token
    session = None
    try:
        session = _session(address, shown)
        yield Server(session)
    finally:
        if session is not None:
            _leave(session)


def _session(address: str, shown: str) -> "SparkSession":
    # The client warns of versions that it does not know yet, and of every try: neither is news to people.
    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with _program_named():
                from pyspark.sql.connect.client.retries import DefaultPolicy
                from pyspark.sql.connect.session import SparkSession
        except ImportError as error:
            hint = "install the extra: pip install 'quay-audit-pipeline[spark]'"
            raise UsageError("the client of Spark Connect is not installed", hint=hint) from error
        with _troubles(lambda words: Unreachable("no Spark Connect server answers", where=shown, hint=_HINT)):
            session = SparkSession.builder.remote(address).create()
            session.client.set_retry_policies([DefaultPolicy(max_retries=_TRIES)])
            for key, value in _CONF.items():
                session.conf.set(key, value)
            return session


@contextmanager
def _program_named() -> Iterator[None]:
    """Where the program is no file (`python -c`), let it look like one: the client takes it for its own doctests, and exits."""
    program = sys.modules["__main__"]
    if hasattr(program, "__file__"):
        yield
        return
    program.__file__ = ""
    try:
        yield
    finally:
        del program.__file__


def _leave(session: "SparkSession") -> None:
    # Where the server is gone already, all that was ours is gone with it.
    with suppress(Unreachable), _troubles(Unreachable):
        session.stop()


@contextmanager
def _troubles(error_from_words: Callable[[str], QuayAuditError]) -> Iterator[None]:
    """Whatever the client raises as an error of ours."""
    from grpc import RpcError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, RpcError) as error:
        raise error_from_words(" ".join(str(error).split())[:500]) from error
