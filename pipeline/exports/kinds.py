"""What each kind of entry is to other systems, as read from `kinds.toml` beside this file."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

UNKNOWN: Final = "unknown"


class EventClass(StrEnum):
    """A class of OCSF, in our word for it; also what a source of a Security Lake is called after."""

    ACCOUNT = "account"
    AUTHENTICATION = "authentication"
    ENTITY = "entity"
    ACCESS = "access"
    GROUP = "group"
    API = "api"
    BASE = "base"


class KindRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"event_class": "class"}):
    """One line of the table: `activity`, `severity` and `status` are captions of OCSF, `category` is ECS's."""

    event_class: EventClass
    activity: str
    thing: str
    category: str
    severity: str = "Informational"
    status: str = "Success"


UNKNOWN_RULE: Final = KindRule(EventClass.BASE, "Other", "", "configuration", "Unknown", "Unknown")
"""For a kind that the table does not have: nobody knows yet what it means."""


def read_kinds() -> Mapping[str, KindRule]:
    """The table: a rule for every kind that Quay is known to write."""
    text = Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, KindRule])
