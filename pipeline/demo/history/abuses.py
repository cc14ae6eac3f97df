"""Incidents in which people do what they may, and should not."""

from datetime import date, timedelta
from itertools import cycle, islice

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import ANONYMOUS, with_password
from pipeline.demo.history.estate import new_digest
from pipeline.demo.history.hours import clock, later
from pipeline.demo.history.journal import Row, Rows
from pipeline.demo.history.networks import EXIT_NODE, RENTED_SERVER
from pipeline.demo.history.people import PERSON_BY_NAME
from pipeline.demo.history.session import Session
from pipeline.demo.history.world import World


def production_tag_overwritten(world: World, day: date) -> Rows:
    """A person pushes the tag that only robots push, about three at night in São Paulo."""
    sofia = PERSON_BY_NAME["sofia"]
    client = Client(with_password("sofia"), sofia.home, sofia.laptop, sofia.user_agent)
    at = clock(world.rng, day, 6, 12)
    ledger = world.estate.repository("initech", "ledger")
    return world.journal.add_all(
        [client.log_in(at), client.push_tag(later(world.rng, at, 50), ledger, "prod")]
    )


def mass_deletion(world: World, day: date) -> Rows:
    """Deleted tags are made to vanish at once, then tags are deleted by the hundred, some of them for good."""
    session = Session.at_the_office(world, "victor", "umbrella", clock(world.rng, day, 8, 0))
    rows = [session.in_organization("org_change_tag_expiration", tag_expiration=0, namespace="umbrella")]
    at = session.at
    for number, repository in enumerate(islice(cycle(world.estate.repositories["umbrella"]), 120)):
        at = later(world.rng, at, 4)
        kind, own = "delete_tag", {"tag": f"v1.{number // 6}.{number % 6}"}
        if number % 10 == 9:
            kind, own = "permanently_delete_tag", {**own, "manifest_digest": new_digest(world.rng)}
        metadata = {"username": "victor", "repo": repository.name, "namespace": "umbrella", **own}
        row = Row(at, kind, "umbrella", metadata, "victor", repository.name, session.ip)
        rows.append(world.journal.add(row))
    return tuple(rows)


def privileges_for_two_hours(world: World, day: date) -> Rows:
    """One person makes another administrator, who opens a private repository to the public for two hours."""
    nadia = Session.at_the_office(world, "nadia", "globex", clock(world.rng, day, 13, 30))
    repository = world.estate.repository("globex", "pricing-model")
    grant = nadia.in_repository("change_repo_permission", repository, username="judy", role="admin")
    judy = Session.at_the_office(world, "judy", "globex", nadia.at + timedelta(minutes=20))
    opening = judy.in_repository("change_repo_visibility", repository, visibility="public")
    stranger = Client(ANONYMOUS, RENTED_SERVER, 9, user_agents.SKOPEO)
    images = [(repository, digest) for digest in islice(cycle(repository.digests), 14)]
    pulls = world.journal.add_all(stranger.pull_in_turn(world.rng, opening.at, 240, images))
    judy.wait(hours=2)
    closing = judy.in_repository("change_repo_visibility", repository, visibility="private")
    nadia.wait(hours=3)
    removal = nadia.in_repository("delete_repo_permission", repository, username="judy")
    return (grant, opening, *pulls, closing, removal)


def superuser_takes_ownership(world: World, day: date) -> Rows:
    """A superuser takes an organization over at night; only the superuser's own log has the first step."""
    session = Session(
        world, PERSON_BY_NAME["olga"], "initech", clock(world.rng, day, 22, 45), network=EXIT_NODE
    )
    taken = {
        "entity_id": world.store.account("initech").id,
        "namespace": "initech",
        "was_user": False,
        "superuser": "olga",
    }
    world.store.add_robot("initech", "sync", created_at=session.at)
    return (
        session.write("take_ownership", "olga", taken),
        session.in_organization("org_add_team_member", member="olga", team="owners"),
        session.in_organization("create_robot", robot="sync", description="", unstructured_metadata=None),
    )
