"""Promises about histories on whole seconds: exports verify every window, pages some, and neither one wrongly."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.extract.options import Options
from pipeline.extract.routes import Route
from pipeline.extract.summary import ExtractSummary
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from tests.bursty import LAST, LONGEST_BURST, Bursty
from tests.export_runs import PromptQuay, extract_by
from tests.extracts import NOW, extract_all, lines_held
from tests.small_quay import ACME

BATCHES, WINDOWS = 4, 1_000
MOST_ROWS = 120
SIZES = {300: 6, 1_000: 4, 5_000: 2, 20_000: 1, 50_000: 1}


def assert_honest(history: Bursty, lake: Path, windows: list[WindowState]) -> None:
    """Every verified window is the truth, and every other says exactly what it lacks."""
    assert {window.day for window in windows} == history.truth.keys()
    for window in windows:
        held, truth = lines_held(lake, window), history.truth[window.day]
        lost = truth - held
        assert held <= truth
        assert (window.state is State.VERIFIED) == (not lost)
        assert window.missing == sum(lost.values())


def told(what: str, windows: list[WindowState], summary: ExtractSummary) -> str:
    verified = sum(window.state is State.VERIFIED for window in windows)
    rows = sum(sum((window.expected_by_kind or {}).values()) for window in windows)
    text = (
        f"{what}: {verified} of {len(windows)} windows verified, {summary.rows} of {rows} rows held, "
        f"{summary.requests} requests"
    )
    print(text)
    return text


def windows_of(lake: Path) -> list[WindowState]:
    return Ledger(Layout(lake)).windows()


def random_history(batch: int) -> Bursty:
    chance = random.Random(batch)
    return Bursty((chance.randint(20, MOST_ROWS) for _ in range(WINDOWS // BATCHES)), seed=batch)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_of_a_thousand_random_windows_exports_verify_all(batch: int, tmp_path: Path) -> None:
    history = random_history(batch)
    fake = PromptQuay(history.store)
    summary = extract_by(fake, tmp_path, [ACME], history.first, LAST, route=Route.AUTO)
    windows = windows_of(tmp_path)
    told("exports", windows, summary)
    assert {window.state for window in windows} == {State.VERIFIED}
    assert_honest(history, tmp_path, windows)
    assert fake.pages == []


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_of_a_thousand_random_windows_pages_verify_some_and_none_wrongly(batch: int, tmp_path: Path) -> None:
    history = random_history(batch)
    fake = FakeQuay(history.store, clock=lambda: NOW)
    summary = extract_all(fake, tmp_path, [ACME], history.first, LAST, options=Options(route=Route.PAGES))
    windows = windows_of(tmp_path)
    told("pages", windows, summary)
    assert_honest(history, tmp_path, windows)
    states = Counter(window.state for window in windows)
    assert states[State.VERIFIED]
    assert states[State.SHORT], "bursts of hundreds are more than pages and splits can bring"


@pytest.mark.slow
@pytest.mark.parametrize("rows", SIZES)
def test_exports_verify_days_of_any_size_with_bursts_of_hundreds(rows: int, tmp_path: Path) -> None:
    history = Bursty([rows] * SIZES[rows], seed=rows)
    fake = PromptQuay(history.store)
    summary = extract_by(fake, tmp_path, [ACME], history.first, LAST, route=Route.AUTO)
    windows = windows_of(tmp_path)
    told(f"exports of {rows} rows a day", windows, summary)
    assert {window.state for window in windows} == {State.VERIFIED}
    assert_honest(history, tmp_path, windows)
    most = max(Counter(line[:35] for line in history.truth[LAST].elements()).values())
    assert most <= LONGEST_BURST + 20
    assert rows < 20_000 or most > 300, "the bursts are what they are called"
    assert fake.pages == []


@pytest.mark.slow
@pytest.mark.parametrize("rows", [300, 1_000])
def test_pages_of_such_days_are_verified_or_short_by_exactly_what_is_missing(
    rows: int, tmp_path: Path
) -> None:
    history = Bursty([rows] * SIZES[rows], seed=rows)
    fake = FakeQuay(history.store, clock=lambda: NOW)
    summary = extract_all(fake, tmp_path, [ACME], history.first, LAST, options=Options(route=Route.PAGES))
    windows = windows_of(tmp_path)
    told(f"pages of {rows} rows a day", windows, summary)
    assert_honest(history, tmp_path, windows)


def test_a_window_left_short_by_pages_is_completed_by_the_next_run_that_may_export(tmp_path: Path) -> None:
    history = Bursty([300, 200, 100], seed=1)
    pages = FakeQuay(history.store, clock=lambda: NOW)
    extract_all(pages, tmp_path, [ACME], history.first, LAST, options=Options(route=Route.PAGES))
    short = [window.day for window in windows_of(tmp_path) if window.state is State.SHORT]
    assert short
    fake = PromptQuay(history.store)
    summary = extract_by(fake, tmp_path, [ACME], history.first, LAST, retry=True)
    assert summary.windows["verified"] == 3
    assert_honest(history, tmp_path, windows_of(tmp_path))
    asked = {target.split("starttime=")[1][:14] for target in fake.orders}
    assert asked <= {(LAST - timedelta(days=n)).strftime("%m%%2F%d%%2F%Y") for n in range(3)}
