"""A night as metrics for Prometheus: a text file that the textfile collector of node_exporter picks up."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.lake.files import write_bytes
from pipeline.nightly.summary import NightSummary

_PREFIX = "quay_audit_"
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})

Samples = Mapping[str, float]
"""Values by the value of the one label, or under the empty text where there is no label."""


class _Metric(NamedTuple):
    name: str
    help: str
    label: str
    samples: Samples


def write_metrics(path: Path, summary: NightSummary) -> None:
    """Put the metrics of a night at `path`, whole or not at all: a collector may look at any moment."""
    write_bytes(path, text_from_summary(summary).encode())


def text_from_summary(summary: NightSummary) -> str:
    """The exposition format 0.0.4. What is not known (no success yet, no case readable) is left out, and not zero."""
    return "".join(line for metric in _metrics(summary) for line in _lines(metric))


def _metrics(summary: NightSummary) -> Iterator[_Metric]:
    coverage = summary.coverage
    seconds = {result.step: result.seconds for result in summary.steps}
    yield _single("nightly_exit_status", "Exit status of the last night", summary.exit_status)
    yield _single("nightly_last_run_timestamp_seconds", "When the last night ended", _unix(summary.ended_at))
    if summary.last_success_at:
        words = "When the last night ended that left nothing incomplete"
        yield _single("nightly_last_success_timestamp_seconds", words, _unix(summary.last_success_at))
    yield _single("nightly_duration_seconds", "How long the last night took", summary.seconds)
    yield _Metric("nightly_step_duration_seconds", "How long each step of it took", "step", seconds)
    yield _Metric("nightly_step_ok", "Whether each step of it ended without trouble", "step", _ok(summary))
    yield _single("rows_read", "Entries that the last night read from the server", summary.rows_read)
    yield _single("rows", "Entries in the lake", coverage.rows)
    yield _Metric("windows", "Windows (a scope on a UTC day) by state", "state", coverage.windows)
    yield _single("missing_entries", "Entries that Quay counts and the lake lacks", coverage.missing_entries)
    if summary.unsettled_cases is not None:
        words = "Cases that somebody has still to look at"
        yield _Metric("unsettled_cases", words, "severity", summary.unsettled_cases)
    yield _single(
        "incomplete_days", "Days of which a window is missing, short or open", coverage.incomplete_days
    )
    yield _single("lost_days", "Those of them that are older than what the server keeps", coverage.lost_days)
    words = "Age of the oldest incomplete day that the server still keeps, 0 without one"
    yield _single("oldest_incomplete_day_age_days", words, coverage.age_days)
    words = "Days until the server begins to forget the oldest incomplete day"
    yield _single("days_to_rotation", words, coverage.days_left)


def _single(name: str, help_text: str, value: float) -> _Metric:
    return _Metric(name, help_text, "", {"": value})


def _ok(summary: NightSummary) -> Samples:
    return {result.step: float(result.trouble is None) for result in summary.steps}


def _lines(metric: _Metric) -> Iterable[str]:
    name = f"{_PREFIX}{metric.name}"
    yield f"# HELP {name} {metric.help}.\n# TYPE {name} gauge\n"
    for value, number in metric.samples.items():
        label = f'{{{metric.label}="{value.translate(_ESCAPES)}"}}' if metric.label else ""
        yield f"{name}{label} {number:.15g}\n"


def _unix(at: datetime) -> float:
    return at.timestamp()
