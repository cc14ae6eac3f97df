"""What the demo says at its end: what it cost, what happened, the cases, and how to go on."""

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cli.output import print_json, print_table, print_text

if TYPE_CHECKING:
    from pipeline.demo.history import History
    from pipeline.detect.cases import Case
    from pipeline.extract.summary import ExtractSummary
    from pipeline.lake.layout import Layout

_BY_KIND = """
select kind, sum(event_count) as events, count(distinct day) as days
from mart_kind_daily
where scope = 'all'
group by kind
order by events desc, kind
limit 8
"""
_BY_PERFORMER = """
select coalesce(performer_name, performer_kind) as performer, sum(event_count) as events, count(distinct kind) as kinds
from mart_performer_kind_daily
where scope = 'all'
group by performer_name, performer_kind
order by events desc, performer
limit 8
"""
_A_QUESTION = (
    "select day, kind, performer_name, ip from events where kind_family = 'token' order by occurred_at"
)


class Run(NamedTuple):
    """One extract of the demo, and what it cost the server. Units: seconds of CPU."""

    summary: "ExtractSummary"
    server_seconds: float


def print_summary(runs: list[Run], layout: "Layout", history: "History", report: Path) -> None:
    """One JSON document."""
    extracts = [
        {
            "scopes": run.summary.scopes,
            "entries": run.summary.rows,
            "windows": run.summary.windows,
            "requests": run.summary.requests,
            "server_seconds": round(run.server_seconds, 1),
        }
        for run in runs
    ]
    cases = _cases_with_incidents(layout, history)
    print_json(
        {
            "extracts": extracts,
            "cases": [_case_row(case, name) for case, name in cases],
            "lake": layout.root,
            "warehouse": layout.warehouse,
            "report": report,
        }
    )


def tell_what_happened(runs: list[Run], layout: "Layout", history: "History", report: Path) -> None:
    """The same for people."""
    print_text("")
    for (summary, server_seconds), route in zip(runs, ("pages", "exports"), strict=True):
        windows = sum(summary.windows.values())
        print_text(
            f"{summary.scopes[0]} by {route}: {summary.rows:,} entries, {summary.windows['verified']:,} of {windows:,} "
            f"days verified against Quay's own counts; {summary.requests:,} requests, {server_seconds:,.0f} s of server CPU"
        )
    print_text("Every file equals what the chain of manifests names.")
    for query in (_BY_KIND, _BY_PERFORMER):
        print_text("")
        _print_answer(layout.root, query)
    print_text("")
    _tell_cases(layout, history)
    _print_next_steps(layout.root, report)


def _tell_cases(layout: "Layout", history: "History") -> None:
    cases = _cases_with_incidents(layout, history)
    columns = ["day", "case", "severity", "score", "subject", "what it says", "planted"]
    rows = [
        [case.day, case.case_id, case.severity.value, case.score, case.subject, case.title, planted]
        for case, planted in cases
    ]
    print_table(columns, rows)
    found = {planted for _, planted in cases if planted}
    print_text(
        f"{len(cases)} cases; {len(found)} of {len(history.incidents)} planted incidents are among them"
    )


def _case_row(case: "Case", planted: str) -> dict[str, object]:
    return {
        "day": case.day,
        "case_id": case.case_id,
        "severity": case.severity.value,
        "score": case.score,
        "subject": case.subject,
        "title": case.title,
        "planted_incident": planted or None,
    }


def _cases_with_incidents(layout: "Layout", history: "History") -> "list[tuple[Case, str]]":
    """Every case, each with the planted incident that it shows, if it shows one."""
    from pipeline.detect.stored import read_cases

    return [(case, _incident_of(case, history)) for case in read_cases(layout.warehouse)]


def _incident_of(case: "Case", history: "History") -> str:
    """The planted incident that a case names; empty for none."""
    names = {*case.subjects, case.performer_name}
    for part in case.signals:
        names |= {part.signal.performer_name, part.signal.repository, part.signal.credential}
    bare = {name.partition(":")[2] or name for name in names if name}
    for incident in history.incidents:
        if incident.day == case.day and incident.subject in bare:
            return incident.name.replace("_", " ")
    return ""


def _print_answer(lake: Path, sql: str) -> None:
    from pipeline.lake.layout import Layout
    from pipeline.warehouse.query import asked

    layout = Layout(lake)
    with asked(layout, layout.warehouse, sql) as answer:
        print_table([column.name for column in answer.columns], list(answer.rows()))


def _print_next_steps(lake: Path, report: Path) -> None:
    where = shlex.quote(str(lake))
    program = _program()
    print_text("")
    print_text(f"lake:       {lake}")
    print_text(f"warehouse:  {lake / 'warehouse.duckdb'}")
    print_text(f"report:     {report / 'report.pdf'}, and as .html, .xlsx, .json and populations/*.csv")
    print_text("")
    print_text("Look at it:")
    print_text(f"  {program} app --lake {where}")
    print_text("Ask it yourself:")
    print_text(f'  {program} query --lake {where} "{_A_QUESTION}"')
    print_text("Your own server:")
    print_text(
        f"  QUAY_AUDIT_URL=https://quay.example.com QUAY_AUDIT_TOKEN_FILE=~/.quay-audit-token {program} extract"
    )


def _program() -> str:
    """How this very command can be called again from here: it need not be on the PATH."""
    called = Path(sys.argv[0])
    found = shutil.which("quay-audit")
    if found and called.exists() and Path(found).samefile(called):
        return "quay-audit"
    if called.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m pipeline"
    return shlex.quote(str(called))
