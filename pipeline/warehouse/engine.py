"""What another engine than DuckDB has to bring: places where the same models are worked out."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

import duckdb

from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import Model
from pipeline.warehouse.workbench import Workbench


class Engine(Protocol):
    """Makes benches and judges that work models out elsewhere. Whatever comes of it is kept in the same warehouse."""

    def bench(self, connection: duckdb.DuckDBPyConnection, models: Sequence[Model]) -> Workbench:
        """A bench over this connection, to which the warehouse is attached."""

    def judge(self, bench: Workbench, history: timedelta) -> Judge:
        """A judge over one of its own benches; nothing looks further back than `history`."""
