"""Promises of the sections on access, on what is not logged, and on review: state is folded, and nobody's silence is taken for good."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from pipeline.detect.decisions import Acknowledged, Reopened, note_from_case
from pipeline.detect.stored import read_cases
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.registry.rows import RepositoryPermission
from pipeline.reports.document import Report, Value
from tests.audited import (
    CLOSED,
    FIRST,
    LAST,
    SHORT,
    audited,
    change,
    is_told,
    lines_of,
    report_on,
    role,
    snapshot,
)
from tests.lakes import bring_up_to_date, row, save_window


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The lake that an auditor asks about; only read."""
    return audited(Layout(tmp_path_factory.mktemp("audited") / "lake"))


@pytest.fixture(scope="module")
def report(lake: Layout) -> Report:
    return report_on(lake)


@pytest.fixture
def copy(lake: Layout, tmp_path: Path) -> Layout:
    """The same lake elsewhere, to be changed."""
    shutil.copytree(lake.root, tmp_path / "copy")
    return Layout(tmp_path / "copy")


# Access ---------------------------------------------------------------------------------------------------------------


def roles(report: Report) -> list[tuple[Value, ...]]:
    """Changes of roles: whose, before, after, how known, direction."""
    names = ("grantee_name", "old_value", "new_value", "known_from", "direction")
    return [tuple(line[name] for name in names) for line in lines_of(report, "E", "repository_roles")]


def test_an_old_role_is_folded_from_the_events_before(report: Report) -> None:
    assert roles(report) == [
        ("bob", None, "read", "nothing tells", "not known"),
        ("bob", "read", "write", "an earlier event", "more"),
        ("alice", None, "admin", "nothing tells", "not known"),
        ("bob", "write", "none", "an earlier event", "less"),
    ]
    assert is_told(report, "E", "alice gave the right admin on acme/web to their own account")


def test_an_event_before_the_period_still_tells_what_was(lake: Layout) -> None:
    late = report_on(lake, since=CLOSED)
    assert roles(late)[-1] == ("bob", "write", "none", "an earlier event", "less")


def test_a_snapshot_tells_what_was_where_it_is_newer_than_the_events(copy: Layout) -> None:
    listed = [RepositoryPermission("acme", "web", "user", "bob", "admin", True)]
    snapshot(copy, SHORT, repository_permissions=listed)
    bring_up_to_date(copy)
    known = f"the snapshot of {SHORT}"
    assert roles(report_on(copy))[2:] == [
        ("alice", "none", "admin", known, "more"),
        ("bob", "admin", "none", known, "less"),
    ]


def test_what_a_refused_list_does_not_show_is_not_taken_for_none(copy: Layout) -> None:
    snapshot(copy, SHORT, refused="repository_permissions")
    bring_up_to_date(copy)
    assert roles(report_on(copy))[2:] == [
        ("alice", None, "admin", "nothing tells", "not known"),
        ("bob", "write", "none", "an earlier event", "less"),
    ]


def test_with_a_repository_its_roles_are_gone(layout: Layout) -> None:
    rows = [
        role("bob", "admin", "09:00:00", FIRST),
        change("delete_repo", "10:00:00", FIRST, repo="web", namespace="acme"),
        change("create_repo", "11:00:00", FIRST, repo="web", namespace="acme"),
        role("bob", "read", "12:00:00", FIRST),
        role("alice", "write", "13:00:00", FIRST),
    ]
    save_window(layout, "all", rows, day=FIRST)
    bring_up_to_date(layout)
    assert roles(report_on(layout))[1:] == [
        ("bob", "none", "read", "an earlier event", "more"),
        ("alice", "admin", "write", "an earlier event", "less"),
    ]


def test_who_left_and_kept_something_is_told(report: Report) -> None:
    assert is_told(report, "E", "bob left on 2026-03-05 09:00:00 UTC", "2 rights or tokens")


def test_privileged_accounts_are_listed_with_what_they_last_did(report: Report) -> None:
    names = ("power", "account_name", "namespace_name", "event_count")
    assert [tuple(line[name] for name in names) for line in lines_of(report, "D", "privileged")] == [
        ("superuser", "root", None, 2),
        ("organization administrator", "alice", "acme", 7),
    ]
    assert is_told(report, "F", "laptop", "bob", "has no end")
    assert is_told(report, "G", "root took over the namespace acme")


def test_without_a_snapshot_it_is_said_that_power_cannot_be_told(layout: Layout) -> None:
    save_window(layout, "all", [row(day=FIRST)], day=FIRST)
    bring_up_to_date(layout)
    bare = report_on(layout)
    assert is_told(bare, "D", "who holds power cannot be told")
    assert is_told(bare, "F", "age and end cannot be told")
    assert is_told(bare, "B", "There is no manifest")


