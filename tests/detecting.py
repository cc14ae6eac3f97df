"""Detections of our own, and folders in which they stand beside the models of the product."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipeline.bundle import bundled
from pipeline.detect.run import DetectSummary, detect
from pipeline.quay.lines import Row
from tests.lakes import DAY, Built, bring_up_to_date, row, save_window

SWEEP = """\
-- id = "QD-91"
-- title = "One credential sweeps repositories"
-- family = "exfiltration"
-- severity = "high"
-- why = "it may copy what it can reach"
-- tactics = ["Collection"]
-- techniques = ["T1213"]
-- reads = ["int_acts", "mart_credential_habit_daily"]
-- next_steps = ["ask its owner", "regenerate its token"]
-- false_positives = ["a scanner"]
--
-- [needs]
-- kinds = ["pull_repo"]
--
-- [keys]
-- pull_repo = ["user-agent"]
--
-- [params]
-- least = 3    # repositories that it never pulled before
with known as (
    select distinct
        credential,
        habit_value as repository
    from mart_credential_habit_daily
    where habit = 'repository' and day < $day
)

select
    int_acts.credential as subject,
    int_acts.performer_name,
    int_acts.credential,
    max(int_acts.network) as network,
    max(int_acts.namespace_name) as namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    'high' as severity,
    least(20.0 * count(distinct int_acts.repository), 90.0) as score,
    int_acts.performer_name || ' pulled ' || count(distinct int_acts.repository) || ' repositories for the first time'
        as reason,
    min(int_acts.occurred_at) as first_at,
    max(int_acts.occurred_at) as last_at,
    count(*) as event_count,
    list_sort(list(int_acts.event_key))[1:20] as evidence
from int_acts
left join known
    on
        int_acts.credential = known.credential
        and int_acts.repository = known.repository
where
    int_acts.kind = 'pull_repo'
    and int_acts.day = $day
    and known.credential is null
    and coalesce(json_extract_string(int_acts.metadata, '$."user-agent"'), '') <> 'scanner'
group by int_acts.credential, int_acts.performer_name
having count(distinct int_acts.repository) >= $least
-- [[cases]]
-- name = "four repositories at once"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+ci", score = 80.0, event_count = 4, first_at = 2026-03-03T10:00:00}]
-- events = [
--     {days = [-7, -1], weekdays = true, times = 2, performer_name = "acme+ci", repository_name = "usual-{n}"},
--     {at = "10:00", times = 4, every = "20s", performer_name = "acme+ci", repository_name = "secret-{n}"},
-- ]
--
-- [[cases]]
-- name = "the usual ones"
-- day = 2026-03-03
-- fires = []
-- events = [{days = [-7, 0], times = 5, performer_name = "acme+ci", repository_name = "usual-{n}"}]
"""
BROKEN = SWEEP.replace("QD-91", "QD-92").replace("$least", "cast('x' as integer)")
SQL = bundled("sql")
CI = "acme+ci"


def sql_folder(folder: Path, **detections: str) -> Path:
    """A folder like `sql`, with these detections by the name of their file and no other."""
    own = folder / "detections"
    own.mkdir(parents=True)
    for layer in SQL.iterdir():
        if layer.name != own.name:
            (folder / layer.name).symlink_to(layer)
    for name, text in detections.items():
        (own / f"{name}.sql").write_text(text, "utf-8")
    return folder


def pulls(repositories: int, *, day: date = DAY, first: int = 0, performer: str = CI) -> list[Row]:
    """So many repositories pulled once each, a minute apart."""
    return [
        row(
            day=day,
            at=f"10:{n:02d}:00",
            performer=performer,
            is_robot="+" in performer,
            namespace="acme",
            metadata={"namespace": "acme", "repo": f"r{n}", "tag": "v1"},
        )
        for n in range(first, first + repositories)
    ]


def sweeping_lake(built: Built, days: int = 3) -> None:
    """A lake, built: on each of the last `days` days a robot pulls four repositories that it never pulled before."""
    for n in range(days):
        day = DAY - timedelta(days=days - 1 - n)
        save_window(built.layout, "all", pulls(4, day=day, first=4 * n), day=day)
    bring_up_to_date(built.layout)


def judge(built: Built, sql: Path, **options: Any) -> DetectSummary:
    """Judge on one thread: for a lake of a few rows, more of them only cost."""
    chosen: Mapping[str, Any] = {"threads": 1, "sql": sql} | options
    return detect(built.layout, built.warehouse, **chosen)
