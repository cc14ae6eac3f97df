"""Elasticsearch and OpenSearch: the bulk interface, each document under its own id.

A document is created under its id, so that a second copy of it is answered with 409 and counts as taken: sent twice, it
is there once. Source: the reference of the Bulk API, action `create`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import msgspec

from pipeline.errors import ServerFailure, UnexpectedShape
from pipeline.exports.lines import Document
from pipeline.exports.sinks import Receipt
from pipeline.exports.sinks.posting import Answer, Poster

SCHEME: Final = "ApiKey"

_encode: Final = msgspec.json.Encoder().encode
_TRY_AGAIN = frozenset({429, 502, 503, 504})
_CREATED, _THERE, _TOO_LARGE = (200, 201), 409, 413


class _Round(NamedTuple):
    """What came of one sending: those in `busy` may well be taken the next time."""

    receipt: Receipt
    busy: list[Document]


class ElasticsearchSink:
    """Creates documents in one index."""

    def __init__(self, poster: Poster, index: str) -> None:
        self._poster = poster
        self._path = f"/{quote(index, safe='')}/_bulk"

    def send(self, documents: Sequence[Document]) -> Receipt:
        """Send these; only those that the server was too busy for are sent again.

        Raises: ServerError where it stays out of reach or too busy, or answers another shape.
        """
        receipt, waiting = Receipt(), list(documents)
        for attempt in range(self._poster.tries):
            if attempt:
                self._poster.sleep(self._poster.pause(attempt))
            done = self._round(waiting)
            receipt, waiting = receipt.plus(done.receipt), done.busy
            if not waiting:
                return receipt
        raise ServerFailure(
            f"the server was too busy for {len(waiting):,} documents, {self._poster.tries} times over",
            where=self._poster.url,
            hint="the same command goes on where this one stopped; what is there already is not sent twice",
        )

    def _round(self, documents: Sequence[Document]) -> _Round:
        answer = self._poster.post(self._path, _body_of(documents), "application/x-ndjson")
        if answer.status == _TOO_LARGE and len(documents) > 1:
            half = len(documents) // 2
            first, second = self._round(documents[:half]), self._round(documents[half:])
            return _Round(first.receipt.plus(second.receipt), first.busy + second.busy)
        created, there, refused, busy = 0, 0, [], []
        for document, (status, words) in zip(documents, self._items(answer, len(documents)), strict=True):
            if status in _CREATED:
                created += 1
            elif status == _THERE:
                there += 1
            elif status in _TRY_AGAIN:
                busy.append(document)
            else:
                refused.append(f"{document.document_id} ({status}, {words})")
        return _Round(Receipt(created, there, tuple(refused)), busy)

    def _items(self, answer: Answer, count: int) -> list[tuple[int, str]]:
        """What the answer says of each document, in their order."""
        if answer.status != 200:
            raise ServerFailure(
                f"the server takes none of it ({answer.status}: {answer.words})",
                where=self._poster.url,
                hint="see whether the index may be written to, and whether --url is the server's own address",
            )
        items = list(_read_items(answer.document))
        if len(items) != count:
            raise UnexpectedShape(
                f"the answer speaks of {len(items):,} documents where {count:,} were sent",
                where=self._poster.url,
                hint="point --url at Elasticsearch or OpenSearch itself",
            )
        return items


def _read_items(document: Any) -> Iterator[tuple[int, str]]:
    items = document.get("items") if isinstance(document, dict) else None
    for item in items if isinstance(items, list) else ():
        told = item.get("create") if isinstance(item, dict) else None
        if isinstance(told, dict) and isinstance(told.get("status"), int):
            error = told.get("error")
            reason = error.get("reason") or error.get("type") if isinstance(error, dict) else error
            yield told["status"], str(reason or "")[:200]


def _body_of(documents: Sequence[Document]) -> bytes:
    parts = []
    for each in documents:
        parts += [_encode({"create": {"_id": each.document_id}}), each.body]
    return b"\n".join([*parts, b""])
