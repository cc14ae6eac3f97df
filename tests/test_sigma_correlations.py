"""Promises of correlations beyond their windows: aliases, groups, subjects, values of several fields."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.detect.signals import Signal
from pipeline.detect.trial import trial_bench
from pipeline.warehouse.given import GivenBench
from tests.detecting import SQL
from tests.sigma_rules import Event, correlation, events_at, mount, named, read_one, signals_of

KINDS = ("create_tag", "move_tag", "delete_tag")
RULES = [named(kind, {"kind": kind}) for kind in KINDS]


@pytest.fixture(scope="module")
def bench() -> Iterator[GivenBench]:
    with trial_bench(SQL) as bench:
        yield bench


def signals(
    bench: GivenBench, folder: Path, rules: Sequence[Any], events: Sequence[tuple[int, Event]]
) -> list[Signal]:
    detection = read_one(folder, *rules)
    mount(bench, events_at(events))
    return signals_of(bench, detection)


def test_an_alias_is_another_field_in_each_rule(bench: GivenBench, tmp_path: Path) -> None:
    rule = correlation(
        "temporal_ordered",
        ["revoked", "used"],
        group_by=["token"],
        aliases={"token": {"revoked": "app_specific_token", "used": "credential_id"}},
    )
    rules = [
        named("revoked", {"kind": "revoke_app_specific_token"}),
        named("used", {"credential_kind": "app_specific_token"}),
        rule,
    ]
    revoked: Event = {
        "kind": "revoke_app_specific_token",
        "performer_name": "root",
        "metadata": {"app_specific_token": "t"},
    }
    used: Event = {"performer_name": "alice", "credential": "app_specific_token:t"}
    other: Event = {"performer_name": "bob", "credential": "app_specific_token:u"}
    (signal,) = signals(bench, tmp_path, rules, [(0, used), (60, revoked), (120, other), (180, used)])
    assert (signal.subject, signal.event_count, signal.performer_name) == ("network:198.51.100.0/24", 2, None)
    assert signal.evidence == ("2026-03-03 all #00000001", "2026-03-03 all #00000003")


def test_who_acted_last_is_the_subject_where_nothing_is_common(bench: GivenBench, tmp_path: Path) -> None:
    rules = [RULES[0], RULES[1], correlation("temporal_ordered", KINDS[:2], group_by=["tag"])]
    one: Event = {"kind": KINDS[0], "tag": "v", "performer_name": "root", "namespace_name": "a"}
    two: Event = {
        "kind": KINDS[1],
        "tag": "v",
        "performer_name": "eve",
        "namespace_name": "b",
        "network": "203.0.113.0/24",
    }
    (signal,) = signals(bench, tmp_path, rules, [(0, one), (1, two)])
    assert signal.subject == "user:eve"


def test_what_is_in_no_group_is_left_out(bench: GivenBench, tmp_path: Path) -> None:
    rules = [RULES[0], correlation("event_count", KINDS[:1], condition={"gte": 2}, group_by=["tag"])]
    anywhere = [RULES[0], correlation("event_count", KINDS[:1], condition={"gte": 2})]
    events: list[tuple[int, Event]] = [(n, {"kind": KINDS[0], "performer_name": f"p{n}"}) for n in range(3)]
    assert signals(bench, tmp_path, rules, events) == []
    (signal,) = signals(bench, tmp_path, anywhere, events)
    assert (signal.subject, signal.event_count) == ("network:198.51.100.0/24", 3)


def test_values_may_be_of_several_fields(bench: GivenBench, tmp_path: Path) -> None:
    condition = {"gte": 3, "field": ["tag", "repo"]}
    rules = [RULES[0], correlation("value_count", KINDS[:1], condition=condition)]

    def made(*pairs: tuple[str | None, str]) -> list[tuple[int, Event]]:
        return [
            (0, {"kind": KINDS[0], "performer_name": "p", "tag": tag, "metadata": {"repo": repo}})
            for tag, repo in pairs
        ]

    assert signals(bench, tmp_path, rules, made(("a", "b"), ("a", "b"), ("b", "a"), (None, "c"))) == []
    (signal,) = signals(bench, tmp_path, rules, made(("a", "b"), ("b", "a"), ("a", "c")))
    assert signal.reason.endswith("up to 3 values of tag, repo within 10m")


def test_runs_about_one_subject_that_begin_together_are_one_signal(bench: GivenBench, tmp_path: Path) -> None:
    rules = [RULES[0], correlation("event_count", KINDS[:1], condition={"gte": 2}, group_by=["tag"])]
    events: list[tuple[int, Event]] = [
        (at, {"kind": KINDS[0], "performer_name": "p", "tag": tag}) for at in (0, 9) for tag in "ab"
    ]
    (signal,) = signals(bench, tmp_path, rules, events)
    assert (signal.subject, signal.event_count) == ("user:p", 4)
