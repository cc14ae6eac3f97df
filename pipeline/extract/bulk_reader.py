"""All slices of a run by exports, in handfuls; what cannot be had that way is named, for pages to read."""

from collections.abc import Iterable

from pipeline.errors import DataError, ServerError
from pipeline.extract.orders import NoExport, Order, SliceTooLong, in_handfuls
from pipeline.extract.pool import Pool
from pipeline.extract.repair import is_affordable
from pipeline.extract.slice_plan import Slice
from pipeline.extract.slices import SliceFetcher
from pipeline.extract.sources import is_fatal
from pipeline.extract.tally import Tally
from pipeline.extract.windows import Window, pages_for
from pipeline.lake.ledger import State, WindowState


class BulkReader:
    """Reads slices with the threads of a pool. `requests_per_row` bounds what pages may cost for a row that an export lacks."""

    def __init__(self, fetcher: SliceFetcher, pool: Pool, tally: Tally, *, requests_per_row: float) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._tally = tally
        self._requests_per_row = requests_per_row
        self._told: set[str] = set()

    def read(self, slices: Iterable[Slice]) -> set[Window]:
        """Bring slices into the lake, the largest first; gives the windows that have to be read by pages after all.

        Raises a ServerError that makes all else useless, or Stopped.
        """
        left: set[Window] = set()
        for handful in in_handfuls(sorted(slices, key=lambda s: -s.rows)):
            for pieces in in_handfuls(
                [piece for slice_ in handful for piece in self._fetcher.fitting(slice_)]
            ):
                self._pool.each(
                    lambda ordered: left.update(self._read_slice(*ordered)), self._ordered(pieces, left)
                )
        return left

    def _ordered(self, slices: Iterable[Slice], left: set[Window]) -> list[tuple[Slice, Order | None]]:
        orders = []
        for slice_ in slices:
            self._pool.check()
            try:
                orders.append((slice_, self._fetcher.order(slice_)))
            except NoExport as error:
                self._tell(error)
                left.update(planned.window for planned in slice_.windows)
        return orders

    def _read_slice(self, slice_: Slice, order: Order | None) -> set[Window]:
        """Bring one slice into the lake; gives what could not be brought, and what pages may still complete."""
        waiting = {planned.window.day: planned.window for planned in slice_.windows}
        short = set()
        try:
            for state in self._fetcher.fetch(slice_, order):
                window = waiting.pop(state.day)
                self._tally.finish(window, state, is_read=True)
                if self._is_worth_pages(state):
                    short.add(window)
                self._pool.check()
        except SliceTooLong as error:
            return self._read_halves(slice_, error)
        except (ServerError, DataError) as error:
            self._pool.check()
            if isinstance(error, ServerError) and is_fatal(error):
                raise
            self._tell(error)
        return short | set(waiting.values())

    def _read_halves(self, slice_: Slice, error: SliceTooLong) -> set[Window]:
        if len(slice_.windows) == 1:
            self._tell(error)
            return {slice_.windows[0].window}
        left: set[Window] = set()
        for half, order in self._ordered(slice_.halves(), left):
            left |= self._read_slice(half, order)
        return left

    def _is_worth_pages(self, state: WindowState) -> bool:
        """Quay exports none of its legacy log tables, for one: pages show what is in them."""
        expected = sum((state.expected_by_kind or {}).values())
        return state.state is State.SHORT and is_affordable(
            pages_for(expected), state.missing, self._requests_per_row
        )

    def _tell(self, error: ServerError | DataError) -> None:
        text = f"{error}; read by pages instead. {error.hint}"
        if text not in self._told:
            self._told.add(text)
            self._tally.note(text)
