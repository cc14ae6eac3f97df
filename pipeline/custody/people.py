"""Who is named in a lake: the names that pseudonyms take the place of."""

from pathlib import Path
from typing import Final, NamedTuple

from pipeline.detect.triage import read_triage
from pipeline.lake.layout import Layout
from pipeline.warehouse.query import asked

_DETAILS: Final = (
    "activating_username",
    "assigned_user",
    "assigning_user",
    "delegate_user",
    "family_name",
    "given_name",
    "inviter",
    "manual_user",
    "member",
    "old_username",
    "performer",
    "superuser",
    "user",
    "username",
)
"""The details under which Quay names a user, or what they are called."""

# Robots have a plus sign in their names: what stands before it is a namespace, and found as such where it is a user's.
_PEOPLE: Final = """
with names as (
    select performer_name as name from mart_performer_kind_daily where performer_kind = 'user'
    union
    select performer_name as name from mart_credential_daily
    union
    select credential_name as name from mart_credential_daily where credential_kind = 'password_or_session'
    union
    select performer_name as name from mart_failure_daily
    union
    select namespace_name as name from events where namespace_kind = 'user'
    union
    select json_extract_string(metadata, '$.' || detail) as name
    from mart_change_events, unnest($details) as details (detail)
    union
    select user_name as name from inventory_users
    union
    select user_name as name from inventory_members
    union
    select member_name as name from inventory_team_members where not is_robot
    union
    select owner_name as name from inventory_app_tokens
    union
    select creator_name as name from inventory_application_tokens
    union
    select approver_name as name from inventory_service_keys
    union
    select creator_name as name from inventory_prototype_permissions
    union
    select grantee_name as name from inventory_prototype_permissions where grantee_kind = 'user'
    union
    select grantee_name as name from inventory_repository_permissions where grantee_kind = 'user'
)

select name
from names
where name <> '' and strpos(name, '+') = 0
order by name
"""

_STRANGERS: Final = """
select distinct tried_name
from mart_failure_daily
where tried like 'user:%'
order by tried_name
"""


class Names(NamedTuple):
    """`people` have, or had, an account or decided about cases; `strangers` are names that somebody tried to log in by."""

    people: frozenset[str]
    strangers: frozenset[str]


def names_in(layout: Layout, warehouse: Path) -> Names:
    """Everybody whom the warehouse, or the journal of what was decided, names.

    Raises: UsageError where there is no warehouse yet, DataError where the journal is damaged.
    """
    people = _names(layout, warehouse, _PEOPLE, details=list(_DETAILS)) | _deciders(layout)
    return Names(people, _names(layout, warehouse, _STRANGERS) - people)


def _names(layout: Layout, warehouse: Path, query: str, **parameters: object) -> frozenset[str]:
    with asked(layout, warehouse, query, parameters) as answer:
        return frozenset(name for (name,) in answer.rows())


def _deciders(layout: Layout) -> frozenset[str]:
    triage = read_triage(layout)
    entered = (each.by for each in (*triage.decisions, *triage.suppressions))
    return frozenset([*entered, *(each.lifted_by for each in triage.suppressions if each.lifted_by)])
