"""One event as OCSF: every kind in the class that fits it, all that is left of it in `unmapped` and `raw_data`.

`metadata.uid` is the event's key, which findings name as evidence; `raw_data` is the line of the format ndjson.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from pipeline.exports import ocsf_parts as parts
from pipeline.exports.kinds import UNKNOWN_RULE, EventClass, KindRule, read_kinds
from pipeline.exports.lines import Document, details_of, line_from_event, readable_details, text_in
from pipeline.exports.ocsf_parts import Part
from pipeline.exports.ocsf_schema import (
    CLASSES,
    DEFAULT_VERSION,
    activity_in,
    class_fields,
    dialect_of,
    metadata_fields,
    shortened,
)
from pipeline.warehouse.event_stream import Event

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode

_IDS_BY_THING: Final = {
    "OAuth token": "oauth_token_uuid",
    "app-specific token": "app_specific_token",
    "application": "client_id",
    "auto-prune policy": "policy_uuid",
    "build trigger": "trigger_id",
    "default permission": "prototypeid",
    "immutability policy": "policy_uuid",
    "notification": "notification_id",
    "service key": "kid",
    "webhook": "webhook_id",
}
_ENTITY_ACTIVITIES: Final = {
    "Assign Privileges": "Update",
    "Add User": "Update",
    "Remove User": "Update",
    "Other": "Update",
}


class _Frame(NamedTuple):
    """What all events of one kind share, made once."""

    rule: KindRule
    fixed: Part
    metadata: Part
    fill: Callable[[Event], Part | None]
    instead: "_Frame | None"


class OcsfWriter:
    """Writes events as one version of OCSF, and counts the kinds that the table does not have.

    `unmapped` makes that attribute from Quay's details: as they are, if nothing else is given.
    """

    def __init__(self, version: str = DEFAULT_VERSION, unmapped: Callable[[str], Any] | None = None) -> None:
        self._unmapped = unmapped or as_they_are
        self.unknown_kinds: Counter[str] = Counter()
        self._dialect = dialect_of(version)
        self._fills: dict[EventClass, Callable[[Event], Part | None]] = {
            EventClass.ACCOUNT: self._account,
            EventClass.AUTHENTICATION: self._authentication,
            EventClass.ACCESS: self._access,
            EventClass.GROUP: self._group,
            EventClass.API: self._api,
            EventClass.BASE: self._base,
        }
        self._frames = {kind: self._frame(kind, rule) for kind, rule in read_kinds().items()}

    def document(self, event: Event, event_id: str) -> Document:
        """The event as one JSON document."""
        return self.classified(event, event_id)[1]

    def classified(self, event: Event, event_id: str) -> tuple[EventClass, Document]:
        """The event as one JSON document, and its class."""
        frame = self._frames.get(event.kind)
        if frame is None:
            self.unknown_kinds[event.kind] += 1
            frame = self._frame(event.kind, UNKNOWN_RULE)
        filled = frame.fill(event)
        while filled is None and frame.instead is not None:
            frame = frame.instead
            filled = frame.fill(event)
        body = _encode(
            {
                **frame.fixed,
                "time": event.time_ms,
                "metadata": {**frame.metadata, "uid": event.key},
                **(filled or {}),
                "unmapped": self._unmapped(event.metadata),
                "raw_data": line_from_event(event, event_id).decode(),
            }
        )
        most = self._dialect.longest_text
        if most and len(body) > most:
            body = _encode(shortened(_decode(body), most))
        return frame.rule.event_class, Document(event_id, event.time_ms, body)

    def _frame(self, kind: str, rule: KindRule) -> _Frame:
        """How to write a kind; where an entry lacks what its class asks for, as a group, else as an entity."""
        class_of = CLASSES[rule.event_class]
        activity = activity_in(class_of, rule.activity, self._dialect)
        more: Part = {"event_code": kind}
        if self._dialect.needs_host_profile and rule.event_class in _UNDER_A_PROFILE:
            more["profiles"] = ["host"]
        fill = self._fills.get(rule.event_class) or self._entity_of(rule)
        plainer = _plainer(rule)
        instead = self._frame(kind, plainer) if plainer else None
        fixed = class_fields(class_of, activity, rule.severity, rule.status)
        return _Frame(rule, fixed, metadata_fields(self._dialect, **more), fill, instead)

    def _api(self, event: Event) -> Part:
        filled: Part = {
            "actor": parts.actor_of(event, self._dialect),
            "api": {"operation": event.kind, "service": parts.SERVICE},
            "src_endpoint": parts.endpoint_of(event),
        }
        if event.user_agent is not None:
            filled["http_request"] = {"user_agent": event.user_agent}
        if resources := parts.resources_of(event):
            filled["resources"] = resources
        if event.kind.endswith(("_failed", "_failure")):
            filled |= _detail(event, "message", "error")
        return filled

    def _authentication(self, event: Event) -> Part:
        # Not the performer: of a login that failed by an expired token, Quay names an unrelated user.
        name = event.target_name or (
            None if event.kind == "login_failure" else event.performer_name or event.credential_name
        )
        filled: Part = {
            "user": parts.user_of(name, self._dialect),
            "service": parts.SERVICE,
            "src_endpoint": parts.endpoint_of(event),
        }
        if event.user_agent is not None:
            filled["http_request"] = {"user_agent": event.user_agent}
        return filled | _detail(event, "message")

    def _account(self, event: Event) -> Part:
        return {
            "user": parts.user_of(event.target_name, self._dialect),
            "actor": parts.actor_of(event, self._dialect),
            "src_endpoint": parts.endpoint_of(event),
        }

    def _entity_of(self, rule: KindRule) -> Callable[[Event], Part]:
        id_key = _IDS_BY_THING.get(rule.thing)

        def fill(event: Event) -> Part:
            name = event.target_name or parts.full_name_of(event) or event.kind
            if rule.thing == "repository permission":
                name = f"{name} on {parts.full_name_of(event)}"
            entity: Part = {"name": name, "type": rule.thing}
            if id_key and (uid := text_in(details_of(event.metadata), id_key)):
                entity["uid"] = uid
            return {"entity": entity, **self._by_whom(event)}

        return fill

    def _access(self, event: Event) -> Part | None:
        details = details_of(event.metadata)
        role, grantee = text_in(details, "role"), text_in(details, "username")
        if role is None or grantee is None:
            return None
        return {
            "user": parts.user_of(grantee, self._dialect),
            "privileges": [role],
            **self._resource(event, has_list=self._dialect.has_resource_lists),
            **self._by_whom(event),
        }

    def _group(self, event: Event) -> Part | None:
        details = details_of(event.metadata)
        team, role = text_in(details, "team"), text_in(details, "role")
        member = text_in(details, "member", "user", "email")
        if team is None or not (role or member or self._dialect.takes_bare_groups):
            return None
        group: Part = {"name": team, "type": "team"}
        if event.namespace_name:
            group["domain"] = event.namespace_name
        filled: Part = {"group": group, **self._resource(event, has_list=False), **self._by_whom(event)}
        if member:
            filled["user"] = parts.user_of(member, self._dialect)
        if role:
            filled["privileges"] = [role]
        return filled

    def _base(self, event: Event) -> Part:
        return {"message": f"{event.kind}, a kind that this version does not know"}

    def _resource(self, event: Event, *, has_list: bool) -> Part:
        resource = parts.repository_of(event)
        if resource is None:
            return {}
        return {"resources": [resource]} if has_list else {"resource": resource}

    def _by_whom(self, event: Event) -> Part:
        by: Part = {"actor": parts.actor_of(event, self._dialect)}
        if self._dialect.has_endpoints:
            by["src_endpoint"] = parts.endpoint_of(event)
        return by


_UNDER_A_PROFILE: Final = (EventClass.ENTITY, EventClass.ACCESS, EventClass.GROUP)


def _plainer(rule: KindRule) -> KindRule | None:
    """The rule for an entry of the same kind that lacks what the class asks for."""
    match rule.event_class:
        case EventClass.ACCESS:
            return msgspec.structs.replace(rule, event_class=EventClass.GROUP)
        case EventClass.GROUP:
            activity = _ENTITY_ACTIVITIES.get(rule.activity, rule.activity)
            return msgspec.structs.replace(rule, event_class=EventClass.ENTITY, activity=activity)
    return None


def as_they_are(metadata: str) -> Any:
    """Quay's details as an object, to the letter."""
    details = msgspec.Raw(readable_details(metadata).encode())
    return details if metadata.startswith("{") else {"metadata": details}


def _detail(event: Event, *keys: str) -> Part:
    message = text_in(details_of(event.metadata), *keys)
    return {"status_detail": message} if message else {}
