"""Promises of judging days: what is stored, what is judged again, and that nothing else is."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.detect.readiness import Readiness, Verdict
from pipeline.detect.run import ReadinessOf
from pipeline.detect.stored import TABLES, read_cases, read_signals, read_verdicts
from pipeline.detect.suppressions import Coverage, Suppression
from pipeline.errors import DataError, SettingsError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from pipeline.warehouse.models import Layer, read_models
from tests.commands import quay_audit
from tests.detecting import BROKEN, SQL, SWEEP, judge, pulls, sql_folder, sweeping_lake
from tests.lakes import DAY, FETCHED_AT, Built, bring_up_to_date, save_window

DAYS = [DAY - timedelta(days=n) for n in (2, 1, 0)]
NAMES = [table.name for table in TABLES]


@pytest.fixture(scope="module")
def sweeping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake to be copied: to build it takes longer than to judge it."""
    made = Built(Layout(tmp_path_factory.mktemp("sweeping") / "lake"))
    sweeping_lake(made)
    return made.layout.root


@pytest.fixture
def built(sweeping: Path, tmp_path: Path) -> Built:
    return Built(Layout(shutil.copytree(sweeping, tmp_path / "lake")))


@pytest.fixture
def sql(tmp_path: Path) -> Path:
    return sql_folder(tmp_path / "sql", qd91_sweep=SWEEP)


def edited(sql: Path, old: str, new: str) -> None:
    """The detection with something else in one place."""
    file = sql / "detections" / "qd91_sweep.sql"
    text = file.read_text("utf-8")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new), "utf-8")


def suppression(**parts: object) -> Suppression:
    coverage = Coverage(detection_id="QD-91", subject="robot:acme+*", since=DAYS[1], until=DAYS[1])
    made = Suppression(suppression_id="S1", coverage=coverage, why="known", by="ann", at=FETCHED_AT)
    return replace(made, **parts)


def ready(readiness: Readiness, *reasons: str) -> ReadinessOf:
    return lambda judge, day, detections: [Verdict(day, each.id, readiness, reasons) for each in detections]


# What is stored ---------------------------------------------------------------------------------------------------


def test_each_day_has_its_signals_its_cases_and_how_ready_it_was(built: Built, sql: Path) -> None:
    summary = judge(built, sql)
    assert (summary.judged_days, summary.unchanged_days) == (DAYS, 0)
    assert (summary.signal_count, summary.case_count) == (3, 3)
    signals = [signal for signal, _ in read_signals(built.warehouse)]
    assert [signal.day for signal in signals] == DAYS
    assert {(signal.subject, signal.score, signal.event_count) for signal in signals} == {
        ("robot:acme+ci", 80.0, 4)
    }
    assert signals[2].evidence == tuple(f"{DAY} all #0000000{n}" for n in range(4))
    cases = read_cases(built.warehouse)
    assert [(case.day, case.subject, [part.signal for part in case.signals]) for case in cases] == [
        (signal.day, signal.subject, [signal]) for signal in signals
    ]
    assert [verdict.readiness for verdict in read_verdicts(built.warehouse)] == [Readiness.READY] * 3


def test_what_is_read_back_is_what_was_found(built: Built, sql: Path) -> None:
    judge(built, sql)
    assert [case.day for case in read_cases(built.warehouse, DAYS[1], DAYS[1])] == [DAYS[1]]
    assert [signal.day for signal, _ in read_signals(built.warehouse, until=DAYS[1])] == DAYS[:2]


def test_nothing_is_stored_before_the_first_run(built: Built) -> None:
    assert read_cases(built.warehouse) == []
    assert read_signals(built.warehouse) == []
    assert read_verdicts(built.warehouse) == []


def test_the_tables_can_be_asked_and_say_what_they_hold(built: Built, sql: Path) -> None:
    judge(built, sql)
    lake = ("--lake", str(built.layout.root))
    ended = quay_audit(
        "query", "select subject, signal_count from cases order by day limit 1", *lake, "--format", "csv"
    )
    assert ended.stdout.splitlines() == ["subject,signal_count", "robot:acme+ci,1"]
    silent = "select table_name from duckdb_tables() where comment is null"
    assert built.rows(silent) == []
    columns = "select table_name, column_name from duckdb_columns() where not internal and comment is null"
    assert [name for name, _ in built.rows(columns) if name in NAMES] == []


