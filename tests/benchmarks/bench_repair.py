"""What reading by pages can prove where times are whole seconds (MySQL, MariaDB), and what it asks for: by size of a day.

    python -m tests.benchmarks.bench_repair --seeds 20

Each window is one day of one organization: entries that a real Quay recorded (`tests/data/corpus-mariadb`), at new times
in office hours; 12 % of what happens is a burst of two to five entries of one performer on one repository. Quay's paging
loses rows where a page ends within a second. `plain` reads one chain of pages to its end, as most readers do; `pages` is
an extract by pages, with its repairs; `deep` lets page tokens of sparse logs open dense ones; `exports` is an extract that
may also ask for exports. No figure depends on the machine.
"""

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from pipeline.demo.fakequay import FakeQuay
from pipeline.extract.options import Options
from pipeline.extract.routes import Route
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.quay.logs import read_pages, stream_of
from pipeline.quay.scopes import org
from tests.export_runs import PromptQuay, extract_by
from tests.extracts import NOW, client_of, extract_all
from tests.worlds import AUDITOR, exported_rows, store_from_export

DAY = date(2026, 11, 17)
SIZES = (300, 1_000, 5_000, 20_000)
ACME = org("acme")
_HOURS = (3, 6, 3, 3, 3, 2, 3, 4, 5, 9, 10, 10, 7, 8, 9, 8, 7, 5, 4, 3, 2, 3, 2, 3)  # as recorded
_BURST_SHARE = 0.12
_BURST_SIZES = {2: 4, 3: 3, 4: 2, 5: 1}

Entry = dict[str, Any]


class Outcome(NamedTuple):
    """One window by one way of reading: how many rows it got of how many, by how many requests, and whether proven."""

    rows: int
    held: int
    requests: int
    is_verified: bool


def busy_day(rows: int, seed: int) -> list[Entry]:
    """So many entries of one day, oldest first."""
    dice = random.Random(seed)
    deck = exported_rows("corpus-mariadb/export/acme-2026-11-17.json.gz")
    alike: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in deck:
        alike[_who_and_where(entry)].append(entry)
    seconds: list[tuple[int, Entry]] = []
    while len(seconds) < rows:
        second = 3600 * dice.choices(range(24), _HOURS)[0] + dice.randrange(3600)
        first = dice.choice(deck)
        more = _burst_size(dice) - 1
        burst = [first, *dice.choices(alike[_who_and_where(first)], k=more)]
        seconds += [(second, entry | {"ip": first["ip"]}) for entry in burst]
    midnight = datetime.combine(DAY, time())
    return [
        entry | {"datetime": format_datetime(midnight + timedelta(seconds=second))}
        for second, entry in sorted(seconds[:rows], key=lambda each: each[0])
    ]


def _who_and_where(entry: Entry) -> tuple[str, str]:
    return entry.get("performer", {}).get("name", ""), entry["metadata"].get("repo", "")


def _burst_size(dice: random.Random) -> int:
    if dice.random() >= _BURST_SHARE:
        return 1
    return dice.choices(list(_BURST_SIZES), list(_BURST_SIZES.values()))[0]


def read_plainly(quay: FakeQuay, entries: Sequence[Entry]) -> Outcome:
    """One chain of pages to its end."""
    client = client_of(quay, AUDITOR)
    held = sum(len(page.lines) for page in read_pages(client, stream_of(ACME), DAY))
    return Outcome(len(entries), held, client.requests, is_verified=held == len(entries))


def read_by_pages(quay: FakeQuay, entries: Sequence[Entry], *, deep: bool) -> Outcome:
    """One extract by pages."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder)
        options = Options(deep=deep)
        summary = extract_all(quay, lake, [ACME], DAY, DAY, options=options, now=NOW, token=AUDITOR)
        return _outcome(lake, entries, summary.requests)


def read_by_exports(quay: PromptQuay, entries: Sequence[Entry]) -> Outcome:
    """One extract by whatever costs the server less."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder)
        summary = extract_by(quay, lake, [ACME], DAY, DAY, route=Route.AUTO, token=AUDITOR)
        return _outcome(lake, entries, summary.requests)


def _outcome(lake: Path, entries: Sequence[Entry], requests: int) -> Outcome:
    """Raises AssertionError for a window that claims more than is true."""
    window = Ledger(Layout(lake)).window(ACME, DAY)
    assert window is not None
    truth = Counter(entry["kind"] for entry in entries)
    assert Counter(window.rows_by_kind) + Counter(window.missing_by_kind) == truth
    is_verified = window.state is State.VERIFIED
    assert is_verified == (window.rows == len(entries))
    return Outcome(len(entries), window.rows, requests, is_verified)


def measure(sizes: Iterable[int], seeds: int) -> dict[str, Any]:
    """Shares and requests by size of a day and way of reading."""
    return {"by_rows_a_day": {str(size): _measure_size(size, seeds) for size in sizes}}


def _measure_size(size: int, seeds: int) -> dict[str, Any]:
    outcomes: defaultdict[str, list[Outcome]] = defaultdict(list)
    for seed in range(seeds):
        for way, outcome in _outcomes(busy_day(size, seed)):
            outcomes[way].append(outcome)
    return {way: _shares(found) for way, found in outcomes.items()}


def _outcomes(entries: Sequence[Entry]) -> Iterator[tuple[str, Outcome]]:
    store = store_from_export(entries, "acme", whole_seconds=True)
    quay = FakeQuay(store, clock=lambda: NOW)
    yield "plain", read_plainly(quay, entries)
    yield "pages", read_by_pages(quay, entries, deep=False)
    yield "deep", read_by_pages(quay, entries, deep=True)
    yield "exports", read_by_exports(PromptQuay(store), entries)


def _shares(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    shares = [outcome.held / outcome.rows for outcome in outcomes]
    return {
        "windows": len(outcomes),
        "windows_verified": sum(outcome.is_verified for outcome in outcomes),
        "rows_held_share": round(fmean(shares), 4),
        "rows_held_share_worst": round(min(shares), 4),
        "requests_a_window": round(fmean(outcome.requests for outcome in outcomes)),
    }


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows-a-day", type=int, action="append")
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.rows_a_day or SIZES, asked.seeds), indent=2))


if __name__ == "__main__":
    main()
