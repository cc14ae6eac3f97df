"""A Spark Connect server for tests: Sail, one for each process that asks, on a free port of 127.0.0.1."""

import atexit
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import Any

import duckdb
from pysail.spark import SparkConnectServer

from pipeline.lake.layout import Layout
from pipeline.warehouse.spark.engine import SparkEngine, spark_engine
from pipeline.warehouse.spark.server import Server, connected

os.environ.setdefault("RUST_LOG", "error")

Engines = tuple[duckdb.DuckDBPyConnection, Server]
"""DuckDB here and a server there, with the same rows."""


@cache
def sail() -> str:
    """The address of this process's server, which runs until the process ends."""
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    atexit.register(server.stop)
    host, port = server.listening_address
    return f"sc://{host}:{port}"


@contextmanager
def sail_session() -> Iterator[Server]:
    """A session of its own."""
    with connected(sail()) as server:
        yield server


@contextmanager
def sail_engine(layout: Layout) -> Iterator[SparkEngine]:
    """An engine over this lake."""
    with spark_engine(sail(), str(layout.root.resolve())) as engine:
        yield engine


def on_both(
    engines: Engines, query: str, parameters: dict[str, Any]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows that a query gives here and there, numbers by what they are worth."""
    connection, server = engines
    named = {name: value for name, value in parameters.items() if f"${name}" in query}
    here = connection.execute(query, named).fetchall()
    table = server.rows(query, parameters)
    return [_plain(each) for each in here], [_plain(each) for each in zip(*(column.to_pylist() for column in table.columns), strict=True)]  # fmt: skip


def _plain(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers by what they are worth: a decimal here is a double there."""
    return tuple(_worth(value) for value in values)


def _worth(value: Any) -> Any:
    if value is None or isinstance(value, str | date | datetime | list | bool):
        return value
    number = float(value)
    return (
        value
        if isinstance(value, int)
        else (round(number, 9 - math.floor(math.log10(abs(number)))) if number else 0.0)
    )
