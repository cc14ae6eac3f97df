"""The endpoints about robots, app-specific tokens, tokens of applications and service keys."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.calls import ORGANIZATION, Call, Route
from pipeline.demo.fakequay.directory import listing
from pipeline.demo.fakequay.ranges import rfc_2822
from pipeline.demo.fakequay.views import avatar_of_team
from pipeline.demo.records import Account, ApplicationToken, AppToken, ServiceKey

APPLICATION_TOKENS_A_PAGE: Final = 50


def user_robots(call: Call) -> Answer:
    """The caller's own robots."""
    caller = call.caller
    if caller is None or not caller.is_user_admin():
        return call.refuse()
    return _robots(call, caller.account, call.flag("permissions"), call.flag("token", default=True))


def organization_robots(call: Call, name: str) -> Answer:
    """The robots of an organization. Unless told otherwise, Quay shows its admins the robots' passwords.

    Source: quay/quay endpoints/api/robot.py:113-115, ffba0c70.
    """
    caller = call.caller
    if caller is None or not (caller.organization_role(name) or caller.may_view_any_namespace):
        return call.refuse()
    sees_secret = caller.is_organization_admin(name) or caller.has_full_access
    return _robots(
        call,
        call.account(name),
        call.flag("permissions") and (sees_secret or caller.is_global_readonly_superuser),
        call.flag("token", default=True) and sees_secret,
    )


def _robots(call: Call, owner: Account | None, with_permissions: bool, with_secret: bool) -> Answer:
    robots = call.store.robots_of(owner.id)[: call.number("limit")] if owner else []
    return answers.as_json(
        {"robots": [_robot_view(call, robot, with_permissions, with_secret) for robot in robots]}
    )


def _robot_view(call: Call, robot: Account, with_permissions: bool, with_secret: bool) -> dict[str, Any]:
    view: dict[str, Any] = {
        "name": robot.name,
        "created": rfc_2822(robot.created_at),
        "last_accessed": _time(robot.last_accessed_at),
    }
    if with_permissions:
        repositories = {
            each.repository_id for each in call.store.grants.permissions if each.account_id == robot.id
        }
        view["teams"] = [
            {"name": team.name, "avatar": avatar_of_team(team)}
            for team in call.store.grants.teams.values()
            if robot.id in team.member_ids
        ]
        view["repositories"] = [
            each.name for each in call.store.repositories.values() if each.id in repositories
        ]
    view["description"] = robot.description
    return view | ({"token": robot.secret} if with_secret else {})


def user_app_tokens(call: Call) -> Answer:
    """The caller's own app-specific tokens."""
    caller = call.caller
    if caller is None or not caller.is_user_admin():
        return call.refuse()
    return _app_tokens(each for each in call.store.grants.app_tokens if each.user_id == caller.account.id)


def all_app_tokens(call: Call) -> Answer:
    """Every app-specific token: not for a superuser without full access."""
    if call.caller is None or not call.caller.may_view_any_namespace:
        return call.refuse()
    return _app_tokens(call.store.grants.app_tokens)


def _app_tokens(tokens: Iterable[AppToken]) -> Answer:
    return answers.as_json(
        {
            "tokens": [
                {
                    "uuid": each.uuid,
                    "title": each.title,
                    "last_accessed": _time(each.last_accessed_at),
                    "created": rfc_2822(each.created_at),
                    "expiration": _time(each.expires_at),
                }
                for each in tokens
            ],
            "only_expiring": None,
        }
    )


def _time(at: datetime | None) -> str | None:
    return rfc_2822(at) if at else None


def robot_federation(call: Call, name: str, short_name: str) -> Answer:
    """The outside identities that may act as a robot of an organization, or of a user.

    Source: quay/quay endpoints/api/robot.py, ffba0c70; read, not observed.
    """
    caller = call.caller
    if caller is None or not (caller.is_organization_admin(name) or caller.may_view_any_namespace):
        return call.refuse()
    return _federation(call, f"{name}+{short_name}")


