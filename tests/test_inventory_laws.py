"""Laws of changes between snapshots, over random registries seen in part: against the rule said in Python."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lake.layout import Layout
from pipeline.quay.registry.rows import RepositoryPermission, User
from pipeline.quay.registry.tables import TABLE_BY_NAME, place_of
from pipeline.warehouse.workbench import Workbench
from tests.holdings import DAY, save
from tests.inventory_bench import bench_in, changes_of

NAMES = ("bob", "=cmd|'x'", "a%2Fb")
REPOSITORIES = ("web", "team/nested")
OUTCOMES = ("read", "partial", "refused", "failed", "off")
Reads = dict[tuple[str, str], str]
Cells = dict[str, str | None]


class Seen(NamedTuple):
    """One day as a token saw it: rows by table, and what came of lists by table and place."""

    day: date
    rows: dict[str, list[Any]]
    reads: Reads


@st.composite
def users(draw: st.DrawFn) -> list[User]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    flags = st.booleans()
    domains = st.sampled_from([None, "a.example"])
    return [User(name, draw(flags), False, draw(flags), None, draw(domains)) for name in names]


@st.composite
def permissions(draw: st.DrawFn) -> list[RepositoryPermission]:
    keys = st.tuples(
        st.sampled_from(["acme", "globex"]), st.sampled_from(REPOSITORIES), st.sampled_from(NAMES)
    )
    roles = st.sampled_from(["read", "admin"])
    return [
        RepositoryPermission(namespace, repository, "user", name, draw(roles), None)
        for namespace, repository, name in draw(st.lists(keys, unique=True, max_size=4))
    ]


@st.composite
def reads_of(draw: st.DrawFn, tables: list[str]) -> Reads:
    outcomes = st.sampled_from(OUTCOMES)
    reads = {(table, ""): draw(outcomes) for table in tables}
    if "repository_permissions" in tables:
        places = ["acme", "globex", *(place_of("acme", repository) for repository in REPOSITORIES)]
        for place in draw(st.lists(st.sampled_from(places), unique=True)):
            reads["repository_permissions", place] = draw(outcomes)
    return reads


@st.composite
def registries(draw: st.DrawFn) -> list[Seen]:
    days = []
    for number in range(draw(st.integers(1, 3))):
        chosen = draw(
            st.sampled_from([["users", "repository_permissions"], ["users"], ["repository_permissions"]])
        )
        strategies: dict[str, Any] = {"users": users(), "repository_permissions": permissions()}
        rows = {table: draw(strategies[table]) for table in chosen}
        days.append(Seen(DAY + timedelta(days=number), rows, draw(reads_of(chosen))))
    return days


def expected_changes(days: list[Seen]) -> Iterator[tuple[Any, ...]]:
    """The rule: a value seen twice changed; a row is new or gone where the other day's lists were read whole."""
    for table in ("users", "repository_permissions"):
        having = [day for day in days if table in day.rows]
        for before, now in pairwise(having):
            old, new = _rows_by_key(table, before), _rows_by_key(table, now)
            for key in old.keys() | new.keys():
                row = new.get(key) or old[key]
                if key in old and key in new:
                    kind = "changed"
                else:
                    kind = "added" if key in new else "removed"
                    if not _was_whole(before if kind == "added" else now, table, row):
                        continue
                was, is_now = _cells(old.get(key)), _cells(new.get(key))
                for column in was.keys() | is_now.keys():
                    values = (was.get(column), is_now.get(column))
                    if values[0] != values[1]:
                        yield (now.day, table, key, kind, column, *values)


def _rows_by_key(table: str, day: Seen) -> dict[str, Any]:
    key = TABLE_BY_NAME[table].key
    return {place_of(*(getattr(row, column) for column in key)): row for row in day.rows[table]}


def _was_whole(day: Seen, table: str, row: Any) -> bool:
    places = [""]
    if table == "repository_permissions":
        places = [place_of(row.namespace_name, row.repository_name), row.namespace_name, ""]
    return next(day.reads[table, place] for place in places if (table, place) in day.reads) == "read"


def _cells(row: Any) -> Cells:
    if row is None:
        return {}
    values = msgspec.to_builtins(row)
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with bench_in(tmp_path_factory.mktemp("laws")) as made:
        yield made


@settings(max_examples=20)
@given(days=registries())
def test_changes_are_what_the_rule_says_whatever_was_seen(bench: Workbench, days: list[Seen]) -> None:
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        for day in days:
            save(layout, day.day, day.rows, [(*key, outcome) for key, outcome in day.reads.items()])
        assert sorted(changes_of(bench, layout), key=repr) == sorted(expected_changes(days), key=repr)


@settings(max_examples=8)
@given(first=users(), second=users())
def test_changes_turn_each_snapshot_into_the_next_where_everything_was_seen(
    bench: Workbench, first: list[User], second: list[User]
) -> None:
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        for number, each in enumerate((first, second)):
            save(layout, DAY + timedelta(days=number), {"users": each})
        held = {user.user_name: _cells(user) for user in first}
        for _, _, key, _, column, old, new in changes_of(bench, layout):
            assert held.setdefault(key, {}).get(column) == old
            held[key][column] = new
        left = {key: cells for key, cells in held.items() if any(cells.values())}
        assert {key: _without_nulls(cells) for key, cells in left.items()} == {
            user.user_name: _without_nulls(_cells(user)) for user in second
        }


def _without_nulls(cells: Cells) -> Cells:
    return {name: value for name, value in cells.items() if value is not None}
