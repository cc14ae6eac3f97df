"""What the browser tests share: the lakes, made once a run; a dashboard on each, once a process; a browser a module."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.apps import App, running
from tests.browser.lakes import folder_of_the_run, made_once
from tests.browser.visitor import Visitor, browser_of, visiting

AppOn = Callable[[str], App]
Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A lake by its name in `lakes.LAKES`. Whoever writes takes `own_lake`."""
    return partial(made_once, folder_of_the_run(tmp_path_factory))


@pytest.fixture
def own_lake(lakes: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a lake that the test may write to."""

    def copy(name: str) -> Path:
        return Path(shutil.copytree(lakes(name), tmp_path / name))

    return copy


@pytest.fixture(scope="session")
def app_on(lakes: Callable[[str], Path]) -> Iterator[AppOn]:
    """The dashboard on a lake by its name."""
    apps: dict[str, App] = {}
    with ExitStack() as stack:

        def start(name: str) -> App:
            if name not in apps:
                apps[name] = stack.enter_context(running(lakes(name)))
            return apps[name]

        yield start


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Not for longer than a module: as long as it runs, nothing else in this thread may have a loop."""
    with sync_playwright() as playwright:
        browser = browser_of(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Somebody new at a dashboard; leaves at the end of the test."""
    with ExitStack() as stack:

        def come(app: App, **how: object) -> Visitor:
            visitor: AbstractContextManager[Visitor] = visiting(browser, app, **how)  # type: ignore[arg-type]
            return stack.enter_context(visitor)

        yield come
