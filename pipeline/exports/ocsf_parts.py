"""Objects of OCSF that several classes share: who acted, from where, with what, on what."""

from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Final

from pipeline.exports.ocsf_schema import Dialect
from pipeline.warehouse.event_stream import Event

Part = dict[str, Any]

SERVICE: Final = {"name": "quay"}
WORKER: Final = "quay-worker"
ANONYMOUS: Final = "anonymous"
NOBODY_KNOWN: Final = "unknown"

_REMEMBERED = 20_000
_TOKENS = ("oauth_token", "app_specific_token", "access_token")
_BY_REQUEST = ("pull", "push", "login")

_UNKNOWN_TYPE, _USER, _SYSTEM, _SERVICE, _OTHER = 0, 1, 3, 4, 99


def actor_of(event: Event, dialect: Dialect) -> Part:
    """Who acted; an account that is gone by the name that its credential keeps."""
    holds_token = event.credential_kind in _TOKENS
    name = event.performer_name
    if name is None and event.performer_kind in ("user", "robot") and not holds_token:
        name = event.credential_name
    return _actor(
        name, event.performer_kind, event.credential_id if holds_token else None, dialect.has_service_accounts
    )


def user_of(name: str | None, dialect: Dialect) -> Part:
    """A user or robot by name alone: whom something was done to, or who signed in."""
    if name is None:
        return {"name": NOBODY_KNOWN, "type_id": _UNKNOWN_TYPE, "type": "Unknown"}
    return _user(name, "robot" if "+" in name else "user", dialect.has_service_accounts)


def endpoint_of(event: Event) -> Part:
    """Where it came from. Without an address it was no request: a worker of Quay did it."""
    if event.ip is None:
        return {"name": NOBODY_KNOWN if event.kind_family in _BY_REQUEST else WORKER}
    return _endpoint(event.ip, event.country_code)


def repository_of(event: Event) -> Part | None:
    """The repository acted on, else the namespace; None where the entry names neither."""
    if event.repository_name:
        return {"name": full_name_of(event), "type": "repository"}
    if event.namespace_name:
        return {"name": event.namespace_name, "type": "namespace"}
    return None


def resources_of(event: Event) -> list[Part]:
    """What was acted on, the whole before its part: repository or namespace, then the tag or manifest."""
    whole = repository_of(event)
    parts = [whole] if whole else []
    if event.tag is not None or event.manifest_digest is not None:
        name = f"{full_name_of(event)}:{event.tag}" if event.tag is not None else full_name_of(event)
        tag: Part = {"name": name, "type": "manifest" if event.tag is None else "tag"}
        if event.manifest_digest is not None:
            tag["uid"] = event.manifest_digest
        parts.append(tag)
    return parts


def full_name_of(event: Event) -> str:
    """The repository with its namespace, as people write it."""
    return f"{event.namespace_name or ''}/{event.repository_name or ''}".strip("/")


@lru_cache(_REMEMBERED)
def _actor(name: str | None, kind: str, token: str | None, has_service_accounts: bool) -> Part:
    if name is not None:
        user = _user(name, kind, has_service_accounts)
    elif kind == "worker":
        user = {"name": WORKER, "type_id": _SYSTEM, "type": "System"}
    elif kind == "anonymous":
        user = {"name": ANONYMOUS, "type_id": _OTHER, "type": "Anonymous"}
    else:
        user = {"name": NOBODY_KNOWN, "type_id": _UNKNOWN_TYPE, "type": "Unknown"}
    return {"user": {**user, "credential_uid": token} if token else user}


@lru_cache(_REMEMBERED)
def _user(name: str, kind: str, has_service_accounts: bool) -> Part:
    if kind != "robot":
        return {"name": name, "type_id": _USER, "type": "User"}
    return {"name": name, "type_id": _SERVICE if has_service_accounts else _OTHER, "type": "Service"}


@lru_cache(_REMEMBERED)
def _endpoint(ip: str, country: str | None) -> Part:
    # A proxy may hand on what it was given: what is no address goes out as a name.
    part: Part = {"ip": ip} if is_address(ip) else {"name": ip}
    if country:
        part["location"] = {"country": country}
    return part


@lru_cache(_REMEMBERED)
def is_address(text: str) -> bool:
    """Whether other systems will take the text for an address; one with a zone they do not."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
