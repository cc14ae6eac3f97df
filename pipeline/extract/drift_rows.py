"""Rows that were read at two times, compared: what stays of a row while names change. Pure, a second at a time.

Quay joins performer and namespace when a row is read, so both change with renames and deletions; the rest does not.
Source: quay/quay data/logs_model/datatypes.py (Log.for_logentry), data/model/log.py (get_logs_query).
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from pipeline.quay.lines import Row, row_from_line, second_of


class Seconds:
    """Sorted lines, a second at a time; seconds must be asked for in order."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._groups = groupby(lines, key=second_of)
        self._next = next(self._groups, None)

    def at(self, second: bytes) -> Iterator[bytes]:
        """The lines of a second; those of earlier seconds are passed over."""
        while self._next is not None and self._next[0] < second:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != second:
            return
        yield from self._next[1]
        self._next = next(self._groups, None)


def lasting(row: Row) -> bytes:
    """What no rename changes, and what an archive knows without a table of kinds: address and details, hashed."""
    digest = hashlib.blake2b((row.ip or "").encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(b"\n" + row.metadata.encode("utf-8", "surrogatepass"))
    return digest.digest()


def beyond(lines: Iterable[bytes], held: Iterable[bytes]) -> Iterator[bytes]:
    """The lines that `held` does not have, whatever names either has for them. Both are sorted.

    Law: `held` and what this gives have each row as often as the one of both that has it most often.
    """
    seconds = Seconds(held)
    for second, group in groupby(lines, key=second_of):
        known = Counter(lasting(row_from_line(line)) for line in seconds.at(second))
        for line in group:
            key = lasting(row_from_line(line))
            if known[key] > 0:
                known[key] -= 1
            else:
                yield line


class Second(NamedTuple):
    """The rows of one second that are not equal in both: those held, and those that the server shows now."""

    held: list[Row]
    shown: list[Row]


def unequal_seconds(held: Iterable[bytes], shown: Iterable[bytes]) -> Iterator[Second]:
    """Every second of which not each row is in both, with the rows that are in one alone. Both are sorted."""
    ours, theirs = groupby(held, key=second_of), groupby(shown, key=second_of)
    our, their = next(ours, None), next(theirs, None)
    while our or their:
        second = min(each[0] for each in (our, their) if each)
        left: Counter[bytes] = Counter()
        right: Counter[bytes] = Counter()
        if our and our[0] == second:
            left = Counter(our[1])
            our = next(ours, None)
        if their and their[0] == second:
            right = Counter(their[1])
            their = next(theirs, None)
        if left != right:
            yield Second(_rows(left - right), _rows(right - left))


def _rows(lines: Counter[bytes]) -> list[Row]:
    return [row_from_line(line) for line in sorted(lines.elements())]
