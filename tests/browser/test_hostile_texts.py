"""Promises about text from Quay: wherever it shows, it is text. No script runs, nothing is a link, nothing is fetched."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app import words
from tests.browser.conftest import AppOn, Visit
from tests.browser.hostile import ALONE, TOGETHER, texts_obeyed
from tests.browser.test_screens import EVERY_SCREEN, SCREENS
from tests.browser.visitor import Visitor

SUBJECTS = ("user", "robot", "app_specific_token", "repository", "namespace", "network")


@pytest.fixture
def visitor(app_on: AppOn, visit: Visit) -> Iterator[Visitor]:
    """Somebody who looks at what hostile people named; at the end, nothing of that was obeyed."""
    visitor = visit(app_on("hostile"))
    yield visitor
    assert texts_obeyed(visitor) == []
    assert visitor.misdeeds == []


@EVERY_SCREEN
def test_no_screen_obeys_what_somebody_named_a_thing(screen: str, visitor: Visitor) -> None:
    visitor.open(screen)
    visitor.assert_is_well(SCREENS[screen])


@pytest.mark.parametrize("number", range(len(TOGETHER)))
def test_a_case_shows_hostile_texts_as_they_stand(number: int, visitor: Visitor) -> None:
    visitor.open("cases", text=f"user:{TOGETHER[number]}")
    visitor.click("Open the first", "button")
    expect(visitor.page.get_by_role("heading", level=2).first).to_be_visible()
    visitor.settle()
    visitor.assert_is_well("Cases")
    shown = words.visible(TOGETHER[number].splitlines()[0]).split()
    assert " ".join(shown) in " ".join(visitor.text.replace("\u2060", "").split())


@pytest.mark.parametrize("sort", SUBJECTS)
def test_an_entity_with_a_hostile_name_is_text(sort: str, visitor: Visitor) -> None:
    for text in ALONE[:: len(ALONE) // 4]:
        visitor.open("entity", subject=f"{sort}:{text}")
        visitor.assert_is_well("Entity")
        assert texts_obeyed(visitor) == []


@pytest.mark.parametrize(
    ("screen", "address"),
    [
        ("cases", {"case": "[QUAYMARK](https://evil.example)"}),
        ("cases", {"text": "**QUAYMARK**", "state": "<b>QUAYMARK</b>"}),
        ("entity", {"subject": "**QUAYMARK** <img src=x onerror=alert(1)>"}),
        ("sql", {"sql": "select '<script>alert(1)</script>' as QUAYMARK"}),
        ("", {"namespace": "[QUAYMARK](javascript:alert(1))", "since": "**QUAYMARK**", "until": "9"}),
    ],
)
def test_an_address_from_somebody_else_is_text(
    screen: str, address: dict[str, str], visitor: Visitor
) -> None:
    visitor.open(screen, **address)
    visitor.assert_is_well(SCREENS[screen])


def test_a_query_in_an_address_is_shown_and_not_run(visitor: Visitor) -> None:
    visitor.open("sql", sql="select 'it' || ' ran' as answer")
    expect(visitor.page.get_by_label("Query")).to_have_value("select 'it' || ' ran' as answer")
    expect(visitor.page.get_by_role("heading", name="Result")).to_have_count(0)
