"""Laws of comparing two readings of the same rows."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.extract.drift_names import Changes, Told
from pipeline.extract.drift_rows import beyond, lasting, unequal_seconds
from pipeline.extract.drift_window import Comparison, WindowDrift
from pipeline.extract.windows import Window
from pipeline.quay.lines import Row, line_from_row, row_from_line
from pipeline.quay.scopes import ALL
from tests.lakes import DAY, row

NAMES = ("ann", "ben", "cat", None)
any_row = st.builds(
    lambda second, tag, name: row(at=f"10:00:0{second}", performer=name, metadata={"tag": tag}),
    st.integers(0, 2),
    st.sampled_from("abc"),
    st.sampled_from(NAMES),
)
rows = st.lists(any_row, max_size=12)


def lines_of(rows: list[Row]) -> list[bytes]:
    return sorted(map(line_from_row, rows))


def keys_of(lines: list[bytes]) -> Counter[tuple[str, bytes]]:
    return Counter((each.occurred_at, lasting(each)) for each in map(row_from_line, lines))


@given(rows, rows)
def test_what_is_held_and_what_is_beyond_it_has_each_row_as_often_as_either(
    one: list[Row], other: list[Row]
) -> None:
    held, lines = lines_of(one), lines_of(other)
    assert keys_of(held + list(beyond(lines, held))) == keys_of(held) | keys_of(lines)


@given(rows, rows)
def test_unequal_seconds_leave_out_what_is_in_both_and_nothing_else(one: list[Row], other: list[Row]) -> None:
    held, shown = lines_of(one), lines_of(other)
    seconds = list(unequal_seconds(held, shown))
    assert Counter(line_from_row(r) for s in seconds for r in s.held) == Counter(held) - Counter(shown)
    assert Counter(line_from_row(r) for s in seconds for r in s.shown) == Counter(shown) - Counter(held)


@given(rows, st.data())
def test_every_row_is_accounted_for_once_whatever_is_renamed_or_removed(
    held: list[Row], data: st.DataObject
) -> None:
    renames = {name: data.draw(st.sampled_from([name, f"{name}2", None])) for name in NAMES if name}
    left = [each for each in held if data.draw(st.booleans())]
    shown = [replace(each, performer_name=renames.get(each.performer_name or "")) for each in left]
    changes, drift = Changes(), WindowDrift(Window(ALL, DAY), len(held))
    Comparison(drift, changes, {}, b"").run(lines_of(held), lines_of(shown))
    assert drift.removed_count == len(drift.removed) == len(held) - len(left)
    assert (drift.rotated, drift.new_by_kind) == (0, {})


def test_names_that_were_given_again_and_again_end_somewhere() -> None:
    told = Told({"a": "b", "b": "c", "c": "a"}, frozenset())
    assert told.names_after("a") == ["b", "c", "a"]
    assert told.names_after("z") == []
