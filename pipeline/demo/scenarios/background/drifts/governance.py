"""Drift of rule: what superusers, releasers and auditors do because it is their office."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from pipeline.demo.scenarios.background.desk import Desk, desk_of
from pipeline.demo.scenarios.background.founding import add_app_token
from pipeline.demo.scenarios.background.settings import revoke_app_token
from pipeline.demo.scenarios.background.world import Change, World, at_work, new_uuid, ranked, some
from pipeline.demo.scenarios.estate import SERVICE_ACCOUNT, Person
from pipeline.demo.scenarios.holdings import ServiceKey

RELEASES_A_MONTH: Final = 4
RELEASERS: Final = 3


def public_releases(world: World, rng: Random) -> None:
    """An habitual releaser opens what is ready for everybody, one repository or a few."""
    for day in some(rng, world.workdays(), len(world.days) * RELEASES_A_MONTH // 30):
        world.on(day, release_publicly(rng.choice((1, 1, 1, 3)), "public_releases"))


def release_publicly(count: int, drift: str) -> Change:
    """The change in which one releaser makes so many repositories of the own organization public."""

    def change(world: World, day: date) -> None:
        own = world.rng(drift, day)
        releasers = [each for each in world.estate.people.values() if each.is_releaser and each.is_enabled]
        if not releasers:
            return
        person = ranked(own, releasers[:RELEASERS])
        found = [
            each
            for each in world.estate.repositories_in(person.organization)
            if not each.is_public and not each.is_sensitive and each.state == "NORMAL"
        ]
        desk = desk_of(world, person, at_work(own, person, day), own)
        for repository in some(own, found, count):
            world.estate.repositories[repository.path] = replace(repository, is_public=True)
            desk.on_repository("change_repo_visibility", repository, visibility="public")
            world.note(day, drift, repository.path)

    return change


def superuser_work(world: World, rng: Random) -> None:
    """Superusers help out in organizations that are not theirs: teams, roles, retention, locked accounts."""
    for day in some(rng, world.workdays(), len(world.days) // 5):
        world.on(day, _help)


def _help(world: World, day: date) -> None:
    own = world.rng("superuser_work", day)
    superuser = ranked(own, world.estate.superusers())
    desk = desk_of(world, superuser, at_work(own, superuser, day), own)
    organization = own.choice(list(world.estate.organizations))
    person = own.choice(world.estate.people_in(organization))
    work = own.choice((_unlock, _retain, _promote))
    work(desk, organization, person)
    world.note(day, "superuser_work", f"{superuser.name} in {organization}")


def _unlock(desk: Desk, organization: str, person: Person) -> None:
    keys = {"username": person.name, "superuser": desk.person.name}
    desk.on_account("user_change_password", person.name, **keys)
    desk.on_account("user_enable", person.name, **keys)


def _retain(desk: Desk, organization: str, person: Person) -> None:
    metadata: dict[str, Any] = {
        "tag_expiration": desk.rng.choice((14, 30)) * 86_400,
        "namespace": organization,
    }
    desk.world.add(desk.console.act("org_change_tag_expiration", desk.wait(), organization, metadata))


def _promote(desk: Desk, organization: str, person: Person) -> None:
    """A lead becomes an owner of the organization."""
    team = desk.world.estate.teams[organization, "owners"]
    if person.name not in team.members:
        desk.world.estate.teams[organization, "owners"] = replace(team, members=(*team.members, person.name))
        desk.world.put_person(replace(person, is_administrator=True))
        metadata = {"member": person.name, "team": "owners"}
        desk.world.add(desk.console.act("org_add_team_member", desk.wait(), organization, metadata))


def exports_for_compliance(world: World, rng: Random) -> None:
    """On the second working day of each month the logs of three organizations are exported for the auditors."""
    months = sorted({(day.year, day.month) for day in world.days})
    for year, month in months:
        days = [day for day in world.days if (day.year, day.month) == (year, month) and day.weekday() < 5]
        if len(days) > 1 and days[0].day <= 3:
            world.on(days[1], _export)


def _export(world: World, day: date) -> None:
    own, superuser = world.rng("exports_for_compliance", day), world.estate.superusers()[-1]
    desk = desk_of(world, superuser, superuser.zone.moment(day, 9.25), own)
    for organization in list(world.estate.organizations)[:3]:
        metadata = {
            "date/time": int(desk.wait().timestamp()),
            "export_id": new_uuid(own),
            "message": "queued for export",
            "url": "https://archive.example.com/quay",
            "email": None,
        }
        world.add(desk.console.act("export_logs_success", desk.at, organization, metadata))
    world.note(day, "exports_for_compliance", superuser.name)


def app_token_campaign(world: World, rng: Random) -> None:
    """Everybody of an organization is asked to replace tokens by Friday, and most do."""
    mondays = [day for day in world.days[:-5] if day.weekday() == 0]
    if mondays:
        day, organization = rng.choice(mondays), rng.choice(list(world.estate.organizations))
        world.note(day, "app_token_campaign", organization)
        for person in world.estate.people_in(organization):
            if person.app_token and rng.random() < 0.8:
                world.on(day + timedelta(days=rng.randrange(5)), _replace_token(person.name))


def _replace_token(name: str) -> Change:
    def change(world: World, day: date) -> None:
        person, own = world.estate.people.get(name), world.rng("app_token_campaign", name)
        if person is None or not person.is_enabled or person.app_token is None:
            return
        desk = desk_of(world, person, at_work(own, person, day), own)
        token = add_app_token(world.estate, own, name, day)
        desk.on_account("create_app_specific_token", **token.naming)
        desk.wait(1200)
        revoke_app_token(desk, person.app_token)

    return change


def orphaned_namespace(world: World, rng: Random) -> None:
    """A superuser takes over what somebody left behind; filed under the superuser's own name."""

    def change(world: World, day: date) -> None:
        superuser, own = world.estate.superusers()[0], world.rng("orphaned_namespace")
        gone = [each.name for each in world.estate.people.values() if not each.is_enabled]
        if gone:
            desk = desk_of(world, superuser, at_work(own, superuser, day), own)
            keys = {"entity_id": 1700, "namespace": gone[0], "was_user": True, "superuser": superuser.name}
            world.add(desk.console.on_account("take_ownership", desk.wait(), keys))
            world.note(day, "orphaned_namespace", gone[0])

    world.on(rng.choice(world.workdays()), change)


def service_key_renewal(world: World, rng: Random) -> None:
    """A superuser replaces the key of a service by hand, as the calendar of the platform team says."""
    world.on(rng.choice(world.workdays()), _renew_key)


def _renew_key(world: World, day: date) -> None:
    own, superuser = world.rng("service_key_renewal"), world.estate.superusers()[0]
    desk = desk_of(world, superuser, at_work(own, superuser, day), own)
    kid = f"{own.getrandbits(172):043x}"
    world.estate.service_keys[kid] = ServiceKey(kid, "clair", day, day + timedelta(days=90))
    key = {"kid": kid, "service": "clair", "name": "clair key"}
    expires = int((desk.at + timedelta(days=90)).timestamp())
    origin = {"preshared": True, "expiration_date": expires, "auto_approved": True}
    for kind in ("service_key_create", "service_key_approve"):
        world.add(desk.console.on_account(kind, desk.wait(), {**key, **origin}, SERVICE_ACCOUNT))
    world.note(day, "service_key_renewal", "clair")
