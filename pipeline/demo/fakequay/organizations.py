"""The endpoints about the own account and about organizations: teams, members, applications, prototypes."""

from typing import Any, Final

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.callers import Caller
from pipeline.demo.fakequay.calls import ORGANIZATION, Call, Route
from pipeline.demo.fakequay.views import avatar, avatar_of_account, avatar_of_team, quotas
from pipeline.demo.records import Account, AccountKind, Application, Prototype, Team

TAG_EXPIRATION_SECONDS: Final = 1_209_600


def current_user(call: Call) -> Answer:
    """The account behind the token and the organizations it is in."""
    caller = call.caller
    if caller is None or not caller.is_user_reader():
        return call.problem(401, "invalid_token", "Requires authentication")
    account = caller.account
    view: dict[str, Any] = {
        "anonymous": False,
        "username": account.name,
        "avatar": avatar_of_account(account),
    }
    if caller.is_user_admin():
        view |= _own_settings(account)
    view["organizations"] = [
        _membership(caller, each)
        for each in call.accounts(AccountKind.ORGANIZATION)
        if call.store.grants.is_member(account.id, each.id)
    ]
    return answers.as_json(view | ({"super_user": True} if caller.is_superuser else {}))


def _own_settings(account: Account) -> dict[str, Any]:
    return {
        "can_create_repo": True,
        "is_me": True,
        "verified": True,
        "email": account.email,
        "logins": [],
        "invoice_email": False,
        "invoice_email_address": None,
        "preferred_namespace": False,
        "tag_expiration_s": TAG_EXPIRATION_SECONDS,
        "prompts": [],
        "company": None,
        "family_name": None,
        "given_name": None,
        "location": None,
        "is_free_account": True,
        "has_password_set": True,
        **quotas(account),
    }


def _membership(caller: Caller, organization: Account) -> dict[str, Any]:
    role = caller.organization_role(organization.name)
    view: dict[str, Any] = {
        "name": organization.name,
        "avatar": avatar_of_account(organization),
        "can_create_repo": role in ("creator", "admin"),
        "public": False,
    }
    if caller.is_user_admin():
        view |= {"is_org_admin": role == "admin", "preferred_namespace": False}
    return view


def organization(call: Call, name: str) -> Answer:
    """An organization: everybody may see that it is there, its members and superusers see more."""
    account = call.account(name)
    if account is None or not account.is_organization:
        return call.missing()
    caller = call.caller
    role = caller.organization_role(name) if caller else ""
    sees_all = role == "admin" or (caller is not None and caller.may_view_any_namespace)
    view: dict[str, Any] = {
        "name": account.name,
        "email": account.email if sees_all else "",
        "avatar": avatar(account.name, account.email, "user"),
        "is_admin": role == "admin",
        "is_member": role != "",
    }
    if role or sees_all:
        teams = [team for team in call.store.grants.teams.values() if team.organization_id == account.id]
        view["teams"] = {team.name: _team_view(call, team, sees_all) for team in teams}
        view["ordered_teams"] = [team.name for team in teams]
    if role == "admin":
        view |= {
            "invoice_email": False,
            "invoice_email_address": None,
            "tag_expiration_s": TAG_EXPIRATION_SECONDS,
            "is_free_account": True,
        }
    return answers.as_json(view | (quotas(account) if role else {}))


def _team_view(call: Call, team: Team, sees_all: bool) -> dict[str, Any]:
    repositories = {
        each.repository_id
        for each in call.store.grants.permissions
        if each.team_name == team.name
        and call.store.repositories[each.repository_id].namespace_id == team.organization_id
    }
    return {
        "name": team.name,
        "description": team.description,
        "role": team.role,
        "avatar": avatar_of_team(team),
        "can_view": sees_all or (call.caller is not None and call.caller.account.id in team.member_ids),
        "repo_count": len(repositories),
        "member_count": len(team.member_ids),
        "is_synced": False,
    }


