"""Credentials after their time: revoked and still at work, or asleep for weeks and awake again."""

from datetime import timedelta

from pipeline.demo.history import credentials, user_agents
from pipeline.demo.history.credentials import ANONYMOUS, AppToken
from pipeline.demo.scenarios.acts import Act, Client, Console
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import NobodyLeftError, Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Person

_HONEST_DAYS = 12


def token_used_after_revocation(stage: Stage) -> Injection:
    """A token is revoked, and works on from another place: within the hour, and after it."""
    victim = stage.colleague()
    token = credentials.AppToken(victim.name, stage.uuid(), "old laptop")
    network = stage.abroad(victim.country)
    thief = Client(credentials.with_app_token(token), network, 71, user_agents.DOCKER)
    console = Console(victim.name, victim.office, victim.host, victim.browser)
    at = stage.moments_like(victim.name, stage.day, 1)[0].replace(hour=9)
    wanted = stage.familiar_to(victim.repositories) + stage.strange_to(victim.name, [victim.organization], 8)
    minutes = [5, 11, 20, 34, *range(80, 300, 20)]
    pulls = [
        thief.pull(at + timedelta(minutes=later), each, each.tags[0])
        for later, each in zip(minutes, wanted, strict=False)
    ]
    revocation = console.on_account("revoke_app_specific_token", at, token.naming)
    subjects = names_of(thief.credential) | {network_name(network)}
    return stage.planned(subjects, pulls, [*_honest_use(stage, victim, token), revocation])


def residue_of_a_revoked_token(stage: Stage) -> Injection:
    """After the revocation a session opened before pulls on for half an hour: Quay logs it as nobody's."""
    victim = stage.colleague(lambda person: bool(person.repositories))
    token = credentials.AppToken(victim.name, stage.uuid(), "home pc")
    network = stage.nearby(victim)
    nobody = Client(ANONYMOUS, network, 23, victim.user_agent)
    console = Console(victim.name, victim.office, victim.host, victim.browser)
    at = stage.moments_like(victim.name, stage.day, 1)[0]
    at = min(at, at.replace(hour=20, minute=0))
    private = [each for each in stage.familiar_to(victim.repositories) if not each.is_public]
    wanted = (private + stage.strange_to(victim.name, [victim.organization], 4))[:4]
    pulls = [
        nobody.pull(at + timedelta(minutes=8 * number), each, each.tags[0])
        for number, each in enumerate(wanted, 1)
    ]
    revocation = console.on_account("revoke_app_specific_token", at, token.naming)
    subjects = names_of(credentials.with_app_token(token)) | {network_name(network), "anonymous"}
    return stage.planned(subjects, pulls, [*_honest_use(stage, victim, token), revocation])


def forgotten_token_at_work(stage: Stage) -> Injection:
    """A token that slept for weeks wakes in a strange network and fetches a score of images."""
    victim = stage.colleague()
    token = credentials.AppToken(victim.name, stage.uuid(), "workstation")
    network = stage.abroad(victim.country)
    client = Client(credentials.with_app_token(token), network, 9, user_agents.CRANE)
    wanted = stage.strange_to(victim.name, [victim.organization], 20)
    moments = stage.burst(stage.rng.uniform(0, 20), len(wanted), 20)
    pulls = [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    long_ago = _honest_use(stage, victim, token, silent_days=33 + stage.rng.randrange(8))
    return stage.planned(names_of(client.credential) | {network_name(network)}, pulls, long_ago)


def forgotten_token_at_the_office(stage: Stage) -> Injection:
    """A token that slept for weeks wakes at the victim's own office, and looks at a few new things a day."""
    victim = stage.colleague()
    token = credentials.AppToken(victim.name, stage.uuid(), "workstation")
    client = Client(credentials.with_app_token(token), victim.office, victim.host + 60, victim.user_agent)
    days = stage.workdays(stage.rng.randint(2, 4))
    new = stage.strange_to(victim.name, [victim.organization], 5 * len(days))
    acts = []
    for number, day in enumerate(days):
        wanted = new[number :: len(days)]
        moments = stage.moments_like(victim.name, day, len(wanted))
        acts += [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    long_ago = _honest_use(stage, victim, token, silent_days=33 + stage.rng.randrange(8))
    return stage.planned(names_of(client.credential), acts, long_ago)


def _honest_use(stage: Stage, victim: Person, token: AppToken, silent_days: int = 0) -> list[Act]:
    """What the owner did with a token until so many days ago: made it, and pulled a little on most days."""
    first = stage.day - timedelta(days=silent_days + 14)
    if first < stage.first_day:
        raise NobodyLeftError(f"the registry is too young for a token made on {first}")
    console = Console(victim.name, victim.office, victim.host, victim.browser)
    client = Client(credentials.with_app_token(token), victim.office, victim.host, victim.user_agent)
    known = stage.familiar_to(victim.repositories)
    made_at = stage.moments_like(victim.name, first, 1)[0]
    acts = [console.on_account("create_app_specific_token", made_at, token.naming)]
    for number in range(1, _HONEST_DAYS + 1):
        day = first + timedelta(days=number)
        if day.weekday() < 5 and known:
            for at in stage.moments_like(victim.name, day, 2):
                repository = stage.one(known)
                acts.append(client.pull(at, repository, repository.tags[0]))
    return acts


FAMILIES = {
    "used after revocation": (token_used_after_revocation, residue_of_a_revoked_token),
    "forgotten token": (forgotten_token_at_work, forgotten_token_at_the_office),
}
