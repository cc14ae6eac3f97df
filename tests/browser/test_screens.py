"""Promises of every screen: it opens on any warehouse, says what it covers and why it is empty, and fits a telephone."""

import re
from pathlib import Path

import pytest

from tests.browser.conftest import AppOn, Visit
from tests.browser.visitor import NARROW, WIDE

SCREENS = {
    "": "Overview",
    "cases": "Cases",
    "entity": "Entity",
    "credentials": "Credentials",
    "registry": "Registry",
    "coverage": "Coverage",
    "sql": "SQL",
    "reports": "Reports",
}
EVERY_SCREEN = pytest.mark.parametrize("screen", SCREENS, ids=SCREENS.values())
PERIOD = re.compile(r"\d{4}-\d\d-\d\d( to \d{4}-\d\d-\d\d)? UTC.* Missing: ")


@EVERY_SCREEN
@pytest.mark.parametrize("lake", ["empty", "small", "demo"])
def test_a_screen_opens_and_says_which_period_it_covers(
    lake: str, screen: str, app_on: AppOn, visit: Visit
) -> None:
    visitor = visit(app_on(lake))
    visitor.open(screen)
    visitor.assert_is_well(SCREENS[screen])
    assert PERIOD.search(visitor.text)


@EVERY_SCREEN
def test_a_screen_opens_without_a_warehouse_and_says_what_to_do(
    screen: str, app_on: AppOn, visit: Visit
) -> None:
    visitor = visit(app_on("none"))
    visitor.open(screen)
    visitor.assert_is_well(SCREENS[screen])
    assert re.search(r"no warehouse yet.*run build", visitor.text)


@EVERY_SCREEN
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_screen_fits_the_window_in_light_and_dark(
    width: int, screen: str, app_on: AppOn, visit: Visit, tmp_path: Path
) -> None:
    visitor = visit(app_on("demo"), width=width)
    visitor.open(screen)
    for shade in ("light", "dark"):
        visitor.dress(shade)
        visitor.photograph(tmp_path, f"{SCREENS[screen].lower()}-{width}-{shade}")
        assert visitor.parts_beyond_the_window() == []
    visitor.assert_is_well(SCREENS[screen])
