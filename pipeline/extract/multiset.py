"""Sorted lines as multisets: streams that overlap, streams that do not. Pure, and never more than a line in memory."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, repeat


def disjoint(parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The sum of sorted parts that share no row: every line of every part."""
    return heapq.merge(*parts)


def largest(readings: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The union of sorted readings of the same rows: each line as often as the reading that has it most often.

    Law: if every reading is a sub-multiset of the truth, so is the union.
    """
    marked = [_marked(reading, number) for number, reading in enumerate(readings)]
    for line, group in groupby(heapq.merge(*marked), key=_line_of):
        times = Counter(number for _, number in group)
        yield from repeat(line, max(times.values()))


def _marked(reading: Iterable[bytes], number: int) -> Iterator[tuple[bytes, int]]:
    return ((line, number) for line in reading)


def _line_of(marked: tuple[bytes, int]) -> bytes:
    return marked[0]
