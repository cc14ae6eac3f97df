"""An organization gets another name: everything of it, from one day to the next."""

from dataclasses import replace
from datetime import date
from typing import TypeVar

from pipeline.demo.scenarios.background.desk import desk_of
from pipeline.demo.scenarios.background.world import Change, World

Key = TypeVar("Key")


def rename_organization(old: str, new: str) -> Change:
    """The change that renames an organization with its robots and repositories; rows of before keep the old name inside."""

    def change(world: World, day: date) -> None:
        if old not in world.estate.organizations:
            return
        _rename_things(world, old, new)
        _rename_rights(world, old, new)
        for path in [path for path in world.versions if path.startswith(f"{old}/")]:
            world.versions[_path(path, old, new)] = world.versions[path]
        world.rename(day, old, new)
        superuser = world.estate.superusers()[0]
        desk = desk_of(world, superuser, superuser.zone.moment(day, 7.5), world.rng("renaming", old))
        names = {"old_name": old, "new_name": new, "superuser": superuser.name}
        world.add(desk.console.act("org_change_name", desk.at, new, names))
        world.note(day, "organization_rename", f"{old} is {new}")

    return change


def _path(path: str, old: str, new: str) -> str:
    namespace, slash, name = path.partition("/")
    return f"{new}{slash}{name}" if namespace == old else path


def _paths(paths: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(_path(path, old, new) for path in paths)


def _rename_things(world: World, old: str, new: str) -> None:
    estate = world.estate
    estate.organizations = {
        new if each == old else each: domain for each, domain in estate.organizations.items()
    }
    repositories = [
        replace(each, namespace=new) if each.namespace == old else each
        for each in estate.repositories.values()
    ]
    estate.repositories = {each.path: each for each in repositories}
    robots = [
        replace(
            each,
            name=f"{new}+{each.short_name}" if each.namespace == old else each.name,
            namespace=new if each.namespace == old else each.namespace,
            pulled=_paths(each.pulled, old, new),
            pushed=_paths(each.pushed, old, new),
        )
        for each in estate.robots.values()
    ]
    estate.robots = {each.name: each for each in robots}
    for person in list(estate.people.values()):
        organization = new if person.organization == old else person.organization
        used, pushed = _paths(person.repositories, old, new), _paths(person.pushed, old, new)
        world.put_person(replace(person, organization=organization, repositories=used, pushed=pushed))


def _rename_rights(world: World, old: str, new: str) -> None:
    estate = world.estate
    teams = [
        replace(each, namespace=new) if each.namespace == old else each for each in estate.teams.values()
    ]
    estate.teams = {(each.namespace, each.name): each for each in teams}
    grants = [
        replace(each, namespace=new, grantee=_robot(each.grantee, old, new))
        if each.namespace == old
        else each
        for each in estate.grants.values()
    ]
    estate.grants = {each.key: each for each in grants}
    estate.applications = {
        key: replace(each, namespace=new) if each.namespace == old else each
        for key, each in estate.applications.items()
    }


def _robot(name: str, old: str, new: str) -> str:
    namespace, plus, rest = name.partition("+")
    return f"{new}{plus}{rest}" if plus and namespace == old else name
