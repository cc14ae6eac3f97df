"""A lake and a registry to pass nights over: what tests of whole nights begin with."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx2

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.nightly.outcomes import Outcome
from pipeline.nightly.run import STEPS, run_night
from pipeline.nightly.summary import NightSummary
from tests.detecting import SWEEP, sql_folder
from tests.nights import FIRST, Events, Post, night_of, plan_of, quay_at, registry_store

DAY = FIRST + timedelta(days=3)  # on which alice sweeps
BEFORE, NEXT = DAY - timedelta(days=1), DAY + timedelta(days=1)
STORE = registry_store(8)
NO_REPORT = frozenset({"report"})
ONLY_READING = frozenset({"inventory", "build", "detect", "report", "notify"})
ALL_DONE = dict.fromkeys((step.name for step in STEPS), "done") | {"report": "skipped"}


class World:
    """A lake and a registry, night by night. The server keeps two whole days and today, where nothing else is said."""

    def __init__(self, folder: Path) -> None:
        self.layout = Layout(folder / "lake")
        self.post = Post()
        self.log = Events()
        self.sql = folder / "sql"
        self.requests: list[tuple[str, str]] = []

    def night(
        self,
        day: date,
        *,
        handler: Callable[[httpx2.Request], httpx2.Response] | None = None,
        skipped: frozenset[str] = NO_REPORT,
        keep_days: int = 3,
        server: dict[str, Any] | None = None,
        **given: Any,
    ) -> NightSummary:
        """The night after a day."""
        now = night_of(day)
        quay = quay_at(now, STORE)
        plan = plan_of(
            self.layout.root,
            handler or quay,
            given.pop("now", lambda: now),
            sql=self.sql,
            post=self.post,
            log=self.log,
            server={"keep_days": keep_days} | (server or {}),
            skipped=skipped,
            **given,
        )
        summary = run_night(plan)
        self.requests = quay.requests
        return summary


def world_in(folder: Path, like: World | None = None) -> World:
    """A world of its own, with one detection; its lake is empty, or a copy of another's."""
    made = World(folder)
    sql_folder(made.sql, qd91_sweep=SWEEP)
    if like:
        shutil.copytree(like.layout.root, made.layout.root)
    return made


def endings(summary: NightSummary) -> dict[str, str]:
    """How each step ended; `skipped` for one that was not begun."""
    return {
        result.step: "skipped" if result.outcome is Outcome.SKIPPED else result.ending.value
        for result in summary.steps
    }


def windows(world: World) -> dict[date, str]:
    """The state of each day."""
    return {window.day: window.state.value for window in Ledger(world.layout).windows()}
