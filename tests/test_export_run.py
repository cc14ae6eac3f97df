"""Promises of an export: whole files or none, only what changed, and after any interruption no gap."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.errors import DataError, ServerError, UsageError
from pipeline.exports.checkpoint import Checkpoint
from pipeline.exports.formats import LINE_FORMATS, Writer
from pipeline.exports.lines import Document
from pipeline.exports.parquet import events as parquet_events
from pipeline.exports.run import Export
from pipeline.exports.sinks import Receipt
from pipeline.lake.layout import Layout
from pipeline.warehouse.event_stream import built_days, event_stream
from tests.demo_lake import content_of
from tests.exported_events import PULL, events_of, numbered
from tests.lakes import DAY, bring_up_to_date, row, save_window

EVE = DAY - timedelta(days=1)
DAYS = (EVE, DAY)
COUNT = 7


def save(layout: Layout, day: date, count: int = COUNT) -> None:
    rows = [row(at=f"10:00:{n // 2:02d}", day=day, namespace="acme", metadata=PULL) for n in range(count)]
    save_window(layout, "all", rows, day=day)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of events; most seconds hold two equal ones."""
    layout = Layout(tmp_path_factory.mktemp("template") / "lake")
    for day in DAYS:
        save(layout, day)
    bring_up_to_date(layout)
    return layout.root


@pytest.fixture
def lake(template: Path, tmp_path: Path) -> Layout:
    return Layout(shutil.copytree(template, tmp_path / "lake"))


@contextmanager
def export_of(lake: Layout, checkpoint: Path | None = None, **options: Any) -> Iterator[Export]:
    days = built_days(lake, lake.warehouse, None, None).days
    with event_stream() as stream:
        held = Checkpoint(checkpoint, "a test") if checkpoint else None
        yield Export(stream, days, checkpoint=held, **options)


def ndjson() -> Writer:
    return LINE_FORMATS["ndjson"]("1.8.0")


def ids_in(lake: Layout) -> list[str]:
    return [event_id for day in DAYS for _, event_id in numbered(events_of(lake, day, day))]


class CountingSink:
    """Counts what it acknowledged by id; loses its temper at the request `falls_at`, before or after taking it."""

    def __init__(self, falls_at: int | None = None, *, has_taken: bool = False) -> None:
        self.taken: Counter[str] = Counter()
        self.requests = 0
        self.falls_at = falls_at
        self.has_taken = has_taken
        self.refuses: set[str] = set()

    def send(self, documents: Sequence[Document]) -> Receipt:
        is_fall = self.requests == self.falls_at
        self.requests += 1
        if is_fall and not self.has_taken:
            raise KeyboardInterrupt
        refused = [each.document_id for each in documents if each.document_id in self.refuses]
        self.taken.update(each.document_id for each in documents if each.document_id not in self.refuses)
        if is_fall:
            raise KeyboardInterrupt
        return Receipt(len(documents) - len(refused), 0, tuple(refused))


def test_every_event_reaches_the_server_once(lake: Layout, tmp_path: Path) -> None:
    sink = CountingSink()
    with export_of(lake, tmp_path / "checkpoint", batch_size=3) as export:
        assert export.to_sink(sink, ndjson()) == Receipt(2 * COUNT)
    assert sink.taken == Counter(ids_in(lake))
    with export_of(lake, tmp_path / "checkpoint") as again:
        assert (again.days, again.unchanged_days) == ([], 2)


@pytest.mark.parametrize("has_taken", [False, True], ids=["before it is taken", "after it is taken"])
def test_an_interruption_at_any_batch_leaves_no_gap_and_repeats_at_most_that_batch(
    has_taken: bool, lake: Layout, tmp_path: Path
) -> None:
    expected = set(ids_in(lake))
    for falls_at in range(6):
        sink, file = CountingSink(falls_at, has_taken=has_taken), tmp_path / f"checkpoint{falls_at}"
        with pytest.raises(KeyboardInterrupt), export_of(lake, file, batch_size=3) as export:
            export.to_sink(sink, ndjson())
        with export_of(lake, file, batch_size=3) as export:
            export.to_sink(sink, ndjson())
        assert set(sink.taken) == expected
        repeated = sum(sink.taken.values()) - 2 * COUNT
        assert repeated <= (3 if has_taken else 0)


