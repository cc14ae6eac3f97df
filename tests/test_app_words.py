"""Promises of `app.words`: numbers and times as people read them, and text from Quay as it stands, whatever it says."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app import words
from pipeline.cli.output import visible as visible_on_a_terminal
from tests.markup import TEXTS

# What Streamlit 1.67 looks for in text that Markdown is done with: StreamlitMarkdown, and GFM's bare links.
LOOKED_FOR_IN_TEXT = re.compile(
    r"https?://|www(?=\.)|[-.\w+]+@[-\w]+\.[-\w]|:streamlit:|:material_\w+:|(?:^|\s)(?:<->|->|<-|--|>=|<=|~=)(?:\s|$)",
    re.IGNORECASE,
)
FRAGMENTS = [*TEXTS, *"\\`*_{}[]()<>#+-.!|~$:&@/=\n\t ", "http", "https", "://", "www", "a", "1", "a@b.c"]
MARKED_TEXT = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=12).map("".join)
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def text_in(markdown: str) -> str:
    """What a reader of the Markdown sees, which must be one paragraph of nothing but text."""
    tokens = MARKDOWN.parse(markdown)
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    parts = [part for token in tokens for part in token.children or ()]
    assert {part.type for part in parts} <= {"text"}
    return "".join(part.content for part in parts)


@given(MARKED_TEXT)
@example("# a")
@example("a\n\nb")
@example("a\\")
def test_plain_text_is_read_by_markdown_as_it_stands(text: str) -> None:
    seen = words.visible(text).replace("\n", " ")
    assert text_in(words.plain(text)).replace("\u2060", "").strip() == seen.strip()


def test_a_sentence_stays_as_it_is_since_a_screen_reader_may_read_the_markdown() -> None:
    for sentence in ("Ask the robot's owner, that day.", "The week-old robot, if any."):
        assert words.plain(sentence) == sentence
    for marked in ("www.example.org", "a -- b", "a_b_c", "1. first", "- first", "a -> b", "# a", "a\nb"):
        assert words.plain(marked) != marked


@given(MARKED_TEXT)
def test_plain_text_holds_nothing_that_streamlit_makes_a_link_a_picture_or_a_sign(text: str) -> None:
    assert not LOOKED_FOR_IN_TEXT.search(text_in(words.plain(text)))


@given(MARKED_TEXT, MARKED_TEXT)
def test_plain_text_stays_within_what_stands_around_it(first: str, second: str) -> None:
    tokens = MARKDOWN.parse(f"**a{words.plain(first)}a** and *b{words.plain(second)}b*")
    (inline,) = [token for token in tokens if token.type == "inline"]
    kinds = [part.type for part in inline.children or () if part.type != "text"]
    assert kinds == ["strong_open", "strong_close", "em_open", "em_close"]


@given(st.text())
def test_a_screen_shows_what_is_hidden_as_a_terminal_does(text: str) -> None:
    kept = text.replace("\t", "").replace("\n", "")
    assert words.visible(kept) == visible_on_a_terminal(kept)
    assert words.visible("\t\n") == "\t\n"


@given(st.text())
def test_what_is_visible_has_no_control_and_turns_nothing(text: str) -> None:
    shown = words.visible(text).replace("\t", "").replace("\n", "")
    assert not [each for each in shown if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        each for each in shown if unicodedata.bidirectional(each) in ("RLO", "LRO", "RLE", "LRE", "PDF")
    ]


@given(st.text() | st.integers() | st.none())
def test_a_guarded_cell_is_never_a_formula_and_loses_nothing(value: str | int | None) -> None:
    cell = words.guarded(value)
    if isinstance(value, str):
        assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
        assert cell in (value, f"'{value}")
    else:
        assert cell is value


@pytest.mark.parametrize(
    ("number", "what", "told"),
    [
        (0, "", "0"),
        (1_234_567, "", "1,234,567"),
        (1, "event", "1 event"),
        (2, "event", "2 events"),
        (1_000, "entry", "1,000 entries"),
        (2, "day", "2 days"),
        (2, "batch", "2 batches"),
        (2, "address", "2 addresses"),
        (-1_500, "event", "-1,500 events"),
        (None, "event", "–"),
        (float("nan"), "", "–"),
    ],
)
def test_a_count_has_thousands_separators_and_says_what_is_counted(
    number: float | None, what: str, told: str
) -> None:
    assert words.count(number, what) == told


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_count_can_be_read_back(number: int) -> None:
    assert int(words.count(number).replace(",", "")) == number


def test_a_moment_is_told_in_utc_and_a_dash_where_there_is_none() -> None:
    assert words.moment(datetime(2026, 11, 26, 9, 30, 5, tzinfo=UTC)) == "2026-11-26 09:30:05 UTC"
    absent: Any = pd.NaT
    assert words.moment(None) == words.moment(absent) == "–"


def test_a_period_of_one_day_is_that_day() -> None:
    day = date(2026, 11, 26)
    assert words.span(day, day) == "2026-11-26"
    assert words.span(day, day + timedelta(days=1)) == "2026-11-26 to 2026-11-27"


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    assert words.listed("abc") == "a, b, c"
    assert words.listed("abcdef", most=2) == "a, b and 4 more"
    assert words.listed([]) == ""
