"""What many small windows cost: the same entries read as one scope a day, as forty and as a thousand.

python -m tests.benchmarks.bench_scopes --days 30 --events 100000 --scopes 1 40 1000

Each step runs in a process of its own. Prints JSON: CPU seconds by step and by scopes, and what the lake takes on disk.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.allocators import KEEP_FREED_MEMORY
from pipeline.lake.layout import Layout
from tests.benchmarks.processes import ROOT, rows_from_environment, run_measured
from tests.benchmarks.scope_lakes import LAST_DAY, days_before, make_day, seal, sizes_of

_MODULE = "tests.benchmarks.bench_scopes"


def measure(folder: Path, days: int, events: int, scopes: int, namespaces: int) -> dict[str, Any]:
    """The figures of one lake, made in `folder`: the first build, then a day more, then every reader.

    One scope is all, with the entries of so many namespaces; more are one organization each.
    """
    layout = Layout(folder / f"lake-{scopes}")
    *before, last = days_before(LAST_DAY, days)
    namespaces = namespaces if scopes == 1 else scopes
    _make(layout, before, scopes, namespaces, events)
    cpu_seconds = {"nothing": _step("imports", layout), "build_all_but_one_day": _step("build", layout)}
    _make(layout, [last], scopes, namespaces, events)
    cpu_seconds["build_one_day_more"] = _step("build", layout)
    for name in ("nothing_to_build", *_READERS):
        cpu_seconds[name] = _step(_STEP_BY_NAME.get(name, name), layout)
    return {"cpu_seconds": cpu_seconds, "disk": sizes_of(layout)}


def _make(layout: Layout, days: list[date], scopes: int, namespaces: int, events: int) -> None:
    for day in days:
        make_day(layout, day, scopes=scopes, namespaces=namespaces, events=events)
    seal(layout)


def _step(name: str, layout: Layout) -> float:
    variables = KEEP_FREED_MEMORY if name == "build" else {}
    words = ("--step", name, "--lake", str(layout.root))
    _, usage = run_measured(_MODULE, *words, folder=ROOT, variables=variables)
    return round(usage.cpu_seconds, 2)


def _imports(layout: Layout) -> None:
    import pipeline.detect.run
    import pipeline.warehouse.build  # noqa: F401 (what each step begins with)


def _build(layout: Layout) -> None:
    from pipeline.warehouse.build import build

    build(layout, layout.warehouse, threads=2)


def _verify(layout: Layout) -> None:
    from pipeline.lake.inspection import inspect

    assert not inspect(layout).findings


def _resume(layout: Layout) -> None:
    """What an extract that finds everything done asks the lake: each window's state, and what is left to seal."""
    from pipeline.lake.ledger import Ledger
    from pipeline.quay.scopes import scope_from_folder

    ledger = Ledger(layout)
    for folder in layout.log_entries.iterdir():
        scope = scope_from_folder(folder.name.removeprefix("scope="))
        for day in folder.iterdir():
            ledger.window(scope, date.fromisoformat(day.name.removeprefix("day=")))
    seal(layout)


def _windows(layout: Layout) -> None:
    from pipeline.lake.ledger import Ledger

    assert Ledger(layout).windows()


def _query(sql: str) -> Callable[[Layout], None]:
    def ask(layout: Layout) -> None:
        from pipeline.warehouse.query import asked

        with asked(layout, layout.warehouse, sql) as answer:
            assert list(answer.rows())

    return ask


def _detect(layout: Layout) -> None:
    from pipeline.detect.run import detect

    detect(layout, layout.warehouse, since=LAST_DAY, until=LAST_DAY)


_READERS: Mapping[str, Callable[[Layout], None]] = {
    "every_window_state": _windows,
    "resume": _resume,
    "verify_offline": _verify,
    "query_entries_of_a_day": _query(
        "select kind, count(*) from log_entries where day = date '2026-11-20' group by kind"
    ),
    "query_all_entries": _query("select kind, count(*) from log_entries group by kind"),
    "query_windows": _query("select state, count(*) from windows group by state"),
    "detect_one_day": _detect,
}
_STEP_BY_NAME = {"nothing_to_build": "build"}
_STEPS = {"imports": _imports, "build": _build, **_READERS}


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--events", type=int, default=rows_from_environment() // 4, help="a day")
    parser.add_argument("--scopes", type=int, nargs="+", default=[1, 40, 1000])
    parser.add_argument("--dir", type=Path, help="keep the lakes here")
    parser.add_argument("--step", choices=_STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--lake", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        _STEPS[asked.step](Layout(asked.lake))
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = {
            str(scopes): measure(
                asked.dir or Path(folder), asked.days, asked.events, scopes, max(asked.scopes)
            )
            for scopes in asked.scopes
        }
    json.dump({"days": asked.days, "events_a_day": asked.events, "by_scopes": figures}, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
