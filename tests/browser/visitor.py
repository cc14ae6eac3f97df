"""Somebody at the dashboard: opens screens, waits until they are drawn, and notices what no page may do."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, Playwright, expect

from tests.browser.apps import App
from tests.commands import ROOT

Shade = Literal["light", "dark"]

# To watch over the shoulder, or to keep what the screens look like: SCREENSHOTS=folder.
SCREENSHOTS: Final = os.environ.get("SCREENSHOTS")
WIDE, NARROW = 1280, 390
TALLEST: Final = 6_000
MILLISECONDS: Final = 30_000
_AXE: Final = ROOT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_DRAWN: Final = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    return app.dataset.testScriptState === "notRunning"
        && app.dataset.testConnectionState === "CONNECTED"
        && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")
        && document.querySelector("h1")
        && [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].every(
            (chart) => chart.querySelector("canvas, svg"));
}"""
_WIDER_THAN_THE_WINDOW: Final = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    return [document.scrollingElement, main]
        .filter((each) => each.scrollWidth > each.clientWidth)
        .map((each) => `${each.tagName} is ${each.scrollWidth} wide, of which ${each.clientWidth} are seen: ` +
            [...main.querySelectorAll("*")]
                .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 3).map((part) => part.outerHTML.slice(0, 120)).join(" | "));
}"""


class Visitor:
    """One person with a browser of their own. `misdeeds` are what no page may do: ask, reach elsewhere, fail."""

    def __init__(self, page: Page, app: App) -> None:
        self.page = page
        self.app = app
        self.misdeeds: list[str] = []
        page.set_default_timeout(MILLISECONDS)
        page.on("dialog", self._dismiss)
        page.on("pageerror", lambda error: self.misdeeds.append(f"error in a script: {error}"))
        page.on("request", lambda request: self._note_request(request.url))

    def open(self, screen: str = "", **address: str) -> None:
        """Go to a screen, and wait until it is drawn."""
        self.page.goto(self.app.url(screen, **address))
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run and everything is drawn."""
        self.page.wait_for_selector("[data-testid=stApp]")
        self.page.wait_for_function(_DRAWN)

    def click(self, what: str, role: Any = "link") -> None:
        """Click the first link, or what else has that role, with these words."""
        self.page.get_by_role(role, name=re.compile(what)).first.click()

    @property
    def address(self) -> dict[str, str]:
        """What the address says after its question mark."""
        found: dict[str, str] = self.page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
        return found

    @property
    def text(self) -> str:
        """Everything that can be read, without the sidebar."""
        return self.page.get_by_test_id("stMain").inner_text()

    def assert_is_well(self, title: str) -> None:
        """The screen is the one of that title, nothing failed, and it did nothing that a page may not do."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        assert self.misdeeds == []
        assert "Traceback" not in self.app.said

    def dress(self, shade: Shade) -> None:
        """Prefer light or dark, as the system's setting does."""
        self.page.emulate_media(color_scheme=shade, reduced_motion="reduce")
        self.settle()

    def photograph(self, folder: Path, name: str) -> None:
        """Keep what the screen looks like, from its top to its end."""
        held = self.page.viewport_size
        assert held
        height = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": held["width"], "height": min(max(height, 600), TALLEST)})
        self.settle()
        target = Path(SCREENSHOTS) if SCREENSHOTS else folder
        target.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=target / f"{name}.png", animations="disabled")
        self.page.set_viewport_size(held)

    def parts_beyond_the_window(self) -> list[str]:
        """What makes the page wider than the window, so that somebody would have to scroll sideways."""
        found: list[str] = self.page.evaluate(_WIDER_THAN_THE_WINDOW)
        return found

    def barriers(self) -> list[str]:
        """What axe-core calls a serious or critical barrier on the page as it is now."""
        self.page.add_script_tag(path=_AXE)
        answer = self.page.evaluate("axe.run(document)")
        return [
            f"{found['impact']}: {found['id']}: {node['html'][:200]}"
            for found in answer["violations"]
            if found["impact"] in ("serious", "critical")
            for node in found["nodes"]
        ]

    def _dismiss(self, dialog: Dialog) -> None:
        self.misdeeds.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, url: str) -> None:
        own = f"127.0.0.1:{self.app.port}/"
        if not url.startswith((f"http://{own}", f"ws://{own}", "data:", "blob:")):
            self.misdeeds.append(f"a request to {url}")


def browser_of(playwright: Playwright) -> Browser:
    """The Chromium of this machine. Without one the tests are skipped, unless TESTS_NEED_A_BROWSER is set."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    lacking = [
        what for what, is_there in (("Chromium", program), ("axe-core", _AXE.exists())) if not is_there
    ]
    if not lacking:
        return playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
    reason = f"this needs {' and '.join(lacking)}: make .venv/.browser"
    if os.environ.get("TESTS_NEED_A_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def visiting(browser: Browser, app: App, *, width: int = WIDE, shade: Shade = "light") -> Iterator[Visitor]:
    """Somebody new, without cookies, whose screen is that wide."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=shade, reduced_motion="reduce", locale="en-US"
    )
    try:
        yield Visitor(context.new_page(), app)
    finally:
        context.close()
