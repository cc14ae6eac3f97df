"""Promises of WCAG: axe-core finds no serious or critical barrier on any screen, in light and in dark."""

import pytest

from tests.browser.conftest import AppOn, Visit
from tests.browser.test_screens import EVERY_SCREEN, SCREENS
from tests.browser.visitor import NARROW, Visitor


def barriers_in_both_shades(visitor: Visitor) -> dict[str, list[str]]:
    """What axe-core finds, by shade; nothing where there is nothing."""
    found = {}
    for shade in ("light", "dark"):
        visitor.dress(shade)
        found[shade] = visitor.barriers()
    return {shade: barriers for shade, barriers in found.items() if barriers}


@EVERY_SCREEN
def test_a_screen_has_no_barrier(screen: str, app_on: AppOn, visit: Visit) -> None:
    visitor = visit(app_on("demo"))
    visitor.open(screen)
    assert barriers_in_both_shades(visitor) == {}
    visitor.assert_is_well(SCREENS[screen])


@pytest.mark.parametrize(
    ("screen", "address"),
    [
        ("cases", {"text": "acme+deploy", "case": "first"}),
        ("entity", {"subject": "robot:acme+deploy"}),
        ("entity", {"subject": "repository:acme/billing"}),
        ("entity", {"subject": "network:203.0.113.0/24"}),
        ("entity", {"subject": "namespace:acme"}),
        ("coverage", {"part": "Readiness"}),
        ("coverage", {"part": "Days and routes"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value.values()),
)
def test_what_a_screen_opens_has_no_barrier(
    screen: str, address: dict[str, str], app_on: AppOn, visit: Visit
) -> None:
    visitor = visit(app_on("demo"))
    if address.pop("case", None):
        visitor.open(screen, **address)
        visitor.click("Open the first", "button")
        visitor.page.get_by_text("What fired").wait_for()
        visitor.settle()
    else:
        visitor.open(screen, **address)
    assert barriers_in_both_shades(visitor) == {}
    visitor.assert_is_well(SCREENS[screen])


def test_the_sidebar_of_a_telephone_has_no_barrier(app_on: AppOn, visit: Visit) -> None:
    visitor = visit(app_on("demo"), width=NARROW)
    visitor.open()
    visitor.page.get_by_test_id("stExpandSidebarButton").click()
    visitor.page.get_by_label("Namespace").wait_for()
    assert barriers_in_both_shades(visitor) == {}
