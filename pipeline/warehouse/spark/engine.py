"""The engine that `build --engine spark` and `detect --engine spark` use."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import duckdb

from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import Model
from pipeline.warehouse.spark.bench import SparkBench
from pipeline.warehouse.spark.judging import SparkJudge
from pipeline.warehouse.spark.server import Server, connected
from pipeline.warehouse.workbench import Workbench


class SparkEngine:
    """Works models out on one server, which sees the lake at the address `lake`. Made by `spark_engine`."""

    def __init__(self, server: Server, lake: str) -> None:
        self._server = server
        self._lake = lake

    def bench(self, connection: duckdb.DuckDBPyConnection, models: Sequence[Model]) -> SparkBench:
        """A bench over this connection, to which the warehouse is attached."""
        return SparkBench(connection, models, self._server, self._lake)

    def judge(self, bench: Workbench, history: timedelta) -> Judge:
        """A judge over one of its own benches."""
        if not isinstance(bench, SparkBench):
            raise TypeError("a judge of this engine takes a bench of this engine")
        return SparkJudge(bench, history)


@contextmanager
def spark_engine(address: str, lake: str) -> Iterator[SparkEngine]:
    """An engine on the server at `address` (sc://host:port), for the length of the block.

    `lake` is the lake's place as the server sees it: a path that it has too, or s3a://bucket/prefix.
    Raises: UsageError where the client is not installed, Unreachable where nobody answers.
    """
    with connected(address) as server:
        yield SparkEngine(server, lake.rstrip("/"))
