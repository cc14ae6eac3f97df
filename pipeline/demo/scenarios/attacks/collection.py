"""Images fetched that nobody needed for work: by the dozen, or a few a day."""

from pipeline.demo.history import user_agents
from pipeline.demo.history.credentials import ANONYMOUS
from pipeline.demo.scenarios.acts import Act, Client
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Person, Repository


def sweep_in_an_evening(stage: Stage) -> Injection:
    """An employee goes through every private repository of two organizations within minutes, with a copying tool."""
    insider = stage.colleague()
    client = Client(insider.credential, insider.home, insider.host, user_agents.SKOPEO)
    other = stage.one(stage.other_namespaces(insider.organization))
    wanted = stage.strange_to(insider.name, [insider.organization, other], 60)
    moments = stage.burst(stage.rng.uniform(8, 22), len(wanted), 18)
    acts = [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    return stage.planned(names_of(client.credential), acts)


def sweep_in_a_fortnight(stage: Stage) -> Injection:
    """An employee looks at three to six private repositories a day that are new to him, at work, as ever."""
    insider = stage.colleague()
    days = stage.workdays(stage.rng.randint(5, 9))
    other = stage.one(stage.other_namespaces(insider.organization))
    new = stage.strange_to(insider.name, [insider.organization], 40)
    new += stage.strange_to(insider.name, [other], max(0, 6 * len(days) - len(new)))
    return _little_by_little(stage, insider, new[: 6 * len(days)], len(days))


def visit_to_another_team(stage: Stage) -> Injection:
    """A person fetches a dozen repositories of an organization with which the person has nothing to do."""
    insider = stage.colleague()
    other = stage.one(stage.other_namespaces(insider.organization))
    wanted = stage.strange_to(insider.name, [other], 14)
    client = Client(insider.credential, insider.office, insider.host, insider.user_agent)
    moments = stage.burst(stage.rng.uniform(8, 16), len(wanted), 120)
    acts = [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    return stage.planned(names_of(client.credential), acts)


def glances_at_another_team(stage: Stage) -> Injection:
    """A person fetches one or two repositories a day of another organization, sensitive ones first."""
    insider = stage.colleague()
    other = stage.one(stage.other_namespaces(insider.organization))
    new = sorted(stage.strange_to(insider.name, [other], 40), key=lambda each: not each.is_sensitive)
    days = stage.rng.randint(4, 6)
    return _little_by_little(stage, insider, new[: 2 * days], days)


def every_build_there_ever_was(stage: Stage) -> Injection:
    """A person fetches a hundred and fifty builds of one repository, one after the other."""
    insider = stage.colleague(lambda person: bool(person.repositories))
    client = Client(insider.credential, insider.home, insider.host, user_agents.CRANE)
    repository = _own_private(stage, insider)
    moments = stage.burst(stage.rng.uniform(8, 22), 150, 11)
    acts = [
        client.pull_digest(at, repository, repository.digest(number)) for number, at in enumerate(moments)
    ]
    return stage.planned(names_of(client.credential) | {f"repository:{repository.path}"}, acts)


def old_builds_by_the_dozen(stage: Stage) -> Injection:
    """A person fetches a dozen old builds a day of one repository of the own team, with the usual tool."""
    insider = stage.colleague(lambda person: bool(person.repositories))
    client = Client(insider.credential, insider.office, insider.host, insider.user_agent)
    repository = _own_private(stage, insider)
    acts, number = [], 0
    for day in stage.workdays(stage.rng.randint(3, 6)):
        for at in stage.moments_like(insider.name, day, stage.rng.randint(12, 18)):
            number += 1
            acts.append(client.pull_digest(at, repository, repository.digest(1000 + number)))
    return stage.planned(names_of(client.credential) | {f"repository:{repository.path}"}, acts)


def open_door_from_abroad(stage: Stage) -> Injection:
    """Somebody without an account fetches private images from a rented machine."""
    network = stage.abroad()
    client = Client(ANONYMOUS, network, 12, user_agents.GO)
    wanted = _unguarded(stage, 8)
    moments = stage.burst(stage.rng.uniform(0, 20), 40, 30)
    acts = [
        client.pull_digest(at, wanted[number % len(wanted)], wanted[number % len(wanted)].digest(number))
        for number, at in enumerate(moments)
    ]
    return stage.planned({"anonymous", network_name(network), *_paths(wanted)}, acts)


def open_door_from_next_door(stage: Stage) -> Injection:
    """Two private images a day, fetched without an account from an office, with the tool of the office."""
    employee = stage.colleague()
    client = Client(ANONYMOUS, employee.office, 200, employee.user_agent)
    wanted = _unguarded(stage, 6, employee.organization)
    acts: list[Act] = []
    for number, day in enumerate(stage.workdays(3)):
        today = wanted[2 * number : 2 * number + 2]
        moments = stage.moments_like(employee.name, day, len(today))
        acts += [client.pull(at, each, each.tags[0]) for at, each in zip(moments, today, strict=True)]
    return stage.planned({"anonymous", *_paths(wanted)}, acts)


def doors_rattled(stage: Stage) -> Injection:
    """A credential asks for a hundred repositories that it may not have or that are not there."""
    insider = stage.colleague()
    client = Client(insider.credential, insider.home, insider.host, user_agents.REQUESTS)
    closed = stage.strange_to(insider.name, stage.other_namespaces(insider.organization), 60)
    moments = stage.burst(stage.rng.uniform(6, 20), len(closed) + 30, 8)
    acts = [
        client.refused("pull_repo_failed", at, each, {"tag": "latest"})
        for at, each in zip(moments, closed, strict=False)
    ]
    for number, at in enumerate(moments[len(closed) :]):
        asked = {"namespace": insider.organization, "repo": f"vault-{number}", "tag": "latest"}
        acts.append(client.missed("pull_repo_failed", at, asked))
    return stage.planned(names_of(client.credential), acts)


def doors_tried_gently(stage: Stage) -> Injection:
    """A credential asks in vain for five closed repositories a day, at work, with the usual tool."""
    insider = stage.colleague()
    client = Client(insider.credential, insider.office, insider.host, insider.user_agent)
    days = stage.workdays(stage.rng.randint(3, 5))
    closed = stage.strange_to(insider.name, stage.other_namespaces(insider.organization), 5 * len(days))
    acts = []
    for number, day in enumerate(days):
        today = closed[number :: len(days)]
        moments = stage.moments_like(insider.name, day, len(today))
        acts += [
            client.refused("pull_repo_failed", at, each, {"tag": each.tags[0]})
            for at, each in zip(moments, today, strict=True)
        ]
    return stage.planned(names_of(client.credential), acts)


def _little_by_little(stage: Stage, insider: Person, new: list[Repository], day_count: int) -> Injection:
    """New repositories spread over working days, among two known ones a day."""
    known = stage.familiar_to(insider.repositories)
    acts: list[Act] = []
    for number, day in enumerate(stage.workdays(day_count)):
        place = stage.rng.choice((insider.office, insider.office, insider.home))
        client = Client(insider.credential, place, insider.host, insider.user_agent)
        wanted = [*stage.some(known, 2), *new[number::day_count]]
        stage.rng.shuffle(wanted)
        moments = stage.moments_like(insider.name, day, len(wanted))
        acts += [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    return stage.planned(names_of(insider.credential), acts)


def _own_private(stage: Stage, person: Person) -> Repository:
    known = stage.familiar_to(person.repositories)
    return next((each for each in known if not each.is_public), known[0])


def _unguarded(stage: Stage, count: int, namespace: str | None = None) -> list[Repository]:
    """Private repositories of one organization, as if somebody had left the registry's door open."""
    name = namespace or stage.one(stage.other_namespaces())
    found = [each for each in stage.estate.private_repositories() if each.namespace == name]
    chosen = stage.some(found, count)
    for each in chosen:
        stage.take(each.path)
    return chosen


def _paths(repositories: list[Repository]) -> set[str]:
    return {f"repository:{each.path}" for each in repositories}


FAMILIES = {
    "private sweep": (sweep_in_an_evening, sweep_in_a_fortnight),
    "cross-team access": (visit_to_another_team, glances_at_another_team),
    "tag walk": (every_build_there_ever_was, old_builds_by_the_dozen),
    "anonymous pull of private": (open_door_from_abroad, open_door_from_next_door),
    "permission probing": (doors_rattled, doors_tried_gently),
}