def test_the_same_lake_gives_the_same_rows(built: Built, sql: Path, tmp_path: Path) -> None:
    twin = Built(Layout(tmp_path / "twin"))
    sweeping_lake(twin)
    for each, threads in ((built, 1), (twin, 4)):
        judge(each, sql, threads=threads)
    assert built.tables(*NAMES) == twin.tables(*NAMES)


def test_baselines_and_detections_are_no_part_of_what_is_built(built: Built, tmp_path: Path) -> None:
    names = {model.published_name for model in read_models(SQL) if model.layer is Layer.BASELINES}
    assert names == {None}
    other = sql_folder(tmp_path / "other", qd91_sweep=SWEEP)
    (other / "baselines").unlink()
    assert bring_up_to_date(built.layout, sql=other).built_days == []


# What is judged again ---------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_judged_again(built: Built, sql: Path) -> None:
    judge(built, sql)
    before = built.tables(*NAMES)
    again = judge(built, sql)
    assert (again.judged_days, again.unchanged_days) == ([], 3)
    assert judge(built, sql, full=True).judged_days == DAYS
    assert built.tables(*NAMES) == before


def test_a_day_that_changed_is_judged_again_with_all_that_look_back_on_it(built: Built, sql: Path) -> None:
    judge(built, sql)
    save_window(built.layout, "all", pulls(8, day=DAYS[1], first=4), day=DAYS[1])
    bring_up_to_date(built.layout)
    assert judge(built, sql).judged_days == DAYS[1:]
    signals = [signal for signal, _ in read_signals(built.warehouse)]
    assert [(signal.day, signal.event_count) for signal in signals] == [(DAYS[0], 4), (DAYS[1], 8)]


def test_an_open_day_is_judged_and_again_when_there_is_more_of_it(built: Built, sql: Path) -> None:
    tomorrow = DAY + timedelta(days=1)
    save_window(built.layout, "all", pulls(3, day=tomorrow, first=20), day=tomorrow, state=State.OPEN)
    bring_up_to_date(built.layout)
    judge(built, sql)
    save_window(built.layout, "all", pulls(5, day=tomorrow, first=20), day=tomorrow)
    bring_up_to_date(built.layout)
    assert judge(built, sql).judged_days == [tomorrow]
    assert [signal.event_count for signal, _ in read_signals(built.warehouse, tomorrow)] == [5]


def test_a_day_that_is_no_longer_in_the_lake_is_taken_away(built: Built, sql: Path) -> None:
    judge(built, sql)
    for file in (built.layout.root / "log_entries" / "scope=all" / f"day={DAY}").iterdir():
        file.unlink()
    bring_up_to_date(built.layout)
    assert judge(built, sql).removed_days == [DAY]
    assert [signal.day for signal, _ in read_signals(built.warehouse)] == DAYS[:2]


@pytest.mark.parametrize(
    ("old", "new", "is_judged_again"),
    [
        ("20.0 * count", "21.0 * count", True),
        ("least = 3 ", "least = 4 ", True),
        ("One credential sweeps", "A credential sweeps", True),
        ("ask its owner", "ask them", False),
        ("four repositories at once", "four at once", False),
    ],
)
def test_a_detection_that_changed_judges_every_day_again(
    built: Built, sql: Path, old: str, new: str, is_judged_again: bool
) -> None:
    judge(built, sql)
    edited(sql, old, new)
    assert judge(built, sql).judged_days == (DAYS if is_judged_again else [])


def test_a_range_is_judged_and_nothing_else(built: Built, sql: Path) -> None:
    summary = judge(built, sql, since=DAYS[1], until=DAYS[1])
    assert (summary.judged_days, summary.unchanged_days) == ([DAYS[1]], 0)
    assert judge(built, sql).judged_days == [DAYS[0], DAYS[2]]


def test_progress_counts_the_days(built: Built, sql: Path) -> None:
    told: list[tuple[object, ...]] = []
    judge(built, sql, progress=lambda *words: told.append(words))
    assert told == [(n, 3, day) for n, day in enumerate(DAYS, 1)]


# Settings, suppressions, readiness --------------------------------------------------------------------------------


