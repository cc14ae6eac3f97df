"""Chores about accounts, tokens, robots and organizations."""

from dataclasses import replace
from typing import Any, Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.credentials import ANONYMOUS, Application
from pipeline.demo.history.credentials import OAuthToken as GrantedToken
from pipeline.demo.scenarios.acts import Act
from pipeline.demo.scenarios.background.desk import Desk
from pipeline.demo.scenarios.background.founding import add_app_token, new_client_id
from pipeline.demo.scenarios.background.machines import client_on
from pipeline.demo.scenarios.background.world import new_uuid, ranked, some
from pipeline.demo.scenarios.estate import Robot, RobotRole
from pipeline.demo.scenarios.holdings import AppToken, OAuthToken, Prototype

SMALL_JOBS: Final = ("cron-", "smoke-", "preview-", "export-", "bot-")
_GIB: Final = 2**30
_EXPIRED: Final = "OAuth access token has expired"


def make_robot(desk: Desk) -> None:
    """A small job gets a robot of its own, with a few repositories to read."""
    world, rng = desk.world, desk.rng
    name = f"{rng.choice(SMALL_JOBS)}{new_uuid(rng)[:6]}"
    runners = next(world.estate.robots_of(RobotRole.BUILDER, desk.organization)).networks
    found = [
        each for each in world.estate.repositories_in(desk.organization) if each.team == desk.person.team
    ]
    repositories = some(rng, found, rng.randint(1, 3))
    robot = Robot(
        f"{desk.organization}+{name}",
        desk.organization,
        desk.person.team,
        RobotRole.JOB,
        runners[:1],
        rng.choice((user_agents.GO, user_agents.REQUESTS, user_agents.DOCKER)),
        pace=rng.choice((1.0, 4.0, 12.0)),
        hosts=1,
        hour=rng.uniform(0, 23),
        created_on=desk.at.date(),
    )
    desk.act("create_robot", robot=name, description=None, unstructured_metadata=None)
    world.estate.robots[robot.name] = robot
    for repository in repositories:
        desk.let_robot_use(world.estate.robots[robot.name], repository)


def delete_robot(desk: Desk) -> None:
    """A small job is over; what its robot did today is nobody's from now on."""
    estate = desk.world.estate
    jobs = [
        each
        for each in estate.robots_of(RobotRole.JOB, desk.organization)
        if each.short_name.startswith(SMALL_JOBS)
    ]
    if jobs:
        name = jobs[0].name
        del estate.robots[name]
        estate.grants = {key: grant for key, grant in estate.grants.items() if grant.grantee != name}
        desk.world.gone[name] = desk.at.date()
        desk.act("delete_robot", robot=jobs[0].short_name)


def regenerate_robot(desk: Desk) -> None:
    """A robot gets a new token; whoever holds the old one fails until it is replaced there too."""
    robots = [
        each
        for each in desk.world.estate.robots.values()
        if each.namespace == desk.organization and each.networks
    ]
    robot = desk.rng.choice(robots)
    desk.act("regenerate_robot_token", robot=robot.short_name)
    client = replace(client_on(desk.rng, robot), credential=ANONYMOUS)
    for _ in range(desk.rng.choice((0, 0, 2, 6, 15))):
        desk.world.add(client.log_in_badly(desk.wait(90), robot.name))


def set_default_permission(desk: Desk) -> None:
    """New repositories are shared with a team from now on."""
    prototype = Prototype(desk.organization, new_uuid(desk.rng), desk.person.team, "read")
    desk.world.estate.prototypes[prototype.uuid] = prototype
    keys = {"prototypeid": prototype.uuid, "username": desk.person.name, "activating_username": None}
    desk.act("create_prototype_permission", **keys, role="read", delegate_team=desk.person.team)


def set_pruning(desk: Desk) -> None:
    """Old tags are to go by themselves, after a while that nobody is afraid of."""
    value: tuple[str, Any] = desk.rng.choice((("number_of_tags", 100), ("creation_date", "60d")))
    keys = {"method": value[0], "value": value[1], "tag_pattern": None, "tag_pattern_matches": True}
    kind = desk.rng.choice(("create_namespace_autoprune_policy", "update_namespace_autoprune_policy"))
    desk.act(kind, **keys, namespace=desk.organization)


def protect_releases(desk: Desk) -> None:
    """Release tags become immutable."""
    pattern = {"tag_pattern": "^v[0-9.]+$", "tag_pattern_matches": True}
    desk.act("create_immutability_policy", namespace=desk.organization, **pattern)


def rename_contact(desk: Desk) -> None:
    """An organization is reached under another address."""
    address, old = f"{desk.organization}-team@example.com", f"{desk.organization}@example.com"
    desk.act("org_change_email", email=address, namespace=desk.organization, old_email=old)


def describe_team(desk: Desk) -> None:
    """A team says what it does."""
    desk.act("org_set_team_description", team=desk.person.team, description=f"Works on {desk.person.team}.")


