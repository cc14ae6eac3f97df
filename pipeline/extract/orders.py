"""What Quay was asked to export, whether a file is that, and what may come of it instead."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from pipeline.errors import ServerError
from pipeline.quay.export_file import Export
from pipeline.quay.logs import Stream
from pipeline.quay.times import iso_from_rfc2822

_ORDERS_AT_ONCE = 20

Item = TypeVar("Item")


class SliceTooLong(ServerError):
    """Quay's worker gave up: the slice does not end within its time limit."""


class NoExport(ServerError):
    """This log cannot be exported here; the reason is for people, and pages remain."""


class Order(NamedTuple):
    """An export that Quay has taken."""

    stream: Stream
    first: date
    last: date
    is_whole: bool
    export_id: str

    @property
    def where(self) -> str:
        """What errors about it name."""
        return f"{self.stream}, export of {self.first} to {self.last}"

    def check(self, export: Export) -> None:
        """Raises NoExport for a file of something else: days that it does not cover would look like days without rows."""
        scope = self.stream.scope
        if (export.namespace, export.repository or "") != (scope.namespace, scope.repository):
            name = "/".join(filter(None, (export.namespace, export.repository)))
            raise NoExport(f"this is an export of {name}", where=self.where)
        if export.export_id != self.export_id:
            raise NoExport("this is another export of the same log", where=self.where)
        try:
            start, end = iso_from_rfc2822(export.start_time), iso_from_rfc2822(export.end_time)
        except (ValueError, TypeError):
            start, end = export.start_time, export.end_time
        if not (start <= f"{self.first}T00:00:00" and f"{self.last}T23:59:59" <= end):
            raise NoExport(f"this is an export of {start} to {end}", where=self.where)


def in_handfuls(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """So many at once as may wait in Quay's queue: a link is good for an hour, and others export too."""
    for start in range(0, len(items), _ORDERS_AT_ONCE):
        yield items[start : start + _ORDERS_AT_ONCE]