def test_a_setting_takes_the_place_of_a_parameter_and_judges_again(built: Built, sql: Path) -> None:
    judge(built, sql)
    assert judge(built, sql, overrides={"QD-91": {"least": 5}}).signal_count == 0
    assert read_signals(built.warehouse) == []
    assert judge(built, sql, overrides={"QD-91": {"enabled": False}}).judged_days == DAYS
    assert read_verdicts(built.warehouse) == []
    assert judge(built, sql, overrides={"QD-91": {"enabled": True}}).signal_count == 3


@pytest.mark.parametrize(
    ("overrides", "what", "hint"),
    [
        ({"QD-19": {}}, "no such detection", "did you mean QD-91?"),
        ({"QD-91": {"last": 5}}, "last is no parameter", "did you mean least?"),
        ({"QD-91": {"least": "5"}}, "least is '5'", "give a value such as 3"),
        ({"QD-91": {"least": True}}, "least is True", "give a value such as 3"),
        ({"QD-91": {"enabled": "no"}}, "enabled is 'no'", "give true or false"),
    ],
)
def test_a_setting_that_no_detection_has_is_refused(
    built: Built, sql: Path, overrides: dict[str, dict[str, object]], what: str, hint: str
) -> None:
    with pytest.raises(SettingsError, match=what) as refusal:
        judge(built, sql, overrides=overrides)
    assert refusal.value.hint == hint
    assert refusal.value.where.startswith("[detections.QD-")


def test_a_suppressed_signal_is_kept_and_makes_no_case(built: Built, sql: Path) -> None:
    judge(built, sql)
    assert judge(built, sql, suppressions=[suppression()]).judged_days == [DAYS[1]]
    assert [taken for _, taken in read_signals(built.warehouse)] == [None, "S1", None]
    assert [case.day for case in read_cases(built.warehouse)] == [DAYS[0], DAYS[2]]
    assert judge(built, sql, suppressions=[suppression(lifted_from=DAYS[0])]).judged_days == [DAYS[1]]
    assert [taken for _, taken in read_signals(built.warehouse)] == [None] * 3


def test_a_blind_detection_is_not_run_and_the_day_says_so(built: Built, sql: Path) -> None:
    summary = judge(built, sql, readiness=ready(Readiness.BLIND, "a proxy hides the clients"))
    assert summary.signal_count == 0
    assert [verdict.reasons for verdict in summary.degraded] == [("a proxy hides the clients",)] * 3
    assert read_verdicts(built.warehouse) == summary.degraded


def test_a_degraded_detection_is_run_and_the_day_says_so(built: Built, sql: Path) -> None:
    summary = judge(built, sql, readiness=ready(Readiness.DEGRADED, "a window is short"))
    assert (summary.signal_count, len(summary.degraded)) == (3, 3)


# What goes wrong --------------------------------------------------------------------------------------------------


def test_a_detection_that_fails_hides_no_other_and_leaves_the_day_to_be_judged_again(
    built: Built, tmp_path: Path
) -> None:
    broken = sql_folder(tmp_path / "broken", qd91_sweep=SWEEP, qd92_broken=BROKEN)
    with pytest.raises(DataError, match=r"the query failed: Conversion Error.*and 2 more") as failure:
        judge(built, broken)
    assert failure.value.where == f"QD-92, {DAYS[0]}"
    assert [signal.detection_id for signal, _ in read_signals(built.warehouse)] == ["QD-91"] * 3
    blind = [each for each in read_verdicts(built.warehouse) if each.readiness is Readiness.BLIND]
    assert [each.detection_id for each in blind] == ["QD-92"] * 3
    mended = sql_folder(tmp_path / "mended", qd91_sweep=SWEEP, qd92_other=SWEEP.replace("QD-91", "QD-92"))
    assert judge(built, mended).judged_days == DAYS


def test_days_whose_events_are_gone_are_no_quiet_days(built: Built, sql: Path) -> None:
    built.layout.events_file(DAYS[1]).unlink()
    with pytest.raises(DataError, match="the events of this day are gone") as failure:
        judge(built, sql)
    assert failure.value.hint == "run build to make them again"


def test_nothing_is_judged_before_a_build(tmp_path: Path, sql: Path) -> None:
    with pytest.raises(UsageError, match="there is no warehouse yet"):
        judge(Built(Layout(tmp_path / "nothing")), sql)
    assert not (tmp_path / "nothing").exists()
