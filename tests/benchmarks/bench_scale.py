"""One table of what everything costs at a million, ten million and a hundred million events.

    python -m tests.benchmarks.bench_scale
    python -m tests.benchmarks.bench_scale --sizes 1000000 10000000 100000000 --dir quay-audit-bench/scale --markdown

A million events a day, drawn as in `bench_data`. Each step is a process of its own on two cores, DuckDB in 2 GB. Lakes and
figures stay in `--dir`, where a run goes on from; `--again` measures anew what it names, or all. Prints JSON, or the table
of the README; units: CPU seconds, seconds, 1,000,000 bytes.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from pipeline.lake.layout import Layout
from tests.benchmarks.processes import ROOT, Usage, hold_to_two_cores, rows_from_environment, run_measured

LAST_DAY: Final = date(2026, 11, 20)
ADDED_DAY: Final = LAST_DAY + timedelta(days=1)
QUESTIONS: Final[Mapping[str, str]] = {
    "day x performer x kind, from Parquet": """
        select count(*), sum(events)
        from (select day, performer_name, kind, count(*) as events from events group by all)
    """,
    "day x performer x kind, from the mart": """
        select count(*), sum(events)
        from (
            select day, performer_name, kind, sum(event_count) as events
            from mart_performer_kind_daily
            group by all
        )
    """,
    "day x kind, from Parquet": """
        select count(*), sum(events) from (select day, kind, count(*) as events from events group by all)
    """,
    "day x kind, from the mart": """
        select count(*), sum(events)
        from (select day, kind, sum(event_count) as events from mart_kind_daily group by all)
    """,
}
"""Whole histories, counted in the engine: what is measured is the reading, not the printing of millions of rows."""

EVENTS_A_DAY: Final = 1_000_000
ADDED_EVENTS: Final = 1_100_000
_TELLING_CPU_SECONDS: Final = 0.05
_SIZES: Final = (1_000_000, 10_000_000)
_STEPS_MODULE: Final = "tests.benchmarks.scale_steps"

Figures = dict[str, Any]


@dataclass(frozen=True)
class Lake:
    """A lake of so many events on so many days."""

    folder: Path
    events: int
    days: int
    added_events: int

    @property
    def layout(self) -> Layout:
        """Where its files are."""
        return Layout(self.folder / "lake")

    def draw(self) -> None:
        """Make it, or what is missing of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._step("draw", str(self.events), str(self.days))

    def add_day(self) -> None:
        """Put the entries of one day more into it."""
        self._step("add", str(self.added_events))

    def remove_added_day(self) -> None:
        """Take that day out again, and what the chain says of it."""
        for folder in self.layout.root.glob(f"*/**/day={ADDED_DAY}"):
            shutil.rmtree(folder)
        for manifest in self.layout.manifests.glob("*.json"):
            if f'"{ADDED_DAY}"' in manifest.read_text():
                manifest.unlink()

    def command(self, name: str, *words: str) -> tuple[str, Usage]:
        """Run one of the commands on it."""
        more = ("--quiet",) if name != "export" else ()
        return run_measured(
            "pipeline", name, "--lake", str(self.layout.root), *more, *words, folder=self.folder
        )

    def _step(self, name: str, *words: str) -> None:
        run_measured(_STEPS_MODULE, name, str(self.layout.root), *words, folder=self.folder)


def _build_all(lake: Lake) -> Figures:
    lake.remove_added_day()
    lake.draw()
    lake.layout.warehouse.unlink(missing_ok=True)
    for made in (lake.layout.events, lake.layout.packed):
        shutil.rmtree(made, ignore_errors=True)
    return _figures(lake.command("build", "--memory-limit", "2GB")[1])


def _bytes_an_event(lake: Lake) -> Figures:
    layout = lake.layout
    sizes = {
        "entries": sum(file.stat().st_size for file in layout.log_entries.rglob("entries.parquet")),
        "events": sum(file.stat().st_size for file in layout.events.rglob("*.parquet")),
        "warehouse": layout.warehouse.stat().st_size,
    }
    return {name: round(size / lake.events, 1) for name, size in sizes.items()}


def _detect(lake: Lake) -> Figures:
    day = LAST_DAY.isoformat()
    words = ("--since", day, "--until", day, "--full", "--json", "--memory-limit", "2GB")
    output, usage = lake.command("detect", *words)
    json.loads(output)
    return _figures(usage)


def _screens(lake: Lake) -> Figures:
    words = ("--lake", str(lake.layout.root))
    output, _ = run_measured("tests.benchmarks.bench_screens", *words, folder=lake.folder)
    found = json.loads(output)
    return {
        name: {"cpu_seconds": each["new_cpu"], "wall_seconds": each["new"], "peak_mb": found["peak_mb"]}
        for name, each in found["screens"].items()
    }


