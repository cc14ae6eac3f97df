"""One event as a document of the Elastic Common Schema; what it has no field for is under `quay`.

An index should map `quay.metadata` as `flattened`: Quay writes one key with several types.
"""

from collections import Counter
from typing import Any, Final, NamedTuple

import msgspec

from pipeline.exports.kinds import UNKNOWN_RULE, EventClass, KindRule, read_kinds
from pipeline.exports.lines import Document, details_of, line_from_event, readable_details, text_in
from pipeline.exports.ocsf_parts import full_name_of, is_address
from pipeline.warehouse.event_stream import Event

ECS_VERSION: Final = "8.17.0"

_encode: Final = msgspec.json.Encoder().encode

Part = dict[str, Any]

_TYPES_BY_ACTIVITY: Final = {
    "Create": "creation",
    "Read": "access",
    "Delete": "deletion",
    "Logon": "start",
    "Logoff": "end",
    "Authentication Ticket": "start",
    "Other": "info",
}
_IAM_OBJECTS: Final = {EventClass.ACCOUNT: "user", EventClass.ACCESS: "user", EventClass.GROUP: "group"}
_OUTCOMES: Final = {"Success": "success", "Failure": "failure", "Unknown": "unknown"}
_CHANGED_NAMES: Final = ("user_change_name", "user_change_email")


class _Frame(NamedTuple):
    """What all events of one kind share, made once."""

    fixed: Part
    has_target: bool
    is_group: bool


class EcsWriter:
    """Writes events as ECS, and counts the kinds that the table does not have."""

    def __init__(self) -> None:
        self.unknown_kinds: Counter[str] = Counter()
        self._frames = {kind: _frame_of(kind, rule) for kind, rule in read_kinds().items()}

    def document(self, event: Event, event_id: str) -> Document:
        """The event as one JSON document."""
        frame = self._frames.get(event.kind)
        if frame is None:
            self.unknown_kinds[event.kind] += 1
            frame = _frame_of(event.kind, UNKNOWN_RULE)
        original = line_from_event(event, event_id).decode()
        document: Part = {
            "@timestamp": event.occurred_at,
            "ecs": {"version": ECS_VERSION},
            "event": {**frame.fixed, "id": event_id, "original": original},
            "quay": _quay(event),
            **_client(event),
        }
        if user := _user(event, frame):
            document["user"] = user
        if event.namespace_name is not None:
            document["organization"] = {"name": event.namespace_name}
        if image := _image(event):
            document["container"] = {"image": image}
        if frame.is_group and (team := text_in(details_of(event.metadata), "team")):
            document["group"] = {"name": team}
        return Document(event_id, event.time_ms, _encode(document))


def types_of(rule: KindRule) -> list[str]:
    """The values of `event.type` for a kind: only such as ECS allows in its category."""
    kind = _TYPES_BY_ACTIVITY.get(rule.activity, "change")
    if rule.category == "package" and kind == "creation":
        kind = "change"
    if rule.category == "iam":
        kind = "info" if kind == "access" else kind
        return [_IAM_OBJECTS.get(rule.event_class, "admin"), kind]
    return [kind]


def _frame_of(kind: str, rule: KindRule) -> _Frame:
    fixed = {
        "kind": "event",
        "category": [rule.category],
        "type": types_of(rule),
        "action": kind,
        "outcome": _OUTCOMES[rule.status],
        "dataset": "quay.audit",
        "module": "quay",
        "provider": "quay",
    }
    return _Frame(fixed, rule.category == "iam", rule.event_class in (EventClass.GROUP, EventClass.ACCESS))


def _client(event: Event) -> Part:
    found: Part = {}
    if event.ip is not None:
        source: Part = {"address": event.ip}
        if is_address(event.ip):
            source["ip"] = event.ip
        if event.country_code:
            source["geo"] = {"country_iso_code": event.country_code}
        found["source"] = source
    if event.user_agent is not None:
        found["user_agent"] = {"original": event.user_agent}
    return found


def _user(event: Event, frame: _Frame) -> Part:
    user: Part = {}
    name = event.performer_name
    if event.kind_family == "login":
        # Not the performer: of a login that failed by an expired token, Quay names an unrelated user.
        name = event.target_name or (None if event.kind == "login_failure" else name or event.credential_name)
    if name is not None:
        user["name"] = name
    if frame.has_target and event.target_name is not None:
        user["target"] = {"name": event.target_name}
    if event.kind in _CHANGED_NAMES:
        details = details_of(event.metadata)
        email, old_name = text_in(details, "email"), text_in(details, "old_username")
        changes = {"email": email} if email else {"name": event.target_name} if old_name else {}
        user |= {"changes": changes} if changes else {}
    return user


def _image(event: Event) -> Part:
    image: Part = {}
    if event.repository_name is not None:
        image["name"] = full_name_of(event)
    if event.tag is not None:
        image["tag"] = [event.tag]
    if event.manifest_digest is not None:
        image["hash"] = {"all": [event.manifest_digest]}
    return image


def _quay(event: Event) -> Part:
    return {
        "event_key": event.key,
        "scope": event.scope,
        "kind_family": event.kind_family,
        "namespace": {"name": event.namespace_name, "kind": event.namespace_kind},
        "repository": event.repository_name,
        "performer": {"kind": event.performer_kind, "is_robot": event.performer_is_robot},
        "credential": {
            "kind": event.credential_kind,
            "id": event.credential_id,
            "name": event.credential_name,
        },
        "network": event.network,
        "target": event.target_name,
        "metadata": msgspec.Raw(readable_details(event.metadata).encode()),
    }
