"""Passwords guessed: one account hammered, or many tried once."""

from datetime import datetime, timedelta

from pipeline.demo.history import user_agents
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.acts import Act, Client
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Person


def account_hammered(stage: Stage) -> Injection:
    """Two hundred passwords for one account within half an hour, the last of them right."""
    victim = stage.colleague()
    network = stage.abroad(victim.country)
    client = Client(victim.password, network, 60, user_agents.REQUESTS)
    moments = stage.burst(stage.rng.uniform(0, 20), 200, 8)
    acts = [client.log_in_badly(at, victim.name) for at in moments]
    acts += _entered(stage, victim, network, user_agents.REQUESTS, moments[-1] + timedelta(seconds=20), 8)
    return stage.planned(names_of(client.credential) | {network_name(network)}, acts)


def account_tried_now_and_then(stage: Stage) -> Injection:
    """Three passwords an hour for one account on two working days, from its own country, and at last the right one."""
    victim = stage.colleague()
    network = stage.nearby(victim)
    client = Client(victim.password, network, 60, victim.user_agent)
    acts: list[Act] = []
    for day in stage.workdays(2):
        acts += [client.log_in_badly(at, victim.name) for at in stage.moments_like(victim.name, day, 24)]
    end = acts[-1].at + timedelta(minutes=13)
    acts += _entered(stage, victim, network, victim.user_agent, end, 4)
    return stage.planned(names_of(client.credential) | {network_name(network)}, acts)


def password_sprayed(stage: Stage) -> Injection:
    """Two passwords for each of eighty users within an hour, from one rented machine; one fits."""
    network = stage.abroad()
    victim = stage.colleague()
    users = [victim.name, *stage.some(sorted(stage.estate.people), 80)]
    moments = stage.burst(stage.rng.uniform(0, 20), 2 * len(users), 20)
    client = Client(victim.password, network, 60, user_agents.REQUESTS)
    acts = [client.log_in_badly(at, users[number % len(users)]) for number, at in enumerate(moments)]
    acts += _entered(stage, victim, network, user_agents.REQUESTS, moments[-1] + timedelta(minutes=1), 8)
    return stage.planned(names_of(client.credential) | {network_name(network)}, acts)


def password_dripped(stage: Stage) -> Injection:
    """One password for each of seventy-five users over three days, from five households in turn; one fits."""
    victim = stage.colleague()
    networks = [stage.nearby(victim) for _ in range(5)]
    users = stage.some(sorted(set(stage.estate.people) - {victim.name}), 75)
    acts: list[Act] = []
    for number, day in enumerate(stage.workdays(3)):
        today = users[number::3]
        for at, user in zip(stage.moments_like(victim.name, day, len(today)), today, strict=True):
            network = stage.rng.choice(networks)
            acts.append(Client(victim.password, network, 60, victim.user_agent).log_in_badly(at, user))
    end = acts[-1].at + timedelta(minutes=13)
    acts += _entered(stage, victim, networks[0], victim.user_agent, end, 4)
    subjects = names_of(victim.password) | set(map(network_name, networks)) | {"registry"}
    return stage.planned(subjects, acts)


def _entered(
    stage: Stage, victim: Person, network: Network, user_agent: str, at: datetime, count: int
) -> list[Act]:
    """What is done with a password that fits: a login, and some pulls."""
    client = Client(victim.password, network, 60, user_agent)
    wanted = stage.strange_to(victim.name, [victim.organization], count)
    pulls = [
        client.pull(at + timedelta(minutes=2 * number), each, each.tags[0])
        for number, each in enumerate(wanted, 1)
    ]
    return [client.log_in(at), *pulls]


FAMILIES = {
    "brute force": (account_hammered, account_tried_now_and_then),
    "password spraying": (password_sprayed, password_dripped),
}
