"""Notices: new cases as short messages in plain text, in which nothing that an attacker chose can act as markup.

Names, tags and user agents are chosen by whoever can push. In a chat they must call nobody (`@everyone`, `<!channel>`),
show no link, and change no line but their own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from pipeline.detect.casebook import Page
from pipeline.detect.signals import Severity

LONGEST_BODY: Final = 1_800
"""Characters: the tightest chat takes 2,000, of title and text."""

_LONGEST_TITLE, _LONGEST_SENTENCE, _LONGEST_SUBJECT = 120, 300, 100

# What starts a mention, a link, a tag, emphasis, code, a table or an escape somewhere: each has a twin that does not.
_ACTIVE: Final = "<>@&[]()*`~|#\\{}"
_TWINS: Final = {ord(character): chr(ord(character) + 0xFEE0) for character in _ACTIVE}
_DOT_OF_A_HOST: Final = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})|(?<=-)\.(?=[^\W\d_]{2})")
_UNDERSCORE_AT_AN_EDGE: Final = re.compile(r"(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
_UNSEEN: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ud800-\\udfff\\ufeff"
    "\\ufff9-\\ufffb\\U000e0000-\\U000e007f]"
)


class Notice(msgspec.Struct, frozen=True):
    """One message, and the cases that it tells of."""

    title: str
    body: str
    severity: Severity
    pages: tuple[Page, ...]

    @property
    def case_ids(self) -> list[str]:
        """The ids under which these cases are not new any more."""
        return [case_id for page in self.pages for case_id in page.note.linked_ids]


def inert(text: str, longest: int) -> str:
    """The text, at most so many characters of it, in one line that acts nowhere: what could is given its wide twin."""
    shown = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
    if len(shown) > longest:
        shown = f"{shown[: longest - 1]}…"
    shown = shown.replace("://", "：／／").translate(_TWINS)
    shown = _DOT_OF_A_HOST.sub("\N{ONE DOT LEADER}", shown)
    return _UNDERSCORE_AT_AN_EDGE.sub("\N{FULLWIDTH LOW LINE}", shown)


def notices_from_pages(pages: Sequence[Page]) -> list[Notice]:
    """The messages that tell of these cases, in the order given, as many in each as have room."""
    return [_notice(batch) for batch in _batches(pages)]


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    batch: list[Page] = []
    left = LONGEST_BODY
    for page in pages:
        room = len(_paragraph(page)) + 2
        if batch and room > left:
            yield batch
            batch, left = [], LONGEST_BODY
        batch.append(page)
        left -= room
    if batch:
        yield batch


def _notice(pages: Sequence[Page]) -> Notice:
    severity = max((page.note.severity for page in pages), key=lambda each: each.rank)
    count = "1 new case" if len(pages) == 1 else f"{len(pages)} new cases, the worst"
    title = f"Quay audit: {count}{':' if len(pages) == 1 else ''} {severity.value}"
    return Notice(title, "\n\n".join(map(_paragraph, pages)), severity, tuple(pages))


def _paragraph(page: Page) -> str:
    note = page.note
    sentence = page.case.sentence if page.case else ""
    related = f"; goes on from {page.related[-1]}" if page.related else ""
    return "\n".join(
        [
            f"{note.case_id}: {note.severity.value}, {note.score:.0f} points{related}",
            inert(f"{note.subject}: {note.title}", _LONGEST_SUBJECT + _LONGEST_TITLE),
            inert(sentence, _LONGEST_SENTENCE),
        ]
    )
