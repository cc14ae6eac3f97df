"""Chores about repositories and their tags."""

from dataclasses import replace
from datetime import timedelta

from pipeline.demo.scenarios.background import names
from pipeline.demo.scenarios.background.desk import Desk
from pipeline.demo.scenarios.background.founding import EVERYBODY, repository_of_team
from pipeline.demo.scenarios.background.robots import is_run
from pipeline.demo.scenarios.background.world import new_uuid, ranked, some
from pipeline.demo.scenarios.estate import Repository, RobotRole
from pipeline.demo.scenarios.holdings import Grant


def make_repository(desk: Desk) -> None:
    """A new service of the team: its repository, whose it is, which robots build and run it, who works on it."""
    world, rng, team = desk.world, desk.rng, desk.person.team
    count = len(world.estate.repositories)
    name = f"{rng.choice(('spike', 'poc', *names.COMPONENTS[:12]))}-{count}"
    made = repository_of_team(rng, desk.organization, team, name)
    repository = replace(made, is_public=False, is_sensitive=False)
    world.estate.repositories[repository.path] = repository
    desk.on_repository("create_repo", repository)
    if rng.random() < 0.5:
        desk.on_repository("set_repo_description", repository, description=f"{name} of {team}")
    desk.grant(repository, "team", team, "write")
    if rng.random() < 0.7:
        desk.grant(repository, "team", EVERYBODY, "read")
    for robot in list(world.estate.robots_of(RobotRole.BUILDER, desk.organization)):
        if robot.team == team:
            desk.let_robot_use(robot, repository, is_pushed=True)
    clusters = list(world.estate.robots_of(RobotRole.CLUSTER, desk.organization))
    for robot in some(rng, clusters, rng.choice((0, 1, 2))):
        desk.let_robot_use(world.estate.robots[robot.name], repository)
    for person in some(rng, world.estate.people_in(desk.organization, team), rng.randint(1, 4)):
        desk.let_person_use(person.name, repository)


def grant_to_somebody(desk: Desk) -> None:
    """Somebody needs a repository: mostly a colleague, now and then somebody of another organization."""
    world, rng = desk.world, desk.rng
    organization = desk.organization if rng.random() < 0.85 else rng.choice(list(world.estate.organizations))
    person = rng.choice(world.estate.people_in(organization))
    repository = rng.choice(world.estate.repositories_in(desk.organization))
    role = rng.choices(("read", "write", "admin"), weights=(6, 4, 1))[0]
    desk.grant(repository, "user", person.name, role)
    if rng.random() < 0.8:
        desk.let_person_use(person.name, repository)


def withdraw_grant(desk: Desk) -> None:
    """Somebody does not need a repository any more."""
    grants = [
        each
        for each in desk.world.estate.grants.values()
        if each.namespace == desk.organization and each.grantee_kind == "user"
    ]
    if grants:
        _withdraw(desk, desk.rng.choice(grants))


def _withdraw(desk: Desk, grant: Grant) -> None:
    estate = desk.world.estate
    del estate.grants[grant.key]
    repository = estate.repositories.get(f"{grant.namespace}/{grant.repository}")
    if repository:
        desk.on_repository("delete_repo_permission", repository, username=grant.grantee)
    person = estate.people.get(grant.grantee)
    if repository and person and person.team != repository.team:
        used = tuple(path for path in person.repositories if path != repository.path)
        desk.world.put_person(replace(person, repositories=used or person.repositories))


def _own(desk: Desk) -> Repository:
    found = [
        each for each in desk.world.estate.repositories_in(desk.organization) if each.team == desk.person.team
    ]
    return ranked(desk.rng, found or desk.world.estate.repositories_in(desk.organization))


def describe(desk: Desk) -> None:
    """A repository gets a better description."""
    repository = _own(desk)
    desk.on_repository("set_repo_description", repository, description=f"Owned by {repository.team}.")


