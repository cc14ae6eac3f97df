"""A lake that an auditor would ask about: a short day, a missing one, changed rights, a case that was closed and one that was not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from pipeline.detect.cases import Case
from pipeline.detect.decisions import Closed, Disposition, Suppressed, note_from_case
from pipeline.detect.stored import read_cases
from pipeline.detect.suppressions import Coverage
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.lake.snapshot_writer import save_snapshot
from pipeline.quay.lines import Row
from pipeline.quay.registry.rows import (
    AppToken,
    ListRead,
    Organization,
    Outcome,
    RepositoryPermission,
    Robot,
    Team,
    TeamMember,
    User,
)
from pipeline.reports.chain import naive_utc
from pipeline.reports.document import Population, Report, Section, Value
from pipeline.reports.evidence import evidence_of
from tests.lakes import bring_up_to_date, row, save_window
from tests.signalling import fired, store

FIRST: Final = date(2026, 3, 1)
SHORT, MISSING, CLOSED, LAST = (FIRST + timedelta(days=n) for n in (1, 2, 3, 4))
SEALED_AT: Final = datetime(2026, 3, 6, 3, tzinfo=UTC)
FRAMEWORKS: Final = ("soc2", "pci", "iso27001", "nist", "dora", "hipaa")


def change(kind: str, at: str, day: date, performer: str = "alice", **details: Any) -> Row:
    """One change in the log of acme."""
    return row(kind, at=at, day=day, performer=performer, namespace="acme", metadata=details)


def role(who: str, name: str | None, at: str, day: date, performer: str = "alice") -> Row:
    """A role on acme/web that is given, or taken away."""
    details = {"repo": "web", "namespace": "acme", "username": who}
    if name is None:
        return change("delete_repo_permission", at, day, performer, **details)
    return change("change_repo_permission", at, day, performer, **details, role=name)


ENTRIES: Final[dict[date, list[Row]]] = {
    FIRST: [
        role("bob", "read", "09:00:00", FIRST),
        role("bob", "write", "10:00:00", FIRST),
        change("org_add_team_member", "11:00:00", FIRST, member="bob", team="developers"),
        change("pull_repo", "12:00:00", FIRST, "bob", namespace="acme", repo="web"),
        change("pull_repo", "12:00:00", FIRST, "bob", namespace="acme", repo="web"),
    ],
    SHORT: [change("push_repo", "09:00:00", SHORT, "acme+ci", namespace="acme", repo="web", tag="1")],
    CLOSED: [
        role("alice", "admin", "09:00:00", CLOSED),
        role("bob", None, "10:00:00", CLOSED),
        change(
            "export_logs_success",
            "11:00:00",
            CLOSED,
            url="https://user:p4ss@audit.example/in?key=k3y",
            email=None,
        ),
        change("take_ownership", "12:00:00", CLOSED, "root", namespace="acme", superuser="root"),
    ],
    LAST: [
        change("user_disable", "09:00:00", LAST, "root", username="bob", superuser="root"),
        change("change_repo_visibility", "10:00:00", LAST, namespace="acme", repo="web", visibility="public"),
    ],
}


def audited(layout: Layout) -> Layout:
    """Put it all into `layout`: read, sealed, built, judged, and in part decided about."""
    for day, rows in ENTRIES.items():
        is_short = day == SHORT
        save_window(
            layout,
            "all",
            rows,
            day=day,
            state=State.SHORT if is_short else State.VERIFIED,
            expected={"push_repo": 3} if is_short else None,
            fetched_at=datetime(2026, 3, 6, 2, tzinfo=UTC),
        )
    snapshot(layout, LAST + timedelta(days=1))
    Ledger(layout).seal(SEALED_AT, "0.1.0")
    bring_up_to_date(layout)
    store(layout, {FIRST: [], SHORT: [], CLOSED: [fired(day=CLOSED)], LAST: [fired("user:bob", day=LAST)]})
    (closed,) = [case for case in read_cases(layout.warehouse) if case.day == CLOSED]
    decide(layout, closed)
    return layout


def decide(layout: Layout, case: Case) -> None:
    """Write down that a case is closed, and that something is not to be told of any more."""
    journal = Journal(layout.triage)
    at = datetime(2026, 3, 5, 9, tzinfo=UTC)
    journal.append(
        Closed(
            by="dana", at=at, case=note_from_case(case), note="a test", disposition=Disposition.FALSE_POSITIVE
        )
    )
    coverage = Coverage(detection_id="QD-13", subject="robot:acme+ci", since=FIRST, until=LAST)
    journal.append(Suppressed(by="dana", at=at, coverage=coverage, why="a load test"))


def snapshot(
    layout: Layout, day: date, *, refused: str = "prototype_permissions", **changed: Sequence[Any]
) -> None:
    """Put a snapshot into `layout`, with the tables of `changed` as they are given."""
    made = naive_utc(datetime(2026, 1, 1, tzinfo=UTC))
    rows: dict[str, Sequence[Any]] = {
        "users": [
            User("root", True, False, True, True, "example.com"),
            User("alice", False, False, True, True, "example.com"),
            User("bob", False, False, False, True, "example.com"),
        ],
        "organizations": [Organization("acme", "example.com"), Organization("quiet", "example.com")],
        "teams": [Team("acme", "owners", "admin", False), Team("acme", "developers", "member", False)],
        "team_members": [
            TeamMember("acme", "owners", "alice", False),
            TeamMember("acme", "developers", "bob", False),
        ],
        "repository_permissions": [RepositoryPermission("acme", "web", "robot", "acme+ci", "write", None)],
        "robots": [Robot("acme", "acme+ci", made, None)],
        "app_tokens": [AppToken("uuid-1", "laptop", "bob", made, None, None)],
        **changed,
    }
    lists = [ListRead(table, "", Outcome.READ, None, None, 0) for table in rows]
    lists.append(ListRead(refused, "acme", Outcome.REFUSED, "this token may not read this", "org:admin", 0))
    save_snapshot(
        layout,
        day,
        {**{table: list(each) for table, each in rows.items()}, "lists": lists},
        taken_at=datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
        server_url="https://quay.example",
        tool_version="0.1.0",
    )


def report_on(
    layout: Layout,
    *,
    since: date = FIRST,
    until: date = LAST,
    frameworks: Sequence[str] = FRAMEWORKS,
) -> Report:
    """The report on a lake."""
    return evidence_of(layout, layout.warehouse, frameworks=frameworks, since=since, until=until)


def section_of(report: Report, letter: str) -> Section:
    """One section."""
    return next(section for section in report.sections if section.letter == letter)


def population_of(report: Report, letter: str, name: str) -> Population:
    """One population of a section."""
    return next(each for each in section_of(report, letter).populations if each.name == name)


def lines_of(report: Report, letter: str, name: str) -> list[dict[str, Value]]:
    """The rows of a population by column."""
    population = population_of(report, letter, name)
    names = [column.name for column in population.columns]
    return [dict(zip(names, line, strict=True)) for line in population.rows]


def is_told(report: Report, letter: str, *words: str) -> bool:
    """Whether one exception of the section has all of these words."""
    return any(all(word in each for word in words) for each in section_of(report, letter).exceptions)
