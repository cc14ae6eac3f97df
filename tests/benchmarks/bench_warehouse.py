"""What a build costs: every day of a large lake, then one changed day, then none.

python -m tests.benchmarks.bench_warehouse --events 10000000 --days 100

The entries are those of one recorded export (`tests/data/corpus`), dealt out over the days and over forty
organizations. Each build runs in a process of its own, so that its CPU seconds and its peak memory are its
own. Prints JSON.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger, State, WindowState
from pipeline.lake.writer import sha256_of, write_entries
from pipeline.quay.entries import lines_from_entries
from pipeline.quay.scopes import ALL

_ROOT = Path(__file__).parents[2]
_EXPORT = _ROOT / "tests" / "data" / "corpus" / "export" / "acme.json.gz"
_FIRST_DAY = date(2026, 1, 1)
_FETCHED_AT = datetime(2026, 11, 25, tzinfo=UTC)

_BUILD = """
import os, sys
from pathlib import Path
from pipeline.allocators import keep_freed_memory
keep_freed_memory(os.environ)
from pipeline.lake.layout import Layout
from pipeline.warehouse.build import build
layout = Layout(Path(sys.argv[1]))
summary = build(layout, layout.warehouse, memory_limit=sys.argv[2], threads=int(sys.argv[3]))
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(len(summary.built_days), peak)
"""
_DEAL = """
copy (
    select
        row_number() over (order by second, metadata, kind, ip, performer_name) - 1 as position,
        ($day::timestamp + to_seconds(second)) as occurred_at,
        * exclude (second)
    from (
        select
            kind,
            ip,
            performer_name,
            performer_is_robot,
            'org' || (hash(entries.position, $seed) % 40) as namespace_name,
            'org' as namespace_kind,
            metadata,
            extra,
            (hash(entries.position, copies.n, $seed) % 86400)::bigint as second
        from read_parquet($entries) as entries
        cross join range($copies) as copies(n)
        order by hash(copies.n, entries.position, $seed)
        limit $rows
    )
    order by position
) to '{file}' (format parquet, compression zstd)
"""


def main() -> None:
    """Print what the builds cost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), asked.events, asked.days, asked.memory_limit, asked.threads)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def measure(folder: Path, events: int, days: int, memory_limit: str, threads: int) -> dict[str, Any]:
    """The figures of a full build, of one changed day and of nothing to do, over a lake made in `folder`."""
    layout = Layout(folder / "lake")
    deck = folder / "deck.parquet"
    write_entries(deck, sorted(lines_from_entries(_recorded_entries())))
    for number in range(days):
        _deal(layout, deck, _FIRST_DAY + timedelta(days=number), events // days, seed=number)
    full = _run_build(layout, memory_limit, threads, expected_days=days)
    _deal(layout, deck, _FIRST_DAY + timedelta(days=days // 2), events // days, seed=days)
    one_day = _run_build(layout, memory_limit, threads, expected_days=1)
    nothing = _run_build(layout, memory_limit, threads, expected_days=0)
    return {
        "events": events,
        "days": days,
        "memory_limit": memory_limit,
        "threads": threads,
        "full_build": full,
        "one_changed_day": one_day,
        "nothing_changed": nothing,
        "full_to_one_day_cpu": round(full["cpu_seconds"] / one_day["cpu_seconds"], 1),
        "cpu_seconds_per_million_events": round(full["cpu_seconds"] / events * 1_000_000, 2),
        "bytes_per_event": {
            "entries": round(_size(layout.log_entries) / events, 1),
            "events": round(_size(layout.events) / events, 1),
            "warehouse": round(layout.warehouse.stat().st_size / events, 1),
        },
    }


def _run_build(layout: Layout, memory_limit: str, threads: int, *, expected_days: int) -> dict[str, float]:
    begun = time.monotonic()
    command = [sys.executable, "-c", _BUILD, str(layout.root), memory_limit, str(threads)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        built, _, peak_kb = child.stdout.read().strip().partition(" ")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or int(built) != expected_days:
        raise SystemExit(f"the build failed ({child.returncode}) or built {built} days, not {expected_days}")
    return {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "wall_seconds": round(time.monotonic() - begun, 2),
        "peak_rss_mb": round(int(peak_kb) / 1024),
    }


def _recorded_entries() -> Iterable[Any]:
    logs = json.loads(gzip.decompress(_EXPORT.read_bytes()))["logs"]
    return [entry for entry in logs if "terminator" not in entry]


def _deal(layout: Layout, deck: Path, day: date, rows: int, *, seed: int) -> None:
    """Make one window of all: `rows` entries drawn from the deck, each at a random second."""
    file = layout.window(ALL, day) / ENTRIES_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        ((deck_rows,),) = connection.execute("select count(*) from read_parquet(?)", [str(deck)]).fetchall()
        values = {
            "day": day,
            "seed": seed,
            "entries": str(deck),
            "copies": rows // deck_rows + 1,
            "rows": rows,
        }
        connection.execute(_DEAL.format(file=file), values)
        kinds = "select kind, count(*) from read_parquet(?) group by kind order by kind"
        counts: Counter[str] = Counter(dict(connection.execute(kinds, [str(file)]).fetchall()))
    Ledger(layout).save(verified_window(day, counts, sha256_of(file)))


def verified_window(day: date, counts: Counter[str], sha256: str) -> WindowState:
    """The state of a window of everything that was read whole, by pages."""
    return WindowState(
        scope=str(ALL),
        day=day,
        state=State.VERIFIED,
        routes=["pages"],
        rows=counts.total(),
        rows_by_kind=dict(counts),
        expected_by_kind=dict(counts),
        missing_by_kind={},
        excess_by_kind={},
        unknown_kinds={},
        unknown_keys={},
        requests=0,
        file_sha256=sha256,
        rows_sha256=sha256,
        fetched_at=_FETCHED_AT,
        server_url="https://quay.example",
        tool_version="0.1.0",
        notes=[],
    )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


if __name__ == "__main__":
    main()
