"""HTML: one file that needs nothing else, runs nothing, and prints."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from pipeline.reports.cells import visible
from pipeline.reports.document import Report, Section
from pipeline.reports.formats.markup import Markup, element, joined
from pipeline.reports.formats.page_tables import listed, scrolling, source_of, table_of
from pipeline.reports.narrative import (
    NO_EXCEPTIONS,
    NOT_LOGGED,
    SOURCES,
    SUPPORTS,
    WHY_NOT_LOGGED,
    controls_of,
    count_of,
    facts_of,
    sampling_of,
)
from pipeline.reports.places import Whole


def html_from_report(report: Report, whole: Whole) -> bytes:
    """The page, in UTF-8. A long population is cut, and says where it is `whole`."""
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"{report.cover.title}, {report.cover.since} to {report.cover.until}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", visible(title)),
        element("style", Markup(style)),
    )
    body = element("body", *_body(report, whole))
    page = f"<!doctype html>\n{element('html', head, body, lang='en')}\n"
    return page.encode("utf-8", "backslashreplace")


def _body(report: Report, whole: Whole) -> Sequence[Markup]:
    sections = [_section(section, whole) for section in report.sections]
    closing = [_not_logged(report, whole), _sources(report)]
    return [
        element("a", "To the sections", class_="skip", href="#sections"),
        _header(report),
        _contents(report),
        element("main", *sections, *closing, id="sections"),
        element(
            "footer", element("p", f"Made by quay-audit {report.cover.tool_version}. All times are UTC.")
        ),
    ]


def _header(report: Report) -> Markup:
    facts = [
        part for label, words in facts_of(report) for part in (element("dt", label), element("dd", words))
    ]
    return element(
        "header",
        element("h1", visible(report.cover.title)),
        element("p", f"{report.cover.since} to {report.cover.until}", class_="lead"),
        element("dl", *facts),
        element("p", sampling_of(report), class_="quiet"),
    )


def _contents(report: Report) -> Markup:
    rows = [
        element(
            "tr",
            element("td", section.letter),
            element("td", element("a", section.title, href=f"#{section.letter}")),
            element("td", "; ".join(f"{each.title}: {count_of(each)}" for each in section.populations)),
            element("td", f"{len(section.exceptions):,}", class_="n"),
        )
        for section in report.sections
    ]
    heads = [
        element("th", word, scope="col", class_=name)
        for word, name in (
            ("Section", "text"),
            ("About", "text"),
            ("Populations", "text"),
            ("Exceptions", "n"),
        )
    ]
    table = element(
        "table", element("thead", element("tr", *heads)), element("tbody", *rows), aria_labelledby="contents"
    )
    ends = [
        element("li", element("a", words, href=f"#{name}"))
        for name, words in (("not-logged", NOT_LOGGED), ("sources", SOURCES))
    ]
    heading = element("h2", "Contents", id="contents")
    return element(
        "nav", heading, scrolling(table, "contents"), element("ul", *ends), aria_labelledby="contents"
    )


def _section(section: Section, whole: Whole) -> Markup:
    return element(
        "section",
        element("h2", f"{section.letter}. {section.title}", id=section.letter),
        element("p", section.question, class_="question"),
        listed(section.statements, whole),
        _exceptions(section, whole),
        *(table_of(section, population, whole) for population in section.populations),
        _limits(section, whole),
        _controls(section),
        class_="part",
        aria_labelledby=section.letter,
    )


def _exceptions(section: Section, whole: Whole) -> Markup:
    if not section.exceptions:
        return element("p", NO_EXCEPTIONS, class_="quiet")
    return element(
        "div",
        element("h3", "Exceptions, to be looked at"),
        listed(section.exceptions, whole),
        class_="exceptions",
    )


def _limits(section: Section, whole: Whole) -> Markup:
    if not section.limits:
        return joined([])
    return joined([element("h3", "What this section cannot show"), listed(section.limits, whole)])


def _controls(section: Section) -> Markup:
    if not section.controls:
        return joined([])
    pairs = [
        part for name, words in controls_of(section) for part in (element("dt", name), element("dd", words))
    ]
    return joined([element("h3", "Supports"), element("p", SUPPORTS, class_="quiet"), element("dl", *pairs)])


def _not_logged(report: Report, whole: Whole) -> Markup:
    heading = element("h2", NOT_LOGGED, id="not-logged")
    why = element("p", WHY_NOT_LOGGED)
    return element(
        "section", heading, why, listed(report.not_logged, whole), class_="part", aria_labelledby="not-logged"
    )


def _sources(report: Report) -> Markup:
    sources = [
        source_of(section, population) for section in report.sections for population in section.populations
    ]
    heading = element("h2", SOURCES, id="sources")
    return element("section", heading, *sources, class_="part", aria_labelledby="sources")
