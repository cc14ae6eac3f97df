"""The last rung, for logs that can neither be exported nor split any further: entering a dense log where a sparse one stood.

A page token is bound to no query: it says at which time to go on, and how many rows to skip there. A token of a sparse
log that met no two equal times yet skips none. Given to the dense log it opens a page at that time, and from there the
chain is read on until two equal times meet a page border. Each such stretch is a sub-multiset of what the server holds;
stretches overlap, and of each equal entry the larger number counts.
Source: quay/quay util/pagination.py, data/model/modelutil.py:34-105 (ffba0c70), as observed.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.lines import second_of
from pipeline.quay.logs import Stream, read_pages

ROWS_AT_MOST = 200_000
"""Stretches are held in memory: a longer day is left to exports."""


class Seed(NamedTuple):
    """A token that opens a page at a time, with nothing to skip."""

    second: bytes
    token: str


class Seeds:
    """The clean tokens of the chains that were read anyway."""

    def __init__(self) -> None:
        self._seeds: list[Seed] = []

    def collecting(self, on_page: Callable[[Page], None]) -> Callable[[Page], None]:
        """For the pages of one chain, in order; passes them on."""
        token: str | None = None
        last = b""
        is_clean = True

        def take(page: Page) -> None:
            nonlocal token, last, is_clean
            if page.lines:
                first = second_of(page.lines[0])
                # Within one second the times may be equal: then the token after this border skips rows.
                is_clean = is_clean and first != last
                if token and is_clean:
                    self._seeds.append(Seed(first, token))
                last = second_of(page.lines[-1])
            token = page.next_page
            on_page(page)

        return take

    def newest_first(self) -> list[Seed]:
        """One seed a second, newest first."""
        return sorted({seed.second: seed for seed in self._seeds}.values(), reverse=True)


def read_stretches(
    client: QuayClient,
    stream: Stream,
    day: date,
    seeds: Seeds,
    *,
    requests_at_most: int,
    on_page: Callable[[Page], None],
) -> Counter[bytes]:
    """The union of the stretches that begin at the seeds, as lines with their multiplicity."""
    union: Counter[bytes] = Counter()
    reached: bytes | None = None
    requests = 0
    for seed in seeds.newest_first():
        if reached is not None and seed.second >= reached:
            continue
        stretch: Counter[bytes] = Counter()
        for page in _stretch(client, stream, day, seed):
            requests += 1
            on_page(page)
            stretch.update(page.lines)
            if page.lines:
                reached = second_of(page.lines[-1])
            if requests >= requests_at_most:
                return union | stretch
        union |= stretch
    return union


def _stretch(client: QuayClient, stream: Stream, day: date, seed: Seed) -> Iterator[Page]:
    """The pages from a seed to the border that may fall between equal times."""
    last = b""
    for page in read_pages(client, stream, day, token=seed.token):
        if page.lines and second_of(page.lines[0]) == last:
            return
        yield page
        if page.lines:
            last = second_of(page.lines[-1])
