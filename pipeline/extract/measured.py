"""What one piece of work costs, as measured: the constants that a capacity plan is made of, each with its measurement.

Two shared cores. Where a synthetic lake and a recorded one differ, the dearer figure stands here: a plan that is too
large is the smaller mistake.
"""

from typing import NamedTuple

from pipeline.extract.routes import EXPORTED_ROWS_A_SECOND, SERVER_SECONDS_A_REQUEST


class Measured(NamedTuple):
    """One figure. `how` is the command that measures it again, or where it was observed."""

    value: float
    unit: str
    how: str


REQUEST = Measured(
    SERVER_SECONDS_A_REQUEST,
    "CPU s of Quay, a request with an OAuth token",
    "observed: a bcrypt check of 0.25-0.35 s, whatever is asked; 20 rows a page",
)
EXPORTED_ROWS = Measured(
    EXPORTED_ROWS_A_SECOND, "rows/s, one export worker of Quay", "observed: 40,148 rows in 14 s of work"
)
EXPORT_POLL = Measured(
    60, "s until an idle worker looks again", "EXPORT_ACTION_LOGS_WORKER_POLL_PERIOD, Quay's default"
)
PAGES_CPU = Measured(52, "CPU s a million rows, read by pages", "python -m tests.benchmarks.bench_routes")
EXPORT_CPU = Measured(19, "CPU s a million rows, read by exports", "python -m tests.benchmarks.bench_routes")

ENTRIES = Measured(41, "bytes an event in entries.parquet", "python -m tests.benchmarks.bench_warehouse")
EVENTS = Measured(35, "bytes an event in events.parquet", "python -m tests.benchmarks.bench_warehouse")
WAREHOUSE = Measured(18, "bytes an event in the warehouse", "python -m tests.benchmarks.bench_warehouse")
SPILL = Measured(
    200,
    "bytes an event, spilled while a day is built that is too large for memory",
    "a day of 5,000,000 events with DuckDB in 2 GB: 0.7 GB",
)

BUILD_START_CPU = Measured(
    0.5, "CPU s, a build of nothing", "python -m tests.benchmarks.bench_warehouse: nothing changed"
)
BUILD_DAY_CPU = Measured(0.15, "CPU s more, a day that is built", "61 recorded days of 660 events: 9.4 CPU s")
BUILD_CPU = Measured(
    6.7,
    "CPU s more, a million events that are built",
    "python -m tests.benchmarks.bench_warehouse, bench_scale",
)
SPARK_START_CPU = Measured(
    10,
    "CPU s, a build on Spark Connect, the server's among them",
    "python -m tests.benchmarks.bench_engines, Sail",
)
SPARK_BUILD_CPU = Measured(
    33, "CPU s more, a million events that are built there", "python -m tests.benchmarks.bench_engines, Sail"
)
DETECT_DAY_CPU = Measured(
    8.3,
    "CPU s, a day that is judged",
    "python -m tests.benchmarks.bench_data: days of 111,000 events, 9.2 CPU s",
)
DETECT_CPU = Measured(
    8.5, "CPU s more, a million events of it", "python -m tests.benchmarks.bench_detect, bench_scale"
)
EXPORT_EVENTS_CPU = Measured(27, "CPU s a million events, to OCSF", "python -m tests.benchmarks.bench_export")
CORES_USED = Measured(1.3, "of two cores kept busy by a build", "python -m tests.benchmarks.bench_scale")
REPORT = Measured(10e6, "bytes a report in every format", "report on the demo's lake: 3 MB a week")
MEMORY = Measured(
    2.7e9, "bytes, the largest process", "a build of a day of 5,000,000 events with DuckDB in 2 GB"
)

FIGURES = [each for each in list(globals().values()) if isinstance(each, Measured)]
"""All of them, in the order above."""
