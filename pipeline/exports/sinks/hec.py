"""Splunk's HTTP Event Collector.

It has no ids: what it is sent twice, it holds twice. So each event carries its id in the indexed field `event_id`, by which
a search can tell copies apart (`| dedup event_id`), and what was acknowledged is written down to be sent no more. A plain
acknowledgement says that events were accepted, not that they are indexed; where the token has indexer acknowledgement
switched on, this waits for it. Source: Splunk's pages on the HTTP Event Collector and its indexer acknowledgement.
"""

import uuid
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from pipeline.errors import ServerFailure, UnexpectedShape
from pipeline.exports.lines import Document
from pipeline.exports.sinks import Receipt
from pipeline.exports.sinks.posting import Answer, Poster

SCHEME: Final = "Splunk"

_encode: Final = msgspec.json.Encoder().encode
_TAKEN, _TOO_LARGE = 200, 413
_CHANNEL = str(uuid.uuid5(uuid.NAMESPACE_URL, "quay-audit"))


class HecSink:
    """Sends documents as events of one source type."""

    def __init__(self, poster: Poster, source_type: str) -> None:
        self._poster = poster
        self._fixed = {"source": "quay-audit", "sourcetype": source_type}

    def send(self, documents: Sequence[Document]) -> Receipt:
        """Send these, and wait until they are acknowledged.

        Raises: ServerError where it stays out of reach or busy, or takes none of it.
        """
        body = b"\n".join(map(self._event_of, documents))
        answer = self._post("/services/collector/event", body)
        if answer.status == _TOO_LARGE and len(documents) > 1:
            half = len(documents) // 2
            return self.send(documents[:half]).plus(self.send(documents[half:]))
        if answer.status != _TAKEN:
            raise ServerFailure(
                f"the server takes none of it ({answer.status}: {answer.words})",
                where=self._poster.url,
                hint="look at the token's settings in Splunk: its index, and whether the collector is on",
            )
        told = answer.document
        if not isinstance(told, dict) or told.get("code") != 0:
            raise UnexpectedShape(
                f"this is no answer of an HTTP Event Collector: {answer.words}",
                where=self._poster.url,
                hint="point --url at the collector itself, such as https://splunk.example.com:8088",
            )
        if "ackId" in told:
            self._wait_for(told["ackId"])
        return Receipt(len(documents))

    def _wait_for(self, ack_id: Any) -> None:
        """Ask until the events are indexed."""
        for attempt in range(self._poster.tries):
            answer = self._post("/services/collector/ack", _encode({"acks": [ack_id]}))
            told = answer.document.get("acks") if isinstance(answer.document, dict) else None
            if isinstance(told, dict) and told.get(str(ack_id)) is True:
                return
            self._poster.sleep(self._poster.pause(attempt + 1))
        raise ServerFailure(
            "events were accepted, but the indexers do not acknowledge them",
            where=self._poster.url,
            hint="look at the indexers; the same command sends these events again",
        )

    def _post(self, path: str, body: bytes) -> Answer:
        headers = {"X-Splunk-Request-Channel": _CHANNEL}
        return self._poster.post(path, body, "application/json", headers)

    def _event_of(self, document: Document) -> bytes:
        return _encode(
            {
                "time": document.time_ms / 1000,
                **self._fixed,
                "fields": {"event_id": document.document_id},
                "event": msgspec.Raw(document.body),
            }
        )
