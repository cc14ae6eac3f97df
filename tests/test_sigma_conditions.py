"""Promises of a Sigma rule's condition: it fits the events that Sigma says, and no text of it ever becomes SQL."""

import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.types import SigmaString

from pipeline.detect.sigma.fields import COLUMN_NAMES
from pipeline.detect.trial import trial_bench
from pipeline.warehouse.given import GivenBench
from tests.detecting import SQL
from tests.sigma_rules import Event, events_at, mount, places_that_fit, single

NAMES = {name for names in COLUMN_NAMES.values() for name in names}
TEXTS = [
    "",
    "a",
    "A",
    "aB",
    "a*",
    "*",
    "?",
    "a?b",
    "a\\b",
    "\\",
    "\\*",
    "a%b",
    "_",
    "!",
    "a!%",
    "Straße",
    "ab\nc",
    "éA",
]
# Letters that Python's expressions fold as the engine folds them.
WORDS = st.text(alphabet="aAbB*?\\%_!\né", max_size=6)


@pytest.fixture(scope="module")
def bench() -> Iterator[GivenBench]:
    with trial_bench(SQL) as bench:
        yield bench


@pytest.fixture(scope="module")
def texts() -> Iterator[GivenBench]:
    """The texts above, each the tag of an event."""
    with trial_bench(SQL) as bench:
        mount(bench, events_at([(0, {"tag": text}) for text in TEXTS]))
        yield bench


def fitting(
    bench: GivenBench, events: Sequence[Event], selection: Any, condition: str = "selection"
) -> list[int]:
    mount(bench, events_at([(0, event) for event in events]))
    return places_that_fit(bench, single(selection, condition))


def compiled(value: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """The expression that pySigma makes of a value with wildcards."""
    return re.compile(str(SigmaString(value).to_regex().regexp), flags | re.DOTALL)


@given(value=WORDS)
@settings(max_examples=150, deadline=None)
def test_wildcards_and_escapes_mean_what_pysigma_says(texts: GivenBench, value: str) -> None:
    for modifier, flags in (("", re.IGNORECASE), ("|cased", re.NOFLAG)):
        pattern = compiled(value, flags)
        expected = [n for n, text in enumerate(TEXTS) if pattern.fullmatch(text)]
        assert places_that_fit(texts, single({f"tag{modifier}": value})) == expected


@given(value=WORDS.filter(bool))
@settings(max_examples=100, deadline=None)
def test_a_part_of_a_text_is_found_where_it_is(texts: GivenBench, value: str) -> None:
    tests: dict[str, Callable[[re.Pattern[str], str], bool]] = {
        "contains": lambda pattern, text: pattern.search(text) is not None,
        "startswith": lambda pattern, text: pattern.match(text) is not None,
        "endswith": lambda pattern, text: any(pattern.fullmatch(text, n) for n in range(len(text) + 1)),
    }
    pattern = compiled(value, re.IGNORECASE)
    for modifier, is_fit in tests.items():
        expected = [n for n, text in enumerate(TEXTS) if is_fit(pattern, text)]
        assert places_that_fit(texts, single({f"tag|{modifier}": value})) == expected


addresses = st.one_of(
    st.integers(0, 2**32 - 1).map(lambda n: str(IPv4Address(n))),
    st.integers(0, 2**128 - 1).map(lambda n: str(IPv6Address(n))),
    st.lists(st.sampled_from([0, 0, 0, 1, 0xAB, 0x2001, 0xFFFF]), min_size=8, max_size=8).map(
        lambda groups: str(IPv6Address(sum(g << 16 * n for n, g in enumerate(groups))))
    ),
)


@given(
    here=st.lists(addresses, min_size=1, max_size=20),
    lengths=st.lists(st.integers(0, 128), min_size=3, max_size=3),
)
@settings(max_examples=15, deadline=None)
def test_an_address_is_in_a_network_where_it_is(
    bench: GivenBench, here: list[str], lengths: list[int]
) -> None:
    spelt = [text for each in here for text in (each, ip_address(each).exploded.upper())]
    mount(bench, events_at([(0, {"metadata": {"address": text}}) for text in spelt]))
    for around, length in [(each, length) for each in here[:3] for length in lengths]:
        bits = 32 if "." in around else 128
        network = ip_network(f"{around}/{min(length, bits)}", strict=False)
        expected = [n for n, text in enumerate(spelt) if ip_address(text) in network]
        assert places_that_fit(bench, single({"address|cidr": str(network)})) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0",
        "10.0.0.0.0",
        "10.0.0.256",
        "a10.0.0.1",
        "10.0.0.1\n",
        "1::2::3",
        ":::",
        "1:2:3",
        "12345::",
        "g::",
        "::/0",
    ],
)
def test_what_is_no_address_is_in_no_network(bench: GivenBench, text: str) -> None:
    events = [{"metadata": {"address": text}}]
    for network in ("0.0.0.0/0", "::/0", "::/1"):
        assert fitting(bench, events, {"address|cidr": network}) == []


