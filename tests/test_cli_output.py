"""Promises of `pipeline.cli.output` and `pipeline.cli.pace`: data that is exact, text that is harmless, paces that are true."""

import io
import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.cli.output import (
    Progress,
    prepare_streams,
    print_chunks,
    print_json,
    print_ndjson,
    print_table,
    print_text,
    visible,
)
from pipeline.cli.pace import Pace, words_from_seconds
from pipeline.config import Secret

any_text = st.text(st.characters(codec=None))
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=10,
)


class Screen(io.StringIO):
    """A terminal that remembers what it was sent."""

    def isatty(self) -> bool:
        """Always."""
        return True


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def stdout(stream: io.StringIO | None = None) -> Iterator[io.StringIO]:
    """What is printed on stdout meanwhile."""
    with redirect_stdout(stream or io.StringIO()) as out:
        yield out


@given(any_text)
def test_visible_text_is_one_line_of_harmless_characters_and_plain_text_stays(text: str) -> None:
    shown = visible(text)
    harmful = {"Cc", "Cs", "Zl", "Zp"}
    assert not [each for each in shown if unicodedata.category(each) in harmful]
    assert not [
        each for each in shown if unicodedata.bidirectional(each) in {"RLO", "LRO", "RLE", "LRE", "PDF"}
    ]
    assert visible(shown) == shown
    shown.encode("utf-8")
    if text.isprintable():
        assert shown == text


def test_names_in_any_script_stay_readable() -> None:
    for name in ("Ünïcödé", "данные", "日本語", "مرحبا", "हिन्दी क्‍ष", "👩‍🚀"):
        assert visible(name) == name
    assert visible("a\u202eb\u2066c\x9b\u200bd") == "a\\u202eb\\u2066c\\x9b\\u200bd"


@given(documents)
@example({"\x7f\x9b\u202e": ["\x1b[2J", "\U000e0041"]})
def test_json_is_ascii_without_controls_and_reads_back_the_same(value: Any) -> None:
    with stdout() as out:
        print_json(value)
        print_ndjson([value, value])
    text = out.getvalue()
    assert all(" " <= each <= "~" or each == "\n" for each in text)
    first, second = text.splitlines()[-2:]
    assert json.loads(first) == json.loads(second) == value
    assert json.loads("\n".join(text.splitlines()[:-2])) == value


def test_json_of_equal_values_is_equal_bytes_and_refuses_what_it_cannot_say() -> None:
    with stdout() as one:
        print_json({"b": 1, "a": date(2026, 11, 20), "c": Path("lake")})
    with stdout() as other:
        print_json({"c": Path("lake"), "a": date(2026, 11, 20), "b": 1})
    assert one.getvalue() == other.getvalue() == '{\n  "a": "2026-11-20",\n  "b": 1,\n  "c": "lake"\n}\n'
    with stdout():
        for value in (Secret("hush"), float("nan"), object()):
            with pytest.raises((TypeError, ValueError)) as caught:
                print_json(value)
            assert "hush" not in str(caught.value)


def test_chunks_are_exact_in_a_pipe_and_harmless_on_a_terminal() -> None:
    chunks = ["name\tnote\n", "\x1b]0;owned\x07,ünï\u202e\n"]
    with stdout() as pipe:
        print_chunks(chunks)
    with stdout(Screen()) as screen:
        print_chunks(chunks)
    assert pipe.getvalue() == "".join(chunks)
    assert screen.getvalue() == "name\tnote\n\\x1b]0;owned\\x07,ünï\\u202e\n"


def test_a_text_is_one_line() -> None:
    with stdout() as out:
        print_text("one\ntwo\x1b[2J")
    assert out.getvalue() == "one\\ntwo\\x1b[2J\n"


def test_a_table_lines_up_by_width_and_shows_every_cell_whole() -> None:
    rows = [("日本", 5, None), ("=cmd|'/c calc'\x1b", 12_000, "x" * 200), ("[red]no[/red]", -1.5, True)]
    with stdout() as out:
        print_table(["name", "rows", "note"], rows)
    lines = out.getvalue().splitlines()
    assert lines[0] == "name                 rows  note"
    assert lines[2] == "日本                    5"
    assert lines[3] == "=cmd|'/c calc'\\x1b  12000  " + "x" * 200
    assert lines[4] == "[red]no[/red]        -1.5  True"


