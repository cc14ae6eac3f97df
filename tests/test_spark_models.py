"""Every model on both engines: the same files of events, byte for byte, and the same tables, row by row."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pysail.spark import SparkConnectServer

from pipeline.detect.stored import TABLES
from pipeline.errors import DataError, ServerError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.quay.lines import Row
from pipeline.quay.registry.rows import AppToken, Repository, Robot
from pipeline.quay.scopes import org
from pipeline.warehouse.build import build
from pipeline.warehouse.spark.engine import spark_engine
from tests.benchmarks.bench_data import draw_day
from tests.commands import quay_audit
from tests.demo_lake import content_of, shared_demo
from tests.differences import differences
from tests.holdings import save
from tests.lakes import UUID, Built, bring_up_to_date, row, save_window
from tests.markup import TEXTS
from tests.sail import sail_engine
from tests.worlds import DATA

LAST = date(2026, 10, 25)
EVENTS_A_DAY = 50_000
BIG_DAYS = 4

JUDGED = {table.name for table in TABLES}
"""What detect wrote into the demo's warehouse; the other one is only built."""

_METADATA: list[Any] = [
    {},
    {"repo": "web", "tag": "v1", "user-agent": "docker/24", "resolved_ip": {"country_iso_code": "DE"}},
    {
        "repo": "web",
        "useragent": "İpodman/1",
        "username": "bob",
        "is_robot": True,
        "manifest_digest": "sha256:a",
    },
    {"repo": None, "user-agent": None, "resolved_ip": None, "digest": "no digest", "oauth_token_id": 7},
    {"repo": "web", "oauth_token_id": 7, "oauth_token_application": "ci", "username": "bob"},
    {"repo": "\u202eweb", "app_specific_token": UUID, "app_specific_token_title": "=1+1", "tag": "a\nb"},
    {"repo": {"deep": [1, "x", None]}, "tag": 3.5, "username": False, "token": "deploy"},
    {"member": "bob", "team": "owners", "role": "admin", "email": "bob@example.com"},
    {"delegate_user": "carol", "name": "", "kid": "key-1", "kind": "oauth", "robot": "acme+ci"},
    {"username": "nobody", "message": "Repository does not exist", "namespace": "acme", "repo": "x"},
    '{"repo":"\\ud800half","tag":"\\\\ud800","user-agent":"curl/8 \\udfff"}',
    "null",
    "[]",
    '{"repo":"\\ud83d\\ude00\\u00e9","tag":"\\ude00\\ud83d"}',
]
_IPS = [None, "203.0.113.7", "::ffff:203.0.113.7", "2001:db8::1", "2001:DB8:0:0:1:2:3.4.5.6", "fe80::%eth0", "300.1.1.1", ""]  # fmt: skip
_KINDS = ["pull_repo", "push_repo", "delete_tag", "login_success", "login_failure", "pull_repo_failed", "repo_mirror_sync_failed",
          "change_repo_permission", "org_add_team_member", "create_robot", "user_create", "never_seen", "PULL_REPO", "ünkind", ""]  # fmt: skip
_PERFORMERS: list[tuple[str | None, bool | None]] = [
    ("bob", False), ("acme+ci", True), (None, None), (UUID, False), ("İ+ß", None), ("a'b\"c", True), ("\U0001f600", False),
]  # fmt: skip
_NAMESPACES = ["acme", "bob", None, UUID, "İstanbul", "' or 1=1 --"]
_TIMES = ["00:00:00", "23:59:59", "00:59:59", "01:00:00", "02:30:00", "10:00:00", "10:00:00", "10:00:00"]


