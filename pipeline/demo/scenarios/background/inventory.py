"""The inventory as a nightly run would take it: rows of every table, and that each list was read whole."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

import msgspec

from pipeline.demo.scenarios.background import names
from pipeline.demo.scenarios.estate import SERVICE_ACCOUNT, Estate
from pipeline.demo.scenarios.holdings import Grant
from pipeline.quay.registry import rows as row
from pipeline.quay.registry.tables import LISTS, TABLES, place_of

DOMAIN = "example.com"
Rows = dict[str, list[msgspec.Struct]]


def rows_from_estate(estate: Estate) -> Rows:
    """The rows of all tables, `lists` among them, by table."""
    tables = {**_accounts(estate), **_credentials(estate), **_repositories(estate)}
    found: Rows = {table.name: list(tables.get(table.name, ())) for table in TABLES}
    return {**found, LISTS.name: list(_lists(estate, found))}


def _accounts(estate: Estate) -> dict[str, Iterable[msgspec.Struct]]:
    users = [
        row.User(each.name, each.is_superuser, False, each.is_enabled, True, DOMAIN)
        for each in estate.people.values()
    ]
    teams = Counter((each.namespace, name) for each in estate.teams.values() for name in each.members)
    direct = Counter((each.namespace, each.grantee) for each in estate.grants.values())
    return {
        "users": [
            row.User(SERVICE_ACCOUNT, True, False, True, True, DOMAIN),
            row.User(names.COMPLIANCE, False, True, True, True, DOMAIN),
            *users,
        ],
        "organizations": [row.Organization(name, domain) for name, domain in estate.organizations.items()],
        "teams": [row.Team(each.namespace, each.name, each.role, False) for each in estate.teams.values()],
        "members": [row.Member(*key, count, direct[key]) for key, count in teams.items()],
        "team_members": [
            row.TeamMember(each.namespace, each.name, name, False)
            for each in estate.teams.values()
            for name in each.members
        ],
    }


def _credentials(estate: Estate) -> dict[str, Iterable[msgspec.Struct]]:
    return {
        "robots": [
            row.Robot(each.namespace, each.name, _start(each.created_on), None) for each in estate.robots.values()
        ],
        "robot_federations": [
            row.RobotFederation(
                each.namespace, each.name, each.federation.issuer, each.federation.subject, _json(each.federation.audiences)
            )
            for each in estate.robots.values()
            if each.federation
        ],
        "app_tokens": [
            row.AppToken(each.uuid, each.title, None, _start(each.created_on), _start(each.expires_on), None)
            for each in estate.app_tokens.values()
        ],
        "applications": [
            row.Application(each.namespace, each.client_id, each.name, "https://tools.example.com/callback", None)
            for each in estate.applications.values()
        ],
        "application_tokens": list(_application_tokens(estate)),
        "service_keys": [
            row.ServiceKey(
                each.kid, each.service, f"{each.service} key", _start(each.created_on), _start(each.expires_on),
                None, "ServiceKeyApprovalType.AUTOMATIC", None, _start(each.created_on),
            )
            for each in estate.service_keys.values()
        ],
        "prototype_permissions": [
            row.PrototypePermission(each.namespace, each.uuid, "team", each.team, each.role, None)
            for each in estate.prototypes.values()
        ],
    }  # fmt: skip


def _application_tokens(estate: Estate) -> Iterator[row.ApplicationToken]:
    for token in estate.oauth_tokens.values():
        application = estate.applications[token.granted.application.client_id]
        yield row.ApplicationToken(
            application.namespace,
            application.client_id,
            token.uuid,
            token.title,
            token.scopes,
            token.granted.user,
            _start(token.created_on),
            _start(token.expires_on),
            None,
        )


def _repositories(estate: Estate) -> dict[str, Iterable[msgspec.Struct]]:
    mirrors = [(estate.repositories[each.path], each) for each in estate.mirrors.values()]
    return {
        "repositories": [
            row.Repository(each.namespace, each.name, each.is_public, each.state, "image")
            for each in estate.repositories.values()
        ],
        "repository_permissions": [_permission(each) for each in estate.grants.values()],
        "repository_mirrors": [
            row.RepositoryMirror(
                repository.namespace, repository.name, True, mirror.external_reference, False, True,
                _json(mirror.tags), mirror.robot, mirror.interval_seconds, "SUCCESS",
            )
            for repository, mirror in mirrors
        ],
    }  # fmt: skip


def _permission(grant: Grant) -> row.RepositoryPermission:
    is_member = None if grant.grantee_kind == "team" else True
    return row.RepositoryPermission(
        grant.namespace, grant.repository, grant.grantee_kind, grant.grantee, grant.role, is_member
    )


def _lists(estate: Estate, found: Rows) -> Iterator[row.ListRead]:
    """Every list was read: of the registry, of each namespace, and of what is in them."""
    people = list(estate.people)
    for table in TABLES:
        counts = Counter(
            place_of(*(getattr(each, column) for column in table.place)) for each in found[table.name]
        )
        places = ["", *(_namespaces(estate, people, table.name) if table.place else ())]
        for place in sorted({*places, *counts}):
            yield row.ListRead(table.name, place, row.Outcome.READ, None, None, counts[place])


def _namespaces(estate: Estate, people: Sequence[str], table: str) -> list[str]:
    is_of_users_too = table in ("robots", "robot_federations", "repositories", "repository_permissions")
    return [*estate.organizations, *(people if is_of_users_too else ())]


def _start(day: date | None) -> datetime | None:
    return None if day is None or day == date.min else datetime.combine(day, time())


def _json(values: Sequence[str]) -> str:
    return msgspec.json.encode(sorted(values)).decode()
