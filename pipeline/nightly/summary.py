"""What a night did, as one document: for programs as JSON, for people as a page of text."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from pipeline.lake.files import write_bytes
from pipeline.lake.layout import Layout
from pipeline.nightly.alarm import ADVICE, Alarm
from pipeline.nightly.coverage import Coverage
from pipeline.nightly.outcomes import Ending, StepResult


class NightSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One night. Times are UTC; `unsettled_cases` counts by severity, and is None where no case could be read.

    `since` is the first day that had to be read, None where there was none. `cut_short` are the beginnings of earlier
    nights, since the last that ended, which did not end by themselves.
    """

    night: int
    today: date
    begun_at: datetime
    ended_at: datetime
    ending: Ending
    exit_status: int
    scopes: list[str]
    since: date | None
    until: date
    rows_read: int
    coverage: Coverage
    alarm: Alarm | None
    steps: list[StepResult]
    unsettled_cases: dict[str, int] | None
    last_success_at: datetime | None
    cut_short: list[datetime]
    tool_version: str

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_at - self.begun_at).total_seconds()


def json_from_summary(summary: NightSummary) -> bytes:
    """One JSON document, its keys sorted."""
    return msgspec.json.format(msgspec.json.encode(summary, order="sorted"), indent=2) + b"\n"


def save_summary(layout: Layout, summary: NightSummary) -> Path:
    """Keep it beside those of other nights."""
    path = layout.nightly / "summaries" / f"{summary.today}-{summary.night:08d}.json"
    write_bytes(path, json_from_summary(summary))
    return path


def lines_from_summary(summary: NightSummary) -> Iterator[str]:
    """What a person wants to know, the worst first; the steps themselves are a table."""
    yield (
        f"nightly of {summary.today}, begun {summary.begun_at:%H:%M:%S} UTC, {summary.seconds:,.0f} s: "
        f"{summary.ending.value} (exit status {summary.exit_status})"
    )
    if summary.alarm:
        yield f"ALARM: {summary.alarm.words}"
        yield f"       {ADVICE}"
    coverage = summary.coverage
    if coverage.lost_days:
        yield f"{coverage.lost_days:,} incomplete days are older than what the server keeps"
    for begun_at in summary.cut_short:
        yield f"the night begun {begun_at:%Y-%m-%d %H:%M:%S} UTC was cut short; this one went on from there"
    yield f"scopes: {_listed(summary.scopes)}; days to {summary.until}, {_due(summary)}"
    windows = ", ".join(f"{count:,} {state}" for state, count in coverage.windows.items() if count)
    yield f"windows: {windows or 'none'}; entries: {coverage.rows:,}, {coverage.missing_entries:,} known to be missing"
    if summary.unsettled_cases is not None:
        cases = ", ".join(
            f"{count:,} {name}" for name, count in reversed(summary.unsettled_cases.items()) if count
        )
        yield f"cases to look at: {cases or 'none'}"


def rows_from_steps(steps: Sequence[StepResult]) -> list[list[str]]:
    """A row a step: its name, how it ended, how long it took, and what it says."""
    return [
        [
            result.step,
            result.ending.value if result.trouble else result.outcome.value,
            f"{result.seconds:,.1f} s",
            result.words,
        ]
        for result in steps
    ]


def lines_from_troubles(steps: Sequence[StepResult]) -> Iterator[str]:
    """What went wrong, and what to do about it."""
    for result in steps:
        if result.trouble:
            where = f" ({result.trouble.where})" if result.trouble.where else ""
            yield f"{result.step}: {result.trouble.what}{where}"
            if result.trouble.hint:
                yield f"  {result.trouble.hint}"


def _due(summary: NightSummary) -> str:
    return f"from {summary.since} on" if summary.since else "nothing had to be read"


def _listed(scopes: Sequence[str]) -> str:
    more = len(scopes) - 5
    return ", ".join(scopes[:5]) + (f" and {more:,} more" if more > 0 else "") if scopes else "not known yet"