def _hostile_rows(day: date, count: int) -> list[Row]:
    """Rows in which every part takes every value it may have, each pair of neighbours together, with ties."""

    def pick(values: list[Any], place: int, step: int) -> Any:
        return values[(place * step + place // len(values)) % len(values)]

    rows = []
    for place in range(count):
        performer, is_robot = pick(_PERFORMERS, place, 3)
        rows.append(
            row(
                pick(_KINDS, place, 7),
                at=pick(_TIMES, place, 5),
                day=day,
                ip=pick(_IPS, place, 3),
                performer=performer,
                is_robot=is_robot,
                namespace=pick(_NAMESPACES, place, 5),
                metadata=_compact(pick(_METADATA, place, 2)),
            )
        )
    return rows + rows[: count // 10]


def _compact(metadata: Any) -> str:
    """As the lake holds details."""
    return (
        metadata if isinstance(metadata, str) else json.dumps(metadata, sort_keys=True, separators=(",", ":"))
    )


def _hostile(layout: Layout) -> None:
    """The days around a change of clocks, several scopes that overlap, a hole, an unproven window, an empty day."""
    for n in range(3):
        day = LAST - timedelta(days=n)
        everything = _hostile_rows(day, 400)
        save_window(
            layout,
            "all",
            everything,
            day=day,
            state=State.SHORT if n == 1 else State.VERIFIED,
            expected={"pull_repo": 999},
        )
        for name in ("acme", "İstanbul"):
            save_window(
                layout, f"org/{name}", [each for each in everything if each.namespace_name == name], day=day
            )
        save_window(layout, "repo/acme/web/nested", everything[:20], day=day)
    texts = [
        row("push_repo", day=date(2026, 3, 29), performer=text, metadata={"repo": text, "tag": text})
        for text in TEXTS
    ]
    save_window(layout, "user/bob", texts, day=date(2026, 3, 29))
    save_window(layout, "org/hooli", [], day=LAST)
    made_at = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    for number, snapshot in enumerate((LAST - timedelta(days=1), LAST)):
        robots = [
            Robot(name, f"{name}+ci", made_at, None if number else made_at)
            for name in ("acme", "İ/%\n", "d'oh")
        ]
        repositories = [Repository("acme", text, number == 0, "NORMAL", "image") for text in TEXTS[number:]]
        tokens = [AppToken(UUID, text, "bob", made_at, None, made_at) for text in TEXTS[:1]]
        save(layout, snapshot, {"robots": robots, "repositories": repositories, "app_tokens": tokens})


def _demo(layout: Layout, factory: pytest.TempPathFactory) -> None:
    shutil.copytree(shared_demo(factory).root, layout.root, dirs_exist_ok=True)


def _corpus(layout: Layout, factory: pytest.TempPathFactory) -> None:
    for folder, name, scope in (
        ("corpus", "acme", "org/acme"),
        ("corpus", "alice", "user/alice"),
        ("corpus", "tieorg", "org/tieorg"),
        ("corpus-mariadb", "small-2026-11-14", "org/small"),
    ):
        file = DATA / folder / "export" / f"{name}.json.gz"
        ended = quay_audit("ingest", "--offline", "--lake", str(layout.root), "--scope", scope, str(file))
        assert ended.status == 0


def _big(layout: Layout, factory: pytest.TempPathFactory) -> None:
    for n in range(BIG_DAYS):
        draw_day(layout, LAST - timedelta(days=n), EVENTS_A_DAY, seed=n)


@pytest.mark.parametrize(
    "make",
    [
        _demo,
        _corpus,
        lambda layout, _: _hostile(layout),
        pytest.param(_big, marks=pytest.mark.slow),
    ],
    ids=["the demo's lake", "what real Quays exported", "a hostile lake", "two hundred thousand events"],
)
def test_both_engines_make_the_same_events_and_marts(
    make: Callable[[Layout, pytest.TempPathFactory], None],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    here, there = Layout(tmp_path / "here"), Layout(tmp_path / "there")
    make(here, tmp_path_factory)
    shutil.copytree(here.root, there.root, ignore=shutil.ignore_patterns("events", "packed", "warehouse.*"))
    first = bring_up_to_date(here)
    with sail_engine(there) as engine:
        second = bring_up_to_date(there, engine=engine)
    assert content_of(there.events) == content_of(here.events)
    different = differences(here.warehouse, there.warehouse)
    assert {name: rows for name, rows in different.items() if name not in JUDGED} == {}
    assert (second.events, second.rows) == (first.events, first.rows)


def test_what_one_engine_built_the_other_takes_for_built(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    _hostile(layout)
    with sail_engine(layout) as engine:
        assert len(build(layout, layout.warehouse, engine=engine).built_days) == 4
    assert bring_up_to_date(layout).built_days == []
    save_window(layout, "org/new", [row(day=LAST)], day=LAST)
    save_window(layout, "org/acme", [row(day=LAST, namespace="acme", at="11:11:11")], day=LAST)
    with sail_engine(layout) as engine:
        assert build(layout, layout.warehouse, engine=engine).built_days == [LAST]
    assert bring_up_to_date(layout).built_days == []
    anew = tmp_path / "anew.duckdb"
    build(layout, anew, threads=1, full=True)
    assert differences(layout.warehouse, anew) == {}


@pytest.mark.parametrize("harm", ["a file is damaged", "entries of another day"])
def test_what_is_wrong_with_a_day_is_told_in_the_same_words_and_the_other_days_are_built(
    harm: str, tmp_path: Path
) -> None:
    told, built = [], []
    for name in ("here", "there"):
        layout = Layout(tmp_path / name / "lake")
        for n in range(3):
            day = LAST - timedelta(days=n)
            said = LAST - timedelta(days=9) if n == 1 and harm == "entries of another day" else day
            save_window(layout, "org/acme", [row(day=said), row("push_repo", day=said)], day=day)
        if harm == "a file is damaged":
            file = Ledger(layout).entries_file(org("acme"), LAST - timedelta(days=1))
            file.write_bytes(file.read_bytes()[:-1])
        with sail_engine(layout) as engine, pytest.raises(DataError) as failure:
            bring_up_to_date(layout, engine=engine if name == "there" else None)
        told.append((failure.value.what, failure.value.where.replace(str(layout.root), "")))
        built.append(Built(layout).table("build_state"))
    assert told[1] == told[0]
    assert built[1] == built[0]
    assert len(built[0]) == 2


def test_a_server_that_goes_away_leaves_days_that_the_next_build_makes(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    save_window(layout, "org/acme", [row()])
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    with spark_engine(f"sc://{host}:{port}", str(layout.root)) as engine:
        server.stop()
        with pytest.raises(ServerError):
            bring_up_to_date(layout, engine=engine)
    assert bring_up_to_date(layout).events == 1
