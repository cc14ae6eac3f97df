"""Promises of events: who acted, by what credential, on what; whatever anybody wrote into the details."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.bundle import bundled
from pipeline.lake.layout import Layout
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.lines import Row
from pipeline.warehouse.models import read_models
from tests.event_examples import ACTORS, AGENTS, HOSTILE_DETAILS, PULL, TARGETS
from tests.lakes import Built, at_second, bring_up_to_date, row, save_window

AGENT_ROWS = [
    row(metadata={key: agent}) for agent in AGENTS for key in ("user-agent", "useragent", "user_agent")
]
HOSTILE_ROWS = [row(metadata=text) for text in HOSTILE_DETAILS.values()]
HIDDEN_BY_A_SURROGATE = row(
    "create_application",
    metadata='{"description":"\\ud800","name":"x","oauth_token_id":7,"a":"\\ud83d\\ude00"}',
)
NETWORKS = next(model.query for model in read_models(bundled("sql")) if model.name == "int_networks")
EXAMPLES: list[Row] = [
    *(each for each, _ in ACTORS.values()),
    *(each for each, _ in TARGETS.values()),
    *AGENT_ROWS,
    *HOSTILE_ROWS,
    HIDDEN_BY_A_SURROGATE,
]


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The events of the examples, in the order of the examples: example n happens in second n."""
    layout = Layout(tmp_path_factory.mktemp("examples"))
    save_window(layout, "all", [at_second(each, n) for n, each in enumerate(EXAMPLES)])
    bring_up_to_date(layout)
    found = sorted(Built(layout).events(), key=lambda event: event["occurred_at"])
    assert len(found) == len(EXAMPLES)
    return found


def event_of(events: list[dict[str, Any]], example: Row) -> dict[str, Any]:
    return next(event for each, event in zip(EXAMPLES, events, strict=True) if each is example)


@pytest.mark.parametrize("what", ACTORS)
def test_an_event_says_who_acted_and_by_what_credential(events: list[dict[str, Any]], what: str) -> None:
    example, actor = ACTORS[what]
    event = event_of(events, example)
    said = (
        event["performer_kind"],
        event["credential_kind"],
        event["credential_id"],
        event["credential_name"],
    )
    assert said == actor


@pytest.mark.parametrize("what", TARGETS)
def test_an_event_says_on_whom_or_what_it_acted(events: list[dict[str, Any]], what: str) -> None:
    example, target = TARGETS[what]
    assert event_of(events, example)["target_name"] == target


def test_a_user_agent_is_read_in_each_of_its_three_spellings_and_known_by_its_product(
    events: list[dict[str, Any]],
) -> None:
    found = [event_of(events, example) for example in AGENT_ROWS]
    said = [(event["user_agent"], event["user_agent_family"]) for event in found]
    assert said == [(agent, family) for agent, family in AGENTS.items() for _ in range(3)]


def test_a_pull_says_what_was_pulled_from_where(events: list[dict[str, Any]]) -> None:
    example, _ = ACTORS["a pull by password"]
    event = event_of(events, example)
    assert (event["repository_name"], event["tag"], event["kind_family"]) == ("web", "v1", "pull")
    assert (event["ip"], event["network"]) == ("203.0.113.7", "203.0.113.0/24")
    assert json.loads(event["metadata"]) == PULL | {"username": "bob"}


def test_each_kind_has_its_family_and_a_new_kind_has_none(events: list[dict[str, Any]]) -> None:
    assert {event["kind"]: event["kind_family"] for event in events} == {
        example.kind: FAMILY_BY_KIND.get(example.kind, "unknown") for example in EXAMPLES
    }


def test_what_quay_says_is_kept_beside_what_is_concluded(events: list[dict[str, Any]]) -> None:
    for each, event in zip(EXAMPLES, events, strict=True):
        said = (
            event["kind"],
            event["ip"],
            event["performer_name"],
            event["performer_is_robot"],
            event["metadata"],
        )
        assert said == (
            each.kind,
            each.ip,
            each.performer_name,
            each.performer_is_robot,
            each.metadata,
        )


@pytest.mark.parametrize("what", HOSTILE_DETAILS)
def test_no_details_stop_a_build_or_change_who_acted(events: list[dict[str, Any]], what: str) -> None:
    example = HOSTILE_ROWS[list(HOSTILE_DETAILS).index(what)]
    event = event_of(events, example)
    assert event["performer_name"] == "bob"
    assert event["performer_kind"] == "user"
    assert event["metadata"] == example.metadata


def test_half_a_surrogate_hides_nothing_else_that_an_entry_says(events: list[dict[str, Any]]) -> None:
    event = event_of(events, HIDDEN_BY_A_SURROGATE)
    assert (event["credential_kind"], event["credential_id"], event["target_name"]) == (
        "oauth_token",
        "7",
        "x",
    )


def test_a_digest_that_is_a_tag_is_no_digest(tmp_path: Any) -> None:
    layout = Layout(tmp_path)
    digest = "sha256:" + "ab" * 32
    details = [{"digest": "latest"}, {"digest": digest}, {"manifest_digest": digest}]
    save_window(
        layout, "all", [at_second(row("delete_tag", metadata=each), n) for n, each in enumerate(details)]
    )
    bring_up_to_date(layout)
    events = sorted(Built(layout).events(), key=lambda event: event["occurred_at"])
    assert [event["manifest_digest"] for event in events] == [None, digest, digest]


@pytest.fixture(scope="module")
def addresses() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create table stg_log_entries (ip varchar)")
        yield connection


def networks_of(addresses: duckdb.DuckDBPyConnection, texts: list[str]) -> dict[str, str | None]:
    addresses.execute("delete from stg_log_entries")
    addresses.execute("insert into stg_log_entries select unnest($1::varchar[])", [texts])
    return dict(addresses.execute(NETWORKS).fetchall())


def expected_network(text: str) -> str | None:
    """As Python's ipaddress sees it; a mapped address is IPv4 where it is written with dots."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped and text.lower().startswith("::ffff:"):
        address = address.ipv4_mapped if "." in text else address
    if isinstance(address, IPv4Address):
        return f"{IPv4Address(int(address) & 0xFFFFFF00)}/24"
    groups = [int(group, 16) for group in address.exploded.split(":")[:4]]
    return ":".join(f"{group:x}" for group in groups) + "::/64"


SPELLINGS = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.ip_addresses(v=6).map(lambda address: address.exploded),
    st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
    st.ip_addresses(v=4).map(lambda address: f"::ffff:{address}"),
    st.ip_addresses(v=4).map(lambda address: f"64:ff9b::{address}"),
    st.lists(st.sampled_from(["", "0", "00ab", "ffff", "1"]), min_size=1, max_size=10).map(":".join),
    st.text(alphabet="0123456789abcdef:.", max_size=30),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
)


BORDERLINE = [
    *(
        "::",
        "::1",
        "1::",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8::",
        "1::2::3",
        ":::",
        ":1",
        "1:",
    ),
    *(
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        " 1.2.3.4",
        "::1.2.3.4",
        "::FFFF:1.2.3.4",
        "1.2.3.4\n",
        "",
    ),
]


@settings(max_examples=20)
@given(st.lists(SPELLINGS, min_size=20, max_size=200, unique=True))
@example(BORDERLINE)
def test_a_network_is_what_the_rules_of_addresses_say(
    addresses: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    # A zone (fe80::1%eth0) is no part of an address that crossed a network.
    zoneless = [text for text in texts if "%" not in text]
    assert networks_of(addresses, zoneless) == {text: expected_network(text) for text in zoneless}
