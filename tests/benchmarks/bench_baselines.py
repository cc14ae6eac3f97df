"""What the baselines of a judged day cost, by the days and events that they look back on.

python -m tests.benchmarks.bench_baselines --events-a-day 1000000 --days 100

The events are drawn: robots that pull and push the same few repositories all day, people, anonymous pulls, and
something new now and then. Each day is judged in a process of its own, so that its CPU seconds and its peak
memory are its own. Prints JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline.bundle import bundled
from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import Layer, Model, Period, read_models
from pipeline.warehouse.workbench import WAREHOUSE, workbench

_ROOT = Path(__file__).parents[2]
_FIRST_DAY = date(2026, 3, 2)
_COSTLIEST = 6

_JUDGE = """
import sys
from datetime import date
from pathlib import Path
from tests.benchmarks.bench_baselines import judge
judge(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
"""
DRAW = """
copy (
    with chances as (
        select
            draw,
            hash(draw, $seed) % 1000 as who,
            hash(draw, $seed, 1) % 1000000 as which,
            hash(draw, $seed, 2) % 86400 as second,
            hash(draw, $seed, 3) % 1000 as what,
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
                when actor_kind = 'robot' and what < 100 then 'push_repo'
                when actor_kind = 'user' and what < 20 then 'create_tag'
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
            end || '.0/24' as network
        from actors
    )
    select
        draw as position,
        cast($day as timestamp) + to_seconds(cast(second as bigint)) as occurred_at,
        kind,
        case kind when 'pull_repo' then 'pull' when 'push_repo' then 'push' else 'tag' end as kind_family,
        'org' || (repository % 60) as namespace_name,
        'org' as namespace_kind,
        'team/image-' || repository as repository_name,
        case actor_kind
            when 'robot' then 'org' || (actor % 60) || '+bot' || actor
            when 'user' then 'person' || actor
        end as performer_name,
        case when actor_kind <> 'anonymous' then actor_kind = 'robot' end as performer_is_robot,
        actor_kind as performer_kind,
        case actor_kind when 'user' then 'password_or_session' else actor_kind end as credential_kind,
        performer_name as credential_id,
        performer_name as credential_name,
        replace(network, '.0/24', '.7') as ip,
        network,
        'DE' as country_code,
        'containerd/1.7' as user_agent,
        case actor_kind when 'robot' then 'containerd' else 'docker' end as user_agent_family,
        'latest' as tag,
        cast(null as varchar) as manifest_digest,
        cast(null as varchar) as target_name,
        '{{}}' as metadata,
        'all' as scope
    from acts
) to '{file}' (format parquet)
"""


def main() -> None:
    """Print what the baselines cost."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events-a-day", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), asked.events_a_day, asked.days, asked.memory_limit, asked.threads)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def measure(folder: Path, events: int, days: int, memory_limit: str, threads: int) -> dict[str, Any]:
    """The figures of a quarter, a half and all of a history of `days`, made in `folder`."""
    warehouse = folder / "w.duckdb"
    rows = _make_history(warehouse, folder, events, days)
    return {
        "events_a_day": events,
        "days": days,
        "memory_limit": memory_limit,
        "threads": threads,
        "habit_rows_a_day": rows // days,
        "warehouse_mb": round(warehouse.stat().st_size / 1e6),
        "judged_after_days": {
            count: _judge_apart(warehouse, _FIRST_DAY + timedelta(days=count), memory_limit, threads)
            for count in sorted({days // 4, days // 2, days})
        },
    }


def judge(warehouse: Path, day: date, memory_limit: str, threads: int) -> None:
    """Work out every baseline for one day; prints what each cost, and the peak of memory, as JSON."""
    models = read_models(bundled("sql"))
    with workbench(warehouse, models, memory_limit=memory_limit, threads=threads) as bench:
        for mart in _marts(models):
            bench.connection.execute(f"create view {mart} as select * from {WAREHOUSE}.{mart}")  # noqa: S608
        bench.make_marts(Period.SNAPSHOT)
        bench_judge = Judge(bench)
        bench_judge.turn_to(day)
        costs = {}
        for model in models:
            if model.layer is Layer.BASELINES:
                begun = time.process_time()
                bench_judge.prepare([model.name])
                costs[model.name] = round(time.process_time() - begun, 2)
    peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    costliest = sorted(costs.items(), key=lambda item: -item[1])[:_COSTLIEST]
    figures = {"baselines_cpu_seconds": round(sum(costs.values()), 2), "peak_rss_mb": int(peak) // 1024}
    json.dump(figures | {"costliest": dict(costliest)}, sys.stdout)


def _judge_apart(warehouse: Path, day: date, memory_limit: str, threads: int) -> Any:
    command = [sys.executable, "-c", _JUDGE, str(warehouse), str(day), memory_limit, str(threads)]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True, env=dict(os.environ))
    return json.loads(done.stdout)


def _make_history(warehouse: Path, folder: Path, events: int, days: int) -> int:
    """Store the marts of every day; how many rows of habits there are."""
    models = read_models(bundled("sql"))
    with workbench(warehouse, models, memory_limit="4GB", threads=2) as bench:
        run = bench.connection.execute
        for number in range(days):
            day = _FIRST_DAY + timedelta(days=number)
            file = folder / f"day={day}" / "events.parquet"
            file.parent.mkdir()
            with duckdb.connect() as connection:
                values = {"day": day, "seed": number, "events": events}
                connection.execute(DRAW.format(file=file), values)
            bench.mount_events([file])
            bench.make_marts(Period.DAY)
            for mart in _marts(models):
                verb = "insert into" if number else "create table"
                run(f"{verb} {WAREHOUSE}.{mart} {'' if number else 'as'} select * from {mart}")  # noqa: S608
            file.unlink()
        ((rows,),) = run(f"select count(*) from {WAREHOUSE}.mart_credential_habit_daily").fetchall()  # noqa: S608
    return int(rows)


def _marts(models: list[Model]) -> list[str]:
    return [model.name for model in models if model.layer is Layer.MARTS and model.period is Period.DAY]


if __name__ == "__main__":
    main()
