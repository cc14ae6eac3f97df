"""A detection that could not have seen anything says so, with the reason that is in the data."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from pipeline.detect.readiness import (
    DayWindow,
    InventoryReach,
    Readiness,
    Telemetry,
    Verdict,
    verdict_on,
)
from pipeline.detect.rules import Detection, Needs
from pipeline.detect.signals import Family, Severity

DAY = date(2026, 3, 2)
REACH = InventoryReach(snapshot_date=DAY, days_away=0, list_count=3, read_count=3)
WHOLE = Telemetry(
    day=DAY,
    first_day=DAY - timedelta(days=60),
    kinds=frozenset({"pull_repo", "push_repo", "login_success", "login_failure"}),
    windows=(DayWindow("all", "verified", 0),),
    top_network="198.51.100.0/24",
    top_network_share=0.2,
    is_network_trusted=True,
    inventory={"repositories": REACH},
)


def detection(**needs: object) -> Detection:
    return Detection(
        id="QD-99",
        title="Something",
        family=Family.EXFILTRATION,
        severity=Severity.HIGH,
        why="because",
        tactics=["Collection"],
        techniques=["T1213"],
        reads=["int_acts"],
        next_steps=["ask"],
        false_positives=["none"],
        needs=Needs(**needs),  # type: ignore[arg-type]  # named by each test
        name="qd99_something",
        query="select 1",
        cases=[],
    )


def verdict(telemetry: Telemetry, **needs: object) -> Verdict:
    return verdict_on(detection(**needs), telemetry)


def only_reason(found: Verdict) -> str:
    (reason,) = found.reasons
    return reason


EVERYTHING = {
    "kinds": ["pull_repo"],
    "failure_kinds": ["login_failure"],
    "inventory": ["repositories"],
    "network": True,
    "superuser": True,
    "history_days": 28,
}


def test_where_all_that_it_needs_is_there_a_detection_is_ready() -> None:
    assert verdict(WHOLE, **EVERYTHING) == Verdict(DAY, "QD-99", Readiness.READY)


def test_a_day_without_a_window_is_no_quiet_day() -> None:
    for windows in ((), (DayWindow("all", "missing"),)):
        found = verdict(replace(WHOLE, windows=windows))
        assert found.readiness is Readiness.BLIND
        assert "the lake has no window of 2026-03-02" in found.reasons


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (DayWindow("org/acme", "short", 1_234), "window org/acme of 2026-03-02 lacks 1,234 entries"),
        (DayWindow("all", "open"), "before the day was over"),
        (DayWindow("all", "unverified"), "nothing proves that window all"),
    ],
)
def test_a_window_that_is_not_proven_degrades_every_detection(window: DayWindow, words: str) -> None:
    found = verdict(replace(WHOLE, windows=(window,)))
    assert found.readiness is Readiness.DEGRADED
    assert words in only_reason(found)


def test_a_scope_that_was_read_until_yesterday_is_missed() -> None:
    windows = (*WHOLE.windows, DayWindow("org/acme", "missing"))
    found = verdict(replace(WHOLE, windows=windows))
    assert found.readiness is Readiness.DEGRADED
    assert only_reason(found) == "org/acme was read in the week before, and has no window of 2026-03-02"


def test_what_only_a_superuser_sees_needs_the_scope_all() -> None:
    telemetry = replace(WHOLE, windows=(DayWindow("org/acme", "verified", 0),))
    assert verdict(telemetry, superuser=True).readiness is Readiness.BLIND
    assert verdict(telemetry).readiness is Readiness.READY


def test_a_habitual_kind_that_never_comes_is_not_logged() -> None:
    telemetry = replace(WHOLE, kinds=frozenset({"push_repo"}))
    found = verdict(telemetry, kinds=["pull_repo"])
    assert found.readiness is Readiness.BLIND
    assert only_reason(found).startswith("no pull_repo in four weeks")
    assert verdict(telemetry, kinds=["pull_repo", "push_repo"]).readiness is Readiness.READY


def test_a_rare_kind_that_never_comes_proves_nothing() -> None:
    assert verdict(WHOLE, kinds=["take_ownership"]).readiness is Readiness.READY


def test_without_failures_in_the_log_their_detection_is_blind_and_a_mixed_one_degraded() -> None:
    telemetry = replace(WHOLE, kinds=frozenset({"pull_repo"}))
    alone = verdict(telemetry, failure_kinds=["login_failure"])
    mixed = verdict(telemetry, failure_kinds=["login_failure"], kinds=["pull_repo"])
    assert (alone.readiness, mixed.readiness) == (Readiness.BLIND, Readiness.DEGRADED)
    assert "only where that is switched on" in only_reason(alone)


def test_behind_a_proxy_the_rules_about_networks_are_blind_and_no_others() -> None:
    telemetry = replace(WHOLE, is_network_trusted=False, top_network="10.0.0.0/24", top_network_share=0.93)
    found = verdict(telemetry, network=True)
    assert found.readiness is Readiness.BLIND
    assert "93% of what happens comes from 10.0.0.0/24" in only_reason(found)
    assert verdict(telemetry).readiness is Readiness.READY
    young = verdict(replace(telemetry, is_network_trusted=None), network=True)
    assert young.readiness is Readiness.DEGRADED


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (None, "no snapshot of the inventory has repositories"),
        (replace(REACH, read_count=0), "may not read repositories"),
        (replace(REACH, read_count=2), "1 of 3 lists of repositories could not be read"),
        (replace(REACH, days_away=4), "the nearest snapshot of repositories is of 2026-03-02"),
    ],
)
def test_an_inventory_that_does_not_reach_the_day_degrades_what_reads_it(
    reach: InventoryReach | None, words: str
) -> None:
    telemetry = replace(WHOLE, inventory={"repositories": reach} if reach else {})
    found = verdict(telemetry, inventory=["repositories"])
    assert found.readiness is Readiness.DEGRADED
    assert words in only_reason(found)
    assert verdict(telemetry).readiness is Readiness.READY


def test_an_inventory_of_three_days_ago_will_do() -> None:
    telemetry = replace(WHOLE, inventory={"repositories": replace(REACH, days_away=3)})
    assert verdict(telemetry, inventory=["repositories"]).readiness is Readiness.READY


def test_without_the_inventory_that_it_must_have_a_detection_is_blind() -> None:
    for inventory in ({}, {"repositories": replace(REACH, read_count=0)}):
        telemetry = replace(WHOLE, inventory=inventory)
        found = verdict(telemetry, inventory=["repositories"], inventory_required=True)
        assert found.readiness is Readiness.BLIND


def test_a_young_lake_is_still_learning() -> None:
    for days, readiness in ((27, Readiness.DEGRADED), (28, Readiness.READY)):
        telemetry = replace(WHOLE, first_day=DAY - timedelta(days=days))
        assert verdict(telemetry, history_days=28).readiness is readiness
    never = verdict(replace(WHOLE, first_day=None), history_days=7)
    assert only_reason(never) == "habits are still being learnt: fewer than 7 days lie before"


def test_silent_namespaces_are_named_and_many_of_them_counted() -> None:
    names = [f"org-{number}" for number in range(7)]
    found = verdict(replace(WHOLE, silent_namespaces=names))
    assert found.readiness is Readiness.DEGRADED
    assert only_reason(found).startswith("org-0, org-1, org-2, org-3, org-4 and 2 more logged nothing")


def test_the_worst_obstacle_decides_and_every_one_is_named() -> None:
    telemetry = replace(
        WHOLE, windows=(DayWindow("all", "short", 3),), kinds=frozenset(), is_network_trusted=False
    )
    found = verdict(telemetry, kinds=["pull_repo"], network=True)
    assert found.readiness is Readiness.BLIND
    assert len(found.reasons) == 3
