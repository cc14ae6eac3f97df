"""How an extract behaves, as the user asks for it."""

from dataclasses import dataclass, field
from datetime import timedelta

from pipeline.extract.bulk import ExportOptions
from pipeline.extract.routes import Route
from pipeline.extract.shards import Shard


@dataclass(frozen=True)
class Options:
    """`grace` is how long after its midnight a day may still get rows; `requests_per_row` what a missing row may cost;
    `deep` lets page tokens of sparse logs open dense ones, where nothing else completes a window;
    `shard` leaves all but its own windows to others."""

    concurrency: int = 4
    grace: timedelta = timedelta(hours=1)
    retry: bool = False
    requests_per_row: float = 10.0
    deep: bool = False
    route: Route = Route.AUTO
    shard: Shard | None = None
    exports: ExportOptions = field(default_factory=ExportOptions)
