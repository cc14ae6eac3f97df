"""Which characters the fonts of this machine can show: typst is asked, as only it knows which font it would take.

Each character is set on a page of its own and drawn as SVG. One that no font has is drawn as the box of a missing
character, and that box is known from a character that no font can have.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Set
from typing import Final, cast

_NO_CHARACTER: Final = "\ufdd0"
_GLYPH: Final = re.compile(rb'href="#(g[0-9A-F]+)"')
_PROBE: Final = b"""
#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "Libertinus Serif")
#for character in json(bytes(sys.inputs.data)) { page(text(character)) }
"""
_JOINER: Final = "\u200d"
_FLAGS: Final = range(0x1F1E6, 0x1F200)
_SKINS: Final = range(0x1F3FB, 0x1F400)


def missing_from_fonts(texts: Iterable[str]) -> Set[str]:
    """The characters of these texts that no font here has, each with the marks that belong to it."""
    wanted = sorted({each for text in texts if not text.isascii() for each in characters_of(text)})
    wanted = [each for each in wanted if not each.isascii()]
    if not wanted:
        return frozenset()
    import typst

    handed = {"data": json.dumps([_NO_CHARACTER, *wanted])}
    # More than one page comes as a list of pages, which its type does not say.
    pages = cast("list[bytes]", typst.compile(_PROBE, format="svg", sys_inputs=handed))
    drawn = [set(_GLYPH.findall(page)) for page in pages]
    box = drawn[0]
    return frozenset(each for each, glyphs in zip(wanted, drawn[1:], strict=True) if glyphs & box)


def characters_of(text: str) -> Iterator[str]:
    """What a reader takes for one character: a letter with its marks, an emoji with what is joined to it, a flag."""
    start = 0
    for at in range(1, len(text)):
        if not _goes_on(text, start, at):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _goes_on(text: str, start: int, at: int) -> bool:
    character = text[at]
    if character == _JOINER or text[at - 1] == _JOINER:
        return True
    if ord(character) in _FLAGS:
        return at == start + 1 and ord(text[start]) in _FLAGS
    return ord(character) in _SKINS or unicodedata.category(character).startswith("M")
