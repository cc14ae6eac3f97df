"""Whose token it is, and which namespaces that account may look into: the registry's own lists tell."""

from functools import partial
from typing import NamedTuple

from pipeline.errors import FeatureOff, Refused, ServerError
from pipeline.extract.collector import Collector
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Namespace
from pipeline.quay.inventory import Identity, read_identity
from pipeline.quay.registry import conversions, lists
from pipeline.quay.registry.documents import AppTokenDocument, OrganizationDocument, UserDocument
from pipeline.quay.registry.rows import AppToken, Organization, Outcome
from pipeline.quay.registry.tables import NEEDS_EVERYTHING, NEEDS_SUPERUSER

_OF_ORGANIZATIONS = (
    "teams",
    "members",
    "team_members",
    "applications",
    "application_tokens",
    "prototype_permissions",
    "organization_mirrors",
)
_OF_NAMESPACES = (
    "robots",
    "robot_federations",
    "repositories",
    "repository_permissions",
    "repository_mirrors",
)


class Visitor(NamedTuple):
    """The account behind the token, with the namespaces whose lists are worth asking for.

    `name` is None without user:read. `may_see_everything` is true too where this server gives no way to tell.
    """

    name: str | None
    namespaces: list[Namespace]
    sees_everything: bool
    may_see_everything: bool


class _Lists(NamedTuple):
    """The answers to the first requests: what they list, or why not. None: there was no need to ask."""

    organizations: list[OrganizationDocument] | ServerError
    users: list[UserDocument] | ServerError
    identity: Identity | None
    app_tokens: list[AppToken] | ServerError | None


def visit(client: QuayClient, collector: Collector) -> Visitor:
    """Read the registry's own lists. Raises Refused for a token that is not accepted."""
    found = _read(client, collector)
    visitor = _visitor_from_lists(found)
    _keep_accounts(collector, found)
    _keep_quotas(collector, found)
    _keep_app_tokens(client, collector, found)
    collector.ask(
        {"service_keys": lambda key: [conversions.row_from_service_key(key)]},
        "",
        partial(lists.read_service_keys, client),
    )
    _note_namespaces(collector, found, visitor)
    return visitor


def _read(client: QuayClient, collector: Collector) -> _Lists:
    # The superusers' lists tell an unknown token (401) from one without the scope (403); the own account does not.
    organizations = collector.attempt(partial(lists.read_organizations, client))
    users = collector.attempt(partial(lists.read_users, client))
    identity = _identity(client, collector)
    app_tokens = None
    if collector.wants("app_tokens") or _is_unclear(users, identity):
        app_tokens = collector.attempt(lambda: _app_tokens(lists.read_all_app_tokens(client), None))
    return _Lists(organizations, users, identity, app_tokens)


def _identity(client: QuayClient, collector: Collector) -> Identity | None:
    """The token's user; None without user:read, where Quay answers as to a token that it does not know."""
    try:
        found = collector.attempt(partial(read_identity, client))
    except Refused:
        return None
    return None if isinstance(found, ServerError) else found


def _own_record(users: list[UserDocument], identity: Identity | None) -> UserDocument | None:
    return next((user for user in users if identity and user.username == identity.username), None)


def _is_unclear(users: list[UserDocument] | ServerError, identity: Identity | None) -> bool:
    """Whether it is a superuser's token of which the lists do not say how much it sees."""
    if isinstance(users, ServerError):
        return False
    record = _own_record(users, identity)
    return record is None or not record.global_readonly_super_user


def _visitor_from_lists(found: _Lists) -> Visitor:
    all_users = [] if isinstance(found.users, ServerError) else found.users
    record = _own_record(all_users, found.identity)
    # The list of every app-specific token is open to exactly those who may look into every namespace.
    sees_everything = isinstance(found.app_tokens, list) or bool(record and record.global_readonly_super_user)
    is_unclear = bool(all_users) and isinstance(found.app_tokens, FeatureOff)
    name = found.identity.username if found.identity else None
    if not isinstance(found.organizations, ServerError):
        organizations = [each.name for each in found.organizations]
    else:
        organizations = list(found.identity.organizations) if found.identity else []
    users = [each.username for each in all_users] if sees_everything else []
    if name is not None and name not in users:
        users.append(name)
    namespaces = [Namespace(each, "org") for each in organizations]
    namespaces += [Namespace(each, "user") for each in users]
    return Visitor(name, namespaces, sees_everything, sees_everything or is_unclear)


