"""A large synthetic lake to measure on: entries drawn day by day, events and models built, the last days judged.

python -m tests.benchmarks.bench_data --events 100000000 --days 100 --dir quay-audit-bench

Two thousand robots that pull and push the same few of four thousand repositories all day, fifteen hundred people with
changing networks, anonymous pulls, grants, tokens and deletions. Days that are there are kept: a second run goes on.
Prints JSON.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline.detect.run import detect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, Ledger
from pipeline.lake.writer import sha256_of
from pipeline.quay.scopes import ALL
from pipeline.warehouse.build import build
from tests.benchmarks.bench_warehouse import verified_window

LAST_DAY = date(2026, 11, 20)
_DRAW = """
copy (
    with chances as (
        select
            draw,
            hash(draw, $seed) % 1000 as who,
            hash(draw, $seed, 1) % 1000000 as which,
            hash(draw, $seed, 2) % 86400 as second,
            hash(draw, $seed, 3) % 100000 as what,
            hash(draw, $seed, 4) % 1000 as from_where
        from range($events) as draws (draw)
    ),
    actors as (
        select
            *,
            case when who < 850 then 'robot' when who < 960 then 'user' else 'anonymous' end as actor_kind,
            cast(case
                when who < 850 then floor(2000 * power(which / 1000000, 2.5))
                when who < 960 then which % 1500
                else 7
            end as bigint) as actor
        from chances
    ),
    acts as (
        select
            *,
            case
                when actor_kind = 'robot' and what < 10000 then 'push_repo'
                when actor_kind = 'user' and what < 800 then 'create_tag'
                when actor_kind = 'user' and what < 1000 then 'delete_tag'
                when actor_kind = 'user' and what < 1200 then 'change_repo_permission'
                when actor_kind = 'user' and what < 1260 then 'create_robot'
                when actor_kind = 'user' and what < 1300 then 'create_app_specific_token'
                when actor_kind = 'user' and what < 3000 then 'login_success'
                else 'pull_repo'
            end as kind,
            case
                when hash(draw, $seed, 5) % 5000 = 0 then hash(draw, $seed, 6) % 4000
                else (actor * 7 + hash(draw, $seed, 7) % (4 + actor % 12)) % 4000
            end as repository,
            case actor_kind
                when 'robot' then '10.' || (actor % 40) || '.' || (from_where % 3)
                when 'user' then '172.' || (actor % 200) || '.' || (from_where % 2 + from_where // 990 * ($seed % 90))
                else '9.' || (from_where % 200) || '.1'
            end || '.7' as ip
        from actors
    ),
    named as (
        select
            *,
            'org' || (repository % 60) as namespace_name,
            'image-' || repository as repository_name,
            case actor_kind
                when 'robot' then 'org' || (actor % 60) || '+bot' || actor
                when 'user' then 'person' || actor
            end as performer_name
        from acts
    )
    select
        row_number() over (order by second, kind, ip, performer_name, draw) - 1 as position,
        cast($day as timestamp) + to_seconds(cast(second as bigint)) as occurred_at,
        kind,
        ip,
        performer_name,
        case when actor_kind <> 'anonymous' then actor_kind = 'robot' end as performer_is_robot,
        namespace_name,
        'org' as namespace_kind,
        cast(json_object(
            'namespace', namespace_name,
            'repo', repository_name,
            'tag', 'v' || (hash(draw, $seed, 8) % 40),
            'username', coalesce(performer_name, '(anonymous)'),
            'is_robot', actor_kind = 'robot',
            'user-agent', case actor_kind when 'robot' then 'containerd/1.7.' || (actor % 9) else 'docker/27.0' end,
            'resolved_ip', json_object('provider', 'internet', 'country_iso_code', 'DE')
        ) as varchar) as metadata,
        cast(null as varchar) as extra
    from named
    order by position
) to '{file}' (format parquet, compression zstd)
"""


def main() -> None:
    """Make the lake, and print what it is and what it cost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--judged-days", type=int, default=3, help="how many of the last days to judge")
    parser.add_argument("--dir", type=Path, default=Path("quay-audit-bench"))
    asked = parser.parse_args()
    layout = Layout(asked.dir / "lake")
    figures = make_lake(layout, asked.events, asked.days, asked.judged_days)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def make_lake(layout: Layout, events: int, days: int, judged_days: int) -> dict[str, Any]:
    """The figures of a lake of so many events over so many days up to `LAST_DAY`, of which the last are judged.

    Units: CPU seconds of this process.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "entries"):
        for number in range(days):
            day = LAST_DAY - timedelta(days=number)
            if not (layout.window(ALL, day) / WINDOW_FILE).exists():
                draw_day(layout, day, events // days, seed=number)
                sys.stderr.write(f"{day}\n")
    with _timed(seconds, "build"):
        built = build(layout, layout.warehouse)
    with _timed(seconds, "detect"):
        since = LAST_DAY - timedelta(days=judged_days - 1)
        judged = detect(layout, layout.warehouse, since=since, until=LAST_DAY)
    return {
        "events": built.events,
        "days": days,
        "cpu_seconds": seconds,
        "warehouse_mb": round(layout.warehouse.stat().st_size / 1e6),
        "bytes_per_event": round(_size(layout.events) / built.events, 1),
        "cases": judged.case_count,
    }


def draw_day(layout: Layout, day: date, events: int, *, seed: int) -> None:
    """Write one verified window of everything: so many entries, each at a random second."""
    file = layout.window(ALL, day) / ENTRIES_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(_DRAW.format(file=file), {"day": day, "seed": seed, "events": events})
        kinds = "select kind, count(*) from read_parquet(?) group by kind order by kind"
        counts: Counter[str] = Counter(dict(connection.execute(kinds, [str(file)]).fetchall()))
    Ledger(layout).save(verified_window(day, counts, sha256_of(file)))


@contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    begun = time.process_time()
    yield
    seconds[name] = round(time.process_time() - begun, 1)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


if __name__ == "__main__":
    main()
