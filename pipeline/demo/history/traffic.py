"""What people do with images on an ordinary day, and what the public fetches without an account."""

from datetime import date, datetime, timedelta
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import (
    ANONYMOUS,
    Credential,
    with_app_token,
    with_oauth_token,
    with_password,
)
from pipeline.demo.history.estate import MIRRORS, Choice, Repository, new_digest
from pipeline.demo.history.hours import PUBLIC_HOURS, later, moment_at_work, moment_by_clock, tally
from pipeline.demo.history.networks import INTERNET, VPN, Network
from pipeline.demo.history.people import Person
from pipeline.demo.history.session import Session
from pipeline.demo.history.stories.logins import mistype, sign_in
from pipeline.demo.history.world import World

SITTINGS_A_DAY: Final = 2.7
PULLS_A_SITTING: Final = 5.0
VISITS_A_DAY: Final = 190.0
SHARE_ON_DAYS_OFF: Final = 0.05  # how likely somebody works although nobody asks for it
SHARE_OF_NEXT: Final = 0.25  # of the pulls in one organization: those in the next one that somebody is in
WORKED_ON: Final = 3  # repositories
SHARE_TWICE: Final = 0.02  # of the public's pulls: the same once more within the second
SHARE_HOSTILE: Final = 0.015  # of the public's pulls: with a user agent that means harm


def work_for_a_day(world: World, person: Person, day: date) -> None:
    """One person's day: sittings in office hours, at one place, with one tool."""
    rng = world.rng
    share = 1.0 if world.is_present(person, day) else SHARE_ON_DAYS_OFF
    network = rng.choices((person.city.office, person.home, VPN), weights=(6, 3, 1))[0]
    host = rng.randrange(20, 200) if network is VPN else person.laptop
    for _ in range(tally(rng, SITTINGS_A_DAY * person.pace * share * world.scale)):
        _sit_down(world, person, moment_at_work(rng, person, day), network, host)


def _sit_down(world: World, person: Person, at: datetime, network: Network, host: int) -> None:
    rng = world.rng
    client = Client(_credential_of(world, person), network, host, person.user_agent)
    if client.credential.login_keys and rng.random() < 0.3:
        at = later(rng, at, 20)
        world.journal.add(client.log_in(at))
    choice = _choice_of(world, person)
    for _ in range(tally(rng, PULLS_A_SITTING)):
        at = later(rng, at, 150)
        world.journal.add_all(client.pull_image(rng, at, choice.draw(rng)))
    if rng.random() < 0.3:
        at = _push(world, person, client, later(rng, at, 300))
    if rng.random() < 0.22:
        _look_at_the_console(world, person, later(rng, at, 120), network)


def _credential_of(world: World, person: Person) -> Credential:
    token = world.estate.app_tokens.get(person.name)
    chance = world.rng.random()
    if token and chance < 0.7:
        return with_app_token(token)
    granted = world.estate.oauth_tokens_of(person.name)
    if granted and chance > 0.93:
        return with_oauth_token(granted[0])
    return with_password(person.name)


def _choice_of(world: World, person: Person) -> Choice:
    if person.name not in world.choices:
        namespaces = (*person.works_for, person.name)
        world.choices[person.name] = world.estate.choice(namespaces, fading=SHARE_OF_NEXT)
    return world.choices[person.name]


def _worked_on(world: World, person: Person) -> list[Repository]:
    """What somebody pushes to: a few repositories of the first organization, other people others."""
    found = [
        each
        for each in world.estate.repositories[person.organizations[0]]
        if not each.is_pushed_by_robots_alone and each.name not in MIRRORS
    ]
    return [found[(person.laptop + number) % len(found)] for number in range(WORKED_ON)]


def _push(world: World, person: Person, client: Client, at: datetime) -> datetime:
    rng = world.rng
    repository = rng.choice(_worked_on(world, person))
    for tag in rng.sample(("dev", f"{person.name}-test", "main", f"pr-{rng.randrange(100, 900)}"), 2):
        world.journal.add(client.push_tag(at, repository, tag))
        at = later(rng, at, 4)
    repository.digests[rng.randrange(len(repository.digests))] = new_digest(rng)
    return at


def _look_at_the_console(world: World, person: Person, at: datetime, network: Network) -> None:
    session = Session(world, person, person.organizations[0], at, network=network)
    if world.rng.random() < 0.06:
        mistype(session)
    sign_in(session)
    session.wait(minutes=world.rng.uniform(2, 30))
    if world.rng.random() < 0.5:
        session.in_account("logout_success")


def visit_for_a_day(world: World, day: date) -> None:
    """Anonymous pulls of public images from all over, a little fewer at weekends."""
    rng = world.rng
    choice = world.estate.choice(world.estate.repositories, is_public=True)
    weekend = 0.6 if day.weekday() >= 5 else 1.0
    for _ in range(tally(rng, VISITS_A_DAY * weekend * world.scale)):
        is_hostile = rng.random() < SHARE_HOSTILE
        user_agent = world.free_text("user-agent") if is_hostile else rng.choice(user_agents.VISITORS)
        client = Client(ANONYMOUS, rng.choice(INTERNET), rng.randrange(250), user_agent)
        at = moment_by_clock(rng, day, PUBLIC_HOURS)
        rows = client.pull_image(rng, at, choice.draw(rng))
        if rng.random() < SHARE_TWICE:
            at = rows[0].at
            again = min(at + timedelta(microseconds=150_000), at.replace(microsecond=999_999))
            rows.append(rows[0]._replace(at=again))
        world.journal.add_all(rows)