def test_a_table_without_rows_still_names_its_columns() -> None:
    with stdout() as out:
        print_table(["day", "kind"], [])
    assert out.getvalue() == "day  kind\n---  ----\n"


def test_data_is_utf_8_in_a_pipe_whatever_the_locale_says() -> None:
    pipe = io.BytesIO()
    stream = io.TextIOWrapper(pipe, encoding="ascii")
    with redirect_stdout(stream):
        prepare_streams()
        print_chunks(["данные\n"])
    assert pipe.getvalue() == "данные\n".encode()


def test_plain_progress_is_a_line_at_most_every_five_seconds_and_a_last_one() -> None:
    clock = Clock()
    with redirect_stderr(io.StringIO()) as err, Progress("extract", clock=clock) as progress:
        progress.expect(4_000)
        for _second in range(20):
            clock.now += 1
            progress.advance(100, pages=5)
        progress.say("org/acme: \x1b[1mread again")
    lines = err.getvalue().splitlines()
    assert lines[0] == "extract: 500 of 4,000 rows, 25 pages, 100 rows/s, 5.0 pages/s, 35 s left"
    assert len(lines) == 4 + 2
    assert lines[-2] == "extract: org/acme: \\x1b[1mread again"
    assert lines[-1] == "extract: 2,000 of 4,000 rows, 100 pages in 20 s"


def test_progress_on_a_terminal_is_a_bar_and_leaves_stdout_alone() -> None:
    screen = Screen()
    with redirect_stderr(screen), stdout() as out, Progress("build", unit="days", clock=Clock()) as progress:
        progress.expect(30)
        progress.advance(30)
        progress.say("[red]2026-11-20[/red] \x1b[2J")
        print_text("data")
    assert out.getvalue() == "data\n"
    assert "[red]2026-11-20[/red] \\x1b[2J" in screen.getvalue()
    assert "30 of 30 days" in screen.getvalue()
    assert "━" in screen.getvalue()


def test_speeds_are_those_of_the_last_half_minute() -> None:
    clock = Clock()
    pace = Pace("rows", clock)
    pace.total = 200_000
    for rows, pages in [(20, 1)] * 120 + [(2_000, 100)] * 60:
        clock.now += 1
        pace.advance(rows, pages)
    assert pace.speed == (2_000.0, 100.0)
    assert pace.seconds_left == (200_000 - 120 * 20 - 60 * 2_000) / 2_000


def test_standing_still_brings_the_speed_down_to_nothing() -> None:
    clock = Clock()
    pace = Pace("rows", clock)
    pace.total = 1_000
    clock.now += 1
    pace.advance(600)
    speeds = []
    for seconds in (0, 19, 60):
        clock.now += seconds
        speeds.append(pace.speed[0])
    assert speeds == [600, 30, 0]
    assert pace.seconds_left is None


@given(
    steps=st.lists(st.tuples(st.floats(0, 100), st.integers(0, 1_000)), max_size=60),
    total=st.integers(0, 10**6),
)
def test_counts_add_up_and_no_number_is_negative(steps: list[tuple[float, int]], total: int) -> None:
    clock = Clock()
    pace = Pace("rows", clock)
    pace.total = total
    for seconds, count in steps:
        clock.now += seconds
        pace.advance(count)
        assert min(pace.speed) >= 0
        assert pace.share is None or 0 <= pace.share <= 1
        assert pace.seconds_left is None or pace.seconds_left >= 0
    assert pace.count == sum(count for _seconds, count in steps)
    # Rows read again by a repair are no part of what was expected: then there is no total to speak of.
    of_total = f" of {total:,}" if pace.count <= total else ""
    assert pace.words().startswith(f"{pace.count:,}{of_total} rows")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (89, "89 s"), (90, "2 min"), (1_500, "25 min"), (11_400, "3 h 10 min")]
)
def test_spans_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert words_from_seconds(seconds) == words