def _export(lake: Lake) -> Figures:
    day = LAST_DAY.isoformat()
    with tempfile.TemporaryDirectory(dir=lake.folder) as folder:
        file = Path(folder) / "events.ndjson"
        _, usage = lake.command("export", "--since", day, "--until", day, "--out", str(file))
        return _figures(usage) | {"bytes": file.stat().st_size}


def _verify(lake: Lake) -> Figures:
    return _figures(lake.command("verify", "--offline")[1])


def _ask(question: str) -> Callable[[Lake], Figures]:
    def ask(lake: Lake) -> Figures:
        words = ("ask", str(lake.layout.root), question)
        output, usage = run_measured(_STEPS_MODULE, *words, folder=lake.folder)
        taken = json.loads(output)
        return {**taken, "peak_mb": _figures(usage)["peak_mb"]}

    return ask


def _add_day(lake: Lake) -> Figures:
    lake.add_day()
    return _figures(lake.command("build", "--memory-limit", "2GB")[1])


Steps = Mapping[str, Callable[[Lake], Figures]]
STEPS: Final[Steps] = {
    "build everything": _build_all,
    "bytes an event": _bytes_an_event,
    "detect one day": _detect,
    "screens": _screens,
    "export one day to OCSF": _export,
    "verify offline": _verify,
    **{question: _ask(question) for question in QUESTIONS},
    "build one day more (1.1M)": _add_day,
}
"""In their order: each finds the lake as those before it left it."""


def measure(
    folder: Path, sizes: Sequence[int], again: Container[str], scale: float = 1, steps: Steps = STEPS
) -> Figures:
    """The figures of every step at every size; what a run before this one left in `folder` is taken as it is.

    `scale` makes days smaller: the same program on less.
    """
    found: Figures = {}
    for size in sorted(sizes):
        events, days = int(size * scale), max(1, size // EVENTS_A_DAY)
        lake = Lake(folder / str(events), events, days, int(ADDED_EVENTS * scale))
        file = lake.folder / "figures.json"
        figures: Figures = json.loads(file.read_text()) if file.exists() else {}
        for name, step in steps.items():
            if name not in figures or name in again:
                print(f"{events:,}: {name} ...", file=sys.stderr)
                figures[name] = step(lake)
                file.write_text(json.dumps(figures, indent=2))
        found[str(events)] = figures
    return found


def table_of(by_size: Figures) -> Iterator[str]:
    """The lines of a Markdown table: a row a step, a column a size, and how CPU grows from the first to the last."""
    sizes = sorted(by_size, key=int)
    yield f"| | {' | '.join(f'{int(size):,} events' for size in sizes)} | CPU grows |"
    yield f"|---|{'---|' * (len(sizes) + 1)}"
    for name in STEPS:
        if name == "bytes an event":
            cells = [
                " + ".join(f"{by_size[size][name][part]:.0f}" for part in ("entries", "events", "warehouse"))
                for size in sizes
            ]
            yield f"| bytes an event: entries + events + warehouse | {' | '.join(cells)} | |"
            continue
        steps = [
            _slowest(by_size[size][name]) if name == "screens" else by_size[size][name] for size in sizes
        ]
        label = f"slowest screen, by somebody new ({steps[-1]['screen']})" if name == "screens" else name
        yield f"| {label} | {' | '.join(map(_cell, steps))} | {_growth(steps)} |"


def _growth(steps: Sequence[Figures]) -> str:
    """How many times the first the last is; nothing where the first is too little to tell."""
    first, last = steps[0]["cpu_seconds"], steps[-1]["cpu_seconds"]
    return f"x {last / first:.1f}" if first >= _TELLING_CPU_SECONDS else ""


def _slowest(screens: Figures) -> Figures:
    name = max(screens, key=lambda each: screens[each]["wall_seconds"])
    return {**screens[name], "screen": name}


def _cell(figures: Figures) -> str:
    cpu, wall, peak = (figures[name] for name in ("cpu_seconds", "wall_seconds", "peak_mb"))
    return f"{cpu:.2f} CPU s, {wall:.1f} s, {peak:,} MB"


def _figures(usage: Usage) -> Figures:
    return {
        "cpu_seconds": round(usage.cpu_seconds, 2),
        "wall_seconds": round(usage.wall_seconds, 2),
        "peak_mb": round(usage.peak_rss_bytes / 1e6),
    }


def main() -> None:
    """Measure; JSON or the table on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, metavar="EVENTS")
    parser.add_argument("--dir", type=Path, default=ROOT / "quay-audit-bench" / "scale")
    parser.add_argument("--again", nargs="*", metavar="STEP", help=f"of: {', '.join(STEPS)}")
    parser.add_argument("--markdown", action="store_true", help="the table alone")
    asked = parser.parse_args()
    hold_to_two_cores()
    again = set() if asked.again is None else set(asked.again or STEPS)
    scale = rows_from_environment() / 200_000
    found = measure(asked.dir, asked.sizes, again, scale)
    lines = "\n".join(table_of(found))
    if asked.markdown:
        print(lines)
        return
    print(lines, file=sys.stderr)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
