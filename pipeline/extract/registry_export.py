"""`all` by exports: Quay exports no superuser log, but every namespace's, and together they are nearly all of it.

Rows that no namespace shows (their account is gone) are the difference of the counts; only for their days is `all` paged.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from pipeline.extract.bulk import DaySpools, Exporter, spool_bytes
from pipeline.extract.counts import CountsCache
from pipeline.extract.orders import Order, SliceTooLong, in_handfuls
from pipeline.extract.reading import read_stream
from pipeline.extract.slice_plan import Slice, slices_of
from pipeline.extract.windows import Need, PlannedWindow, Window, days_between
from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.inventory import Directory
from pipeline.quay.lines import row_from_line
from pipeline.quay.logs import Stream, stream_of
from pipeline.quay.scopes import org, user


class RegistryExporter:
    """Fills slices of `all` from its namespaces. `note` tells what a person should know."""

    def __init__(
        self,
        client: QuayClient,
        exporter: Exporter,
        directory: Directory,
        counts: CountsCache,
        staging: Path,
        *,
        on_page: Callable[[Page], None],
        note: Callable[[str], None],
    ) -> None:
        self._client = client
        self._exporter = exporter
        self._directory = directory
        self._counts = counts
        self._staging = staging
        self._on_page = on_page
        self._note = note

    @contextmanager
    def rows_by_day(self, slice_: Slice) -> Iterator[DaySpools]:
        """The rows of each day of a slice, every row once, within the block.

        A day of a namespace that no export holds is paged. Raises: NoExport, DataError as an Exporter does; any
        ServerError for a namespace that is not open to this token.
        """
        limit = spool_bytes(len(slice_.windows))
        with ExitStack() as stack:
            days = {
                window.window.day: stack.enter_context(Spool(self._staging, limit))
                for window in slice_.windows
            }
            counted: dict[Window, Counter[str]] = {window.window: Counter() for window in slice_.windows}
            parts = [
                part
                for stream in self._namespaces()
                for part in slices_of(
                    stream, self._windows_of(stream, slice_, counted), self._exporter.rows_at_most
                )
            ]
            # All at once, in handfuls: Quay's worker looks for work once a minute, and then does all there is.
            for handful in in_handfuls(parts):
                orders = [self._exporter.order(part.stream, part.first, part.last) for part in handful]
                for part, order in zip(handful, orders, strict=True):
                    self._fill(part, order, days)
            for planned in slice_.windows:
                if _rest(planned.expected or {}, counted[planned.window]):
                    self._fill_rest(slice_.stream, planned.window, days)
            yield days

    def _namespaces(self) -> list[Stream]:
        return [
            stream_of(org(name) if namespace.kind == "org" else user(name), stamp=namespace)
            for name, namespace in sorted(self._directory.namespaces().items())
        ]

    def _windows_of(
        self, stream: Stream, slice_: Slice, counted: Mapping[Window, Counter[str]]
    ) -> Sequence[PlannedWindow]:
        """What a namespace has on the days of a slice; its counts are added to those of the day."""
        wanted = {planned.window.day: counted[planned.window] for planned in slice_.windows}
        windows = []
        for day in days_between(slice_.first, slice_.last):
            rows = self._counts.of_day(stream, day) if day in wanted else {}
            if rows:
                wanted[day].update(rows)
            windows.append(PlannedWindow(Window(stream.scope, day), Need.FETCH if rows else Need.EMPTY, rows))
        return windows

    def _fill(self, part: Slice, order: Order, days: DaySpools) -> None:
        try:
            with self._exporter.rows_by_day(order) as rows:
                for day, lines in rows.items():
                    if day in days:
                        days[day].extend(lines)
        except SliceTooLong as error:
            self._exporter.learn_from(part)
            if len(part.windows) == 1:
                self._note(f"{error}; read by pages instead. {error.hint}")
                self._fill_by_pages(part.stream, part.first, days)
                return
            for half in part.halves():
                self._fill(half, self._exporter.order(half.stream, half.first, half.last), days)

    def _fill_by_pages(self, stream: Stream, day: date, days: DaySpools) -> None:
        with Spool(self._staging) as pages:
            days[day].extend(read_stream(self._client, stream, day, pages, self._on_page).certain_lines())

    def _fill_rest(self, stream: Stream, window: Window, days: DaySpools) -> None:
        """The rows of a day that are in no namespace that there is."""
        present = self._directory.namespaces()
        with Spool(self._staging) as pages:
            reading = read_stream(self._client, stream, window.day, pages, self._on_page)
            days[window.day].extend(
                line for line in reading.certain_lines() if row_from_line(line).namespace_name not in present
            )


def _rest(expected: Mapping[str, int], counted: Mapping[str, int]) -> bool:
    return any(rows > counted.get(kind, 0) for kind, rows in expected.items())
