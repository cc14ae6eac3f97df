"""Runs that are killed: each in a child of one warmed process, shot dead at one moment of its work.

`python -m tests.crashes` reads orders from stdin, a JSON line each, forks a child for each and answers with the child's
exit status. A fork takes a hundredth of what a fresh process takes to import everything, so that hundreds of kills are
a matter of seconds. The clock stands still in every run, so that runs can be compared byte for byte.
"""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import httpx2
import msgspec

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.store import Store
from pipeline.detect.run import detect
from pipeline.extract.archive import ingest_archives
from pipeline.extract.archive_files import archive_of_file
from pipeline.extract.options import Options
from pipeline.extract.record import Recorder
from pipeline.extract.shards import Shard
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.archive_names import Names
from pipeline.quay.scopes import ALL, org
from pipeline.warehouse.build import build
from tests.export_runs import PromptQuay, extract_by
from tests.extracts import Handler, extract_all
from tests.holdings import DAY as TAKEN
from tests.holdings import save
from tests.small_quay import at, log, small_store
from tests.snapshot_kills import AFTER

ROOT = Path(__file__).parents[1]
FIRST, LAST = date(2026, 10, 30), date(2026, 11, 2)
LAST_CLOSED = date(2026, 11, 1)
NOON, NEXT_NOON = datetime(2026, 11, 2, 12, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC)
KILLED = -signal.SIGKILL

_TALLIED = (
    *("extract/", "lake/", "quay/client.py", "quay/logs.py", "quay/inventory.py"),
    *("warehouse/build.py", "warehouse/shelf.py", "warehouse/workbench.py"),
    *("warehouse/days.py", "warehouse/judging.py", "warehouse/records.py", "detect/run.py"),
)
_PACKAGE = ROOT / "pipeline"


class Moment(msgspec.Struct, frozen=True):
    """The nth time that something is about to happen.

    `event` is `line` (`name` is a file of the package and a line of it), `call` (a file and a function of it), `request`
    (a part of its address) or `rename` (how the path ends that appears by it).
    """

    event: str
    name: str
    nth: int = 1


class Order(msgspec.Struct, frozen=True):
    """One run: `extract` at noon of the last day, `extract_later` a day after that, `export` of its closed days, `ingest`
    of the archives in the folder `rotated` beside the lake, `snapshot` of other holdings, `build`, `detect` by the
    detections and models of the folder `sql` beside the lake.

    It dies at `moment`. `shard` leaves all but its windows to others. `tally` is a file for how often each line of the package was run.
    """

    run: str
    lake: str
    moment: Moment | None = None
    tally: str | None = None
    shard: tuple[int, int] | None = None


