"""Promises of correlations: windows slide, so that any interval counts, and what overlaps is one signal."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise, product
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.detect.rules import Detection
from pipeline.detect.trial import trial_bench
from pipeline.warehouse.given import GivenBench
from tests.detecting import SQL
from tests.sigma_rules import (
    MIDNIGHT,
    correlation,
    events_at,
    mount,
    named,
    read_one,
    signals_of,
)

SPAN = 600
BY_PERFORMER = {"group_by": ["performer"]}


class Happened(NamedTuple):
    """One event: when, in seconds from the midnight before the day judged; which tag; of which kind."""

    at: int
    tag: str
    kind: str


Run = tuple[int, int, int]
"""From when, to when, and of how many events."""

KINDS = ("create_tag", "move_tag", "delete_tag")
RULES = [named(kind, {"kind": kind}) for kind in KINDS]
# Few moments, so that many fall together or exactly a timespan apart; some before midnight.
happened = st.builds(
    Happened,
    at=st.sampled_from([-900, -601, -600, -300, -1, 0, 1, 299, 300, 301, 599, 600, 601, 900, 1201, 1500]),
    tag=st.sampled_from("abc"),
    kind=st.sampled_from(KINDS),
)
groups = st.lists(st.lists(happened, max_size=9), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def bench() -> Iterator[GivenBench]:
    with trial_bench(SQL) as bench:
        yield bench


def columns(event: Happened, group: int) -> dict[str, Any]:
    return {"kind": event.kind, "tag": event.tag, "performer_name": f"p{group}"}


def runs_found(
    bench: GivenBench, detection: Detection, given_groups: Sequence[Sequence[Happened]]
) -> list[list[Run]]:
    """What the detection says of each group."""
    mount(
        bench,
        events_at([(event.at, columns(event, n)) for n, group in enumerate(given_groups) for event in group]),
    )
    runs: list[list[Run]] = [[] for _ in given_groups]
    for signal in signals_of(bench, detection):
        first, last = (
            round((at - MIDNIGHT) / timedelta(seconds=1)) for at in (signal.first_at, signal.last_at)
        )
        runs[int(signal.subject.removeprefix("user:p"))].append((first, last, signal.event_count))
    return [sorted(each) for each in runs]


def runs_by_hand(segments: Sequence[tuple[int, int]], group: Sequence[Happened]) -> list[Run]:
    """Intervals that fit and end on the day, those that overlap made one, with the events in them."""
    merged: list[list[int]] = []
    for first, last in sorted(each for each in segments if each[1] >= 0):
        if merged and first <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    return [(first, last, sum(first <= each.at <= last for each in group)) for first, last in merged]


def any_interval(
    group: Sequence[Happened], is_fit: Callable[[list[Happened]], bool]
) -> list[tuple[int, int]]:
    """Every interval between two events, at most a timespan long, that fits."""
    times = sorted({each.at for each in group})
    pairs = [(first, last) for first in times for last in times if 0 <= last - first <= SPAN]
    return [
        (first, last) for first, last in pairs if is_fit([each for each in group if first <= each.at <= last])
    ]


@given(groups=groups, least=st.integers(1, 5))
@settings(max_examples=20, deadline=None)
def test_so_many_events_in_any_interval_are_found(
    bench: GivenBench, tmp_path_factory: pytest.TempPathFactory, groups: list[list[Happened]], least: int
) -> None:
    rule = correlation("event_count", KINDS, condition={"gte": least}, **BY_PERFORMER)
    detection = read_one(tmp_path_factory.mktemp("rules"), *RULES, rule)
    expected = [runs_by_hand(any_interval(each, lambda part: len(part) >= least), each) for each in groups]
    assert runs_found(bench, detection, groups) == expected


@given(groups=groups, more_than=st.integers(0, 2))
@settings(max_examples=20, deadline=None)
def test_so_many_values_in_any_interval_are_found(
    bench: GivenBench, tmp_path_factory: pytest.TempPathFactory, groups: list[list[Happened]], more_than: int
) -> None:
    condition = {"gt": more_than, "field": "tag"}
    rule = correlation("value_count", KINDS, condition=condition, **BY_PERFORMER)
    detection = read_one(tmp_path_factory.mktemp("rules"), *RULES, rule)
    expected = [
        runs_by_hand(any_interval(each, lambda part: len({e.tag for e in part}) > more_than), each)
        for each in groups
    ]
    assert runs_found(bench, detection, groups) == expected


@given(groups=groups, count=st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_all_rules_in_any_interval_are_found(
    bench: GivenBench, tmp_path_factory: pytest.TempPathFactory, groups: list[list[Happened]], count: int
) -> None:
    detection = read_one(
        tmp_path_factory.mktemp("rules"), *RULES, correlation("temporal", KINDS[:count], **BY_PERFORMER)
    )
    known = [[each for each in group if each.kind in KINDS[:count]] for group in groups]
    expected = [
        runs_by_hand(any_interval(each, lambda part: len({e.kind for e in part}) == count), each)
        for each in known
    ]
    assert runs_found(bench, detection, groups) == expected


@given(groups=groups, order=st.lists(st.sampled_from(KINDS), min_size=2, max_size=3))
@settings(max_examples=30, deadline=None)
def test_all_rules_in_order_are_found(
    bench: GivenBench,
    tmp_path_factory: pytest.TempPathFactory,
    groups: list[list[Happened]],
    order: list[str],
) -> None:
    detection = read_one(
        tmp_path_factory.mktemp("rules"), *RULES, correlation("temporal_ordered", order, **BY_PERFORMER)
    )
    known = [[each for each in group if each.kind in order] for group in groups]
    expected = [runs_by_hand(list(chains(each, order)), each) for each in known]
    assert runs_found(bench, detection, groups) == expected


def chains(group: Sequence[Happened], order: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From when to when events follow one another in this order; within one second any order will do."""
    for places in product(range(len(group)), repeat=len(order)):
        events = [group[place] for place in places]
        steps = list(pairwise(places))
        if (
            [each.kind for each in events] == list(order)
            and all(group[one].at <= group[other].at and one != other for one, other in steps)
            and events[-1].at - events[0].at <= SPAN
        ):
            yield events[0].at, events[-1].at


