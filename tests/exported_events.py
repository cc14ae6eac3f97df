"""Events to export, and lakes that hold them: what kinds.tsv describes, what a running Quay exported, and what is hostile."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from pipeline.exports.lines import Numbering
from pipeline.lake.layout import Layout
from pipeline.quay.entries import lines_from_entries
from pipeline.quay.lines import Row, row_from_line
from pipeline.warehouse.event_stream import Event, built_days, event_stream
from tests.kinds_table import OAUTH_KEYS, Variant
from tests.lakes import DAY, bring_up_to_date, row, save_window
from tests.worlds import exported_rows

PULL = {"namespace": "acme", "repo": "web", "tag": "v1", "user-agent": "docker/27.0", "username": "bob"}

_VALUES: dict[str, Any] = {
    "null": None,
    "bool": True,
    "int": 7,
    "str": "text",
    "object": {"a": 1},
    "list[str]": ["a"],
    "list[object]": [{"a": 1}],
}


def row_from_variant(variant: Variant, *, with_all: bool) -> Row:
    """An entry such as the table describes, with the keys that may be missing or without them."""
    keys = variant.types.keys() - (frozenset() if with_all else variant.optional)
    metadata = {key: _VALUES[variant.types[key][-1 if with_all else 0]] for key in keys}
    if with_all and variant.takes_oauth_keys:
        metadata |= {key: _VALUES[kind] for key, kind in OAUTH_KEYS.items()}
    is_absent = variant.performer.startswith("absent")
    return row(
        variant.kind,
        ip="203.0.113.7" if variant.has_ip else None,
        performer=None if is_absent else "acme+ci" if variant.performer == "robot" else "bob",
        is_robot=variant.performer == "robot",
        namespace="acme",
        metadata=metadata,
    )


def built(layout: Layout, rows: Sequence[Row], day: date = DAY) -> Layout:
    """The lake with these entries of one day, built."""
    save_window(layout, "all", rows, day=day)
    bring_up_to_date(layout)
    return layout


def events_of(layout: Layout, since: date | None = None, until: date | None = None) -> list[Event]:
    """Every event of some days, in the order in which they are exported."""
    days = built_days(layout, layout.warehouse, since, until).days
    with event_stream() as stream:
        return [event for day in days for batch in stream.events(day) for event in batch]


def numbered(events: Iterable[Event]) -> list[tuple[Event, str]]:
    """The events of one day with their ids."""
    number = Numbering()
    return [(event, number.id_of(event)) for event in events]


def corpus_lake(layout: Layout, files: Iterable[tuple[str, str]]) -> Layout:
    """What a running Quay exported, by day, built. Shape of `files`: the file below tests/data, and its scope."""
    for name, scope in files:
        by_day: defaultdict[str, list[Row]] = defaultdict(list)
        for line in lines_from_entries(exported_rows(name)):
            found = row_from_line(line)
            by_day[found.occurred_at[:10]].append(found)
        for day, rows in by_day.items():
            save_window(layout, scope, rows, day=date.fromisoformat(day))
    bring_up_to_date(layout)
    return layout


def hostile_rows(texts: Sequence[str]) -> list[Row]:
    """Entries that hold these texts wherever somebody may write one."""
    rows = []
    for number, text in enumerate(texts):
        told = {**PULL, "tag": text, "user-agent": text, "repo": text, "more": {text: [text]}}
        rows.append(
            row(at=f"10:{number // 60:02d}:{number % 60:02d}", performer=text, metadata=json.dumps(told))
        )
        named = {"team": text, "member": text, "username": text, "role": text, "message": text, "robot": text}
        kinds = ("org_add_team_member", "change_repo_permission", "login_failure", "create_robot", text)
        rows += [
            row(kind, at="11:00:00", performer=text, namespace=text, ip=text, metadata=named)
            for kind in kinds
        ]
    return rows