def organization_members(call: Call, name: str) -> Answer:
    """The people in an organization's teams, with the repositories they have a role of their own on."""
    account = _administered(call, name)
    if isinstance(account, Answer):
        return account
    teams = [team for team in call.store.grants.teams.values() if team.organization_id == account.id]
    ids = dict.fromkeys(id for team in teams for id in sorted(team.member_ids))
    members = [call.store.accounts[id] for id in ids]
    return answers.as_json(
        {
            "members": [
                {
                    "name": member.name,
                    "kind": "user",
                    "avatar": avatar_of_account(member),
                    "teams": [_team_name(team) for team in teams if member.id in team.member_ids],
                    "repositories": _granted_repositories(call, account.id, member.id),
                }
                for member in members
                if not member.is_robot
            ]
        }
    )


def _team_name(team: Team) -> dict[str, Any]:
    return {"name": team.name, "avatar": avatar_of_team(team)}


def _granted_repositories(call: Call, namespace_id: int, account_id: int) -> list[str]:
    granted = {each.repository_id for each in call.store.grants.permissions if each.account_id == account_id}
    return [each.name for each in call.store.repositories_of(namespace_id) if each.id in granted]


def organization_applications(call: Call, name: str) -> Answer:
    """The OAuth applications of an organization; the secret in clear for who administers it."""
    account = _administered(call, name)
    if isinstance(account, Answer):
        return account
    caller = call.caller
    sees_secret = caller is not None and (caller.is_organization_admin(name) or caller.has_full_access)
    return answers.as_json(
        {
            "applications": [
                _application_view(each, sees_secret)
                for each in call.store.grants.applications
                if each.organization_id == account.id
            ]
        }
    )


def _application_view(application: Application, sees_secret: bool) -> dict[str, Any]:
    return {
        "name": application.name,
        "description": application.description,
        "application_uri": application.application_uri,
        "client_id": application.client_id,
        "client_secret": application.client_secret if sees_secret else None,
        "redirect_uri": application.redirect_uri if sees_secret else None,
        "avatar_email": None,
    }


def organization_prototypes(call: Call, name: str) -> Answer:
    """The roles that new repositories of an organization begin with. Superusers see them with full access alone.

    Source: quay/quay endpoints/api/prototype.py, ffba0c70; read, not observed.
    """
    caller = call.caller
    sees = caller is not None and (
        caller.is_organization_admin(name)
        or (call.world.habits.superusers_full_access and caller.is_any_superuser)
    )
    if not sees:
        return call.refuse()
    account = call.account(name)
    if account is None or not account.is_organization:
        return call.missing()
    prototypes = [
        _prototype_view(call, each)
        for each in call.store.grants.prototypes
        if each.organization_id == account.id
    ]
    return answers.as_json({"prototypes": prototypes})


def _prototype_view(call: Call, prototype: Prototype) -> dict[str, Any]:
    def account_view(account: Account) -> dict[str, Any]:
        is_member = account.is_robot or call.store.grants.is_member(account.id, prototype.organization_id)
        return {
            "name": account.name,
            "is_robot": account.is_robot,
            "kind": "user",
            "is_org_member": is_member,
            "avatar": avatar_of_account(account),
        }

    accounts, team_name = call.store.accounts, prototype.delegate_team
    if team_name is not None:
        team = call.store.grants.teams[prototype.organization_id, team_name]
        delegate = {"name": team_name, "kind": "team", "avatar": avatar_of_team(team)}
    else:
        delegate = account_view(accounts[prototype.delegate_id or 0])
    activating = accounts.get(prototype.activating_id or 0)
    return {
        "activating_user": account_view(activating) if activating else None,
        "delegate": delegate,
        "role": prototype.role,
        "id": prototype.uuid,
    }


def _administered(call: Call, name: str) -> Account | Answer:
    caller = call.caller
    if caller is None or not (caller.is_organization_admin(name) or caller.may_view_any_namespace):
        return call.refuse()
    account = call.account(name)
    return account if account and account.is_organization else call.missing()


ROUTES = (
    Route("user/", get=current_user),
    Route(ORGANIZATION, get=organization),
    Route(f"{ORGANIZATION}/members", get=organization_members),
    Route(f"{ORGANIZATION}/applications", get=organization_applications),
    Route(f"{ORGANIZATION}/prototypes", get=organization_prototypes),
)