def _keep_accounts(collector: Collector, found: _Lists) -> None:
    if isinstance(found.users, ServerError):
        collector.note_error("users", "", found.users)
    else:
        collector.note("users", "", Outcome.READ)
        collector.keep("users", map(conversions.row_from_user, found.users))
    if not isinstance(found.organizations, ServerError):
        collector.note("organizations", "", Outcome.READ)
        rows = (conversions.row_from_organization(each.name, each.email) for each in found.organizations)
        collector.keep("organizations", rows)
        return
    _note_unlisted(collector, "organizations", found)
    names = found.identity.organizations if found.identity else ()
    collector.keep("organizations", (Organization(name, None) for name in names))


def _keep_quotas(collector: Collector, found: _Lists) -> None:
    """Quotas come with the lists of accounts; of an organization they come again when it shows itself."""
    if isinstance(found.organizations, list) and isinstance(found.users, list):
        documents = [(each.name, each.quotas) for each in found.organizations]
        documents += [(each.username, each.quotas) for each in found.users]
        if documents and all(quotas is None for _, quotas in documents):
            collector.note("quotas", "", Outcome.OFF, "this server does not manage quotas")
        collector.note("quotas", "", Outcome.READ)
        for name, quotas in documents:
            collector.keep("quotas", conversions.rows_from_quotas(name, quotas))
    else:
        _note_unlisted(collector, "quotas", found)


def _keep_app_tokens(client: QuayClient, collector: Collector, found: _Lists) -> None:
    """Every token, or the user's own; of the own ones it is known whose they are."""
    if not collector.wants("app_tokens"):
        return
    owner = found.identity.username if found.identity else None
    own = collector.attempt(lambda: _app_tokens(lists.read_own_app_tokens(client), owner))
    if isinstance(found.app_tokens, list):
        collector.note("app_tokens", "", Outcome.READ)
        collector.keep("app_tokens", found.app_tokens)
    if isinstance(own, list):
        collector.keep("app_tokens", own)
        if isinstance(found.app_tokens, Refused):
            collector.note("app_tokens", "", Outcome.PARTIAL, "only those of the token's own user")
            return
    if isinstance(found.app_tokens, ServerError):
        collector.note_error("app_tokens", "", found.app_tokens)


def _app_tokens(documents: list[AppTokenDocument], owner: str | None) -> list[AppToken]:
    return [conversions.row_from_app_token(each, owner) for each in documents]


def _note_namespaces(collector: Collector, found: _Lists, visitor: Visitor) -> None:
    """Whether every namespace is known: what no list names may be there all the same."""
    is_every_organization_known = isinstance(found.organizations, list)
    is_every_user_known = isinstance(found.users, list) and visitor.sees_everything
    for tables, is_whole, needs in (
        (_OF_ORGANIZATIONS, is_every_organization_known, NEEDS_SUPERUSER),
        (_OF_NAMESPACES, is_every_organization_known and is_every_user_known, NEEDS_EVERYTHING),
    ):
        for table in tables:
            if is_whole:
                collector.note(table, "", Outcome.READ)
            else:
                _note_unlisted(collector, table, found, needs)


def _note_unlisted(collector: Collector, table: str, found: _Lists, needs: str = NEEDS_SUPERUSER) -> None:
    """A table of which only the part is known that the token's user belongs to, if that."""
    if found.identity is not None:
        reason = f"only what {found.identity.username} belongs to is known"
        collector.note(table, "", Outcome.PARTIAL, reason, needs=needs)
    elif not isinstance(found.organizations, ServerError):
        reason = "only organizations are known: the token lacks user:read"
        collector.note(table, "", Outcome.PARTIAL, reason, needs=needs)
    for answer in (found.organizations, found.users):
        is_a_matter_of_rights = found.identity is not None and isinstance(answer, Refused | FeatureOff)
        if isinstance(answer, ServerError) and not is_a_matter_of_rights:
            collector.note_error(table, "", answer)
