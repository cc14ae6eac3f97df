"""Promises of `pipeline.quay.entries`."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DamagedReply, SearchUnavailable, UnexpectedShape
from pipeline.quay.entries import Namespace, lines_from_entries, page_from_body
from pipeline.quay.lines import Row, count_by_kind, line_from_row, raw_kind_of, row_from_line, second_of
from pipeline.quay.times import iso_from_rfc2822

ENTRY: dict[str, Any] = {
    "kind": "pull_repo",
    "metadata": {"repo": "web", "namespace": "acme", "user-agent": "docker/24.0.7", "is_robot": True},
    "ip": "203.0.113.7",
    "datetime": "Fri, 20 Nov 2026 10:25:25 -0000",
    "performer": {
        "kind": "user",
        "name": "acme+ci",
        "is_robot": True,
        "avatar": {"name": "acme+ci", "hash": "a3"},
    },
}


def body_of(*entries: Any, **more: Any) -> bytes:
    page = {
        "start_time": "Fri, 20 Nov 2026 00:00:00 -0000",
        "end_time": "Sat, 21 Nov 2026 00:00:00 -0000",
        "logs": list(entries),
    }
    return json.dumps(page | more).encode()


def test_a_page_gives_every_field_but_the_avatar() -> None:
    page = page_from_body(body_of(ENTRY, next_page="gAAA"))
    assert page.next_page == "gAAA"
    assert page.rows_by_kind == {"pull_repo": 1}
    row = row_from_line(page.lines[0])
    assert row == Row(
        occurred_at="2026-11-20T10:25:25",
        kind="pull_repo",
        ip="203.0.113.7",
        performer_name="acme+ci",
        performer_is_robot=True,
        namespace_name=None,
        namespace_kind=None,
        metadata='{"is_robot":true,"namespace":"acme","repo":"web","user-agent":"docker/24.0.7"}',
        extra=None,
    )
    assert b"hash" not in page.lines[0]


def test_the_order_of_keys_and_the_escapes_do_not_matter() -> None:
    other = json.dumps(
        dict(reversed(ENTRY.items())) | {"metadata": dict(reversed(ENTRY["metadata"].items()))}
    )
    spaced = body_of().replace(b"[]", b"[" + other.replace("docker", "\\u0064ocker").encode() + b"]")
    assert page_from_body(spaced).lines == page_from_body(body_of(ENTRY)).lines


def test_unknown_keys_are_kept_and_counted() -> None:
    entry = ENTRY | {"request_id": "r-1", "performer": ENTRY["performer"] | {"realm": "ldap"}}
    page = page_from_body(body_of(entry, server="v9"))
    assert json.loads(row_from_line(page.lines[0]).extra or "") == {
        "request_id": "r-1",
        "performer": {"realm": "ldap"},
    }
    assert page.surprises == {"entry.request_id": 1, "entry.performer": 1, "page.server": 1}


def test_an_ordinary_page_has_no_surprises_and_no_extra() -> None:
    page = page_from_body(
        body_of(ENTRY, ENTRY | {"namespace": {"kind": "org", "name": "acme", "avatar": {}}})
    )
    assert not page.surprises
    assert [row_from_line(line).extra for line in page.lines] == [None, None]
    assert [row_from_line(line).namespace_name for line in page.lines] == [None, "acme"]


def test_a_stamp_names_the_namespace_where_the_entry_does_not() -> None:
    named = ENTRY | {"namespace": {"kind": "user", "name": "bob"}}
    page = page_from_body(body_of(ENTRY, named), Namespace("acme", "org"))
    assert [row_from_line(line).namespace_name for line in page.lines] == ["acme", "bob"]


@pytest.mark.parametrize(
    "value",
    [
        "\ud800",
        float("nan"),
        float("inf"),
        -float("inf"),
        10**40,
        "\x00",
        "\u202e<script>",
        {"a": [{"b": None}]},
        [],
    ],
)
def test_no_metadata_stops_the_reader_and_the_text_stays_json(value: Any) -> None:
    page = page_from_body(body_of(ENTRY | {"metadata": {"value": value}}))
    metadata = row_from_line(page.lines[0]).metadata
    assert "value" in json.loads(metadata)
    assert "NaN" not in metadata.replace('"NaN"', "")
    metadata.encode()


def test_a_lone_surrogate_in_a_name_is_kept_as_an_escape() -> None:
    page = page_from_body(body_of(ENTRY | {"kind": "pull_\ud800"}))
    assert row_from_line(page.lines[0]).kind == "pull_\\ud800"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<html>", DamagedReply),
        (b'{"start_time": "x", "logs": [', DamagedReply),
        (b"[]", UnexpectedShape),
        (b"{}", UnexpectedShape),
        (body_of(ENTRY | {"datetime": "yesterday"}), UnexpectedShape),
        (body_of(ENTRY | {"datetime": None}), UnexpectedShape),
        (body_of({"kind": "x"}), UnexpectedShape),
        (body_of("text"), UnexpectedShape),
        (body_of(ENTRY | {"kind": 5}), UnexpectedShape),
        (body_of(ENTRY | {"performer": "bob"}), UnexpectedShape),
        (body_of(search_unavailable=True, message="no search_token"), SearchUnavailable),
    ],
)
def test_what_is_no_page_is_an_error(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        page_from_body(body)


def test_an_absent_performer_differs_from_an_absent_flag() -> None:
    without = {key: value for key, value in ENTRY.items() if key != "performer"}
    rows = [row_from_line(line) for line in page_from_body(body_of(without, without | {"ip": None})).lines]
    assert [(row.performer_name, row.performer_is_robot) for row in rows] == [(None, None)] * 2
    assert rows[1].ip is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Fri, 20 Nov 2026 00:00:00 -0000", "2026-11-20T00:00:00"),
        ("Fri, 20 Nov 2026 23:59:59 GMT", "2026-11-20T23:59:59"),
        ("Fri, 20 Nov 2026 01:00:00 +0200", "2026-11-19T23:00:00"),
    ],
)
def test_times_are_utc(text: str, iso: str) -> None:
    assert iso_from_rfc2822(text) == iso


@pytest.mark.parametrize(
    "text", ["", "2026-11-20", "Fri, 20 Nov 2026 25:00:00 -0000", "Fri, 31 Foo 2026 00:00:00 -0000"]
)
def test_what_is_no_time_is_a_value_error(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        iso_from_rfc2822(text)


texts = st.text(st.characters(exclude_categories=["Cs"]))
rows = st.builds(
    Row,
    occurred_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 (naive by contract)
        lambda moment: moment.isoformat(timespec="seconds")
    ),
    kind=texts,
    ip=st.none() | texts,
    performer_name=st.none() | texts,
    performer_is_robot=st.none() | st.booleans(),
    namespace_name=st.none() | texts,
    namespace_kind=st.none() | texts,
    metadata=texts,
    extra=st.none() | texts,
)


@given(rows)
def test_a_line_gives_back_its_row_second_and_kind(row: Row) -> None:
    line = line_from_row(row)
    assert row_from_line(line) == row
    assert second_of(line).decode() == row.occurred_at
    assert count_by_kind(Counter([raw_kind_of(line)])) == {row.kind: 1}


@given(st.lists(rows))
def test_lines_sort_by_time_first(some: list[Row]) -> None:
    ordered = [row_from_line(line).occurred_at for line in sorted(map(line_from_row, some))]
    assert ordered == sorted(ordered)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters()), json_values, max_size=4))
def test_both_readers_give_the_same_line_for_any_metadata(metadata: dict[str, Any]) -> None:
    entry = ENTRY | {"metadata": metadata}
    body = body_of(entry)
    assert page_from_body(body).lines == lines_from_entries(json.loads(body)["logs"])
