"""Promises of the HTML report: it needs nothing, runs nothing, and can be read by everybody."""

import re
from html.parser import HTMLParser
from itertools import pairwise

from pipeline.reports.document import Report
from pipeline.reports.folder import contents_of
from tests.report_values import population_of, report_of, report_with_names, row_of, section_of

_RELEVANT = ("script", "img", "iframe", "object", "embed", "form", "link", "base", "svg", "style")


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remembers every element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Remembers every text."""
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of this name."""
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(report: Report, *formats: str) -> Page:
    """The page, read."""
    return Page(dict(contents_of(report, [*formats, "html"]))["report.html"].decode())


def test_the_page_allows_no_script_and_nothing_from_elsewhere() -> None:
    page = page_of(report_with_names("bob"))
    policy = next(meta for meta in page.all("meta") if meta.get("http-equiv"))["content"]
    assert policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert {tag for tag, _ in page.elements} & set(_RELEVANT) == {"style"}
    addresses = [
        each for _, found in page.elements for name, each in found.items() if name in ("href", "src")
    ]
    assert all(each and each.startswith("#") for each in addresses)
    assert not any(name.startswith("on") or name == "style" for _, found in page.elements for name in found)


def test_everything_linked_within_the_page_is_there_once() -> None:
    page = page_of(report_with_names("bob"))
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))
    links = {link["href"].removeprefix("#") for link in page.all("a") if link["href"]}
    labels = {found["aria-labelledby"] for _, found in page.elements if "aria-labelledby" in found}
    assert (links | labels) <= set(ids)


def test_the_page_has_landmarks_one_title_and_headings_without_gaps() -> None:
    page = page_of(report_with_names("bob"))
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert len(page.all(landmark)) == 1
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_column_headings_and_scrolls_with_the_keyboard() -> None:
    page = page_of(report_with_names("bob"))
    assert page.all("table")
    assert len(page.all("thead")) == len(page.all("table"))
    assert all(head["scope"] == "col" for head in page.all("th"))
    regions = [each for each in page.all("div") if each.get("role") == "region"]
    assert [each["tabindex"] for each in regions] == ["0"] * len(page.all("table"))


def test_a_long_population_is_cut_and_says_where_it_is_whole() -> None:
    report = report_of(section_of([population_of([row_of(f"user-{n}", n) for n in range(1, 1_501)])]))
    words = " ".join(page_of(report, "csv").words)
    assert "1,000 of 1,500 rows are shown, the first. All are in populations/E-access_changes.csv." in words
    assert "user-1000" in words
    assert "user-1001" not in words


def test_what_turns_or_hides_text_is_shown_as_its_code_point() -> None:
    page = page_of(report_with_names("abc\u202edef\u200b\x1b"))
    assert [each for each in page.words if each.startswith("U+")][:2] == ["U+202E", "U+200B U+001B"]
    assert not re.search("[\u202e\u200b\x1b]", "".join(page.words))


def test_nothing_is_called_compliant() -> None:
    words = " ".join(page_of(report_with_names("bob")).words)
    assert "supports" in words
    assert not re.search(r"\bcompl(ies|iant)\b", words)
