"""Baselines of a day, over events and an inventory that are written down in a test."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.bundle import bundled
from pipeline.detect.examples import given_from_example
from pipeline.detect.rules import Example
from pipeline.warehouse import raw
from pipeline.warehouse.given import GivenBench, GivenDays, given_bench
from pipeline.warehouse.models import Layer, read_models

DAY = date(2026, 3, 3)  # a Tuesday
Template = dict[str, Any]
Line = dict[str, Any]

MODELS = {model.name: model for model in read_models(bundled("sql"))}
BASELINES = [name for name, model in MODELS.items() if model.layer is Layer.BASELINES]


class JudgedDays:
    """Mounts what a test says happened, and reads baselines of the day it judges."""

    def __init__(self, bench: GivenBench) -> None:
        self._bench = bench
        self._run = bench.judge.bench.connection.execute

    def show(
        self,
        events: Sequence[Template] = (),
        *,
        inventory: Mapping[str, list[Line]] | None = None,
        taken_at: Sequence[datetime] = (),
        changes: Sequence[Line] = (),
        day: date = DAY,
        windows: bool = True,
    ) -> None:
        """Show these events, the inventory and its changes; the snapshots that there are were taken at `taken_at`."""
        given = given_from_example(
            Example(name="", day=DAY, fires=[], events=list(events), inventory=dict(inventory or {}))
        )
        self._bench.mount(given if windows else GivenDays(given.events), day, _MARTS)
        if taken_at:
            rows = [
                [at.date(), table, 1, "", at, "https://quay.example.com", "0"]
                for at in taken_at
                for table in (*(inventory or {}), *{change["table_name"] for change in changes})
            ]
            distinct = [list(row) for row in sorted({tuple(row) for row in rows})]
            self._bench.judge.bench.fill("raw_inventory_snapshots", raw.SNAPSHOT_COLUMNS, distinct)
        for change in changes:
            names, places = ", ".join(change), ", ".join("?" for _ in change)
            self._run(f"insert into mart_inventory_changes ({names}) values ({places})", [*change.values()])  # noqa: S608

    def lines(self, baseline: str, columns: str = "*", where: str = "true") -> list[Line]:
        """The rows of a baseline, in an order of their own."""
        self._bench.judge.prepare([baseline])
        result = self._run(f"select {columns} from {baseline} where {where} order by all")  # noqa: S608 (of tests)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def rows(self, baseline: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """The same, values alone."""
        return [tuple(line.values()) for line in self.lines(baseline, columns, where)]

    def line(self, baseline: str, where: str) -> Line:
        """The only row of a baseline that is so."""
        (line,) = self.lines(baseline, where=where)
        return line


_MARTS = [name for name, model in MODELS.items() if model.layer is Layer.MARTS]


@contextmanager
def judged_days() -> Iterator[JudgedDays]:
    """A bench in memory for any number of days."""
    with given_bench(bundled("sql")) as bench:
        yield JudgedDays(bench)


def at(offset: int, clock: str = "03:00") -> datetime:
    """A moment, by days from the day judged."""
    return datetime.combine(DAY + timedelta(offset), time.fromisoformat(clock))


def ago(offset: int) -> date:
    """The day so many days before the day judged."""
    return DAY - timedelta(offset)


def change(
    table: str, key: str, kind: str, column: str, old: str | None, new: str | None, on: int = 1
) -> Line:
    """One row of mart_inventory_changes, seen by the snapshot so many days after the day judged."""
    return {
        "snapshot_date": DAY + timedelta(on),
        "previous_snapshot_date": DAY + timedelta(on - 1),
        "table_name": table,
        "namespace_name": key.split("/")[0],
        "row_key": key,
        "change_kind": kind,
        "column_name": column,
        "old_value": old,
        "new_value": new,
    }
