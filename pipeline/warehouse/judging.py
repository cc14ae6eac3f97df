"""Where a day is judged: baselines worked out for it, detections run over them. The only place that runs those."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import duckdb

from pipeline.errors import UsageError
from pipeline.warehouse.models import Layer, Model, upstream
from pipeline.warehouse.workbench import Workbench

DAY = "day"

_HINT = "a query is one SELECT over the models that it reads, with $day and its own parameters"


class Found(NamedTuple):
    """What a query gave: the names of its columns, and rows of values."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Judge:
    """Runs queries over the day that it was turned to; what that day shows is mounted by somebody else."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._run = bench.connection.execute
        self._models = {model.name: model for model in bench.models}
        self._day = date.min
        self._made: set[str] = set()

    def turn_to(self, day: date) -> None:
        """From here on this day is judged; the baselines of the one before are gone."""
        for name in sorted(self._made):
            self._run(f"drop table {name}")
        self._made.clear()
        self._day = day

    def needed(self, reads: Iterable[str], layer: Layer) -> list[Model]:
        """The models of one layer that a query with these `reads` needs, directly or not, in order.

        Raises: UsageError for a name that is no model.
        """
        names = set(reads)
        if unknown := sorted(names - self._models.keys()):
            raise UsageError(f"{unknown[0]} is read, and is no model")
        return [model for model in upstream(self._models.values(), *names) if model.layer is layer]

    def prepare(self, reads: Iterable[str]) -> None:
        """Work out the baselines that a query with these `reads` needs, each once a day.

        Raises: UsageError naming the baseline that fails.
        """
        for model in self.needed(reads, Layer.BASELINES):
            if model.name not in self._made:
                self._bound(f"create temp table {model.name} as {model.query}", {}, model.name)
                self._made.add(model.name)

    def find(self, query: str, reads: Iterable[str], parameters: Mapping[str, Any], name: str = "") -> Found:
        """What a query gives for the day, in no order; `$day` is bound beside `parameters`.

        Raises: UsageError where it reads what is no model, or fails.
        """
        self.prepare(reads)
        result = self._bound(query, parameters, f"{name}, {self._day}" if name else "")
        return Found([column[0] for column in result.description or []], result.fetchall())

    def _bound(self, statement: str, parameters: Mapping[str, Any], where: str) -> duckdb.DuckDBPyConnection:
        values = {DAY: self._day, **parameters}
        try:
            (parsed,) = self.bench.connection.extract_statements(statement)
            # A parameter that a statement does not name is refused by the engine.
            named = {name: values[name] for name in parsed.named_parameters}
            return self.bench.connection.execute(parsed, named)
        except duckdb.OutOfMemoryException:
            raise
        except KeyError as error:
            raise UsageError(
                f"the query names ${error.args[0]}, which nobody gives", where=where, hint=_HINT
            ) from error
        except duckdb.Error as error:
            raise UsageError(
                f"the query failed: {' '.join(str(error).split())}", where=where, hint=_HINT
            ) from error
