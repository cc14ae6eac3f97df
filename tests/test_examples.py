"""Promises of a case's templates: they become the days that they describe, as the models would show them."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.detect.examples import event_from_columns, given_from_example, network_from_address
from pipeline.detect.rules import Example
from pipeline.lake.layout import Layout
from pipeline.warehouse import raw
from tests.event_examples import ACTORS
from tests.lakes import Built, bring_up_to_date, save_window

DAY = date(2026, 3, 3)  # a Tuesday
NOON = datetime.fromisoformat("2026-03-03T12:00:00")


def example(**parts: Any) -> Example:
    usual: dict[str, Any] = {"name": "x", "day": DAY, "fires": []}
    return Example(**usual | parts)


def test_a_template_happens_so_often_on_each_of_its_days_and_not_at_weekends() -> None:
    template = {
        "days": [-7, -1],
        "weekdays": True,
        "at": "23:59",
        "times": 3,
        "every": "30s",
        "tag": "v{n}-{d}",
    }
    events = given_from_example(example(events=[template])).events
    assert {event["day"].isoweekday() for event in events} == {
        1,
        2,
        3,
        4,
        5,
        6,
    }  # the third falls after midnight
    assert [event["tag"] for event in events][:4] == ["v0-7", "v1-7", "v2-7", "v0-6"]
    assert events[1]["occurred_at"] - events[0]["occurred_at"] == timedelta(seconds=30)
    assert len(events) == 5 * 3


def test_places_are_counted_within_a_day_and_scope_in_the_order_of_time() -> None:
    late, early = {"at": "13:00", "times": 2}, {"at": "09:00"}
    events = given_from_example(example(events=[late, early, {"scope": "org/acme"}])).events
    assert [(event["scope"], event["occurred_at"].hour, event["position"]) for event in events] == [
        ("all", 9, 0),
        ("org/acme", 12, 0),
        ("all", 13, 1),
        ("all", 13, 2),
    ]


@pytest.mark.parametrize("actor", ["a pull by password", "a pull by a robot", "a pull without a sign-in"])
def test_an_event_says_of_who_acted_what_the_models_make_of_such_an_entry(
    actor: str,
) -> None:
    entry, expected = ACTORS[actor]
    event = event_from_columns({"performer_name": entry.performer_name}, NOON)
    assert tuple(event[name] for name in expected._fields) == expected


def test_an_event_has_the_columns_of_events() -> None:
    event = event_from_columns({"repository": "globex/api", "credential": "app_specific_token:u1"}, NOON)
    assert event.keys() | {"position"} <= raw.EVENT_COLUMNS.keys()
    assert (event["namespace_name"], event["repository_name"]) == ("globex", "api")
    assert (event["credential_kind"], event["credential_id"]) == ("app_specific_token", "u1")
    assert (event["network"], event["ip"]) == ("198.51.100.0/24", "198.51.100.10")
    assert (event["user_agent_family"], event["kind_family"], event["metadata"]) == ("docker", "pull", "{}")


def test_a_worker_has_no_address_and_a_change_no_client() -> None:
    event = event_from_columns({"kind": "autoprune_tag_delete", "credential": "worker"}, NOON)
    assert (event["ip"], event["network"], event["performer_kind"]) == (None, None, "worker")
    assert event["user_agent_family"] is None


@given(address=st.ip_addresses().map(str))
def test_the_network_of_an_address_is_written_as_the_models_write_it(address: str) -> None:
    event = event_from_columns({"network": network_from_address(address)}, NOON)
    assert network_from_address(event["ip"]) == event["network"]


def test_an_address_gives_the_network_that_the_build_gives(tmp_path: Path) -> None:
    addresses = ["203.0.113.7", "2001:db8::1", "2001:db8:0:a0::1", "::1"]
    built = Built(Layout(tmp_path))
    entry, _ = ACTORS["a pull by password"]
    save_window(built.layout, "all", [replace(entry, ip=address) for address in addresses])
    bring_up_to_date(built.layout)
    assert dict(built.rows("select ip, network from events")) == {
        address: network_from_address(address) for address in addresses
    }


def test_every_day_with_events_has_a_verified_window_unless_the_case_says_otherwise() -> None:
    days = {"days": [-2, 0], "times": 2}
    short = {"day": -1, "state": "short", "missing_count": 3}
    windows = given_from_example(example(events=[days], windows=[short, {"day": 1}])).windows
    assert [(w["day"] - DAY, w["state"], w["row_count"], w["missing_count"]) for w in windows] == [
        (timedelta(-2), "verified", 2, 0),
        (timedelta(-1), "short", 2, 3),
        (timedelta(0), "verified", 2, 0),
        (timedelta(1), "verified", 0, 0),
    ]