def user_robot_federation(call: Call, short_name: str) -> Answer:
    """The same for a robot of the caller."""
    caller = call.caller
    if caller is None or not caller.is_user_admin():
        return call.refuse()
    return _federation(call, f"{caller.account.name}+{short_name}")


def _federation(call: Call, robot_name: str) -> Answer:
    robot = call.account(robot_name)
    if robot is None:
        return call.invalid(f"Could not find robot with specified username: {robot_name}")
    return answers.as_json(
        [
            {"issuer": each.issuer, "subject": each.subject, "audiences": list(each.audiences)}
            for each in call.store.grants.federations
            if each.robot_id == robot.id
        ]
    )


def application_tokens(call: Call, name: str, client_id: str) -> Answer:
    """The tokens of an OAuth application, the newest first, fifty a page.

    Source: quay/quay endpoints/api/organization_application_tokens.py, ffba0c70; read, not observed.
    """
    caller = call.caller
    if caller is None or not (caller.is_organization_admin(name) or caller.may_view_any_namespace):
        return call.refuse()
    organization = call.account(name)
    owned = {
        each.client_id
        for each in call.store.grants.applications
        if organization and each.organization_id == organization.id
    }
    if client_id not in owned:
        return call.missing()
    tokens = [each for each in call.store.grants.application_tokens if each.client_id == client_id]
    views = [(number, _application_token_view(call, each)) for number, each in enumerate(reversed(tokens), 1)]
    return listing(call, "tokens", views, APPLICATION_TOKENS_A_PAGE)


def _application_token_view(call: Call, token: ApplicationToken) -> dict[str, Any]:
    user = call.store.accounts.get(token.user_id)
    return {
        "uuid": token.uuid,
        "name": token.name,
        "scope": token.scope,
        "expires_at": _iso_time(token.expires_at),
        "created": _iso_time(token.created_at),
        "created_by": user.name if user else None,
        "last_accessed": _iso_time(token.last_accessed_at),
    }


def _iso_time(at: datetime | None) -> str | None:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z" if at else None


def service_keys(call: Call) -> Answer:
    """The keys by which services sign.

    Source: quay/quay endpoints/api/superuser_models_interface.py, ffba0c70; only an empty list was observed.
    """
    if call.caller is None or not call.caller.is_any_superuser:
        return call.refuse()
    return answers.as_json(
        {"keys": [_service_key_view(call, each) for each in call.store.grants.service_keys]}
    )


def _service_key_view(call: Call, key: ServiceKey) -> dict[str, Any]:
    approver = call.store.accounts.get(key.approver_id or 0)
    approval = {
        "approver": {"name": approver.name, "username": approver.name, "email": approver.email}
        if approver
        else None,
        "approval_type": "ServiceKeyApprovalType.SUPERUSER",
        "approved_date": _http_time(key.approved_at),
        "notes": "",
    }
    return {
        "name": key.name,
        "kid": key.kid,
        "service": key.service,
        "jwk": {"kty": "RSA", "kid": key.kid, "n": "DEMO", "e": "AQAB"},
        "metadata": {"created_by": "CLI tool"},
        "created_date": _http_time(key.created_at),
        "expiration_date": _http_time(key.expires_at),
        "rotation_duration": None,
        "approval": approval if key.approved_at else None,
    }


def _http_time(at: datetime | None) -> str | None:
    """As Flask's jsonify writes it."""
    return format_datetime(at.astimezone(UTC), usegmt=True) if at else None


ROUTES = (
    Route("user/robots", get=user_robots),
    Route("user/robots/([^/]+)/federation", get=user_robot_federation),
    Route("user/apptoken", get=user_app_tokens, is_on=lambda habits: habits.app_specific_tokens),
    Route(f"{ORGANIZATION}/robots", get=organization_robots),
    Route(f"{ORGANIZATION}/robots/([^/]+)/federation", get=robot_federation),
    Route(
        f"{ORGANIZATION}/applications/([^/]+)/tokens",
        get=application_tokens,
        is_on=lambda habits: habits.application_tokens,
    ),
    Route("superuser/apptokens", get=all_app_tokens, is_on=lambda habits: habits.app_specific_tokens),
    Route("superuser/keys", get=service_keys),
)