@given(groups=groups, operator=st.sampled_from(["lt", "lte", "eq", "neq"]), count=st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_other_comparisons_are_of_the_timespan_before_each_event(
    bench: GivenBench,
    tmp_path_factory: pytest.TempPathFactory,
    groups: list[list[Happened]],
    operator: str,
    count: int,
) -> None:
    tests: dict[str, Callable[[int], bool]] = {
        "lt": lambda n: n < count,
        "lte": lambda n: n <= count,
        "eq": lambda n: n == count,
        "neq": lambda n: n != count,
    }
    rule = correlation("event_count", KINDS, condition={operator: count}, **BY_PERFORMER)
    detection = read_one(tmp_path_factory.mktemp("rules"), *RULES, rule)
    expected = [
        runs_by_hand([each for each, n in trailing(group) if tests[operator](n)], group) for group in groups
    ]
    assert runs_found(bench, detection, groups) == expected


def trailing(group: Sequence[Happened]) -> Iterator[tuple[tuple[int, int], int]]:
    for last in group:
        part = [each.at for each in group if last.at - SPAN <= each.at <= last.at]
        yield (min(part), last.at), len(part)


@given(groups=groups)
@settings(max_examples=15, deadline=None)
def test_a_condition_may_say_which_rules_are_there_and_which_are_not(
    bench: GivenBench, tmp_path_factory: pytest.TempPathFactory, groups: list[list[Happened]]
) -> None:
    rule = correlation(
        "temporal", [], condition="create_tag and (move_tag or not delete_tag)", **BY_PERFORMER
    )
    del rule["correlation"]["rules"]
    detection = read_one(tmp_path_factory.mktemp("rules"), *RULES, rule)

    def is_fit(last: Happened, group: Sequence[Happened]) -> bool:
        kinds = {each.kind for each in group if last.at - SPAN <= each.at <= last.at}
        return "create_tag" in kinds and ("move_tag" in kinds or "delete_tag" not in kinds)

    expected = []
    for group in groups:
        fitting = [
            each for (each, _), last in zip(trailing(group), group, strict=True) if is_fit(last, group)
        ]
        expected.append(runs_by_hand(fitting, group))
    assert runs_found(bench, detection, groups) == expected