def test_a_changed_day_is_exported_again_and_no_other(lake: Layout, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    with export_of(lake, file) as export:
        export.to_sink(CountingSink(), ndjson())
    save(lake, EVE, COUNT + 1)
    bring_up_to_date(lake)
    sink = CountingSink()
    with export_of(lake, file) as export:
        assert [day.day for day in export.days] == [EVE]
        export.to_sink(sink, ndjson())
    assert sink.taken == Counter(event_id for _, event_id in numbered(events_of(lake, EVE, EVE)))


def test_a_refused_document_keeps_its_day_from_being_done_and_no_other(lake: Layout, tmp_path: Path) -> None:
    sink = CountingSink()
    sink.refuses = {ids_in(lake)[2]}
    with (
        pytest.raises(ServerError, match="1 documents are refused for good"),
        export_of(lake, tmp_path / "checkpoint", batch_size=3) as export,
    ):
        export.to_sink(sink, ndjson())
    assert len(sink.taken) == 2 * COUNT - 1
    with export_of(lake, tmp_path / "checkpoint") as again:
        assert [day.day for day in again.days] == [EVE]


def test_a_file_appears_whole_or_not_at_all(lake: Layout, tmp_path: Path) -> None:
    def fall(count: int) -> None:
        raise KeyboardInterrupt

    out, file = tmp_path / "events.ndjson", tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt), export_of(lake, file, progress=fall) as export:
        export.to_file(out, ndjson())
    assert not out.exists()
    assert not file.exists()
    with export_of(lake, file) as export:
        export.to_file(out, ndjson())
    assert [json.loads(line)["event_id"] for line in out.read_bytes().splitlines()] == ids_in(lake)


def test_in_a_folder_each_day_that_is_done_stays_done(lake: Layout, tmp_path: Path) -> None:
    seen: list[int] = []

    def fall_on_the_second_day(count: int) -> None:
        seen.append(count)
        if len(seen) == 2:
            raise KeyboardInterrupt

    folder, file = tmp_path / "out", tmp_path / "checkpoint"
    with pytest.raises(KeyboardInterrupt), export_of(lake, file, progress=fall_on_the_second_day) as export:
        export.to_folder(folder, "ndjson", ndjson())
    assert list(content_of(folder)) == [f"day={EVE}/events.ndjson"]
    with export_of(lake, file) as export:
        export.to_folder(folder, "ndjson", ndjson())
        assert [day.day for day in export.days] == [DAY]
    assert list(content_of(folder)) == [f"day={day}/events.ndjson" for day in DAYS]


@pytest.mark.parametrize("name", LINE_FORMATS)
def test_the_same_events_give_the_same_bytes(name: str, lake: Layout, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        with export_of(lake) as export:
            export.to_file(tmp_path / folder / "out", LINE_FORMATS[name]("1.8.0"))
    assert content_of(tmp_path / "a") == content_of(tmp_path / "b")


def test_parquet_holds_the_events_as_they_are_in_the_order_of_time(lake: Layout, tmp_path: Path) -> None:
    with export_of(lake) as export:
        parquet_events.to_file(export, tmp_path / "all.parquet")
        parquet_events.to_folder(export, tmp_path / "days")
    held = pq.read_table(tmp_path / "all.parquet").to_pylist()
    original = [
        {"day": day, **each}
        for day in DAYS
        for each in pq.read_table(lake.events_file(day), partitioning=None).to_pylist()
    ]
    assert held == sorted(original, key=lambda each: (each["occurred_at"], each["scope"], each["position"]))
    assert list(content_of(tmp_path / "days")) == [f"day={day}/events.parquet" for day in DAYS]


def test_events_that_are_not_those_of_the_warehouse_are_not_exported(lake: Layout, tmp_path: Path) -> None:
    lake.events_file(DAY).write_bytes(lake.events_file(EVE).read_bytes())
    with (
        pytest.raises(DataError, match="not the one that the warehouse was built from"),
        export_of(lake) as export,
    ):
        export.to_file(tmp_path / "out", ndjson())
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_of_another_export_is_refused_and_a_damaged_one_told(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    Checkpoint(file, "events as ocsf to hec").finish([])
    with pytest.raises(UsageError, match="about another export: events as ocsf to hec"):
        Checkpoint(file, "events as ecs to elasticsearch")
    file.write_text('{"purpose": 3')
    with pytest.raises(DataError, match="no checkpoint"):
        Checkpoint(file, "events as ocsf to hec")