def test_an_ipv4_address_within_ipv6_counts_as_ipv4(bench: GivenBench) -> None:
    events = [{"ip": "::ffff:10.1.2.3", "network": None}]
    assert fitting(bench, events, {"ip|cidr": "10.0.0.0/8"}) == [0]
    assert fitting(bench, events, {"ip|cidr": "11.0.0.0/8"}) == []


ACTS: list[Event] = [
    {
        "performer_name": "alice",
        "tag": "v1",
        "metadata": {"count": 7, "kind": "user", "note": "Quay & Co", "o": {"k": [1, "Zed"]}},
    },
    {"performer_name": "acme+ci", "tag": None, "metadata": {"count": "12", "note": None}},
    {"performer_name": None, "tag": "7.0", "network": "203.0.113.0/24", "metadata": {"is_robot": True}},
]


@pytest.mark.parametrize(
    ("selection", "condition", "expected"),
    [
        ({"User": "ALICE"}, "selection", [0]),
        ({"performer": ["alice", "*+ci"]}, "selection", [0, 1]),
        ({"performer": None}, "selection", [2]),
        ({"performer": "alice"}, "not selection", [1, 2]),
        ({"performer|neq": "alice"}, "selection", [1, 2]),
        ({"performer_is_robot": True}, "selection", [1]),
        ({"tag|exists": True}, "selection", [0, 2]),
        ({"tag|exists": False}, "selection", [1]),
        ({"note|exists": True}, "selection", [0, 1]),
        ({"note": None}, "selection", [1, 2]),
        ({"count": 7}, "selection", [0]),
        ({"tag": 7}, "selection", [2]),
        ({"count|gte": 7}, "selection", [0, 1]),
        ({"count|gt": 7}, "selection", [1]),
        ({"count|lt": 8}, "selection", [0]),
        ({"count|lte": 12}, "selection", [0, 1]),
        ({"count|lte": 10**40}, "selection", [0, 1]),
        ({"is_robot": True}, "selection", [2]),
        ({"metadata.kind": "user"}, "selection", [0]),
        ({"o.k|contains": "zed"}, "selection", [0]),
        ({"note|contains|all": ["quay", "co"]}, "selection", [0]),
        ({"note|contains|all": ["quay", "no"]}, "selection", []),
        ({"performer|re": "^A|[+]c"}, "selection", [1]),
        ({"performer|re|i": "^A|[+]c"}, "selection", [0, 1]),
        ({"ip|cidr": "203.0.113.0/25"}, "selection", [2]),
        ({"ip|startswith": ["198.51", "10."]}, "selection", [0, 1]),
        ({"credential_id|fieldref": "performer"}, "selection", [0, 1]),
        ({"credential|fieldref|endswith": "performer"}, "selection", [0, 1]),
        ({"credential|fieldref|contains": "performer"}, "selection", [0, 1]),
        ({"credential|fieldref|startswith": "credential_kind"}, "selection", [1, 2]),
        ({"time|hour": 0}, "selection", [0, 1, 2]),
        ({"time|hour|gte": 1}, "selection", []),
        ({"time|year": 2026, "time|day|lt": 4}, "selection", [0, 1, 2]),
        (["zed"], "selection", [0]),
        (["ALICE", "203.0.113"], "selection", [0, 2]),
        ({"|all": ["alice", "v1"]}, "selection", [0]),
        ([{"tag": "v1"}, {"count": 12}], "selection", [0, 1]),
        ({"tag": "v1", "performer": "acme+ci"}, "selection", []),
        ({"tag|windash|contains": "-x"}, "selection", []),
    ],
)
def test_a_selection_fits_what_sigma_says(
    bench: GivenBench, selection: Any, condition: str, expected: list[int]
) -> None:
    assert fitting(bench, ACTS, selection, condition) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 of them", [0, 1, 2]),
        ("all of them", []),
        ("1 of by_*", [0, 2]),
        ("any of by_*", [0, 2]),
        ("all of by_*", []),
        ("1 of by_* and not robot", [0, 2]),
        ("not 1 of by_*", [1]),
        ("by_tag or (robot and not by_tag)", [0, 1]),
        (["robot", "by_tag"], [0, 1]),
    ],
)
def test_conditions_join_selections(bench: GivenBench, condition: Any, expected: list[int]) -> None:
    mount(bench, events_at([(0, each) for each in ACTS]))
    rule = single(None)
    rule["detection"] = {
        "by_tag": {"tag": "v1"},
        "by_place": {"network": "203.0.113.0/24"},
        "robot": {"performer_kind": "robot"},
        "condition": condition,
    }
    assert places_that_fit(bench, rule) == expected


def test_every_column_has_a_name_that_works(bench: GivenBench) -> None:
    mount(bench, events_at([(0, ACTS[0])]))
    for names in COLUMN_NAMES.values():
        for name in names:
            there = places_that_fit(bench, single({f"{name.upper()}|exists": True}))
            assert there == places_that_fit(bench, single({name: "*"}))


def test_many_values_are_one_question(bench: GivenBench) -> None:
    events = [{"tag": "v3999"}, {"tag": "w"}]
    assert fitting(bench, events, {"tag": [f"v{n}" for n in range(4000)]}) == [0]