class Shooter:
    """A warmed process and its children. `run` gives a child's exit status: 0, or KILLED."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()

    def run(self, run: str, lake: Path, moment: Moment | None = None, *, tally: Path | None = None) -> int:
        """The exit status of one run."""
        order = Order(run, str(lake), moment, str(tally) if tally else None)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def registry(now: datetime) -> FakeQuay:
    """A Quay on whole seconds: a day that paging alone cannot complete, an empty one, a plain one, and one that is not over."""
    store = small_store(whole_seconds=True)
    for n in range(45):
        log(store, at(FIRST, 100 + 7 * (n // 3)), repository=("web", "api", "db")[n % 3], tag=f"v{n}")
    _log_plainly(store, date(2026, 11, 1), 41)
    _log_plainly(store, LAST, 25)
    if now > NOON:
        for n in range(20):
            log(store, NOON + timedelta(minutes=n), kind="push_repo", tag=f"w{n}")
    return FakeQuay(store, clock=lambda: now)


def _log_plainly(store: Store, day: date, rows: int) -> None:
    for n in range(rows):
        log(store, at(day, 100 + 61 * n), tag=f"v{n}")


def carry_out(order: Order, quays: dict[str, FakeQuay]) -> None:
    """What an order says, in this very process; where it says so, to the death."""
    tally: Counter[str] | None = None
    if order.tally:
        tally = _tally_lines()
    elif order.moment:
        _die_at(order.moment)
    lake = Path(order.lake)
    match order.run:
        case "build":
            build(Layout(lake), Layout(lake).warehouse, threads=1)
        case "detect":
            detect(Layout(lake), Layout(lake).warehouse, threads=1, sql=lake.with_name("sql"))
        case "ingest":
            _ingest(lake)
        case "snapshot":
            save(Layout(lake), TAKEN, AFTER)
        case "export":
            _export(order)
        case _:
            _extract(order, quays[order.run])
    sys.settrace(None)
    if tally is not None and order.tally:
        Path(order.tally).write_bytes(msgspec.json.encode(tally))


def _extract(order: Order, quay: FakeQuay) -> None:
    handler = _dying(quay, order.moment) if order.moment else quay
    options = Options(concurrency=3, shard=Shard(*order.shard) if order.shard else None)
    now = NOON if order.run == "extract" else NEXT_NOON
    extract_all(handler, Path(order.lake), [ALL, org("acme")], FIRST, LAST, options=options, now=now)


def _ingest(lake: Path) -> None:
    files = sorted(lake.with_name("rotated").iterdir())
    recorder = Recorder(Layout(lake), "", now=lambda: NOON, grace=timedelta(hours=1))
    ingest_archives(map(archive_of_file, files), Layout(lake), recorder, scope=ALL, given=Names())
    Ledger(Layout(lake)).seal(NOON, "0")


def _export(order: Order) -> None:
    """By exports, in three slices: what a kill leaves of one is cut anew."""
    quay = PromptQuay(registry(NOON).store, now=NOON)
    handler = _dying(quay, order.moment) if order.moment else quay
    scopes = [ALL, org("acme")]
    extract_by(
        handler, Path(order.lake), scopes, FIRST, LAST_CLOSED, rows_at_most=50, concurrency=3, now=NOON
    )


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_at(moment: Moment) -> None:
    times = itertools.count(1)

    def is_due() -> bool:
        return next(times) == moment.nth

    def before_audited(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "os.rename" and str(arguments[1]).endswith(moment.name) and is_due():
            _die()

    if moment.event == "rename":
        sys.addaudithook(before_audited)
    elif moment.event in ("line", "call"):
        file, _, place = moment.name.partition(":")
        name = str(_PACKAGE / file)

        def before(frame: FrameType, event: str) -> None:
            here = str(frame.f_lineno) if event == "line" else frame.f_code.co_name
            if event == moment.event and here == place and is_due():
                _die()

        _trace(lambda path: path == name, before)


def _dying(quay: Handler, moment: Moment) -> Handler:
    if moment.event != "request":
        return quay
    times = itertools.count(1)

    def answer(request: httpx2.Request) -> httpx2.Response:
        if moment.name in str(request.url) and next(times) == moment.nth:
            _die()
        return quay(request)

    return answer


def _tally_lines() -> Counter[str]:
    tally: Counter[str] = Counter()
    start = len(str(_PACKAGE)) + 1

    def count(frame: FrameType, event: str) -> None:
        if event == "line":
            tally[f"{frame.f_code.co_filename[start:]}:{frame.f_lineno}"] += 1

    _trace(lambda path: path.startswith(str(_PACKAGE)) and path[start:].startswith(_TALLIED), count)
    return tally


def _trace(is_wanted: Callable[[str], bool], before: Callable[[FrameType, str], None]) -> None:
    """Have `before` called before every call and every line of the wanted files, in every thread."""

    def in_frame(frame: FrameType, event: str, argument: Any) -> Any:
        before(frame, event)
        return in_frame

    def on_call(frame: FrameType, event: str, argument: Any) -> Any:
        if not is_wanted(frame.f_code.co_filename):
            return None
        before(frame, event)
        return in_frame

    threading.settrace(on_call)
    sys.settrace(on_call)


def warm() -> None:
    """Import what lakes in an object store need, where there is one: once, for all children."""
    if "AWS_ENDPOINT_URL" in os.environ:
        import pipeline.lake.mirror  # noqa: F401


def main() -> None:
    """Serve orders until there are no more."""
    warm()
    quays = {"extract": registry(NOON), "extract_later": registry(NEXT_NOON)}
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        child = os.fork()
        if not child:
            carry_out(order, quays)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
