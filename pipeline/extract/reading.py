"""What one page chain gave, and how much of it is certain.

Quay orders rows by time alone. Where rows of one second lie on two pages, the order between the two requests may differ
(PostgreSQL gives none to equal times): a row can come twice and another not at all. Equal entries are legitimate too, so
such a pair cannot be told from a repeat by looking. `Reading` keeps count of them: the lines without them are certain.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.lines import row_from_line, second_of
from pipeline.quay.logs import LoopingChain, Stream, read_pages


class Reading:
    """The rows of one stream on one day. `loop` is the error that ended the chain before its end, if one did."""

    def __init__(self, spool: Spool) -> None:
        self.rows_by_kind: Counter[str] = Counter()
        self.unknown_keys: Counter[str] = Counter()
        self.pages = 0
        self.loop: LoopingChain | None = None
        self._spool = spool
        self._border = _Border()
        self._doubtful: Counter[bytes] = Counter()

    def __len__(self) -> int:
        return len(self._spool)

    def take(self, page: Page) -> None:
        """Add the next page of the chain."""
        self.pages += 1
        self.rows_by_kind.update(page.rows_by_kind)
        if page.surprises:
            self.unknown_keys.update(page.surprises)
        self._spool.extend(page.lines)
        if page.lines and (repeats := self._border.cross(page.lines)):
            self._doubtful.update(repeats)

    def is_certain_at(self, total: int) -> bool:
        """Whether so many rows, if that is how many there are, can only be the right ones.

        Quay's token adds an offset where a border falls between equal times and never takes it back, so a chain that
        crossed such a border and went on has lost rows; with none lost, only rows of the last second can be doubtful.
        """
        return len(self) == total and not (self._border.is_full and self._border.repeats())

    def lines(self) -> Iterator[bytes]:
        """Every line, sorted."""
        return iter(self._spool)

    def certain_lines(self) -> Iterator[bytes]:
        """The lines that are on the server for certain, sorted: a sub-multiset of the truth."""
        doubtful = self._doubtful + self._border.repeats()
        for line in self._spool:
            if doubtful[line] > 0:
                doubtful[line] -= 1
            else:
                yield line

    def close(self) -> None:
        """Let go of memory and disk."""
        self._spool.close()


class _Border:
    """The rows of the second in which the last page ended, over all the pages that it lies on."""

    def __init__(self) -> None:
        self.is_full = False
        """Whether a whole page lay within this second, with a page after it."""
        self._second = b""
        # One object while the second lies on one page: there is nothing that could repeat.
        self._total = self._most = Counter[bytes]()

    def cross(self, lines: list[bytes]) -> Counter[bytes]:
        """Go on to the next page; gives the repeats of the second that is over, if it is."""
        first, last = second_of(lines[0]), second_of(lines[-1])
        over: Counter[bytes] = Counter()
        if first == self._second:
            self.is_full = self.is_full or self._page_was_full
            self._add([line for line in lines if second_of(line) == first])
        if last != self._second:
            over = self.repeats()
            self._second, self.is_full = last, False
            self._total = self._most = Counter([line for line in lines if second_of(line) == last])
        self._page_was_full = first == last
        return over

    _page_was_full = False

    def repeats(self) -> Counter[bytes]:
        """Lines beyond the most that one page showed: one answer shows no row twice."""
        return Counter() if self._total is self._most else self._total - self._most

    def _add(self, lines: list[bytes]) -> None:
        if self._total is self._most:
            self._total = self._most.copy()
        for line, times in Counter(lines).items():
            self._total[line] += times
            self._most[line] = max(self._most[line], times)


def read_stream(
    client: QuayClient,
    stream: Stream,
    day: date,
    spool: Spool,
    on_page: Callable[[Page], None] = lambda page: None,
) -> Reading:
    """Read one chain to its end. A chain that loops is kept as far as it went; any other error goes up.

    `on_page` is called after each page, and may raise to stop.
    """
    reading = Reading(spool)
    try:
        for page in read_pages(client, stream, day):
            reading.take(page)
            on_page(page)
    except LoopingChain as loop:
        reading.loop = loop
    return reading


def is_only_by(reading: Reading, performer: str) -> bool:
    """Whether the server really filtered: one on Elasticsearch ignores a performer that it does not know."""
    return all(row_from_line(line).performer_name == performer for line in reading.lines())
