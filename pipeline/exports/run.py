"""One export of events: day by day, to text, to files or to a server; each day that was taken is written down."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import ServerError
from pipeline.exports.checkpoint import Checkpoint
from pipeline.exports.formats import SUFFIXES, Writer, header_of, line_end_of
from pipeline.exports.lines import Document, Numbering
from pipeline.exports.sinks import Receipt, Sink
from pipeline.lake.files import written_aside
from pipeline.warehouse.event_stream import BuiltDay, EventStream

DOCUMENTS_A_BATCH: Final = 1_000
_BYTES_A_BATCH: Final = 4 << 20
_MOST_REFUSALS: Final = 1_000
_REFUSALS_SHOWN: Final = 3


class ExportSummary(msgspec.Struct, kw_only=True):
    """What an export did. `created` and `already_there` are what a server said, where one was sent to."""

    format: str
    days: list[date] = []
    unchanged_days: int = 0
    events: int = 0
    files: list[str] = []
    unknown_kinds: dict[str, int] = {}
    created: int | None = None
    already_there: int | None = None


class Export:
    """Takes days of events to where they are wanted. Units: `progress` is told how many more events are done."""

    def __init__(
        self,
        stream: EventStream,
        days: Sequence[BuiltDay],
        *,
        checkpoint: Checkpoint | None = None,
        progress: Callable[[int], None] | None = None,
        batch_size: int = DOCUMENTS_A_BATCH,
    ) -> None:
        self.checkpoint = checkpoint
        self.days = checkpoint.days_left(days) if checkpoint else list(days)
        self.unchanged_days = len(days) - len(self.days)
        self.stream = stream
        self.progress = progress or _unheard
        self._batch_size = batch_size

    def chunks(self, writer: Writer) -> Iterator[bytes]:
        """The text of all days. Call `finish` when the last of it has left this process."""
        yield header_of(writer)
        for day in self.days:
            yield from self._lines(day, writer)

    def to_file(self, path: Path, writer: Writer) -> list[Path]:
        """All days in one file, which appears when it is whole."""
        with written_aside(path) as aside, aside.open("wb") as file:
            file.write(header_of(writer))
            for day in self.days:
                file.writelines(self._lines(day, writer))
        self.finish(self.days)
        return [path]

    def to_folder(self, folder: Path, format_name: str, writer: Writer) -> list[Path]:
        """One file a day, as the lake has them: each appears when it is whole."""
        files = []
        for day in self.days:
            path = file_of_day(folder, day.day, SUFFIXES[format_name])
            with written_aside(path) as aside, aside.open("wb") as file:
                file.write(header_of(writer))
                file.writelines(self._lines(day, writer))
            files.append(path)
            self.finish([day])
        return files

    def to_sink(self, sink: Sink, writer: Writer) -> Receipt:
        """Every event to a server, in batches; what it took is written down batch by batch.

        Raises: ServerError where documents are refused for good, after all others were sent.
        """
        total = Receipt()
        for day in self.days:
            receipt = self._send_day(day, sink, writer, total)
            if len(receipt.refused) == len(total.refused):
                self.finish([day])
            total = receipt
        if total.refused:
            raise refusal(total)
        return total

    def finish(self, days: Sequence[BuiltDay]) -> None:
        """Write down that all of these days was taken."""
        if self.checkpoint:
            self.checkpoint.finish(days)

    def _send_day(self, day: BuiltDay, sink: Sink, writer: Writer, total: Receipt) -> Receipt:
        refused = len(total.refused)
        taken = self.checkpoint.taken_of(day) if self.checkpoint else 0
        for batch in batches_of(self._documents(day, writer, skip=taken), self._batch_size):
            total = total.plus(sink.send(batch))
            if len(total.refused) > _MOST_REFUSALS:
                raise refusal(total)
            taken += len(batch)
            if self.checkpoint and len(total.refused) == refused:
                self.checkpoint.took(day, taken)
            self.progress(len(batch))
        return total

    def _lines(self, day: BuiltDay, writer: Writer) -> Iterator[bytes]:
        end = line_end_of(writer)
        write, number = writer.document, Numbering()
        for events in self.stream.events(day):
            lines = [write(event, number.id_of(event)).body for event in events]
            yield end.join([*lines, b""])
            self.progress(len(events))

    def _documents(self, day: BuiltDay, writer: Writer, skip: int) -> Iterator[Document]:
        """The day's documents but the first ones; those count for the ids of the others."""
        number = Numbering()
        left = skip
        for events in self.stream.events(day):
            for event in events:
                event_id = number.id_of(event)
                if left:
                    left -= 1
                else:
                    yield writer.document(event, event_id)


def file_of_day(folder: Path, day: date, suffix: str) -> Path:
    """Where the events of one day are, below a folder."""
    return folder / f"day={day.isoformat()}" / f"events.{suffix}"


def batches_of(documents: Iterator[Document], size_limit: int) -> Iterator[list[Document]]:
    """The documents in batches that servers take: at most so many, and not too many bytes."""
    batch: list[Document] = []
    size = 0
    for document in documents:
        if batch and (len(batch) == size_limit or size + len(document.body) > _BYTES_A_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.body)
    if batch:
        yield batch


def refusal(receipt: Receipt) -> ServerError:
    """What to raise where a server refuses documents for good."""
    shown = "; ".join(receipt.refused[:_REFUSALS_SHOWN])
    return ServerError(
        f"{len(receipt.refused):,} documents are refused for good: {shown}",
        where="the server's answer",
        hint="mend the mapping of the index (details of Quay belong into a field of type flattened), then run the same "
        "command: what is there already is not written twice",
    )


def _unheard(count: int) -> None:
    """Nobody wants to know."""
