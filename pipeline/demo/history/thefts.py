"""Incidents in which a credential serves somebody else, or a door stands open."""

from datetime import date, timedelta

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import (
    ANONYMOUS,
    AppToken,
    with_app_token,
    with_password,
    with_robot,
)
from pipeline.demo.history.estate import new_uuid
from pipeline.demo.history.hours import clock, later
from pipeline.demo.history.journal import Row, Rows
from pipeline.demo.history.networks import EXIT_NODE, HOSTING_ABROAD, RENTED_SERVER
from pipeline.demo.history.people import CONTRACTOR, PERSON_BY_NAME
from pipeline.demo.history.session import Session
from pipeline.demo.history.stories.logins import BAD_PASSWORD
from pipeline.demo.history.world import World


def robot_token_abroad(world: World, day: date) -> Rows:
    """A robot's token is used from a network where that robot has never been."""
    client = Client(with_robot("acme+deploy"), HOSTING_ABROAD, 44, user_agents.SKOPEO)
    at = clock(world.rng, day, 2, 40)
    login = world.journal.add(client.log_in(at))
    images = [(each, digest) for each in world.estate.repositories["acme"] for digest in each.digests[:2]]
    return (login, *world.journal.add_all(client.pull_in_turn(world.rng, at, 25, images)))


def private_repository_sweep(world: World, day: date) -> Rows:
    """One credential goes through every private repository that it can reach, within minutes."""
    contractor = PERSON_BY_NAME[CONTRACTOR]
    token = AppToken(CONTRACTOR, new_uuid(world.rng), "backup")
    world.store.add_app_token(CONTRACTOR, uuid=token.uuid, title=token.title, created_at=world.first)
    client = Client(with_app_token(token), contractor.home, contractor.laptop, user_agents.CRANE)
    images = [
        (repository, digest)
        for namespace in contractor.organizations
        for repository in world.estate.repositories[namespace]
        if not repository.is_public
        for digest in repository.digests
    ]
    return world.journal.add_all(client.pull_in_turn(world.rng, clock(world.rng, day, 21, 5), 9, images))


def token_minted_for_bulk_use(world: World, day: date) -> Rows:
    """A token is made and, half an hour later, fetches all it can from another network."""
    session = Session.at_the_office(world, "heidi", "globex", clock(world.rng, day, 17, 20))
    token = AppToken("heidi", new_uuid(world.rng), "tmp")
    minting = session.in_account("create_app_specific_token", **token.naming)
    world.store.add_app_token("heidi", uuid=token.uuid, title=token.title, created_at=minting.at)
    client = Client(with_app_token(token), RENTED_SERVER, 5, user_agents.CRANE)
    images = [
        (repository, digest)
        for namespace in ("globex", "heidi")
        for repository in world.estate.repositories[namespace]
        for digest in repository.digests[:3]
    ]
    pulls = client.pull_in_turn(world.rng, minting.at + timedelta(minutes=31), 6, images)
    return (minting, *world.journal.add_all(pulls))


def brute_force_with_success(world: World, day: date) -> Rows:
    """Somebody guesses a password at the registry until it fits, then pulls."""
    rng, at = world.rng, clock(world.rng, day, 4, 15)
    failure = {
        "type": "v2auth",
        "kind": "user",
        "username": "quentin",
        "useragent": user_agents.REQUESTS,
        "message": BAD_PASSWORD,
    }
    rows = []
    for number in range(64):
        at = later(rng, at, 6)
        rows.append(Row(at, "login_failure", None, failure, None, None, EXIT_NODE.address(60 + number % 5)))
    client = Client(with_password("quentin"), EXIT_NODE, 62, user_agents.REQUESTS)
    at = later(rng, at, 20)
    rows.append(client.log_in(at))
    images = [(each, each.digests[0]) for each in world.estate.repositories["initech"][:4]]
    return world.journal.add_all([*rows, *client.pull_in_turn(rng, at, 15, images)])


def use_after_revocation(world: World, day: date) -> Rows:
    """A revoked token pulls on: within the hour that Quay's own tokens live and, what should never be, later."""
    erin = PERSON_BY_NAME["erin"]
    token = AppToken("erin", new_uuid(world.rng), "old macbook")
    lims = world.estate.repository("umbrella", "lims")
    habit = Client(with_app_token(token), erin.home, erin.laptop, erin.user_agent)
    for number in (1, 2, 3):
        at = clock(world.rng, day - timedelta(days=number), 10, 0)
        world.journal.add(habit.pull_tag(at, lims, "main"))
    session = Session.at_the_office(world, "erin", "umbrella", clock(world.rng, day, 10, 10))
    revocation = session.in_account("revoke_app_specific_token", **token.naming)
    thief = Client(with_app_token(token), HOSTING_ABROAD, 71, user_agents.DOCKER)
    pulls = [
        thief.pull_tag(revocation.at + timedelta(minutes=minutes), lims, "latest") for minutes in (6, 8, 135)
    ]
    return (revocation, *world.journal.add_all(pulls))


def anonymous_pull_of_private_image(world: World, day: date) -> Rows:
    """A private repository gives its images to somebody without an account."""
    client = Client(ANONYMOUS, HOSTING_ABROAD, 12, user_agents.GO)
    billing = world.estate.repository("acme", "billing")
    images = [(billing, digest) for digest in billing.digests * 2]
    return world.journal.add_all(client.pull_in_turn(world.rng, clock(world.rng, day, 3, 25), 30, images))
