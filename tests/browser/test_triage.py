"""Promises to who decides: what is written down stays, two at once lose nothing, and a build meanwhile breaks nothing."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from playwright.sync_api import expect

from pipeline.detect.casebook import Page, read_casebook
from pipeline.detect.decisions import Closed, Decision
from pipeline.detect.triage import read_triage
from pipeline.lake.layout import Layout
from tests.browser.apps import running
from tests.browser.conftest import Visit
from tests.browser.lakes import LAST_DAY
from tests.browser.test_screens import SCREENS
from tests.browser.visitor import Visitor
from tests.commands import ended, start
from tests.lakes import save_window
from tests.two_days import pulls

OwnLake = Callable[[str], Path]
BUILDS = 3
STOLEN = "robot:acme+deploy"


def case_about(lake: Path, subject: str) -> Page:
    """The newest case about a subject, as it stands now."""
    layout = Layout(lake)
    pages = read_casebook(layout, layout.warehouse).pages
    return [page for page in pages if page.note.subject == subject][-1]


def decisions_in(lake: Path) -> list[Decision]:
    """Everything that was decided, oldest first."""
    return list(read_triage(Layout(lake)).decisions)


def open_case(visitor: Visitor, case_id: str) -> None:
    """The screen of one case, with the form that decides about it."""
    visitor.open("cases", case=case_id)
    expect(visitor.page.get_by_role("button", name="Write down")).to_be_visible()


def decide(visitor: Visitor, decision: str, note: str) -> None:
    """Fill the form and write the decision down."""
    visitor.page.get_by_text(decision, exact=True).click()
    visitor.page.get_by_role("textbox", name="Note").fill(note)
    visitor.page.get_by_role("button", name="Write down").click()


def test_a_closed_case_stays_closed_when_the_dashboard_starts_anew(own_lake: OwnLake, visit: Visit) -> None:
    lake = own_lake("demo")
    case_id = case_about(lake, STOLEN).note.case_id
    with running(lake) as app:
        visitor = visit(app)
        open_case(visitor, case_id)
        decide(visitor, "Close: true positive", "the token is revoked; **asked** <b>Dana</b>")
        expect(visitor.page.get_by_text("Written down.")).to_be_visible()
        visitor.assert_is_well("Cases")
    (decision,) = decisions_in(lake)
    assert isinstance(decision, Closed)
    assert (decision.disposition.value, decision.note) == (
        "true_positive",
        "the token is revoked; **asked** <b>Dana</b>",
    )
    with running(lake) as app:
        visitor = visit(app)
        open_case(visitor, case_id)
        assert "closed as true_positive" in visitor.text.replace("\u2060", "")
        assert decision.note in visitor.text
        visitor.open("cases", text=STOLEN)
        assert "No case is left with these filters" in visitor.text


def test_a_case_is_triaged_without_a_mouse(own_lake: OwnLake, visit: Visit) -> None:
    lake = own_lake("demo")
    with running(lake) as app:
        visitor = visit(app)
        visitor.open("cases", text=STOLEN)
        keyboard = visitor.page.keyboard
        keyboard.press("j")
        expect(visitor.page.get_by_role("button", name="Write down")).to_be_visible()
        visitor.settle()
        note = visitor.page.get_by_role("textbox", name="Note")
        note.focus()
        keyboard.type("somebody looks")
        keyboard.press("Enter")
        expect(visitor.page.get_by_text("Written down.")).to_be_visible()
    assert case_about(lake, STOLEN).standing.state == "acknowledged"


def test_two_who_decide_at_once_about_two_cases_lose_nothing(own_lake: OwnLake, visit: Visit) -> None:
    lake = own_lake("demo")
    subjects = (STOLEN, "user:victor")
    with running(lake) as app:
        visitors = [visit(app) for _ in subjects]
        for visitor, subject in zip(visitors, subjects, strict=True):
            open_case(visitor, case_about(lake, subject).note.case_id)
            visitor.page.get_by_text("Close: benign", exact=True).click()
            visitor.page.get_by_role("textbox", name="Note").fill(f"looked at {subject}")
        for visitor in visitors:  # neither waits for the other
            visitor.page.get_by_role("button", name="Write down").click(no_wait_after=True)
        for visitor in visitors:
            expect(visitor.page.get_by_text("Written down.")).to_be_visible()
            visitor.assert_is_well("Cases")
    assert {decision.case.subject: decision.note for decision in decisions_in(lake)} == {
        subject: f"looked at {subject}" for subject in subjects
    }


def test_who_closes_a_case_that_somebody_else_closed_meanwhile_is_told_so(
    own_lake: OwnLake, visit: Visit
) -> None:
    lake = own_lake("demo")
    case_id = case_about(lake, STOLEN).note.case_id
    with running(lake) as app:
        first, second = visit(app), visit(app)
        open_case(first, case_id)
        open_case(second, case_id)
        decide(first, "Close: benign", "a planned move")
        expect(first.page.get_by_text("Written down.")).to_be_visible()
        decide(second, "Close: true positive", "stolen")
        told = second.page.get_by_role("alert").filter(has_text="Nothing was written down")
        expect(told).to_contain_text("it is closed as benign")
        expect(second.page.get_by_text("a planned move")).to_be_visible()
        assert second.page.get_by_role("textbox", name="Note").input_value() == "stolen"
        second.assert_is_well("Cases")
    assert [decision.note for decision in decisions_in(lake)] == ["a planned move"]


def test_closing_without_a_word_is_refused(own_lake: OwnLake, visit: Visit) -> None:
    lake = own_lake("demo")
    with running(lake) as app:
        visitor = visit(app)
        open_case(visitor, case_about(lake, STOLEN).note.case_id)
        decide(visitor, "Close: benign", "  ")
        expect(visitor.page.get_by_role("alert").filter(has_text="nothing is said")).to_be_visible()
    assert decisions_in(lake) == []


@pytest.mark.slow
def test_extract_build_and_detect_meanwhile_break_no_screen(own_lake: OwnLake, visit: Visit) -> None:
    lake = own_lake("demo")
    is_over, failed = Event(), list[str]()

    def work() -> None:
        try:
            for count in range(1, BUILDS + 1):
                save_window(Layout(lake), "all", pulls(LAST_DAY, count), day=LAST_DAY)
                for command in ("build", "detect"):
                    done = ended(start(command, "--lake", str(lake)))
                    failed.extend([done.stderr] if done.status else [])
        finally:
            is_over.set()

    with running(lake) as app:
        visitor, worker = visit(app), Thread(target=work)
        worker.start()
        try:
            while not is_over.is_set():
                for screen, title in SCREENS.items():
                    visitor.open(screen)
                    visitor.assert_is_well(title)
        finally:
            worker.join()
        assert failed == []
        visitor.open("", since=str(LAST_DAY), until=str(LAST_DAY))
        visitor.assert_is_well("Overview")
    assert case_about(lake, "user:victor").needs_a_look
