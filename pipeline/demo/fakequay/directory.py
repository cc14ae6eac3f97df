"""The endpoints that list users, organizations, repositories and who has a role on them."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.calls import LIBRARY, REPOSITORY, Call, Route
from pipeline.demo.fakequay.views import avatar_of_account, avatar_of_team, quotas
from pipeline.demo.records import Account, AccountKind, Permission, Repository

REPOSITORIES_A_PAGE: Final = 100
LARGEST_PAGE: Final = 100


def all_users(call: Call) -> Answer:
    """Every user, robots apart."""
    return _all_accounts(call, "users", AccountKind.USER, _user_view)


def all_organizations(call: Call) -> Answer:
    """Every organization."""
    return _all_accounts(call, "organizations", AccountKind.ORGANIZATION, _organization_view)


def _all_accounts(
    call: Call, key: str, kind: AccountKind, view: Callable[[Account], dict[str, Any]]
) -> Answer:
    if call.caller is None or not call.caller.is_any_superuser:
        return call.refuse()
    limit = call.number("limit")
    if limit is not None and limit > LARGEST_PAGE:
        return call.invalid(f"Page limit cannot be above {LARGEST_PAGE}")
    return listing(call, key, [(each.id, view(each)) for each in call.accounts(kind)], limit)


def _user_view(account: Account) -> dict[str, Any]:
    return {
        "kind": "user",
        "name": account.name,
        "username": account.name,
        "email": account.email,
        "verified": True,
        "avatar": avatar_of_account(account),
        "super_user": account.is_superuser,
        "global_readonly_super_user": account.is_global_readonly_superuser,
        "enabled": account.is_enabled,
        **quotas(account),
    }


def _organization_view(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "email": account.email,
        "avatar": avatar_of_account(account),
        **quotas(account),
    }


def repositories(call: Call) -> Answer:
    """The repositories that the caller has a role on; with `public` also those open to everybody.

    A foreign namespace gives an empty list, not a refusal.
    """
    namespace_name = call.argument("namespace")
    if not namespace_name and not call.flag("starred") and not call.flag("public"):
        return call.invalid("namespace, starred or public are required for this API call")
    namespace = call.account(namespace_name) if namespace_name else None
    visible = [
        (each.id, _repository_view(call, each))
        for each in call.store.repositories.values()
        if (not namespace_name or (namespace and each.namespace_id == namespace.id))
        and not call.flag("starred")
        and _is_visible(call, each)
    ]
    return listing(call, "repositories", visible, REPOSITORIES_A_PAGE)


def _is_visible(call: Call, repository: Repository) -> bool:
    """Who may look into every namespace is shown every repository.

    Source: quay/quay endpoints/api/repository_models_pre_oci.py `is_superuser`, ffba0c70; read, not observed.
    """
    if repository.is_public and call.flag("public"):
        return True
    if call.caller is None:
        return False
    namespace = call.store.accounts[repository.namespace_id]
    role = call.caller.repository_role(namespace.name, repository)
    return role != "" or call.caller.may_view_any_namespace


def _repository_view(call: Call, repository: Repository) -> dict[str, Any]:
    namespace = call.store.accounts[repository.namespace_id]
    view: dict[str, Any] = {
        "namespace": namespace.name,
        "name": repository.name,
        "description": repository.description,
        "is_public": repository.is_public,
        "kind": "image",
        "state": repository.state,
    }
    if call.flag("last_modified"):
        view["last_modified"] = None
    if call.flag("popularity"):
        view["popularity"] = 0.0
    return view | {
        "is_starred": False,
        "quota_report": {"quota_bytes": 0, "configured_quota": namespace.quota_bytes},
    }


def listing(call: Call, key: str, views: Sequence[tuple[int, dict[str, Any]]], limit: int | None) -> Answer:
    """Views by their ids, all of them or a page with the token of the next."""
    place = call.world.tokens.open(call.argument("next_page"), call.now) or {}
    if place.get("is_datetime"):  # a log's: the database compares an id with a time
        return answers.internal_error()
    rest = [each for each in views if each[0] >= place.get("start_index", 0)]
    shown = rest if limit is None else rest[:limit]
    body: dict[str, Any] = {key: [view for _, view in shown]}
    if len(rest) > len(shown):
        following = {
            "start_index": rest[len(shown)][0],
            "page_number": place.get("page_number", 0) + 1,
            "is_datetime": False,
            "offset_val": 0,
        }
        body["next_page"] = call.world.tokens.seal(following, call.now)
    return answers.as_json(body)


def user_permissions(call: Call, namespace_name: str | None, name: str) -> Answer:
    """Who has a role of their own on a repository."""
    granted = _granted(call, namespace_name, name)
    if isinstance(granted, Answer):
        return granted
    namespace, permissions = granted
    views: dict[str, dict[str, Any]] = {}
    for permission in permissions:
        account = call.store.accounts.get(permission.account_id or 0)
        if account is None:
            continue
        view = {
            "role": permission.role,
            "name": account.name,
            "is_robot": account.is_robot,
            "avatar": avatar_of_account(account),
        }
        if namespace.is_organization:
            view["is_org_member"] = call.store.grants.is_member(account.id, namespace.id)
        views[account.name] = view
    return answers.as_json({"permissions": views})


def team_permissions(call: Call, namespace_name: str | None, name: str) -> Answer:
    """Which teams have a role on a repository."""
    granted = _granted(call, namespace_name, name)
    if isinstance(granted, Answer):
        return granted
    namespace, permissions = granted
    views = {
        team.name: {"role": permission.role, "name": team.name, "avatar": avatar_of_team(team)}
        for permission in permissions
        if (team := call.store.grants.teams.get((namespace.id, permission.team_name or "")))
    }
    return answers.as_json({"permissions": views})


def _granted(call: Call, namespace_name: str | None, name: str) -> tuple[Account, list[Permission]] | Answer:
    namespace_name = namespace_name or LIBRARY
    namespace = call.account(namespace_name)
    repository = call.repository(namespace, name)
    caller = call.caller
    role = caller.repository_role(namespace_name, repository) if caller else ""
    # Read, not observed: endpoints/api/permission.py lets global read-only superusers and full access in.
    if caller is None or not (role == "admin" or caller.may_view_any_namespace):
        return call.refuse()
    if namespace is None or repository is None:
        return call.missing()
    return namespace, [each for each in call.store.grants.permissions if each.repository_id == repository.id]


ROUTES = (
    Route("repository", get=repositories),
    Route(f"{REPOSITORY}/permissions/user/", get=user_permissions),
    Route(f"{REPOSITORY}/permissions/team/", get=team_permissions),
    Route("superuser/users/", get=all_users),
    Route("superuser/organizations/", get=all_organizations),
)