# What is not logged ---------------------------------------------------------------------------------------------------


def test_refusals_that_were_never_seen_are_not_enabled_rather_than_none(layout: Layout) -> None:
    rows = [row("login_failure", day=FIRST, metadata={"type": "quayauth", "username": "bob"})]
    save_window(layout, "all", rows, day=FIRST)
    bring_up_to_date(layout)
    states = {line["kind"]: line for line in lines_of(report_on(layout), "H", "switches")}
    assert (states["login_failure"]["state"], states["login_failure"]["event_count"]) == ("logged", 1)
    assert (states["pull_repo_failed"]["state"], states["pull_repo_failed"]["event_count"]) == (
        "not enabled",
        None,
    )
    later = report_on(layout, since=SHORT)
    states = {line["kind"]: line for line in lines_of(later, "H", "switches")}
    assert states["login_failure"]["state"] == "seen before the period only"
    assert is_told(later, "H", "Refused sign-ins: none in the period")


def test_an_organization_that_is_not_in_the_log_is_told(report: Report) -> None:
    assert is_told(report, "A", "Organization quiet is in the inventory and not in the log")


def test_of_an_export_only_the_host_is_shown(report: Report) -> None:
    (line,) = lines_of(report, "I", "exports")
    assert line["target_host"] == "audit.example"
    told = msgspec.json.encode(report).decode()
    assert "p4ss" not in told
    assert "k3y" not in told


def test_a_kind_that_ceases_to_come_is_told(layout: Layout) -> None:
    for n in range(14):
        day = FIRST + timedelta(days=n)
        save_window(layout, "all", [row("login_success", day=day), row(day=day)], day=day)
    last = FIRST + timedelta(days=22)
    save_window(layout, "all", [row(day=last)], day=last)
    bring_up_to_date(layout)
    stopped = report_on(layout, until=last)
    assert is_told(stopped, "J", "login_success was logged on 14 days", "last on 2026-03-14")
    assert not is_told(stopped, "J", "pull_repo")


# Review ---------------------------------------------------------------------------------------------------------------


def standings(report: Report) -> list[tuple[Value, ...]]:
    """Cases: what they come to, by whom closed, and whether they are overdue."""
    names = ("standing", "closed_by", "is_overdue")
    return [tuple(line[name] for name in names) for line in lines_of(report, "L", "cases")]


def test_a_closed_case_says_by_whom_as_what_and_why(report: Report) -> None:
    assert standings(report) == [("closed", "dana", False), ("not looked at yet", None, False)]
    (decision,) = lines_of(report, "L", "decisions")
    assert (decision["action"], decision["disposition"], decision["note"]) == (
        "closed",
        "false_positive",
        "a test",
    )
    assert not is_told(report, "L", "Nobody looked")


def test_a_case_is_overdue_by_what_the_lake_knows_and_not_by_a_clock(copy: Layout) -> None:
    Ledger(copy).seal(datetime(2026, 3, 6, 4, tzinfo=UTC), "0.1.0")
    save_window(copy, "all", [], day=LAST + timedelta(days=1))
    Ledger(copy).seal(datetime(2026, 3, 20, tzinfo=UTC), "0.1.0")
    late = report_on(copy)
    assert standings(late)[1] == ("nobody looked at it", None, True)
    assert is_told(late, "L", "Nobody looked at case", "user:bob", "due by 2026-03-09 00:00:00 UTC")


def test_what_was_looked_at_or_opened_again_is_not_closed(copy: Layout) -> None:
    closed, other = read_cases(copy.warehouse)
    journal = Journal(copy.triage)
    at = datetime(2026, 3, 20, tzinfo=UTC)
    journal.append(Reopened(by="erin", at=at, case=note_from_case(closed)))
    journal.append(Acknowledged(by="erin", at=at, case=note_from_case(other)))
    assert [standing for standing, *_ in standings(report_on(copy))] == ["looked at, not closed in time"] * 2


def test_suppressions_of_the_period_are_listed(lake: Layout, report: Report) -> None:
    (line,) = lines_of(report, "L", "suppressions")
    assert (line["suppression_id"], line["why"], line["entered_by"]) == ("S2", "a load test", "dana")
    assert (
        lines_of(report_on(lake, since=LAST + timedelta(days=1), until=date(2026, 4, 1)), "L", "suppressions")
        == []
    )


def test_an_entry_newer_than_its_reading_is_told_as_a_clock_that_is_ahead(layout: Layout) -> None:
    read_at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    save_window(layout, "all", [row(day=FIRST)], day=FIRST, fetched_at=read_at)
    bring_up_to_date(layout)
    assert is_told(report_on(layout), "M", "Quay's clock was ahead")
