"""Promises of `app.filters` and `app.access`: an address says what is shown, and who decides is who runs the dashboard."""

import os
import pwd
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipeline.bundle import bundled
from pipeline.lake.layout import Layout
from tests.lakes import bring_up_to_date, save_window
from tests.two_days import DAYS, two_days

FIRST, LAST = DAYS
MAIN = bundled("app") / "main.py"
SECONDS = 60


def choosing() -> None:
    """A screen that says what is chosen."""
    import streamlit as st

    from app.filters import choose_view

    st.text(repr(choose_view()))


def looking() -> None:
    """A screen that says who looks."""
    import streamlit as st

    from app import access

    reader = access.reader()
    if reader is None:
        access.ask_to_sign_in()
    st.text(repr(reader))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Two days, built."""
    layout = two_days(tmp_path_factory.mktemp("filters") / "lake")
    bring_up_to_date(layout)
    return layout


@pytest.fixture
def shown(lake: Layout) -> Iterator[None]:
    """The dashboard's modules show that lake; its caches and the command line are as before afterwards."""
    yield from shown_lake(lake.root, lake.warehouse)


def shown_lake(*words: Path) -> Iterator[None]:
    """What `quay-audit app` puts on the command line of the dashboard."""
    before, sys.argv = sys.argv, ["main.py", *map(str, words)]
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()
    sys.argv = before


def chosen(screen: AppTest) -> str:
    """What the screen says is chosen."""
    assert not screen.exception
    return str(screen.text[0].value)


def said(screen: AppTest) -> dict[str, str]:
    """What the address says."""
    address = {
        name: value if isinstance(value, str) else value[-1] for name, value in screen.query_params.items()
    }
    return {name: str(value) for name, value in address.items()}


def view_of(since: date, until: date, namespace: str | None = None) -> str:
    """How a view is written."""
    return f"View(since={since!r}, until={until!r}, namespace={namespace!r})"


def opened(**address: str) -> AppTest:
    """The choice, as somebody finds it who comes by an address."""
    screen = AppTest.from_function(choosing, default_timeout=SECONDS)
    for name, value in address.items():
        screen.query_params[name] = value
    return screen.run()


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize(
    ("address", "since", "until"),
    [
        ({}, FIRST, LAST),
        ({"since": f"{LAST}"}, LAST, LAST),
        ({"since": f"{FIRST}", "until": f"{FIRST}"}, FIRST, FIRST),
        ({"since": f"{LAST}", "until": f"{FIRST}"}, FIRST, LAST),
        ({"since": "1999-01-01", "until": "2999-01-01"}, FIRST, LAST),
        ({"since": "2999-01-01"}, LAST, LAST),
        ({"since": "yesterday", "until": "<b>"}, FIRST, LAST),
        ({"since": "", "until": ""}, FIRST, LAST),
    ],
)
def test_an_address_says_the_period_and_what_it_says_wrong_is_the_nearest(
    address: dict[str, str], since: date, until: date
) -> None:
    screen = opened(**address)
    assert chosen(screen) == view_of(since, until)
    assert said(screen) == {"since": str(since), "until": str(until)}


@pytest.mark.usefixtures("shown")
@pytest.mark.parametrize("namespace", ["acme", "nobody has this one", "**bold**"])
def test_an_address_says_the_namespace_also_one_without_events(namespace: str) -> None:
    screen = opened(namespace=namespace)
    assert chosen(screen) == view_of(FIRST, LAST, namespace)
    assert screen.sidebar.selectbox[0].value == namespace
    assert said(screen)["namespace"] == namespace


@pytest.mark.usefixtures("shown")
def test_a_choice_changes_the_address_and_taking_it_back_too() -> None:
    screen = opened(since=str(LAST))
    screen.sidebar.selectbox[0].set_value("acme").run()
    assert chosen(screen) == view_of(LAST, LAST, "acme")
    assert said(screen)["namespace"] == "acme"
    screen.sidebar.selectbox[0].set_value("all namespaces").run()
    screen.sidebar.date_input[0].set_value((FIRST, FIRST)).run()
    assert chosen(screen) == view_of(FIRST, FIRST)
    assert said(screen) == {"since": str(FIRST), "until": str(FIRST)}


@pytest.mark.usefixtures("shown")
def test_between_two_clicks_one_day_is_the_period() -> None:
    screen = opened()
    screen.sidebar.date_input[0].set_value((LAST,)).run()
    assert chosen(screen) == view_of(LAST, LAST)


def test_the_usual_period_is_the_last_thirty_days(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    for day in (LAST - timedelta(days=40), LAST):
        save_window(layout, "all", [], day=day)
    bring_up_to_date(layout)
    for _ in shown_lake(layout.root, layout.warehouse):
        assert chosen(opened()) == view_of(LAST - timedelta(days=29), LAST)


@pytest.mark.usefixtures("shown")
def test_the_first_screen_opens_and_says_what_it_covers() -> None:
    screen = AppTest.from_file(str(MAIN), default_timeout=SECONDS).run()
    assert not screen.exception
    assert [title.value for title in screen.title] == ["Overview"]
    assert screen.markdown[0].value.startswith(f":small[{FIRST} to {LAST} UTC · Missing: nothing")


def test_without_a_warehouse_people_are_told_to_build_one(tmp_path: Path) -> None:
    for _ in shown_lake(tmp_path, tmp_path / "warehouse.duckdb"):
        screen = AppTest.from_file(str(MAIN), default_timeout=SECONDS).run()
        assert not screen.exception
        assert "there is no warehouse yet" in screen.error[0].value
        assert "run build first" in screen.error[0].value


def test_who_runs_the_dashboard_may_decide_where_nobody_signs_in() -> None:
    screen = AppTest.from_function(looking, default_timeout=SECONDS).run()
    name = pwd.getpwuid(os.getuid()).pw_name
    assert chosen(screen) == f"Reader(name={name!r}, may_decide=True)"


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"groups": ["security"]}, "Reader(name='dana@example.com', may_decide=True)"),
        ({"groups": "security"}, "Reader(name='dana@example.com', may_decide=True)"),
        ({"groups": ["engineering", "sales"]}, "Reader(name='dana@example.com', may_decide=False)"),
        ({"groups": ["security", "engineering"]}, "Reader(name='dana@example.com', may_decide=True)"),
        ({"groups": ["sales"]}, "None"),
        ({"groups": []}, "None"),
        ({"groups": None}, "None"),
        ({}, "None"),
        ({"groups": ["security"], "is_logged_in": False}, "None"),
    ],
)
def test_a_group_says_what_somebody_who_signed_in_may(claims: dict[str, Any], told: str) -> None:
    screen = AppTest.from_function(looking, default_timeout=SECONDS)
    screen.secrets["auth"] = {"redirect_uri": "http://127.0.0.1/oauth2callback"}
    screen.secrets["roles"] = {"analysts": ["security"], "viewers": ["engineering"]}
    screen.user = {"is_logged_in": True, "email": "dana@example.com", **claims}
    assert chosen(screen.run()) == told
