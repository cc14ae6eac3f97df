"""One export of findings: the cases of a period as documents, day by day."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.detect.casebook import Page
from pipeline.detect.rules import Detection
from pipeline.exports.checkpoint import Checkpoint
from pipeline.exports.findings import finding_from_page
from pipeline.exports.lines import Document
from pipeline.exports.run import DOCUMENTS_A_BATCH, batches_of, refusal
from pipeline.exports.sarif import sarif_from_pages
from pipeline.exports.sinks import Receipt, Sink
from pipeline.warehouse.event_stream import BuiltDay


class Findings:
    """The cases among some pages, as one version of OCSF says them."""

    def __init__(self, pages: Iterable[Page], detections: Mapping[str, Detection], version: str) -> None:
        self._pages = [page for page in pages if page.case]
        self._detections = detections
        self._by_day: dict[date, list[Document]] = {}
        for page in self._pages:
            if document := finding_from_page(page, detections, version):
                self._by_day.setdefault(page.note.day, []).append(document)

    def days(self, warehouse: Path) -> list[BuiltDay]:
        """The days as a checkpoint knows them: one changes when what is said of any of its cases does."""
        days = []
        for day, documents in sorted(self._by_day.items()):
            digest = hashlib.sha256("\n".join(each.document_id for each in documents).encode())
            days.append(BuiltDay(day, warehouse, digest.hexdigest(), len(documents)))
        return days

    def lines(self, days: Sequence[date]) -> bytes:
        """The cases of these days as OCSF, a line each."""
        return b"".join(each.body + b"\n" for day in days for each in self._by_day[day])

    def sarif(self, days: Sequence[date]) -> bytes:
        """The cases of these days as one SARIF log."""
        wanted = set(days)
        return sarif_from_pages([page for page in self._pages if page.note.day in wanted], self._detections)

    def send(self, days: Sequence[BuiltDay], sink: Sink, checkpoint: Checkpoint | None) -> Receipt:
        """Send the cases of these days; a day that was taken is written down.

        Raises: ServerError where documents are refused for good, after all others were sent.
        """
        total = Receipt()
        for day in days:
            before = len(total.refused)
            for batch in batches_of(iter(self._by_day[day.day]), DOCUMENTS_A_BATCH):
                total = total.plus(sink.send(batch))
            if checkpoint and len(total.refused) == before:
                checkpoint.finish([day])
        if total.refused:
            raise refusal(total)
        return total
