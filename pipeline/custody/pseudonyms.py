"""Keyed pseudonyms for people and addresses: the same for the same name in every report, and no way back without the key."""

import hmac
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any, Final

from pipeline.quay.kinds import FAMILY_BY_KIND

_DIGITS: Final = 12
_ALNUM: Final = r"[^\W_]"
_EMAIL: Final = r"(?:\w[\w.!#$%&'*+^~-]{0,63}|[^\w\s@])@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_CASE: Final = rf"(?<!{_ALNUM})\d{{8}}-[0-9a-f]{{8}}(?!{_ALNUM})"
_IPV4: Final = rf"(?<!{_ALNUM})(?<!{_ALNUM}\.)\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?:/\d{{1,2}})?(?!\.?{_ALNUM})"
_IPV6: Final = rf"(?<!{_ALNUM})[0-9A-Fa-f]{{0,4}}(?::[0-9A-Fa-f]{{0,4}}){{2,8}}(?:\.\d{{1,3}}){{0,3}}(?:/\d{{1,3}})?(?!{_ALNUM})"
_SNAKE: Final = r"(?<!\w)[a-z0-9]+(?:_[a-z0-9]+)+(?!\w)"
GENERIC: Final = frozenset(
    {
        "admin",
        "all",
        "creator",
        "member",
        "network",
        "org",
        "owner",
        "quay",
        "read",
        "registry",
        "repo",
        "robot",
    }
    | {"superuser", "team", "user", "users", "write"}
)
"""Words of our own and of Quay that accounts are called by as well. They name no person."""

_WORD = re.compile(rf"{_ALNUM}+")
_PIECE = re.compile(
    f"(?P<email>{_EMAIL})|(?P<case>{_CASE})|(?P<ipv4>{_IPV4})|(?P<ipv6>{_IPV6})|(?P<snake>{_SNAKE})|(?P<word>{_ALNUM}+)"
)


class Pseudonyms:
    """Replaces people by `person-...`, e-mail addresses by `email-...`, networks and addresses likewise.

    A name is replaced wherever it stands as words of its own, in capitals or not: `bob` in `user:bob`, `bob+ci` and
    `bob-laptop`, not in `bobsled`. `strangers` are names that somebody tried, and that may be any word: they and
    `GENERIC` ones are replaced only where they cannot mean anything else, as a whole text or in `user:admin`. Ids of
    cases get another digest, as theirs can be guessed from a name.
    """

    def __init__(self, key: bytes, people: Iterable[str], strangers: Iterable[str] = ()) -> None:
        self._key = key
        known = {name.casefold() for name in people if name}
        self._people = known | {name.casefold() for name in strangers if name}
        self._careful = (self._people - known) | (known & GENERIC)
        self._by_first_word: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for name in sorted(self._people, key=lambda each: (-len(each), each)):
            if first := _WORD.search(name):
                self._by_first_word[first[0]].append((first.start(), name))

    def text(self, text: str) -> str:
        """The text with every person and address in it replaced."""
        if text.casefold() in self._people and not _EMAIL_ALONE.fullmatch(text):
            return self._pseudonym("person", text)
        parts, done, at = [], 0, 0
        while piece := _PIECE.search(text, at):
            start, end, words = self._replaced(piece, done)
            if words is not None:
                parts += [text[done:start], words]
                done = end
            at = end
        return "".join([*parts, text[done:]])

    def value(self, value: Any, plain: Collection[str] = ()) -> Any:
        """A JSON value with every text in it replaced, but what stands under a key in `plain`."""
        match value:
            case str():
                return self.text(value)
            case Mapping():
                return {key: each if key in plain else self.value(each, plain) for key, each in value.items()}
            case list() | tuple():
                return [self.value(each, plain) for each in value]
            case _:
                return value

    def _replaced(self, piece: "re.Match[str]", done: int) -> tuple[int, int, str | None]:
        """From where to where, and by what; None for what stays. The end is always behind the start."""
        text, start, end = piece.string, piece.start(), piece.end()
        match piece.lastgroup:
            case "email":
                return start, end, self._pseudonym("email", piece[0])
            case "case":
                day, _, digest = piece[0].partition("-")
                return start, end, f"{day}-{self._digest('case', digest)[: len(digest)]}"
            case "ipv4" if words := self._address(piece[0]):
                return start, end, words
            case "ipv6" if _WORD.search(piece[0]):
                for length in _shorter(piece[0]):
                    if words := self._address(piece[0][:length]):
                        return start, start + length, words
            case "snake" if piece[0] in FAMILY_BY_KIND:
                return start, end, None
        return self._person(text, start, done)

    def _person(self, text: str, start: int, done: int) -> tuple[int, int, str | None]:
        word = _WORD.match(text, start)
        if word is None:
            return start, start + 1, None
        for offset, name in self._by_first_word.get(word[0].casefold(), ()):
            begin, end = start - offset, start - offset + len(name)
            if begin < done or text[begin:end].casefold() != name or not _ends(text, end):
                continue
            if name not in self._careful or _can_only_be_a_name(text, begin, end):
                return begin, end, self._pseudonym("person", name)
        return start, word.end(), None

    def _address(self, text: str) -> str | None:
        try:
            if "/" in text:
                return self._pseudonym("network", str(ip_network(text, strict=False)))
            return self._pseudonym("address", str(ip_address(text)))
        except ValueError:
            return None

    def _pseudonym(self, sort: str, name: str) -> str:
        return f"{sort}-{self._digest(sort, name)[:_DIGITS]}"

    def _digest(self, sort: str, name: str) -> str:
        return hmac.digest(
            self._key, f"{sort}\0{name.casefold()}".encode("utf-8", "surrogatepass"), "sha256"
        ).hex()


_EMAIL_ALONE = re.compile(_EMAIL)


def _ends(text: str, end: int) -> bool:
    """Whether no word goes on across `end`."""
    return end >= len(text) or not (text[end - 1].isalnum() and text[end].isalnum())


def _can_only_be_a_name(text: str, begin: int, end: int) -> bool:
    is_whole = end - begin == len(text)
    return is_whole or text.endswith(("user:", "user "), 0, begin) or text[end : end + 1] == "+"


def _shorter(text: str) -> list[int]:
    """The lengths at which an address may end: a colon behind it is punctuation, or leads to a port."""
    ends = [at for at, character in enumerate(text) if character == ":"]
    return [len(text), *reversed([end for end in ends[1:] if end > 1])]
