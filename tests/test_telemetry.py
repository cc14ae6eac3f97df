"""What readiness is judged by is what the lake shows of the day, and of the weeks before it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pipeline.bundle import bundled
from pipeline.detect.examples import given_from_example
from pipeline.detect.readiness import DayWindow, Readiness, Telemetry
from pipeline.detect.rules import Example, read_detections
from pipeline.detect.telemetry import telemetry_of, verdicts_of
from pipeline.warehouse.given import GivenBench, given_bench
from pipeline.warehouse.models import Layer, read_models
from tests.judged_days import DAY

MARTS = [model.name for model in read_models(bundled("sql")) if model.layer is Layer.MARTS]
OFFICE = {"days": [-28, -1], "times": 6, "performer_name": "robot+{n}", "network": "192.0.{n}.0/24"}


@contextmanager
def mounted(events: Sequence[dict[str, Any]], **parts: Any) -> Iterator[GivenBench]:
    with given_bench(bundled("sql")) as bench:
        example = Example(name="", day=DAY, fires=[], events=list(events), **parts)
        bench.mount(given_from_example(example), DAY, MARTS)
        yield bench


def telemetry(events: Sequence[dict[str, Any]], **parts: Any) -> Telemetry:
    with mounted(events, **parts) as bench:
        return telemetry_of(bench.judge, DAY)


def test_kinds_of_four_weeks_and_of_the_day_itself_are_seen() -> None:
    seen = telemetry(
        [
            {"days": [-29, -29], "kind": "push_repo", "performer_name": "bob"},
            {"days": [-28, -28], "kind": "pull_repo", "performer_name": "bob"},
            {"kind": "login_failure", "performer_name": "bob"},
            {"days": [1, 1], "kind": "delete_tag", "performer_name": "bob"},
        ]
    )
    assert seen.kinds == {"pull_repo", "login_failure"}
    assert seen.first_day == DAY - timedelta(days=29)


def test_windows_of_the_day_are_told_with_their_state_and_absent_ones_are_missed() -> None:
    windows = [
        {"day": 0, "scope": "all", "state": "short", "missing_count": 3},
        {"day": -1, "scope": "org/acme", "state": "verified", "missing_count": 0},
        {"day": -8, "scope": "org/gone", "state": "verified", "missing_count": 0},
    ]
    seen = telemetry([{"performer_name": "bob"}], windows=windows)
    assert list(seen.windows) == [DayWindow("all", "short", 3), DayWindow("org/acme", "missing")]


def test_one_network_for_everybody_is_no_address_of_clients() -> None:
    apart = telemetry([OFFICE])
    behind = telemetry([OFFICE | {"network": "192.0.2.0/24"}])
    assert (apart.is_network_trusted, behind.is_network_trusted) == (True, False)
    assert (behind.top_network, behind.top_network_share) == ("192.0.2.0/24", 1.0)


def test_a_namespace_that_falls_silent_is_named_and_a_quiet_one_is_not() -> None:
    busy = {"days": [-28, -1], "times": 30, "every": "1m", "performer_name": "globex+ci"}
    quiet = {"days": [-28, -1], "times": 2, "performer_name": "initech+ci"}
    seen = telemetry(
        [
            busy | {"namespace_name": "globex"},
            quiet | {"namespace_name": "initech"},
            OFFICE,
            {"performer_name": "robot+0"},
        ]
    )
    assert seen.silent_namespaces == ["globex"]


def test_the_lists_that_were_not_read_count_against_a_table() -> None:
    outcomes = ("read", "off", "refused", "partial")
    lists = [
        {"table_name": "repositories", "place": f"org-{number}", "outcome": outcome}
        for number, outcome in enumerate(outcomes)
    ]
    reach = telemetry([{"performer_name": "bob"}], inventory={"lists": lists}).inventory
    assert reach.keys() == {"repositories"}
    assert (reach["repositories"].list_count, reach["repositories"].read_count) == (4, 2)
    assert (reach["repositories"].snapshot_date, reach["repositories"].days_away) == (DAY, 0)


def test_behind_a_proxy_every_detection_that_needs_addresses_is_blind_and_says_so() -> None:
    detections = read_detections(bundled("sql"))
    needing = {each.id for each in detections if each.needs.network}
    with mounted([OFFICE | {"network": "192.0.2.0/24"}, {"performer_name": "robot+0"}]) as bench:
        verdicts = {each.detection_id: each for each in verdicts_of(bench.judge, DAY, detections)}
    assert needing
    for detection_id in needing:
        assert verdicts[detection_id].readiness is Readiness.BLIND
        assert any("a proxy hides" in reason for reason in verdicts[detection_id].reasons)
    assert any(verdict.readiness is not Readiness.BLIND for verdict in verdicts.values())
