"""The ladder that completes a short window: the same rows, asked for in ways that page differently.

Reading a chain again gains nothing. A part of the log (one repository, one performer, one namespace) is a shorter chain
with other page borders, so it loses other rows. Parts of one split share no row and add up; splits overlap, and of each
equal entry the larger number counts. All that is joined is a sub-multiset of what the server holds, so equal counts
prove equal rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.errors import Missing, Refused, ServerError, ServerFailure
from pipeline.extract.counts import CountsCache
from pipeline.extract.multiset import largest
from pipeline.extract.reading import Reading, is_only_by, read_stream
from pipeline.extract.reconcile import reconcile
from pipeline.extract.seek import ROWS_AT_MOST as SEEK_ROWS_AT_MOST
from pipeline.extract.seek import Seeds, read_stretches
from pipeline.extract.sources import is_fatal
from pipeline.extract.splits import Split, splits_of
from pipeline.extract.windows import pages_for
from pipeline.lake.ledger import State
from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.inventory import Directory
from pipeline.quay.lines import count_by_kind, raw_kind_of, row_from_line
from pipeline.quay.logs import Stream

_FREE_REQUESTS = 200
"""What a window's split may cost whatever is missing: a minute of one server core."""

_Part = tuple[Stream, dict[str, int]]


@dataclass
class Climb:
    """What the ladder reached: certain lines, the splits that gained rows, and why it went no further."""

    lines: Spool
    rows_by_kind: dict[str, int]
    splits: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def missing(self, expected: Mapping[str, int]) -> int:
        """Rows still to find."""
        return sum(reconcile(self.rows_by_kind, expected).missing.values())


def is_affordable(requests: int, missing: int, requests_per_row: float) -> bool:
    """Whether missing rows are worth so many requests."""
    return requests <= _FREE_REQUESTS + requests_per_row * missing


class Ladder:
    """Completes the windows of one run. `requests_per_row` bounds what a missing row may cost."""

    def __init__(
        self,
        client: QuayClient,
        directory: Directory,
        counts: CountsCache,
        staging: Path,
        *,
        requests_per_row: float,
        on_page: Callable[[Page], None],
    ) -> None:
        self._client = client
        self._directory = directory
        self._counts = counts
        self._staging = staging
        self._requests_per_row = requests_per_row
        self._on_page = on_page
        self._seeds = Seeds()

    def climb(
        self, stream: Stream, day: date, reading: Reading, expected: dict[str, int], *, is_split: bool = True
    ) -> Climb:
        """Add to a reading until its counts meet `expected`, or no split can help. The caller closes `lines`.

        With `is_split` off, only what is certain of the reading itself is kept.
        """
        climb = Climb(*self._spooled(reading.certain_lines()))
        for split in splits_of(stream) if is_split else ():
            missing = climb.missing(expected)
            if not missing:
                break
            try:
                parts = self._lacking_parts(split, stream, day, climb.lines)
            except (Refused, Missing) as error:
                if is_fatal(error):
                    raise
                climb.notes.append(f"{stream}: the split by {split.name} is not open to this token")
                continue
            price = sum(pages_for(sum(rows.values())) for _, rows in parts)
            if not is_affordable(price, missing, self._requests_per_row):
                climb.notes.append(
                    f"{stream}: the split by {split.name} would take about {price} requests for {missing} missing rows; "
                    "left out (--repair-requests-per-row allows more)"
                )
                continue
            self._join(parts, day, climb)
            if climb.missing(expected) < missing:
                climb.splits.append(split.name)
        return climb

    def seek(self, stream: Stream, day: date, climb: Climb, expected: dict[str, int]) -> None:
        """Add what can be reached by entering the log at times that its parts stood at; only if that completes it."""
        total = sum(expected.values())
        if not climb.missing(expected) or total > SEEK_ROWS_AT_MOST:
            return
        stretches = read_stretches(
            self._client,
            stream,
            day,
            self._seeds,
            requests_at_most=_FREE_REQUESTS + 2 * pages_for(total),
            on_page=self._on_page,
        )
        lines, rows_by_kind = self._spooled(largest([climb.lines, sorted(stretches.elements())]))
        if rows_by_kind == expected:
            climb.lines.close()
            climb.lines, climb.rows_by_kind = lines, rows_by_kind
            climb.splits.append("seeks")
        else:
            lines.close()
            climb.notes.append(f"{stream}: entering the log at other times did not complete it either")

    def _join(self, parts: list[_Part], day: date, climb: Climb) -> None:
        with Spool(self._staging) as gained, climb.lines as before:
            for part, rows in parts:
                self._read_part(part, day, rows, climb, gained)
            climb.lines, climb.rows_by_kind = self._spooled(largest([before, gained]))

    def _lacking_parts(self, split: Split, stream: Stream, day: date, lines: Iterable[bytes]) -> list[_Part]:
        """The parts of which not every row is here yet, with their counts; those with most rows here first."""
        held = _rows_by_part(lines, split)
        lacking = []
        for name in sorted(
            split.names(self._directory, stream, held),
            key=lambda name: (-sum(held.get(name, {}).values()), name),
        ):
            part = split.stream(self._directory, stream, name)
            try:
                rows = self._counts.of_day(part, day)
            except (Missing, ServerFailure):
                continue
            if reconcile(held.get(name, {}), rows).state is not State.VERIFIED:
                lacking.append((part, rows))
        return lacking

    def _read_part(
        self, part: Stream, day: date, expected: dict[str, int], climb: Climb, gained: Spool
    ) -> None:
        """Add the certain lines of one part: all of them, where its own counts prove it."""
        with Spool(self._staging) as spool:
            try:
                reading = read_stream(self._client, part, day, spool, self._seeds.collecting(self._on_page))
            except ServerError as error:
                if is_fatal(error):
                    raise
                climb.notes.append(str(error))
                return
            if part.performer is not None and not is_only_by(reading, part.performer):
                climb.notes.append(f"{part}: the server did not filter by this performer")
            elif reading.is_certain_at(sum(expected.values())) and reading.rows_by_kind == expected:
                gained.extend(reading.lines())
            else:
                inner = self.climb(part, day, reading, expected)
                with inner.lines:
                    gained.extend(inner.lines)
                climb.notes += inner.notes
                climb.splits += [split for split in inner.splits if split not in climb.splits]

    def _spooled(self, lines: Iterator[bytes]) -> tuple[Spool, dict[str, int]]:
        spool = Spool(self._staging)
        kinds: Counter[bytes] = Counter()
        for line in lines:
            spool.extend((line,))
            kinds[raw_kind_of(line)] += 1
        return spool, count_by_kind(kinds)


def _rows_by_part(lines: Iterable[bytes], split: Split) -> dict[str, Counter[str]]:
    parts: dict[str, Counter[str]] = {}
    for line in lines:
        row = row_from_line(line)
        name = split.part_of(row)
        if name is not None:
            parts.setdefault(name, Counter())[row.kind] += 1
    return parts
