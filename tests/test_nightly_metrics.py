"""Promises about what a night tells machines: metrics, spans, and lines of a log."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from pipeline.nightly.coverage import Coverage
from pipeline.nightly.logs import line_from_event
from pipeline.nightly.metrics import text_from_summary, write_metrics
from pipeline.nightly.outcomes import Ending, Outcome, StepResult, Trouble
from pipeline.nightly.run import run_night
from pipeline.nightly.spans import installed_spans, no_spans, spans_of
from pipeline.nightly.summary import NightSummary
from tests.nights import FIRST, night_of, plan_of, unreachable

BEGUN = datetime(2026, 11, 25, 2, tzinfo=UTC)
ENDED = BEGUN + timedelta(seconds=90)
SUMMARY = NightSummary(
    night=1,
    today=BEGUN.date(),
    begun_at=BEGUN,
    ended_at=ENDED,
    ending=Ending.INCOMPLETE,
    exit_status=4,
    scopes=["all"],
    since=None,
    until=BEGUN.date() - timedelta(days=1),
    rows_read=1_234_567,
    coverage=Coverage(
        windows={"verified": 28, "short": 1, "missing": 1},
        rows=98_765_432_109,
        missing_entries=27,
        incomplete_days=3,
        lost_days=1,
        oldest_incomplete=BEGUN.date() - timedelta(days=25),
        age_days=25,
        days_left=5,
    ),
    alarm=None,
    steps=[
        StepResult(
            step="extract",
            outcome=Outcome.DONE,
            ending=Ending.INCOMPLETE,
            begun_at=BEGUN,
            seconds=61.5,
            words="",
            trouble=Trouble("short", "all", ""),
        )
    ],
    unsettled_cases={"high": 2, "critical": 0},
    last_success_at=None,
    cut_short=[],
    tool_version="0.1.0",
)
_SAMPLE = re.compile(r'([a-z_]+)(?:\{([a-z_]+)="((?:[^"\\\n]|\\.)*)"\})? (-?[0-9.e+]+)')


def samples(text: str) -> dict[tuple[str, str], float]:
    """What a collector would read; every metric has its help and its type before it."""
    found, described = {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            described.add(line.split()[2])
        elif not line.startswith("# HELP "):
            match = _SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] in described
            found[match[1].removeprefix("quay_audit_"), match[3] or ""] = float(match[4])
    return found


def test_the_metrics_say_what_the_summary_says() -> None:
    assert samples(text_from_summary(SUMMARY)) == {
        ("nightly_exit_status", ""): 4,
        ("nightly_last_run_timestamp_seconds", ""): ENDED.timestamp(),
        ("nightly_duration_seconds", ""): 90,
        ("nightly_step_duration_seconds", "extract"): 61.5,
        ("nightly_step_ok", "extract"): 0,
        ("rows_read", ""): 1_234_567,
        ("rows", ""): 98_765_432_109,
        ("windows", "verified"): 28,
        ("windows", "short"): 1,
        ("windows", "missing"): 1,
        ("missing_entries", ""): 27,
        ("unsettled_cases", "high"): 2,
        ("unsettled_cases", "critical"): 0,
        ("incomplete_days", ""): 3,
        ("lost_days", ""): 1,
        ("oldest_incomplete_day_age_days", ""): 25,
        ("days_to_rotation", ""): 5,
    }


def test_what_is_not_known_is_left_out_and_not_zero() -> None:
    found = samples(text_from_summary(replace(SUMMARY, unsettled_cases=None, last_success_at=BEGUN)))
    assert not [name for name, _ in found if name == "unsettled_cases"]
    assert found["nightly_last_success_timestamp_seconds", ""] == BEGUN.timestamp()


def test_a_collector_sees_the_old_metrics_or_the_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "textfile" / "quay_audit.prom"
    write_metrics(path, SUMMARY)
    assert path.read_text() == text_from_summary(SUMMARY)
    assert list(path.parent.glob("*")) == [path]


def test_a_night_is_a_span_and_each_step_one_below_it(tmp_path: Path) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    now = night_of(FIRST)
    spans = spans_of(provider.get_tracer("test"), lambda: now)
    skipped = frozenset({"build", "detect", "report", "notify"})
    run_night(plan_of(tmp_path, unreachable, lambda: now, sql=None, skipped=skipped, spans=spans))
    *steps, night = exporter.get_finished_spans()
    assert night.name == "nightly"
    assert [step.name for step in steps] == [
        *("extract", "verify", "inventory", "build", "detect", "report", "notify")
    ]
    assert {step.parent.span_id if step.parent else 0 for step in steps} == {
        night.context.span_id if night.context else -1
    }
    assert steps[0].status.status_code is StatusCode.ERROR
    assert (
        steps[0].status.description == "no answer from https://quay.example: ConnectError: connection refused"
    )
    assert steps[1].attributes == {"quay_audit.windows": 0, "quay_audit.manifests": 0}
    assert night.attributes == {"quay_audit.exit_status": 3, "quay_audit.rows_read": 0}
    assert night.start_time == int(now.timestamp()) * 1_000_000_000


def test_without_opentelemetry_nothing_is_traced() -> None:
    code = (
        "import sys; sys.modules['opentelemetry.trace'] = None; from datetime import datetime; "
        "from pipeline.nightly.spans import installed_spans, no_spans; "
        "sys.exit(installed_spans(datetime.now) is not no_spans)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
    assert installed_spans(lambda: BEGUN) is not no_spans


plain = st.none() | st.booleans() | st.integers() | st.text()


@given(st.text(), st.dictionaries(st.text(), plain))
def test_whatever_happens_is_one_line_of_ascii_that_keeps_every_character(
    words: str, facts: dict[str, Any]
) -> None:
    line = line_from_event(BEGUN, "info", "note", words, facts)
    assert line.isascii()
    assert line.isprintable()
    own = {"at": "2026-11-25T02:00:00.000+00:00", "level": "info", "event": "note", "words": words}
    assert json.loads(line) == facts | own


def test_a_number_that_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        line_from_event(BEGUN, "info", "note", "", {"x": float("nan")})
