"""Promises of signing in: nobody sees anything before, viewers look, analysts decide, and no other group gets in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect

from pipeline.detect.triage import read_triage
from pipeline.lake.layout import Layout
from tests.browser.apps import App, running
from tests.browser.conftest import Visit
from tests.browser.provider import CLIENT, Provider, providing
from tests.browser.test_triage import STOLEN, case_about, decide
from tests.browser.visitor import Visitor
from tests.gateways import closed_port


class Guarded(NamedTuple):
    """A dashboard that asks who somebody is, and the provider that answers."""

    app: App
    provider: Provider


@pytest.fixture
def guarded(own_lake: Callable[[str], Path], tmp_path: Path) -> Iterator[Guarded]:
    """Analysts are of the group security, viewers of engineering."""
    port = closed_port()
    with providing() as provider:
        file = tmp_path / "sign-in.toml"
        file.write_text(f"""\
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "of-the-cookie-and-long-enough-to-be-one"
client_id = "{CLIENT}"
client_secret = "of-the-client"
server_metadata_url = "{provider.url}/.well-known/openid-configuration"
[roles]
claim = "groups"
analysts = ["security"]
viewers = ["engineering", "s"]
""")
        file.chmod(0o600)
        with running(own_lake("demo"), "--sign-in", str(file), port=port) as app:
            yield Guarded(app, provider)


def sign_in(visitor: Visitor, provider: Provider, **claims: Any) -> None:
    """Come to the dashboard as somebody."""
    provider.claims = {"sub": "1", "email": "dana@example.com", **claims}
    visitor.page.goto(visitor.app.url())
    visitor.page.get_by_role("button", name="Sign in").click()


def test_nobody_sees_anything_before_signing_in(guarded: Guarded, visit: Visit) -> None:
    visitor = visit(guarded.app)
    for screen in ("", "cases", "sql"):
        visitor.page.goto(guarded.app.url(screen))
        expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()
        assert visitor.page.get_by_role("heading").all_inner_texts() == ["Quay Audit"]
        assert visitor.page.get_by_test_id("stSidebarNav").count() == 0


def test_an_analyst_decides_in_the_name_that_the_provider_told(guarded: Guarded, visit: Visit) -> None:
    visitor = visit(guarded.app)
    sign_in(visitor, guarded.provider, groups=["everybody", "security"])
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Overview")
    visitor.open("cases", case=case_about(guarded.app.lake, STOLEN).note.case_id)
    decide(visitor, "Close: benign", "a planned move")
    expect(visitor.page.get_by_text("Written down.")).to_be_visible()
    (decision,) = read_triage(Layout(guarded.app.lake)).decisions
    assert (decision.by, decision.note) == ("dana@example.com", "a planned move")


def test_a_viewer_sees_the_case_and_is_offered_no_decision(guarded: Guarded, visit: Visit) -> None:
    visitor = visit(guarded.app)
    sign_in(visitor, guarded.provider, groups=["engineering"])
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Overview")
    visitor.open("cases", case=case_about(guarded.app.lake, STOLEN).note.case_id)
    assert STOLEN in visitor.text
    assert "that is for analysts" in visitor.text
    expect(visitor.page.get_by_role("button", name="Write down")).to_have_count(0)
    expect(visitor.page.get_by_role("button", name="Suppress")).to_have_count(0)


@pytest.mark.parametrize("claims", [{"groups": ["sales"]}, {"groups": []}, {}, {"groups": "sales"}])
def test_who_is_in_no_group_that_may_look_sees_nothing(
    claims: dict[str, Any], guarded: Guarded, visit: Visit
) -> None:
    visitor = visit(guarded.app)
    sign_in(visitor, guarded.provider, **claims)
    expect(visitor.page.get_by_role("alert")).to_contain_text("in no group that may look")
    expect(visitor.page.get_by_role("button", name="Sign out")).to_be_visible()
    assert visitor.page.get_by_test_id("stSidebarNav").count() == 0