def register_application(desk: Desk) -> None:
    """A tool of the house is to speak with the API."""
    name = f"{desk.person.team}-tool"
    application = Application(desk.organization, name, new_client_id(desk.rng))
    desk.world.estate.applications[application.client_id] = application
    own = {"name": name, "application_uri": "https://tools.example.com", "description": ""}
    address = "https://tools.example.com/callback"
    named = {"application_name": name, "client_id": application.client_id}
    desk.act("create_application", **own, redirect_uri=address, **named)


def make_oauth_token(desk: Desk) -> None:
    """An application gets a token that reads; an older one is revoked now and then."""
    estate, rng = desk.world.estate, desk.rng
    found = [each for each in estate.applications.values() if each.namespace == desk.organization]
    if not found:
        return
    application = found[0]
    number = 200 + 3 * len(estate.oauth_tokens)
    granted = GrantedToken(number, application, desk.person.name)
    token = OAuthToken(new_uuid(rng), "dashboard", "repo:read", desk.at.date(), granted)
    named = {"application_name": application.name, "client_id": application.client_id}
    estate.oauth_tokens[token.uuid] = token
    made = {"oauth_token_uuid": token.uuid, "scope": token.scopes, "token_display_name": token.title}
    desk.act("create_oauth_api_token", **made, **named, auth_method="OAuth")
    unused = [
        each
        for each in estate.oauth_tokens.values()
        if each.granted.application == application and each != token and not _is_in_use(desk, each)
    ]
    if unused and rng.random() < 0.6:
        del estate.oauth_tokens[unused[0].uuid]
        desk.act("revoke_oauth_api_token", oauth_token_uuid=unused[0].uuid, **named)


def _is_in_use(desk: Desk, token: OAuthToken) -> bool:
    person = desk.world.estate.people.get(token.granted.user)
    return person is not None and person.oauth_token == token


def replace_app_token(desk: Desk) -> None:
    """Somebody makes a new app-specific token, and revokes the old one once the new one works."""
    old, estate = desk.person.app_token, desk.world.estate
    token = add_app_token(estate, desk.rng, desk.person.name, desk.at.date())
    desk.on_account("create_app_specific_token", **token.naming)
    if old and desk.rng.random() < 0.8:
        desk.wait(1800)
        revoke_app_token(desk, old)


def revoke_app_token(desk: Desk, token: AppToken, user: str | None = None) -> None:
    """A token ends."""
    desk.world.estate.app_tokens.pop(token.uuid, None)
    desk.on_account("revoke_app_specific_token", user, **token.naming)


def change_password(desk: Desk) -> None:
    """Somebody changes the password, as is due twice a year."""
    desk.on_account("account_change_password")


def change_profile(desk: Desk) -> None:
    """Somebody fills in a profile."""
    person = desk.person
    names = {"given_name": person.given_name, "family_name": person.family_name}
    desk.on_account("user_change_metadata", **names, company=person.organization, location=person.zone.name)


def change_email(desk: Desk) -> None:
    """Somebody's address changes, within the house."""
    name = desk.person.name
    desk.on_account("user_change_email", email=f"{name}@mail.example.com", old_email=f"{name}@example.com")


def make_client_key(desk: Desk) -> None:
    """Somebody has the encrypted password shown, for a command line."""
    desk.on_account("user_generate_client_key")


def use_expired_token(desk: Desk) -> None:
    """An OAuth token has expired, and the row of it names a wrong performer: the account of the token's number.

    Source: quay/quay auth/oauth.py:144-158, ffba0c70.
    """
    estate = desk.world.estate
    token = desk.rng.choice(list(estate.oauth_tokens.values())).granted
    metadata = {
        "type": "quayauth",
        "kind": "oauth",
        "token": f"DEMO{token.id:016d}",
        "application_name": token.application.name,
        **token.keys,
        "username": token.user,
        "useragent": user_agents.REQUESTS,
        "message": _EXPIRED,
    }
    stranger = list(estate.people)[token.id % len(estate.people)]
    namespace = token.application.namespace
    desk.world.add(Act(desk.at, "login_failure", namespace, stranger, desk.console.ip, metadata))


def reset_password(desk: Desk) -> None:
    """A superuser helps somebody who has forgotten the password."""
    person = ranked(desk.rng, desk.rng.sample(list(desk.world.estate.people.values()), 20))
    keys = {"username": person.name, "superuser": desk.person.name}
    desk.on_account("user_change_password", person.name, **keys)


def set_quota(desk: Desk) -> None:
    """A superuser gives an organization more room."""
    namespace = desk.rng.choice(list(desk.world.estate.organizations))
    size = desk.rng.choice((100, 250, 500))
    new = {"limit_bytes": 2 * size * _GIB, "limit": f"{2 * size}.0 GiB"}
    old = {"previous_limit_bytes": size * _GIB, "previous_limit": f"{size}.0 GiB"}
    metadata = {"namespace": namespace, **new, **old}
    desk.world.add(desk.console.act("org_change_quota", desk.wait(), namespace, metadata))
