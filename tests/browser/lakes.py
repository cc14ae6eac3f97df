"""The lakes that the dashboard is opened on: none, without an event, of two days, of hostile texts, and the demo's."""

import fcntl
import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from pipeline.demo.registry import Registry, make_registry
from pipeline.detect.run import detect
from pipeline.extract.options import Options
from pipeline.extract.routes import Route
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.snapshot_writer import save_snapshot
from pipeline.quay.scopes import ALL, org
from tests.browser.hostile import hostile_lake
from tests.extracts import NOW, extract_all
from tests.holdings import taken
from tests.lakes import bring_up_to_date, save_window
from tests.two_days import DAYS, two_days

LAST_DAY: Final = NOW.date() - timedelta(days=1)
VERSION: Final = "0.1.0"


def no_lake(folder: Path) -> None:
    """Not even a folder."""


def lake_without_events(folder: Path) -> None:
    """One day on which nothing happened, built."""
    layout = Layout(folder)
    save_window(layout, "all", [], day=DAYS[0])
    bring_up_to_date(layout)


def small_lake(folder: Path) -> None:
    """Two days with three entries, built and judged: there is no case, and no inventory."""
    layout = two_days(folder)
    bring_up_to_date(layout)
    detect(layout, layout.warehouse, threads=1)


def demo_lake(folder: Path) -> None:
    """What `quay-audit demo` makes, of the days up to `LAST_DAY`: the same cases whenever it is made."""
    layout = Layout(folder)
    registry = make_registry(LAST_DAY, lambda: NOW)
    _extract(registry, layout)
    held = taken(registry.quay, token=registry.history.tokens["auditor"].secret)
    save_snapshot(
        layout, NOW.date(), held.rows, taken_at=NOW, server_url="https://quay.example", tool_version=VERSION
    )
    Ledger(layout).seal(NOW, VERSION)
    bring_up_to_date(layout)
    detect(layout, layout.warehouse)


LAKES: Final[Mapping[str, Callable[[Path], None]]] = {
    "none": no_lake,
    "empty": lake_without_events,
    "small": small_lake,
    "hostile": hostile_lake,
    "demo": demo_lake,
}


def folder_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all processes of one run of the tests find the lakes."""
    base = tmp_path_factory.getbasetemp()
    # Beside each other below one folder run the processes of one run.
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "lakes"


def made_once(folder: Path, name: str) -> Path:
    """The lake `name` below `folder`, which processes that run at once make together once. Nobody may write to it."""
    lake, finished = folder / name / "lake", folder / name / "finished"
    finished.parent.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            LAKES[name](lake)
            finished.touch()
    return lake


def _extract(registry: Registry, layout: Layout) -> None:
    history = registry.history
    for scope in (ALL, org(registry.largest_organization)):
        extract_all(
            registry.quay,
            layout.root,
            [scope],
            history.first_day,
            history.last_day,
            options=Options(grace=timedelta(0), route=Route.PAGES),
            token=history.tokens["auditor"].secret,
        )
