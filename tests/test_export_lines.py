"""Promises of an event's line and id: nothing is lost, and the id says which event it is whenever it is read."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.history.hostile import TEXTS
from pipeline.exports.csv_rows import CsvWriter
from pipeline.exports.ecs import EcsWriter
from pipeline.exports.lines import COLUMNS, Numbering, line_from_event
from pipeline.lake.layout import Layout
from pipeline.warehouse.event_stream import Event
from tests.exported_events import PULL, built, events_of, hostile_rows, numbered
from tests.lakes import row, save_window

PLAIN = Event(
    "2026-11-20", 1795168800000, "2026-11-20T10:00:00Z", "all", 3, "pull_repo", "pull", "acme", "org", "web",
    "bob", False, "user", "password_or_session", "bob", "bob", "203.0.113.7", "203.0.113.0/24", None, None, None,
    "v1", None, None, "{}",
)  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
details = st.dictionaries(texts, json_values, max_size=4)


@given(details, texts, st.booleans())
def test_a_line_holds_every_column_of_the_event_as_it_was(
    metadata: dict[str, object], name: str, is_ascii: bool
) -> None:
    text = json.dumps(metadata, ensure_ascii=is_ascii)
    event = PLAIN._replace(metadata=text, performer_name=name, tag=name)
    line = json.loads(line_from_event(event, "id"))
    assert tuple(line) == COLUMNS
    assert (line["metadata"], line["event_id"]) == (metadata, "id")
    rest = [value for key, value in line.items() if key not in ("event_id", "event_key", "metadata")]
    assert rest == [event.day, event.occurred_at, *event[3:-1]]


def test_half_a_surrogate_pair_is_kept_exactly_beside_what_every_reader_takes() -> None:
    text = r'{"tag":"a\ud83d","whole":"\ud83d\ude00","escaped":"\\ud83d"}'
    line = json.loads(line_from_event(PLAIN._replace(metadata=text), "id"))
    assert line["metadata"] == {"tag": "a\N{REPLACEMENT CHARACTER}", "whole": "😀", "escaped": r"\ud83d"}
    assert line["metadata_text"] == text


@pytest.mark.parametrize("text", [r'{"whole":"\ud83d\ude00"}', r'{"escaped":"\\ud83d"}', '{"plain":"😀"}'])
def test_details_that_every_reader_takes_stay_to_the_letter(text: str) -> None:
    line = line_from_event(PLAIN._replace(metadata=text), "id")
    assert text.encode() in line
    assert b"metadata_text" not in line


def ids_of(events: list[Event]) -> list[str]:
    return [event_id for _, event_id in numbered(events)]


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=8), st.integers(0, 9))
def test_ids_differ_for_equal_events_and_do_not_depend_on_scope_or_place(
    names: list[str], shift: int
) -> None:
    events = [PLAIN._replace(performer_name=name, position=at) for at, name in enumerate(names)]
    moved = [each._replace(position=each.position + shift, scope="org/acme") for each in events]
    assert len(set(ids_of(events))) == len(events)
    assert ids_of(events) == ids_of(moved)
    assert set(ids_of(events)) == set(ids_of(events[::-1]))


def test_late_entries_leave_the_ids_of_the_others_as_they_were(layout: Layout) -> None:
    rows = [row(at=f"10:00:{second:02d}", metadata=PULL) for second in (1, 1, 2, 5)]
    before = set(ids_of(events_of(built(layout, rows))))
    save_window(layout, "all", [*rows, row(at="10:00:01", performer="eve"), row(at="10:00:00")])
    after = set(
        ids_of(events_of(built(layout, [*rows, row(at="10:00:01", performer="eve"), row(at="10:00:00")])))
    )
    assert before < after
    assert len(after) == len(before) + 2


@pytest.mark.parametrize(
    "other", [{"kind": "push_repo"}, {"ip": None}, {"metadata": '{"a":1}'}, {"namespace_name": None}]
)
def test_an_event_that_says_something_else_has_another_id(other: dict[str, Any]) -> None:
    assert Numbering().id_of(PLAIN) != Numbering().id_of(PLAIN._replace(**other))


def test_hostile_texts_come_back_from_csv_and_no_cell_is_a_formula(layout: Layout) -> None:
    events = events_of(built(layout, hostile_rows([*TEXTS, "x" * 10_000])))
    writer = CsvWriter()
    text = writer.header.decode() + "".join(
        writer.document(event, event_id).body.decode() + "\r\n" for event, event_id in numbered(events)
    )
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(events)
    for found, event in zip(rows, events, strict=True):
        assert not [
            cell for cell in found.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        ]
        assert found["metadata"] == event.metadata
        assert found["performer_name"].removeprefix("'") == (event.performer_name or "").removeprefix("'")


def test_ecs_says_who_did_what_to_which_image_from_where(layout: Layout) -> None:
    ((event, event_id),) = numbered(
        events_of(built(layout, [row(namespace="acme", metadata={**PULL, "manifest_digest": "sha256:ab"})]))
    )
    document = json.loads(EcsWriter().document(event, event_id).body)
    assert document["@timestamp"] == "2026-11-20T10:00:00Z"
    told = document["event"]
    assert (told["id"], told["kind"], told["category"], told["type"]) == (
        event_id,
        "event",
        ["package"],
        ["access"],
    )
    assert (told["action"], told["outcome"], told["dataset"]) == ("pull_repo", "success", "quay.audit")
    assert (document["user"], document["organization"]) == ({"name": "bob"}, {"name": "acme"})
    assert document["source"] == {"address": "203.0.113.7", "ip": "203.0.113.7"}
    assert document["user_agent"] == {"original": "docker/27.0"}
    assert document["container"]["image"] == {
        "name": "acme/web",
        "tag": ["v1"],
        "hash": {"all": ["sha256:ab"]},
    }
    assert document["quay"]["metadata"] == {**PULL, "manifest_digest": "sha256:ab"}
    assert json.loads(told["original"])["event_id"] == event_id


def test_ecs_says_whom_it_was_done_to_and_loses_nothing_hostile(layout: Layout) -> None:
    rows = [
        row(
            "user_change_email",
            namespace="bob",
            metadata={"email": "b@example.com", "old_email": "a@example.com"},
        )
    ]
    events = events_of(built(layout, [*rows, *hostile_rows(TEXTS)]))
    writer = EcsWriter()
    documents = [json.loads(writer.document(*each).body) for each in numbered(events)]
    assert [document["quay"]["metadata"] for document in documents] == [
        json.loads(e.metadata) for e in events
    ]
    changed = next(each for each in documents if each["event"]["action"] == "user_change_email")
    assert changed["user"] == {
        "name": "bob",
        "target": {"name": "bob"},
        "changes": {"email": "b@example.com"},
    }
    assert set(writer.unknown_kinds) == set(TEXTS)
