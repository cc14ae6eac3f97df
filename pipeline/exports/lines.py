"""One event as one line of JSON, with an id that stays the same in every export: what the other formats are made of."""

import hashlib
import re
from collections import Counter
from typing import Any, Final, NamedTuple

import msgspec

from pipeline.warehouse.event_stream import Event

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode
_ID_BYTES = 16
# A whole pair, half of one, or any other escape: an escaped backslash is none of the first two.
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)


class Document(NamedTuple):
    """What goes to another system: one JSON document, and the id by which that system can tell a second copy."""

    document_id: str
    time_ms: int
    body: bytes


class Numbering:
    """Gives the events of one day their ids, which must come in the order of time.

    An id is a hash of what happened, and of how many equal entries came before it: Quay gives entries no ids, and two
    equal ones are two events. So it does not change when a day is read again, by another route or with late entries.
    """

    def __init__(self) -> None:
        self._second = ""
        self._seen: Counter[bytes] = Counter()

    def id_of(self, event: Event) -> str:
        """The id of the next event."""
        if event.occurred_at != self._second:
            self._second = event.occurred_at
            self._seen.clear()
        said = _encode(
            (
                event.occurred_at,
                event.kind,
                event.namespace_name,
                event.performer_name,
                event.ip,
                event.metadata,
            )
        )
        digest = hashlib.blake2b(said, digest_size=_ID_BYTES)
        key = digest.digest()
        count = self._seen[key]
        self._seen[key] = count + 1
        if count:
            digest.update(b"%d" % count)
        return digest.hexdigest()


class _Line(msgspec.Struct, gc=False):
    event_id: str
    event_key: str
    day: str
    occurred_at: str
    scope: str
    position: int
    kind: str
    kind_family: str
    namespace_name: str | None
    namespace_kind: str | None
    repository_name: str | None
    performer_name: str | None
    performer_is_robot: bool | None
    performer_kind: str
    credential_kind: str
    credential_id: str | None
    credential_name: str | None
    ip: str | None
    network: str | None
    country_code: str | None
    user_agent: str | None
    user_agent_family: str | None
    tag: str | None
    manifest_digest: str | None
    target_name: str | None
    metadata: msgspec.Raw
    metadata_text: str | msgspec.UnsetType = msgspec.UNSET


COLUMNS: Final = _Line.__struct_fields__[:-1]
"""The keys of a line, in order; `metadata_text` is there only where it is needed."""


def line_from_event(event: Event, event_id: str) -> bytes:
    """Everything the lake holds of an event. `metadata` are Quay's details as they are, as an object.

    Half a surrogate pair, which Quay's JSON may hold and strict readers refuse, becomes U+FFFD there; `metadata_text`
    then has the exact text.
    """
    details = readable_details(event.metadata)
    text = msgspec.UNSET if details == event.metadata else event.metadata
    said = msgspec.Raw(details.encode())
    values: tuple[Any, ...] = (event_id, event.key, event.day, event.occurred_at, *event[3:-1], said, text)
    return _encode(_Line(*values))


def readable_details(metadata: str) -> str:
    """The details as JSON text that every reader takes: itself, but for halves of surrogate pairs."""
    if "\\ud" not in metadata and "\\uD" not in metadata:
        return metadata
    return _ESCAPE.sub(lambda found: "\\ufffd" if found["half"] else found[0], metadata)


def details_of(metadata: str) -> dict[str, Any]:
    """The details as a dict; empty where they are no object."""
    try:
        decoded = _decode(readable_details(metadata))
    except (msgspec.DecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def text_in(details: dict[str, Any], *keys: str) -> str | None:
    """The first of these keys that holds a text with something in it."""
    for key in keys:
        value = details.get(key)
        if isinstance(value, str) and value:
            return value
    return None
