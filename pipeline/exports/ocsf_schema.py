"""What the supported versions of OCSF call things, and where they differ: classes, activities, attributes."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pipeline.exports.kinds import EventClass

VERSIONS: Final = ("1.8.0", "1.5.0", "1.3.0", "1.1.0")
DEFAULT_VERSION: Final = VERSIONS[0]

_LONGEST_TEXT: Final = 65_535  # string_t of 1.1 and 1.3; later versions set no limit


class ClassOfOcsf(NamedTuple):
    """A class: its number and caption, those of its category, and its activities by caption."""

    uid: int
    caption: str
    category_uid: int
    category: str
    activities: Mapping[str, int]


_IAM = (3, "Identity & Access Management")
_COMMON = {"Unknown": 0, "Other": 99}
_PRIVILEGES = {"Assign Privileges": 1, "Revoke Privileges": 2}
_CHANGES = {"Create": 1, "Read": 2, "Update": 3, "Delete": 4}
_SWITCHES = {"Enable": 8, "Disable": 9, "Activate": 10}
_ACCOUNT = {
    "Create": 1,
    "Enable": 2,
    "Password Change": 3,
    "Password Reset": 4,
    "Disable": 5,
    "Delete": 6,
}

CLASSES: Final[Mapping[EventClass, ClassOfOcsf]] = {
    EventClass.ACCOUNT: ClassOfOcsf(3001, "Account Change", *_IAM, _ACCOUNT | _COMMON),
    EventClass.AUTHENTICATION: ClassOfOcsf(
        3002, "Authentication", *_IAM, {"Logon": 1, "Logoff": 2, "Authentication Ticket": 3} | _COMMON
    ),
    EventClass.ENTITY: ClassOfOcsf(3004, "Entity Management", *_IAM, _CHANGES | _SWITCHES | _COMMON),
    EventClass.ACCESS: ClassOfOcsf(3005, "User Access Management", *_IAM, _PRIVILEGES | _COMMON),
    EventClass.GROUP: ClassOfOcsf(
        3006,
        "Group Management",
        *_IAM,
        _PRIVILEGES | {"Add User": 3, "Remove User": 4, "Delete": 5, "Create": 6} | _COMMON,
    ),
    EventClass.API: ClassOfOcsf(6003, "API Activity", 6, "Application Activity", _CHANGES | _COMMON),
    EventClass.BASE: ClassOfOcsf(0, "Base Event", 0, "Uncategorized", _COMMON),
}
FINDING: Final = ClassOfOcsf(
    2004, "Detection Finding", 2, "Findings", {"Create": 1, "Update": 2, "Close": 3} | _COMMON
)

SEVERITIES: Final = {"Unknown": 0, "Informational": 1, "Low": 2, "Medium": 3, "High": 4, "Critical": 5}
STATUSES: Final = {"Unknown": 0, "Success": 1, "Failure": 2, "Other": 99}


class Dialect(NamedTuple):
    """How one version differs from the others. Source: the schemas of schema.ocsf.io, release by release."""

    version: str
    has_switches: bool
    """Entity Management knows Enable, Disable and Activate."""
    has_endpoints: bool
    """Every class of the category IAM knows the client's address."""
    needs_host_profile: bool
    """Entity, group and user access events name an actor under the profile `host` alone."""
    takes_bare_groups: bool
    """A group event may come without a user and without privileges."""
    has_resource_lists: bool
    """User access events have `resources`, where older versions have one `resource`."""
    has_service_accounts: bool
    """A user may be of the type Service."""
    has_alerts: bool
    """A finding can say whether it is an alert."""
    longest_text: int | None


_DIALECTS: Final = {
    "1.8.0": Dialect("1.8.0", True, True, False, True, True, True, True, None),
    "1.5.0": Dialect("1.5.0", True, True, False, True, True, False, True, None),
    "1.3.0": Dialect("1.3.0", True, True, True, False, False, False, False, _LONGEST_TEXT),
    "1.1.0": Dialect("1.1.0", False, False, True, False, False, False, False, _LONGEST_TEXT),
}


def dialect_of(version: str) -> Dialect:
    """How to write this version, which is one of VERSIONS."""
    return _DIALECTS[version]


def activity_in(class_of: ClassOfOcsf, caption: str, dialect: Dialect) -> tuple[int, str]:
    """The number and caption of an activity, or of what this version has in its place."""
    if not dialect.has_switches and class_of.uid == CLASSES[EventClass.ENTITY].uid and caption in _SWITCHES:
        caption = "Update"
    return class_of.activities[caption], caption


def class_fields(
    class_of: ClassOfOcsf, activity: tuple[int, str], severity: str, status: str
) -> dict[str, Any]:
    """What every event of a class and activity has in common."""
    activity_id, caption = activity
    return {
        "activity_id": activity_id,
        "activity_name": caption,
        "category_uid": class_of.category_uid,
        "category_name": class_of.category,
        "class_uid": class_of.uid,
        "class_name": class_of.caption,
        "type_uid": class_of.uid * 100 + activity_id,
        "type_name": f"{class_of.caption}: {caption}",
        "severity_id": SEVERITIES[severity],
        "severity": severity,
        "status_id": STATUSES[status],
        "status": status,
    }


def metadata_fields(dialect: Dialect, **more: Any) -> dict[str, Any]:
    """The part of `metadata` that says whose log this is, and in which version it is written."""
    return {
        "version": dialect.version,
        "product": {"name": "Quay", "vendor_name": "Red Hat"},
        "log_name": "quay.audit",
        **more,
    }


def shortened(value: Any, most: int) -> Any:
    """The document with every text cut to what its version allows; raw data that is too long is left out whole."""
    match value:
        case str():
            return value[:most]
        case dict():
            return {
                key: item if key == "unmapped" else shortened(item, most)
                for key, item in value.items()
                if not (key == "raw_data" and len(item) > most)
            }
        case list():
            return [shortened(item, most) for item in value]
    return value
