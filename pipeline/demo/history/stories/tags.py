"""Stories about tags: a release by hand in the web console, and a clean-up with every kind of credential."""

from collections.abc import Iterator
from datetime import timedelta

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import (
    AppToken,
    with_access_token,
    with_app_token,
    with_oauth_token,
    with_password,
    with_robot,
)
from pipeline.demo.history.estate import ACCESS_TOKENS, Repository, new_digest, new_uuid
from pipeline.demo.history.networks import CONSOLE_SERVER, RUNNERS_BY_NAMESPACE
from pipeline.demo.history.people import PERSON_BY_NAME
from pipeline.demo.history.session import Session


def release_by_hand(session: Session) -> None:
    """A release candidate is tagged, moved, taken back, made to expire, protected and deprotected."""
    rng = session.world.rng
    repository = session.world.new_repository(session.organization, "release")
    old, new = new_digest(rng), new_digest(rng)
    tag = {"username": session.name, "tag": "v3.0.0-rc1"}
    session.in_repository("create_tag", repository, **tag, manifest_digest=old, original_manifest_digest=None)
    session.in_repository("move_tag", repository, **tag, manifest_digest=new, original_manifest_digest=old)
    session.wait(minutes=25)
    session.in_repository("revert_tag", repository, **tag, manifest_digest=old)
    in_two_weeks = int((session.at + timedelta(days=14)).timestamp())
    session.in_repository(
        "change_tag_expiration", repository, **tag, expiration_date=in_two_weeks, old_expiration_date=None
    )
    for is_immutable in (True, False):
        session.in_repository(
            "change_tag_immutability",
            repository,
            **tag,
            immutable=is_immutable,
            previous_immutable=not is_immutable,
        )
    _label(session, repository, old)
    session.in_repository("delete_tag", repository, **tag)
    session.in_repository("permanently_delete_tag", repository, **tag, manifest_digest=old)


def _label(session: Session, repository: Repository, digest: str) -> None:
    label = {
        "id": new_uuid(session.world.rng),
        "key": "quay.expires-after",
        "value": session.world.free_text("label"),
        "manifest_digest": digest,
    }
    session.in_repository("manifest_label_add", repository, **label, media_type="text/plain")
    session.in_repository("manifest_label_delete", repository, **label)


def use_every_credential(session: Session) -> None:
    """A repository is pushed to, pulled from and cleaned up with each kind of credential in turn."""
    world = session.world
    repository = world.estate.repositories[session.organization][0]
    for client in _every_client(session):
        digest, tags = new_digest(world.rng), (world.name("tmp"), world.name("tmp"))
        session.wait(minutes=4)
        step = timedelta(seconds=2, microseconds=world.rng.randrange(900_000))
        rows = [
            client.push_tag(session.at, repository, tags[0]),
            client.push_tag(session.at + step, repository, tags[1]),
            client.pull_tag(session.at + 3 * step, repository, tags[0]),
            client.pull_digest(session.at + 4 * step, repository, digest),
            client.delete_tag(session.at + 6 * step, repository, tags[0]),
            client.delete_tag(session.at + 7 * step, repository, tags[1], digest),
        ]
        world.journal.add_all(rows)


def _every_client(session: Session) -> Iterator[Client]:
    """Each where it belongs: a person's on the laptop, a robot's on a runner, an application's on its server."""
    world, organization = session.world, session.organization
    runners = RUNNERS_BY_NAMESPACE[organization]
    host = world.rng.randrange(10, 20)
    yield session.client(with_password(session.name))
    yield session.client(with_app_token(AppToken(session.name, new_uuid(world.rng), "clean-up")))
    yield Client(with_robot(f"{organization}+ci"), runners, host, user_agents.BUILDAH)
    yield Client(with_access_token(ACCESS_TOKENS[1]), runners, host, user_agents.KANIKO)
    granted = next(
        token for token in world.estate.oauth_tokens if token.application.namespace == organization
    )
    yield Client(with_oauth_token(granted), CONSOLE_SERVER, 7, user_agents.SKOPEO)


def use_an_old_client(session: Session) -> None:
    """Somebody's tool still speaks the first protocol: login, push, pull and deletion have no tag or digest."""
    world = session.world
    walter = session.beside(PERSON_BY_NAME["walter"])
    repository = world.estate.repository("walter", "legacy-app")
    login = {"type": "quayauth", "useragent": user_agents.DOCKER_V1}
    walter.write_as(None, "login_success", "walter", login)
    walter.wait(minutes=1)
    client = Client(with_password("walter"), walter.network, walter.host, user_agents.DOCKER_V1)
    robot = Client(with_robot("walter+laptop"), walter.network, walter.host, user_agents.DOCKER_V1)
    step = timedelta(seconds=9)
    rows = [
        client.push_v1(walter.at, repository),
        client.pull_v1(walter.at + step, repository),
        robot.pull_v1(walter.at + 2 * step, repository),
        client.delete_tag_v1(walter.at + 3 * step, repository, "old"),
    ]
    world.journal.add_all(rows)


STORIES = (release_by_hand, use_every_credential, use_an_old_client)
