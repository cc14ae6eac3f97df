"""Lakes of the same entries, read as the log of everything or as those of many organizations."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.writer import Written, write_entries
from pipeline.quay.lines import Row, line_from_row
from pipeline.quay.scopes import ALL, Scope, org

LAST_DAY = date(2026, 11, 20)
_FETCHED_AT = datetime(2026, 11, 25, tzinfo=UTC)

# Robots that pull and push the same few repositories all day, people with a few networks, and anonymous pulls.
_DRAW = """
with chances as (
    select
        draw,
        hash(draw, $seed) % 1000 as who,
        cast(floor(4000 * power((hash(draw, $seed, 1) % 1000000) / 1000000, 1.5)) as bigint) as repository,
        hash(draw, $seed, 2) % 86400 as second,
        hash(draw, $seed, 3) % 1000 as what
    from range($events) as draws (draw)
),
acts as (
    select
        *,
        case when who < 850 then 'robot' when who < 960 then 'user' else 'anonymous' end as actor_kind,
        (repository * 7 + who % 5) % 2000 as actor
    from chances
)
select
    repository % $namespaces as namespace,
    repository,
    second,
    case
        when actor_kind = 'anonymous' or what >= 120 then 'pull_repo'
        when what < 100 then 'push_repo'
        when what < 110 then 'create_tag'
        else 'delete_tag'
    end as kind,
    actor_kind,
    actor,
    draw
from acts
order by namespace
"""


def make_day(layout: Layout, day: date, *, scopes: int, namespaces: int, events: int) -> None:
    """Write the verified windows of one day: one of all, or one for each of so many organizations."""
    entries = _drawn(day, events, namespaces)
    if scopes == 1:
        _save(layout, ALL, day, (_line(day, entry, is_named=True) for entry in entries))
        return
    for namespace, group in groupby(entries, key=itemgetter(0)):
        _save(layout, org(f"org{namespace}"), day, (_line(day, entry, is_named=False) for entry in group))


def seal(layout: Layout) -> None:
    """Let the chain name every window."""
    Ledger(layout).seal(_FETCHED_AT, "0.1.0")


def days_before(last: date, count: int) -> list[date]:
    """So many days up to `last`, oldest first."""
    return [last - timedelta(days=number) for number in reversed(range(count))]


def sizes_of(layout: Layout) -> dict[str, dict[str, float]]:
    """What each folder of the lake takes: files, megabytes in them, megabytes of disk blocks.

    Units: 1,000,000 bytes.
    """
    sizes: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for file in layout.root.rglob("*"):
        if file.is_file():
            status = file.stat()
            size = sizes[file.relative_to(layout.root).parts[0]]
            size[0] += 1
            size[1] += status.st_size
            size[2] += status.st_blocks * 512
    return {
        name: {"files": files, "mb": round(size / 1e6, 1), "disk_mb": round(blocks / 1e6, 1)}
        for name, (files, size, blocks) in sorted(sizes.items())
    }


def _drawn(day: date, events: int, namespaces: int) -> Iterator[tuple[Any, ...]]:
    values = {"seed": day.toordinal(), "events": events, "namespaces": namespaces}
    with duckdb.connect() as connection:
        result = connection.execute(_DRAW, values)
        while rows := result.fetchmany(10_000):
            yield from rows


def _line(day: date, entry: tuple[Any, ...], *, is_named: bool) -> bytes:
    namespace, repository, second, kind, actor_kind, actor, draw = entry
    name = {"robot": f"org{namespace}+bot{actor}", "user": f"person{actor}", "anonymous": None}[actor_kind]
    metadata = {
        "is_robot": actor_kind == "robot",
        "namespace": f"org{namespace}",
        "repo": f"image-{repository}",
        "resolved_ip": {"country_iso_code": "DE", "provider": "internet"},
        "tag": f"v{draw % 40}",
        "user-agent": f"containerd/1.7.{actor % 9}" if actor_kind == "robot" else "docker/27.0",
        "username": name or "(anonymous)",
    }
    return line_from_row(
        Row(
            f"{day}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}",
            kind,
            f"10.{actor % 40}.{draw % 3}.7",
            name,
            None if name is None else actor_kind == "robot",
            f"org{namespace}" if is_named else None,
            "org" if is_named else None,
            json.dumps(metadata, sort_keys=True),
            None,
        )
    )


def _save(layout: Layout, scope: Scope, day: date, lines: Iterable[bytes]) -> None:
    ledger = Ledger(layout)
    written = write_entries(
        ledger.entries_file(scope, day), sorted(lines), voids=ledger.state_file(scope, day)
    )
    ledger.save(_verified(scope, day, written))


def _verified(scope: Scope, day: date, written: Written) -> WindowState:
    return WindowState(
        scope=str(scope),
        day=day,
        state=State.VERIFIED,
        routes=["pages"],
        rows=written.rows,
        rows_by_kind=written.rows_by_kind,
        expected_by_kind=written.rows_by_kind,
        missing_by_kind={},
        excess_by_kind={},
        unknown_kinds={},
        unknown_keys={},
        requests=-(-written.rows // 20) + 1,
        file_sha256=written.file_sha256,
        rows_sha256=written.rows_sha256,
        fetched_at=_FETCHED_AT,
        server_url="https://quay.example",
        tool_version="0.1.0",
        notes=[],
    )
