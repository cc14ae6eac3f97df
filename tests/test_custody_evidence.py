"""Promises of the evidence in a bundle: what was checked, judged, decided and hushed up, and with pseudonyms nobody named."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipeline.custody.evidence import documents_of
from pipeline.custody.people import names_in
from pipeline.custody.pseudonyms import Pseudonyms
from pipeline.detect.casebook import read_casebook
from pipeline.detect.decisions import Closed, Disposition, Lifted, Suppressed
from pipeline.detect.suppressions import Coverage
from pipeline.errors import UsageError
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from tests.lakes import bring_up_to_date, row, save_window
from tests.signalling import ALICE, BOB, DAY, fired, store

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
NEXT, LATE = DAY + timedelta(days=1), DAY + timedelta(days=2)
DETAILS = {"username": "dora", "repo": "web", "namespace": "acme", "role": "read"}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A lake of two judged days and a later one that is not built, with people who are named in many places."""
    layout = Layout(tmp_path_factory.mktemp("judged"))
    for day in (DAY, NEXT):
        rows = [
            row(day=day, performer="alice", namespace="acme"),
            row("change_repo_permission", day=day, performer="bob", namespace="acme", metadata=DETAILS),
            row("login_failure", day=day, performer=None, metadata={"username": "erika", "kind": "user"}),
        ]
        save_window(layout, "all", rows, day=day)
    bring_up_to_date(layout)
    store(
        layout,
        {
            DAY: [fired(ALICE, reason="alice pulled from 203.0.113.9"), fired(BOB)],
            NEXT: [fired(BOB, day=NEXT)],
        },
    )
    journal = Journal(layout.triage)
    case = next(page.note for page in read_casebook(layout, layout.warehouse).pages if page.note.day == DAY)
    coverage = Coverage(detection_id="QD-12", subject="user:carol", since=DAY, until=DAY + timedelta(days=30))
    over = Coverage(
        detection_id="QD-12", subject="user:carol", since=date(2026, 1, 1), until=date(2026, 1, 9)
    )
    journal.append(
        Closed(by="frank", at=AT, case=case, note="asked alice@example.com", disposition=Disposition.BENIGN)
    )
    journal.append(Suppressed(by="frank", at=AT, coverage=coverage, why="carol moves house"))
    journal.append(Suppressed(by="frank", at=AT, coverage=over, why="over"))
    journal.append(Lifted(by="gina", at=AT, suppression_id="S2", lifted_from=NEXT, why="carol is back"))
    save_window(layout, "all", [row(day=LATE)], day=LATE)
    return layout


def documents(layout: Layout, since: date = DAY, until: date = NEXT, **given: Any) -> dict[str, Any]:
    made = documents_of(layout, layout.warehouse, since, until, **given)
    return {name: json.loads(content) for name, content in made.items()}


def test_cases_come_with_why_they_are_ones_and_what_was_decided(judged: Layout) -> None:
    cases = documents(judged)["cases.json"]
    assert cases["judged_days"] == [{"day": str(DAY)}, {"day": str(NEXT)}]
    closed = next(case for case in cases["cases"] if case["decisions"])
    assert (closed["state"], closed["disposition"]) == ("closed", "benign")
    assert closed["decisions"][0]["by"] == "frank"
    assert closed["signals"][0]["reason"] in closed["sentence"]
    assert {case["day"] for case in cases["cases"]} == {str(DAY), str(NEXT)}
    assert {case["day"] for case in documents(judged, until=DAY)["cases.json"]["cases"]} == {str(DAY)}


def test_suppressions_are_those_that_cover_one_of_the_days(judged: Layout) -> None:
    (suppression,) = documents(judged)["suppressions.json"]
    assert suppression["suppression_id"] == "S2"
    assert suppression["lifted_by"] == "gina"


def test_checks_tell_the_days_of_which_all_of_them_held(judged: Layout) -> None:
    checks = documents(judged, until=LATE)["checks.json"]
    assert [(each["day"], each["passed_all"]) for each in checks["days"]] == [
        (str(DAY), True),
        (str(NEXT), True),
        (str(LATE), False),
    ]
    assert len(checks["checks"]) >= 5
    assert all(each["promise"] for each in checks["checks"])


def test_the_same_lake_gives_the_same_bytes(judged: Layout) -> None:
    one = documents_of(judged, judged.warehouse, DAY, NEXT)
    assert one == documents_of(judged, judged.warehouse, DAY, NEXT)
    assert sorted(one) == ["cases.json", "checks.json", "readiness.json", "suppressions.json"]


def test_without_a_warehouse_there_is_no_evidence(layout: Layout) -> None:
    with pytest.raises(UsageError, match="no warehouse"):
        documents_of(layout, layout.warehouse, DAY, NEXT)


def test_everybody_is_found_who_acted_was_acted_on_or_decided(judged: Layout) -> None:
    names = names_in(judged, judged.warehouse)
    assert {"alice", "bob", "dora", "frank", "gina"} <= names.people
    assert names.strangers == {"erika"}
    assert not any("+" in name for name in names.people)


def test_with_pseudonyms_nobody_is_named_and_joins_stay(judged: Layout) -> None:
    names = names_in(judged, judged.warehouse)
    pseudonyms = Pseudonyms(b"k", names.people | {"carol"}, names.strangers)
    made = documents_of(judged, judged.warehouse, DAY, NEXT, pseudonyms)
    text = b"".join(made.values()).decode()
    for name in ("alice", "bob", "carol", "dora", "frank", "gina", "example.com", "203.0.113"):
        assert name not in text
    cases = json.loads(made["cases.json"])["cases"]
    bob = pseudonyms.text("user:bob")
    assert {str(DAY), str(NEXT)} == {case["day"] for case in cases if bob in json.dumps(case)}
    assert text.count(pseudonyms.text("frank")) >= 2
    plain = documents(judged)["cases.json"]["cases"]
    assert {case["case_id"] for case in plain}.isdisjoint(case["case_id"] for case in cases)
    assert [case["day"] for case in plain] == [case["day"] for case in cases]
