"""The names that a rule may call things by, and the values that a query is given: its text holds neither."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.detect.rules import Parameter
from pipeline.errors import UsageError

COLUMN_NAMES: Final[Mapping[str, Sequence[str]]] = {
    "kind": ("kind", "action"),
    "kind_family": ("kind_family", "category"),
    "namespace_name": ("namespace", "namespace_name", "organization"),
    "repository": ("repository",),
    "repository_name": ("repository_name",),
    "tag": ("tag",),
    "manifest_digest": ("manifest_digest", "digest"),
    "target_name": ("target", "target_name"),
    "performer_name": ("performer", "performer_name", "actor", "user", "username"),
    "performer_kind": ("performer_kind",),
    "performer_is_robot": ("performer_is_robot",),
    "credential": ("credential",),
    "credential_kind": ("credential_kind",),
    "credential_id": ("credential_id",),
    "credential_name": ("credential_name",),
    "ip": ("ip", "src_ip", "source_ip", "client_ip"),
    "network": ("network",),
    "country_code": ("country", "country_code"),
    "user_agent": ("user_agent", "useragent"),
    "client": ("client",),
    "is_change": ("is_change",),
    "is_failure": ("is_failure",),
    "occurred_at": ("time", "timestamp", "occurred_at"),
}
"""Columns of int_acts by the names that stand for them, in any case. Whatever else is named is a key of Quay's details."""

DETAILS: Final = "metadata"
KIND: Final = "kind"
TIME: Final = "occurred_at"

_PLACES = frozenset({"ip", "network", "country_code"})
_NOT_TEXT = frozenset({"performer_is_robot", "is_change", "is_failure", "occurred_at"})
_COLUMN_BY_NAME = {name: column for column, names in COLUMN_NAMES.items() for name in names}
_DETAIL = re.compile(r"[\w@/-]+(\.[\w@/-]+)*", re.ASCII)


class Bindings:
    """Values that a query is given, each under a name of its own; whatever a rule says goes through here."""

    def __init__(self) -> None:
        self.params: dict[str, Parameter] = {}

    def bind(self, value: Parameter) -> str:
        """What stands for the value in the text of the query."""
        return self.name(f"value_{len(self.params) + 1}", value)

    def name(self, name: str, value: Parameter) -> str:
        """As `bind`, under a name that settings can override."""
        self.params[name] = value
        return f"${name}"


class Field(NamedTuple):
    """What a rule's field is of an event. `column` is that of int_acts; `path` the way into the details, if it is there."""

    column: str
    path: str = ""

    @property
    def is_place(self) -> bool:
        """Whether it tells where an event came from."""
        return self.column in _PLACES

    def text(self, bindings: Bindings) -> str:
        """SQL of its value as text, null where there is none; a list or table of the details is its JSON."""
        if self.path:
            return f"json_extract_string({DETAILS}, {bindings.bind(self.path)})"
        return f"cast({self.column} as varchar)" if self.column in _NOT_TEXT else self.column

    def is_there(self, bindings: Bindings) -> str:
        """SQL of whether an event has it at all, be it without a value."""
        if self.path:
            return f"coalesce(json_exists({DETAILS}, {bindings.bind(self.path)}), false)"
        return f"{self.column} is not null"


def field_from_name(name: str) -> Field:
    """What a rule's field name stands for.

    Raises: UsageError for a name that no key of Quay's details can have.
    """
    if column := _COLUMN_BY_NAME.get(name.lower()):
        return Field(column)
    key = name.removeprefix(f"{DETAILS}.")
    if not _DETAIL.fullmatch(key):
        raise UsageError(
            f"{name!r} is no field",
            hint="a field is letters, digits and _ - / @, with dots between the parts",
        )
    return Field(DETAILS, "$" + "".join(f'."{part}"' for part in key.split(".")))
