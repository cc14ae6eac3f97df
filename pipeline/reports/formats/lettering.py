"""Text on its way to typst: in pieces that fonts can show, and in lines that can break."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, Final

from pipeline.reports.cells import code_points_of, runs_of
from pipeline.reports.formats.glyphs import characters_of, missing_from_fonts

_BREAK: Final = "\u200b"
_SIGNS: Final = re.compile(r"(?<=[-/._@:+=&?,;)\]}|])(?<![0-9][-.,:])(?=[^\s._])")
_UNBROKEN: Final = re.compile(rf"([^\s{_BREAK}]{{16}})(?=[^\s{_BREAK}]{{4}})")
_GAPS: Final = re.compile(rf"[\s{_BREAK}]+")
_MOST_NAMED: Final = 5


class Told(str):
    """Text for a reader, still as it came: `lettered` makes it what typst is given."""

    __slots__ = ()


def lettered(data: Any, missing: Set[str]) -> Any:
    """The data with every `Told` as an array: a string is shown as it is, an array holds code points."""
    match data:
        case Told():
            return list(_pieces(data, missing))
        case Mapping():
            return {name: lettered(value, missing) for name, value in data.items()}
        case list() | tuple():
            return [lettered(value, missing) for value in data]
        case _:
            return data


def texts_in(data: Any) -> Iterator[str]:
    """Every `Told` in the data."""
    match data:
        case Told():
            yield data
        case Mapping():
            for value in data.values():
                yield from texts_in(value)
        case list() | tuple():
            for value in data:
                yield from texts_in(value)


def missing_in(data: Any) -> tuple[Set[str], Sequence[str]]:
    """The characters that no font here has, and what to tell a reader about them, if anything."""
    texts = [run for text in texts_in(data) for run, is_code in runs_of(text) if not is_code]
    missing = missing_from_fonts(texts)
    if not missing:
        return missing, []
    places = sum(each in missing for text in texts if not text.isascii() for each in characters_of(text))
    named = ", ".join(map(code_points_of, sorted(missing)[:_MOST_NAMED]))
    more = ", ..." if len(missing) > _MOST_NAMED else ""
    return missing, [
        "Shown as code points, as the machine that made this file has no font with them: "
        f"{named}{more}, {len(missing):,} in all, in {places:,} places. Fonts such as Noto have them (on Debian and Ubuntu: fonts-noto-core, "
        "fonts-noto-cjk, fonts-noto-color-emoji); every other format of this report holds the characters themselves."
    ]


def longest_piece(text: str) -> int:
    """How many letters of the text stay on one line whatever its width."""
    return max(map(len, _GAPS.split(_breakable(text))))


def _pieces(text: str, missing: Set[str]) -> Iterator[str | list[str]]:
    for run, is_code in runs_of(text):
        if is_code:
            yield from ([code] for code in run.split())
        elif missing and not run.isascii():
            yield from _known_and_missing(run, missing)
        else:
            yield _breakable(run)


def _known_and_missing(run: str, missing: Set[str]) -> Iterator[str | list[str]]:
    known = ""
    for character in characters_of(run):
        if character not in missing:
            known += character
            continue
        if known:
            yield _breakable(known)
            known = ""
        yield [code_points_of(character)]
    if known:
        yield _breakable(known)


def _breakable(text: str) -> str:
    """With a mark where a line may break: after a sign within a name, and in what goes on too long without one."""
    return _UNBROKEN.sub(rf"\1{_BREAK}", _SIGNS.sub(_BREAK, text))
