"""Asks for one thing or one list, and decodes what is kept of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import msgspec

from pipeline.errors import DamagedReply, UnexpectedShape
from pipeline.quay.client import QuayClient

T = TypeVar("T")

_PAGE = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_FOLLOWING = msgspec.json.Decoder(str | None).decode


def decode_with(decode: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """The decoder with the errors of this project.

    Raises: UnexpectedShape for JSON of another shape, DamagedReply for what is no JSON.
    """

    def read(body: bytes) -> T:
        try:
            return decode(body)
        except msgspec.ValidationError as error:
            raise UnexpectedShape(f"not as Quay gives it ({error})") from error
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise DamagedReply("the body is not JSON") from error

    return read


def read_pages(
    client: QuayClient, path: str, key: str, decode: Callable[[bytes], T], query: Mapping[str, str]
) -> Iterator[T]:
    """What `decode` makes of the member `key` of each page of a list, as far as pages follow.

    Raises UnexpectedShape where there is no such member, and where the list goes round in a circle.
    """
    page = dict(query)
    seen: set[str] = set()
    while True:
        document = client.get(path, page, decode_with(_PAGE), where=path)
        if key not in document:
            raise UnexpectedShape(f"no list of {key} as Quay gives it", where=path)
        yield _decoded(decode, document[key], path)
        following = _decoded(_FOLLOWING, document.get("next_page", _NONE), path)
        if not following:
            return
        if following in seen:
            raise UnexpectedShape(f"the list of {key} goes round in a circle", where=path)
        seen.add(following)
        page = {**query, "next_page": following}


_NONE = msgspec.Raw(b"null")


def _decoded(decode: Callable[[bytes], T], part: msgspec.Raw, path: str) -> T:
    try:
        return decode_with(decode)(bytes(part))
    except UnexpectedShape as error:
        raise UnexpectedShape(error.what, where=path, hint=error.hint) from error
