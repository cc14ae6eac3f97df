"""The endpoints about robots, app-specific tokens and service keys."""

from collections.abc import Iterable
from typing import Any

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.calls import ORGANIZATION, Call, Route
from pipeline.demo.fakequay.ranges import rfc_2822
from pipeline.demo.fakequay.views import avatar_of_team
from pipeline.demo.records import Account, AppToken


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
        "last_accessed": None,
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
                    "last_accessed": None,
                    "created": rfc_2822(each.created_at),
                    "expiration": rfc_2822(each.expires_at) if each.expires_at else None,
                }
                for each in tokens
            ],
            "only_expiring": None,
        }
    )


def service_keys(call: Call) -> Answer:
    """The keys by which services sign: none."""
    if call.caller is None or not call.caller.is_any_superuser:
        return call.refuse()
    return answers.as_json({"keys": []})


ROUTES = (
    Route("user/robots", get=user_robots),
    Route("user/apptoken", get=user_app_tokens),
    Route(f"{ORGANIZATION}/robots", get=organization_robots),
    Route("superuser/apptokens", get=all_app_tokens),
    Route("superuser/keys", get=service_keys),
)
