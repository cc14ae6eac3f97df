"""A judge whose baselines and detections are worked out on a Spark Connect server."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from pipeline.warehouse.judging import DAY, Found, Judge
from pipeline.warehouse.models import Layer, Model, Period
from pipeline.warehouse.spark.bench import SparkBench

_DAYS_AHEAD: Final = timedelta(days=60)


class SparkJudge(Judge):
    """Runs queries over the day that it was turned to, there. `history` is how far before a day anything looks."""

    def __init__(self, bench: SparkBench, history: timedelta) -> None:
        super().__init__(bench)
        self._server = bench.server
        self._steps = bench.define_steps
        self._history = history
        self._sent_until = date.min

    def turn_to(self, day: date) -> None:
        """From here on this day is judged; the marts that it needs are sent, for some weeks of days to come as well."""
        self._made.clear()
        self._day = day
        if day > self._sent_until:
            self._sent_until = day + _DAYS_AHEAD
            for model in self._models.values():
                if model.layer is Layer.MARTS or (model.layer is Layer.STAGING and model.is_stored):
                    self._send(model, day - self._history)
        self._steps()

    def prepare(self, reads: Iterable[str]) -> None:
        """Work out the baselines that a query with these `reads` needs, each once a day.

        Raises: ServerFailure naming the baseline that fails.
        """
        for model in self.needed(reads, Layer.BASELINES):
            if model.name not in self._made:
                rows = self._server.rows(model.query, {DAY: self._day}, where=model.name)
                self._server.show_rows(model.name, rows)
                self._made.add(model.name)

    def find(self, query: str, reads: Iterable[str], parameters: Mapping[str, Any], name: str = "") -> Found:
        """What a query gives for the day, in no order; `$day` is bound beside `parameters`.

        Raises: UsageError where it reads what is no model, ServerFailure where it fails.
        """
        self.prepare(reads)
        where = f"{name}, {self._day}" if name else ""
        table = self._server.rows(query, {DAY: self._day, **parameters}, where)
        return Found(
            table.column_names, list(zip(*(column.to_pylist() for column in table.columns), strict=True))
        )

    def _send(self, model: Model, since: date) -> None:
        query = f"select * from {model.name}"  # noqa: S608 (names of our own)
        if model.period is Period.DAY:
            query += f" where day >= date '{since}' and day <= date '{self._sent_until}'"
        self._server.show_rows(model.name, self.bench.connection.sql(query).to_arrow_table())
