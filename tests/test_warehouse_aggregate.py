"""Promises of `aggregate`: what a real Quay answered, from its rows; and what may be lacking is said."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from pipeline.quay.entries import lines_from_entries
from pipeline.quay.lines import Row, row_from_line
from pipeline.quay.scopes import ALL, Scope, org, repo, user
from pipeline.warehouse.aggregate import Gap, aggregate
from tests.lakes import DAY, Built, bring_up_to_date, row, save_window
from tests.worlds import data_from, exported_rows, recordings

ALL_DAY = date(2026, 11, 17)
TIE_DAY = date(2026, 11, 18)
ACME_DAYS = [date(2026, 11, n) for n in (1, 2, 3)]

Element = tuple[str, int, str]


def rows_of(entries: list[dict[str, Any]], day: date) -> list[Row]:
    on_that_day = [entry for entry in entries if day.strftime("%d %b %Y") in entry["datetime"]]
    return [row_from_line(line) for line in lines_from_entries(on_that_day)]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """What Quay showed of a few days: all on one of them, two organizations on others."""
    layout = Layout(tmp_path_factory.mktemp("corpus"))
    pages = data_from("corpus/pages/all_2026-11-17.json.gz")
    shown = [entry for page in pages for entry in page["logs"]]
    save_window(layout, "all", rows_of(shown, ALL_DAY), day=ALL_DAY)
    for name, days in (("acme", ACME_DAYS), ("tieorg", [TIE_DAY])):
        exported = exported_rows(f"corpus/export/{name}.json.gz")
        for day in days:
            save_window(layout, f"org/{name}", rows_of(exported, day), day=day)
    bring_up_to_date(layout)
    return Built(layout)


def elements(counts: list[Any]) -> Counter[Element]:
    return Counter((count["kind"], count["count"], count["datetime"]) for count in counts)


def answered_by_quay(file: str, *days: date) -> Counter[Element]:
    answers: Mapping[str, list[Any]] = data_from(f"corpus/aggregate/{file}.json.gz")
    return elements([count for day in days for count in answers[f"{day}"]])


@pytest.mark.parametrize(
    ("scope", "days", "file"),
    [
        (ALL, [ALL_DAY], "all"),
        (org("acme"), ACME_DAYS, "org_acme"),
        (org("acme"), [ALL_DAY], "org_acme"),
        (org("tieorg"), [TIE_DAY], "org_tieorg"),
    ],
    ids=["all", "an organization", "an organization, from the window of all", "an organization with ties"],
)
def test_counts_are_those_that_a_real_quay_answered(
    lake: Built, scope: Scope, days: list[date], file: str
) -> None:
    found = aggregate(lake.warehouse, scope, days[0], days[-1])
    assert elements(found.counts) == answered_by_quay(file, *days)
    assert found.gaps == []


@pytest.mark.parametrize("performer", ["bob", "acme+ci"])
def test_counts_of_a_performer_are_those_that_a_real_quay_answered(lake: Built, performer: str) -> None:
    recording = recordings()[f"agg_performer_{performer.replace('+', '_')}"]
    days = {day.strftime("%a, %d %b %Y 00:00:00 -0000") for day in ACME_DAYS}
    recorded = [each for each in recording["response"]["body"]["aggregated"] if each["datetime"] in days]
    found = aggregate(lake.warehouse, org("acme"), ACME_DAYS[0], ACME_DAYS[-1], performer).counts
    assert recorded
    assert elements(recorded) <= elements(found)


def test_performers_and_nobody_add_up_to_everybody(lake: Built) -> None:
    day = ACME_DAYS[0]
    query = (
        "select performer_name, count(*) from log_entries where scope = 'org/acme' and day = ? group by all"
    )
    actors: dict[str | None, int] = dict(lake.rows(query, day))
    counts = {name: aggregate(lake.warehouse, org("acme"), day, day, name).counts for name in actors if name}
    found = {name: sum(count["count"] for count in each) for name, each in counts.items()}
    everybody = sum(count["count"] for count in aggregate(lake.warehouse, org("acme"), day, day).counts)
    assert found == {name: count for name, count in actors.items() if name}
    assert everybody == sum(actors.values())


def test_counts_are_sorted_by_day_and_kind_and_none_is_zero(lake: Built) -> None:
    counts = aggregate(lake.warehouse, org("acme"), ACME_DAYS[0], ACME_DAYS[-1]).counts
    order = [(ACME_DAYS.index(date(2026, 11, int(c["datetime"][5:7]))), c["kind"]) for c in counts]
    assert order == sorted(order)
    assert all(count["count"] > 0 for count in counts)


def test_a_performer_that_nobody_is_counts_nothing(lake: Built) -> None:
    """Quay drops such a filter and counts everybody."""
    assert aggregate(lake.warehouse, org("acme"), ACME_DAYS[0], ACME_DAYS[-1], "nosuchuser").counts == []
    assert aggregate(lake.warehouse, org("acme"), ACME_DAYS[0], ACME_DAYS[-1], "' or true --").counts == []


def test_an_empty_performer_is_no_filter(lake: Built) -> None:
    everybody = aggregate(lake.warehouse, org("acme"), ALL_DAY, ALL_DAY)
    assert aggregate(lake.warehouse, org("acme"), ALL_DAY, ALL_DAY, "") == everybody


def test_days_without_a_window_are_said_to_be_missing(lake: Built) -> None:
    found = aggregate(lake.warehouse, org("acme"), date(2026, 11, 2), date(2026, 11, 5))
    assert found.gaps == [Gap(date(2026, 11, n), "org/acme", "missing") for n in (4, 5)]
    assert aggregate(lake.warehouse, repo("acme", "web"), ALL_DAY, ALL_DAY).gaps == [
        Gap(ALL_DAY, "repo/acme/web", "missing")
    ]


@pytest.mark.parametrize(
    ("own", "of_all", "counts", "gaps"),
    [
        (State.VERIFIED, State.VERIFIED, [2], []),
        (State.SHORT, State.VERIFIED, [3], []),
        (State.SHORT, State.UNVERIFIED, [2], [Gap(DAY, "org/acme", "short")]),
        (None, State.OPEN, [3], [Gap(DAY, "all", "open")]),
        (State.OPEN, None, [2], [Gap(DAY, "org/acme", "open")]),
    ],
)
def test_a_day_is_counted_from_the_best_window_and_says_when_that_is_not_proven(
    tmp_path: Path, own: State | None, of_all: State | None, counts: list[int], gaps: list[Gap]
) -> None:
    layout = Layout(tmp_path)
    more = {"pull_repo": 9}
    if own:
        save_window(layout, "org/acme", [row()] * 2, state=own, expected=more)
    if of_all:
        others = [row(namespace="globex"), row(namespace=None), row(namespace="bob")]
        save_window(layout, "all", [row(namespace="acme")] * 3 + others, state=of_all, expected=more)
    bring_up_to_date(layout)
    found = aggregate(layout.warehouse, org("acme"), DAY, DAY)
    assert [count["count"] for count in found.counts] == counts
    assert found.gaps == gaps
    assert aggregate(layout.warehouse, org("acme"), DAY, DAY, "bob").counts == found.counts
    if of_all:
        assert [count["count"] for count in aggregate(layout.warehouse, user("bob"), DAY, DAY).counts] == [1]


def test_a_range_that_ends_before_it_begins_is_refused(lake: Built) -> None:
    with pytest.raises(UsageError, match="before it begins"):
        aggregate(lake.warehouse, ALL, DAY, date(2026, 11, 1))


def test_a_warehouse_that_was_never_built_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no warehouse") as refusal:
        aggregate(tmp_path / "w.duckdb", ALL, DAY, DAY)
    assert refusal.value.hint == "run build first"
