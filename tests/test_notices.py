"""Promises of `pipeline.detect.notices`: short plain text, in which nothing that an attacker chose can act."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detect.casebook import Page, casebook
from pipeline.detect.cases import cases_from_signals
from pipeline.detect.notices import LONGEST_BODY, inert, notices_from_pages
from pipeline.detect.signals import Severity
from pipeline.detect.triage import Triage
from tests.signalling import DAY, fired


def pages(count: int, reason: str = "it swept", score: float = 60) -> list[Page]:
    """So many cases."""
    some = [fired(f"robot:acme+r{n}", score, reason=reason) for n in range(count)]
    return casebook(cases_from_signals(DAY, some), Triage(), {DAY})


@given(st.text())
def test_no_text_keeps_a_sign_that_starts_something_anywhere(text: str) -> None:
    shown = inert(text, 200)
    assert len(shown) <= 200
    assert not set("<>@&[]()*`~|#\\{}\n\r\t") & set(shown)
    assert "://" not in shown
    assert not re.search(r"[a-z]\.[a-z]{2}", shown, re.IGNORECASE | re.ASCII)


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "<!channel>",
        "<@U123>",
        "[safe](https://evil.example)",
        "https://evil.example",
        "www.evil.example",
        "mallory@evil.example",
        "*bold* _slanted_ ~gone~ `code`",
        "<b>x</b>&lt;",
        "one\ntwo",
        "\x1b[31mred",
        "a\u202eb",
        "a\u200bb",
        "# title",
        "| a | b |",
    ],
)
def test_mentions_links_and_markup_do_not_survive(text: str) -> None:
    shown = inert(text, 200)
    assert shown != text
    assert not re.search(r"[<>@\[\]*`~|#\n\x1b\u202e\u200b]|://|\w\.\w|(?<!\w)_|_(?!\w)", shown)


@pytest.mark.parametrize("name", ["robot:acme+ci_build-2", "203.0.113.0/24", "docker 24.0.7", "acme/web_app"])
def test_ordinary_names_stay_as_they_are(name: str) -> None:
    assert inert(name, 200) == name


def test_long_texts_are_cut() -> None:
    assert inert("x" * 50, 10) == "xxxxxxxxx…"
    assert inert("x" * 10, 10) == "x" * 10


def test_a_notice_tells_the_id_the_severity_and_the_reason_of_each_case() -> None:
    (notice,) = notices_from_pages(pages(2))
    assert notice.title == "Quay audit: 2 new cases, the worst high"
    for page in notice.pages:
        assert f"{page.note.case_id}: high, 60 points" in notice.body
    assert "1 signal: it swept" in notice.body
    assert notices_from_pages(pages(1, score=95))[0].title == "Quay audit: 1 new case: critical"
    assert notices_from_pages([]) == []


def test_a_story_that_goes_on_says_from_where() -> None:
    (page,) = pages(1)
    told = Page(
        note=page.note, standing=page.standing, arising=page.arising, case=page.case, related=("a", "b")
    )
    assert "; goes on from b\n" in notices_from_pages([told])[0].body


@given(st.integers(0, 40), st.text(max_size=400))
def test_every_case_is_in_one_notice_and_none_is_too_long_for_a_chat(count: int, reason: str) -> None:
    wanted = pages(count, reason)
    notices = notices_from_pages(wanted)
    assert [page for notice in notices for page in notice.pages] == wanted
    assert all(0 < len(notice.body) <= LONGEST_BODY for notice in notices)
    assert all(notice.severity is Severity.HIGH for notice in notices)
    assert all(set(notice.case_ids) == {page.note.case_id for page in notice.pages} for notice in notices)
