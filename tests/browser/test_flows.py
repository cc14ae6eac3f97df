"""Promises to who looks: a misused token is three clicks away, an address shows the same to anybody, tables leave whole."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import AppOn, Visit
from tests.browser.lakes import LAST_DAY
from tests.browser.visitor import Visitor

STOLEN = "robot:acme+deploy"  # pulls all repositories of acme from abroad, on the demo's last day
ROWS = re.compile(r"^([\d,]+) rows?\b", re.MULTILINE)
FORMULA = re.compile(r"[=+@-](?![\d.]+$)")


def open_stolen_case(visitor: Visitor) -> int:
    """From the overview to the case of the stolen token; the number of clicks."""
    visitor.open()
    visitor.click("the newest day judged")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Cases")
    visitor.settle()
    visitor.click("Open the first", "button")
    expect(visitor.page.get_by_text("What fired")).to_be_visible()
    visitor.settle()
    return 2


def test_the_misuse_of_a_token_is_found_from_the_overview_in_at_most_three_clicks(
    app_on: AppOn, visit: Visit
) -> None:
    visitor = visit(app_on("demo"))
    assert open_stolen_case(visitor) <= 3
    assert STOLEN in visitor.text
    assert "had never used" in visitor.text
    visitor.assert_is_well("Cases")


def test_an_address_shows_its_period_and_namespace_to_anybody(app_on: AppOn, visit: Visit) -> None:
    since, until = LAST_DAY - timedelta(days=9), LAST_DAY - timedelta(days=2)
    given = {"since": since.isoformat(), "until": until.isoformat(), "namespace": "acme"}
    visitor = visit(app_on("demo"))
    for screen in ("", "cases", "coverage"):
        visitor.open(screen, **given)
        assert f"{since} to {until} UTC · acme · Missing:" in visitor.text
        assert given.items() <= visitor.address.items()
    assert visitor.page.get_by_label("Namespace").first.input_value() == "acme"


def test_what_is_chosen_is_in_the_address_and_goes_along_to_other_screens(
    app_on: AppOn, visit: Visit
) -> None:
    visitor = visit(app_on("demo"))
    visitor.open()
    assert "namespace" not in visitor.address
    visitor.page.get_by_label("Namespace").first.click()
    visitor.page.get_by_role("option", name="globex", exact=True).click()
    expect(visitor.page.get_by_text("UTC · globex · Missing:")).to_be_visible()
    visitor.settle()
    assert visitor.address["namespace"] == "globex"
    other = visit(app_on("demo"))
    other.page.goto(visitor.page.url)
    other.settle()
    assert "UTC · globex · Missing:" in other.text
    visitor.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Coverage").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Coverage")
    expect(visitor.page.get_by_text("UTC · globex · Missing:")).to_be_visible()
    visitor.settle()
    assert visitor.address["namespace"] == "globex"


def test_the_way_back_is_the_browsers_own(app_on: AppOn, visit: Visit) -> None:
    visitor = visit(app_on("demo"))
    open_stolen_case(visitor)
    visitor.page.go_back()
    expect(visitor.page.get_by_role("button", name="Open the first")).to_be_visible()
    visitor.settle()
    visitor.assert_is_well("Cases")


@pytest.mark.parametrize(
    ("screen", "address", "column"),
    [
        ("entity", {"subject": STOLEN}, "occurred_at"),
        ("credentials", {}, "kind"),
        ("cases", {}, "subject"),
    ],
)
def test_a_table_is_downloaded_whole_and_read_back(
    screen: str, address: dict[str, str], column: str, app_on: AppOn, visit: Visit, tmp_path: Path
) -> None:
    visitor = visit(app_on("demo"))
    visitor.open(screen, **address)
    button = visitor.page.get_by_role("button", name="Download CSV").last
    with visitor.page.expect_download() as downloading:
        button.click()
    downloading.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = int(ROWS.findall(visitor.text)[-1].replace(",", ""))
    assert len(rows) == told > 0
    assert all(row[column] for row in rows)
    assert not [cell for row in rows for cell in row.values() if FORMULA.match(cell)]