def subscribe(desk: Desk) -> None:
    """A repository tells somebody of pushes or vulnerabilities, or no longer."""
    kind = "add_repo_notification" if desk.rng.random() < 0.8 else "delete_repo_notification"
    event = desk.rng.choice(("repo_push", "vulnerability_found", "build_failure"))
    method = desk.rng.choice(("slack", "email", "webhook"))
    desk.on_repository(kind, _own(desk), notification_id=new_uuid(desk.rng), event=event, method=method)


def _tag(desk: Desk, tag: str) -> dict[str, str]:
    return {"username": desk.person.name, "tag": tag}


def tag_by_hand(desk: Desk) -> None:
    """A build is promoted in the console: a tag made, or moved forward."""
    repository, rng = _own(desk), desk.rng
    number = desk.world.versions[repository.path]
    digest = repository.digest(number)
    if rng.random() < 0.5:
        keys = _tag(desk, f"rc-{number}")
        desk.on_repository(
            "create_tag", repository, **keys, manifest_digest=digest, original_manifest_digest=None
        )
        return
    keys = _tag(desk, rng.choice(("latest", "staging", "prod", "stable")))
    old = repository.digest(max(1, number - 1))
    desk.on_repository("move_tag", repository, **keys, manifest_digest=digest, original_manifest_digest=old)


def delete_tags_by_hand(desk: Desk) -> None:
    """Old branches are tidied away."""
    repository = _own(desk)
    for _ in range(min(25, round(desk.rng.lognormvariate(0.9, 0.9)))):
        desk.on_repository("delete_tag", repository, **_tag(desk, f"pr-{desk.rng.randrange(100, 900)}"))


def let_tag_expire(desk: Desk) -> None:
    """A test image is to go by itself."""
    at = int((desk.at + timedelta(days=desk.rng.choice((7, 14, 30)))).timestamp())
    tag = _tag(desk, f"pr-{desk.rng.randrange(100, 900)}")
    desk.on_repository(
        "change_tag_expiration", _own(desk), **tag, expiration_date=at, old_expiration_date=None
    )


def label(desk: Desk) -> None:
    """A manifest gets a label."""
    repository = _own(desk)
    digest = repository.digest(desk.world.versions[repository.path])
    text = {
        "id": new_uuid(desk.rng),
        "key": "maintainer",
        "value": repository.team,
        "manifest_digest": digest,
    }
    desk.on_repository("manifest_label_add", repository, **text, media_type="text/plain")


def protect_tag(desk: Desk) -> None:
    """A release is made immutable."""
    repository = _own(desk)
    keys = {**_tag(desk, repository.tags[-1]), "immutable": True, "previous_immutable": False}
    desk.on_repository("change_tag_immutability", repository, **keys)


def freeze(desk: Desk) -> None:
    """A repository that is not developed any further becomes read-only."""
    repository = _own(desk)
    if repository.state == "NORMAL" and not is_run(repository):
        desk.world.estate.repositories[repository.path] = replace(repository, state="READ_ONLY")
        desk.on_repository("change_repo_state", repository, state_changed="READ_ONLY")


def delete_repository(desk: Desk) -> None:
    """A trial is over."""
    estate = desk.world.estate
    found = [
        each for each in estate.repositories_in(desk.organization) if each.name.startswith(("spike", "poc"))
    ]
    found += [each for each in estate.repositories_in(desk.organization) if "loadtest" in each.name]
    if found:
        repository = found[0]
        del estate.repositories[repository.path]
        gone = (repository.namespace, repository.name)
        estate.grants = {key: grant for key, grant in estate.grants.items() if key[:2] != gone}
        desk.on_repository("delete_repo", repository)


def build_by_hand(desk: Desk) -> None:
    """Quay builds an image because somebody asked for it; now and then the build is stopped."""
    repository, build = _own(desk), new_uuid(desk.rng)
    asked = {"build_id": build, "docker_tags": ["latest"], "is_manual": True, "manual_user": desk.person.name}
    desk.on_repository("build_dockerfile", repository, **asked)
    if desk.rng.random() < 0.2:
        desk.near_repository("cancel_build", repository, build_uuid=build)
