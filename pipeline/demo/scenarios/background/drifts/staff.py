"""Drift of who works here and on what: hires, onboarding, leavers, moves between teams, new names."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.demo.scenarios.acts import Client
from pipeline.demo.scenarios.background.desk import Desk, desk_of
from pipeline.demo.scenarios.background.founding import EVERYBODY, add_app_token
from pipeline.demo.scenarios.background.hiring import person_from_team, repositories_of_newcomer
from pipeline.demo.scenarios.background.people import sit_down_at
from pipeline.demo.scenarios.background.renaming import rename_organization
from pipeline.demo.scenarios.background.settings import revoke_app_token
from pipeline.demo.scenarios.background.world import Change, World, at_work, some
from pipeline.demo.scenarios.estate import Person
from pipeline.demo.scenarios.holdings import Grant, Team

HIRES_A_MONTH: Final = 3
LEAVERS_A_MONTH: Final = 2
MOVES_A_MONTH: Final = 4
HELPERS_A_MONTH: Final = 5


def hires(world: World, rng: Random) -> None:
    """Somebody new each week or so: an account one day, and on the next teams, a grant, a token, and first pulls."""
    for day in some(rng, _eves(world), len(world.days) * HIRES_A_MONTH // 30):
        organization, team = _some_team(world, rng)
        world.on(day, _hire(organization, team, 1, "hires"))


def onboarding_days(world: World, rng: Random) -> None:
    """Six people begin in one team on one day."""
    for day in some(rng, _eves(world), 2):
        organization, team = _some_team(world, rng)
        world.on(day, _hire(organization, team, 6, "onboarding_days"))


def _eves(world: World) -> list[date]:
    return [day for day in world.workdays() if day.weekday() < 4]


def _some_team(world: World, rng: Random) -> tuple[str, str]:
    person = rng.choice(list(world.estate.people.values()))
    return person.organization, person.team


def _hire(planned: str, team: str, count: int, drift: str) -> Change:
    def change(world: World, day: date) -> None:
        organization, own = world.name_now(planned), world.rng(drift, day)
        superuser, tomorrow = world.estate.superusers()[0], day + timedelta(days=1)
        desk = desk_of(world, superuser, at_work(own, superuser, day), own)
        for _ in range(count):
            person = person_from_team(own, world.estate, organization, team, tomorrow)
            world.put_person(person)
            _register(desk, person)
            world.on(tomorrow, _begin(person.name))
            world.note(tomorrow, drift, person.name)

    return change


def _register(desk: Desk, person: Person) -> None:
    email = {"email": f"{person.name}@example.com", "username": person.name}
    desk.on_account("user_create", person.name, **email, superuser=desk.person.name)


def _welcome(desk: Desk, person: Person) -> None:
    for name in (EVERYBODY, person.team):
        _join(desk, person.name, person.organization, name)
    own = [each for each in desk.world.estate.repositories_in(person.organization) if each.is_sensitive]
    for repository in some(desk.rng, [each for each in own if each.team == person.team], 1):
        desk.grant(repository, "user", person.name, "read")


def _join(desk: Desk, member: str, organization: str, name: str) -> None:
    team = desk.world.estate.teams[organization, name]
    desk.world.estate.teams[organization, name] = replace(team, members=(*team.members, member))
    desk.world.add(
        desk.console.act("org_add_team_member", desk.wait(), organization, {"member": member, "team": name})
    )


def _begin(name: str) -> Change:
    """The first day: teams, a password, a token for most, and much to fetch."""

    def change(world: World, day: date) -> None:
        person, own = world.estate.people[name], world.rng("first day", name)
        administrator = world.estate.administrators_of(person.organization)[0]
        host = desk_of(world, administrator, administrator.zone.moment(day, 9.0 + own.random()), own)
        _welcome(host, person)
        arrival = person.zone.moment(day, 10.0 + own.uniform(0, 3))
        desk = desk_of(world, person, max(arrival, host.at + timedelta(minutes=10)), own)
        desk.sign_in()
        desk.on_account("account_change_password")
        if own.random() < 0.6:
            token = add_app_token(world.estate, own, name, day)
            world.add(desk.console.on_account("create_app_specific_token", desk.wait(), token.naming))
        for number in range(own.randint(1, 3)):
            later = desk.at + timedelta(minutes=20 * (number + 1))
            sit_down_at(world, world.estate.people[name], later, person.office, own)

    return change


def leavers(world: World, rng: Random) -> None:
    """Somebody leaves: tokens revoked, account disabled; a machine under the desk goes on trying."""
    for day in some(rng, world.workdays(), len(world.days) * LEAVERS_A_MONTH // 30):
        names = [each.name for each in world.estate.people.values() if not each.is_superuser]
        world.on(day, _let_go(rng.choice(names)))


def _let_go(name: str) -> Change:
    def change(world: World, day: date) -> None:
        person, own = world.estate.people.get(name), world.rng("leavers", name)
        if person is None or len(world.estate.administrators_of(person.organization)) < 3:
            return
        superuser = world.estate.superusers()[-1]
        if person.app_token:
            revoke_app_token(desk_of(world, person, person.zone.moment(day, 9.0), own), person.app_token)
        world.put_person(replace(person, is_enabled=False, app_token=None))
        desk = desk_of(world, superuser, superuser.zone.moment(day, 16.0), own)
        desk.on_account("user_disable", name, username=name, superuser=superuser.name)
        for key, team in list(world.estate.teams.items()):
            if name in team.members:
                world.estate.teams[key] = replace(
                    team, members=tuple(each for each in team.members if each != name)
                )
                metadata = {"member": name, "team": team.name}
                world.add(desk.console.act("org_remove_team_member", desk.wait(), team.namespace, metadata))
        _go_on_trying(world, person, desk, own)
        world.note(day, "leavers", name)

    return change


def _go_on_trying(world: World, person: Person, desk: Desk, rng: Random) -> None:
    client = Client(person.password, person.office, person.host, person.user_agent)
    for number in range(rng.choice((0, 0, 3, 12))):
        world.add(client.log_in_badly(desk.at + timedelta(hours=number, minutes=7), person.name))


def project_moves(world: World, rng: Random) -> None:
    """Somebody joins another team of the organization and works with its repositories from one day to the next."""
    for day in some(rng, world.workdays(), len(world.days) * MOVES_A_MONTH // 30):
        world.on(day, _move(rng.choice(list(world.estate.people))))


def _move(name: str) -> Change:
    def change(world: World, day: date) -> None:
        person, own = world.estate.people.get(name), world.rng("project_moves", name, day)
        teams = sorted({each.team for each in world.estate.people_in(person.organization)}) if person else []
        if person is None or not person.is_enabled or len(teams) < 2:
            return
        team = own.choice([each for each in teams if each != person.team])
        administrator = world.estate.administrators_of(person.organization)[0]
        desk = desk_of(world, administrator, administrator.zone.moment(day, 9.5), own)
        _join(desk, name, person.organization, team)
        repositories = repositories_of_newcomer(own, world.estate, person.organization, team)
        old = person.repositories[:2] if own.random() < 0.5 else ()
        moved = replace(person, team=team, repositories=(*repositories, *old), pushed=repositories[:2])
        world.put_person(moved)
        world.note(day, "project_moves", f"{name} to {team}")

    return change


def help_across_teams(world: World, rng: Random) -> None:
    """Somebody of another organization is lent for a fortnight, with grants on a handful of repositories."""
    for day in some(rng, world.workdays(), len(world.days) * HELPERS_A_MONTH // 30):
        organization, team = _some_team(world, rng)
        world.on(day, _lend(rng.choice(list(world.estate.people)), organization, team))


def _lend(name: str, planned: str, team: str) -> Change:
    def change(world: World, day: date) -> None:
        organization = world.name_now(planned)
        person, own = world.estate.people.get(name), world.rng("help_across_teams", name, day)
        administrator = world.estate.administrators_of(organization)[0]
        if person is None or not person.is_enabled:
            return
        desk = desk_of(world, administrator, administrator.zone.moment(day, 9.0), own)
        found = [each for each in world.estate.repositories_in(organization) if each.team == team]
        for repository in some(own, found, own.randint(2, 6)):
            desk.grant(repository, "user", name, own.choice(("read", "write")))
            desk.let_person_use(name, repository)
        world.on(day + timedelta(days=14), _return(name, organization))
        world.note(day, "help_across_teams", f"{name} in {organization}")

    return change


def _return(name: str, planned: str) -> Change:
    def change(world: World, day: date) -> None:
        organization = world.name_now(planned)
        person = world.estate.people.get(name)
        if person and person.organization != organization:
            kept = tuple(path for path in person.repositories if not path.startswith(f"{organization}/"))
            world.put_person(replace(person, repositories=kept or person.repositories))

    return change


def user_renames(world: World, rng: Random) -> None:
    """Somebody marries: the account has another name, and so have its rows of that day."""
    for day in some(rng, world.workdays(), 2):
        world.on(
            day,
            rename_user(rng.choice([each for each in world.estate.people if not _has_robots(world, each)])),
        )


def _has_robots(world: World, name: str) -> bool:
    return any(each.namespace == name for each in world.estate.robots.values())


def rename_user(name: str) -> Change:
    """The change that gives a user another name; what the estate says of the old name, it says of the new."""

    def change(world: World, day: date) -> None:
        person, new = world.estate.people.get(name), f"{name}-m"
        if person is None or not person.is_enabled or person.is_superuser:
            return
        token = person.app_token and replace(person.app_token, owner=new)
        oauth = person.oauth_token and replace(
            person.oauth_token, granted=replace(person.oauth_token.granted, user=new)
        )
        if token:
            world.estate.app_tokens[token.uuid] = token
        if oauth:
            world.estate.oauth_tokens[oauth.uuid] = oauth
        renamed = replace(person, name=new, app_token=token, oauth_token=oauth)
        _rename_in_rights(world, name, new)
        world.estate.people = {
            renamed.name if each == name else each: renamed if each == name else other
            for each, other in world.estate.people.items()
        }
        world.trips[new] = world.trips.pop(name, [])
        world.leaves[new] = world.leaves.pop(name, [])
        world.rename(day, name, new)
        desk = desk_of(world, renamed, renamed.zone.moment(day, 9.0), world.rng("user_renames", name))
        desk.on_account("user_change_name", old_username=name)
        world.note(day, "user_renames", f"{name} is {new}")

    return change


def _rename_in_rights(world: World, old: str, new: str) -> None:
    estate = world.estate
    for key, team in list(estate.teams.items()):
        members = tuple(new if each == old else each for each in team.members)
        estate.teams[key] = Team(team.namespace, team.name, team.role, members)
    for grant in [each for each in estate.grants.values() if each.grantee == old]:
        del estate.grants[grant.key]
        estate.add_grant(Grant(grant.namespace, grant.repository, grant.grantee_kind, new, grant.role))


def organization_rename(world: World, rng: Random) -> None:
    """The smallest organization gets another name."""
    world.on(rng.choice(world.workdays()), rename_organization("backoffice", "corporate"))
