"""Power over others gained or abused: grants, exposure, takeovers, superusers, keys and the log itself."""

from datetime import datetime, timedelta

from pipeline.demo.history import credentials, user_agents
from pipeline.demo.history.credentials import ANONYMOUS
from pipeline.demo.scenarios.acts import Act, Client, Console
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Repository


def grants_and_gone(stage: Stage) -> Injection:
    """A stolen administrator makes an accomplice admin everywhere; the accomplice pulls it all; the traces are removed."""
    victim, accomplice = stage.administrator(), stage.colleague()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 8, victim.browser)
    wanted = stage.strange_to(accomplice.name, [victim.organization], 12)
    at = stage.burst(stage.rng.uniform(0, 14), len(wanted) * 3 + 2, 50)
    owners = {"member": accomplice.name, "team": _owners(stage, victim.organization)}
    acts = [console.act("org_add_team_member", at[0], victim.organization, owners)]
    client = Client(accomplice.credential, network, 9, user_agents.SKOPEO)
    for number, repository in enumerate(wanted):
        moments = at[1 + number], at[1 + len(wanted) + number], at[1 + 2 * len(wanted) + number]
        named = {"username": accomplice.name}
        acts += [
            console.on_repository("change_repo_permission", moments[0], repository, **named, role="admin"),
            client.pull(moments[1], repository, repository.tags[0]),
            console.on_repository("delete_repo_permission", moments[2], repository, **named),
        ]
    acts.append(console.act("org_remove_team_member", at[-1], victim.organization, owners))
    subjects = names_of(victim.password) | names_of(client.credential) | {network_name(network)}
    return stage.planned(subjects, acts)


def grants_for_a_colleague(stage: Stage) -> Injection:
    """An administrator lets a colleague of another team read two repositories for a day, at a time; three times."""
    insider = stage.administrator()
    friend = stage.colleague(
        lambda person: person.organization == insider.organization and person.team != insider.team
    )
    console = Console(insider.name, insider.office, insider.host, insider.browser)
    client = Client(friend.credential, friend.office, friend.host, friend.user_agent)
    wanted = stage.strange_to(friend.name, [insider.organization], 6)
    acts: list[Act] = []
    for number, day in enumerate(stage.workdays(3)):
        for repository in wanted[2 * number : 2 * number + 2]:
            granted_at = stage.moments_like(insider.name, day, 1)[0]
            pulled_at = granted_at + timedelta(minutes=stage.rng.randint(15, 120))
            removed_at = granted_at + timedelta(hours=stage.rng.randint(3, 20))
            named = {"username": friend.name}
            acts += [
                console.on_repository("change_repo_permission", granted_at, repository, **named, role="read"),
                client.pull(pulled_at, repository, repository.tags[0]),
                console.on_repository("delete_repo_permission", removed_at, repository, **named),
            ]
    return stage.planned(names_of(insider.password) | names_of(client.credential), acts)


def doors_opened(stage: Stage) -> Injection:
    """Three private repositories are made public by a stolen account, emptied from abroad, and closed again."""
    victim = stage.colleague()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 4, victim.browser)
    wanted = stage.strange_to(victim.name, [victim.organization], 3)
    at = stage.burst(stage.rng.uniform(0, 20), 46, 60)
    stranger = Client(ANONYMOUS, stage.abroad(), 14, user_agents.SKOPEO)
    acts = [_visibility(console, each, moment, "public") for moment, each in zip(at, wanted, strict=False)]
    for number, moment in enumerate(at[3:43]):
        repository = wanted[number % len(wanted)]
        acts.append(stranger.pull_digest(moment, repository, repository.digest(number)))
    acts += [
        _visibility(console, each, moment, "private") for moment, each in zip(at[43:], wanted, strict=False)
    ]
    subjects = names_of(victim.password) | {network_name(network), network_name(stranger.network)}
    return stage.planned(subjects | {f"repository:{each.path}" for each in wanted}, acts)


def door_ajar_for_an_hour(stage: Stage) -> Injection:
    """One private repository is public for an hour or two, by somebody who works on it; a handful of pulls."""
    insider = stage.colleague(lambda person: bool(person.pushed))
    own = [each for each in stage.familiar_to(insider.pushed) if not each.is_public]
    repository = own[0] if own else stage.one(stage.familiar_to(insider.pushed)[:1])
    stage.take(repository.path)
    console = Console(insider.name, insider.office, insider.host, insider.browser)
    stranger = Client(ANONYMOUS, stage.nearby(insider), 14, insider.user_agent)
    at = stage.moments_like(insider.name, stage.workdays(1)[0], 1)[0]
    minutes = sorted(stage.rng.sample(range(6, 70), 5))
    acts = [_visibility(console, repository, at, "public")]
    acts += [
        stranger.pull(at + timedelta(minutes=later), repository, repository.tags[0]) for later in minutes
    ]
    acts.append(_visibility(console, repository, at + timedelta(minutes=85), "private"))
    subjects = names_of(insider.password) | {f"repository:{repository.path}", network_name(stranger.network)}
    return stage.planned(subjects, acts)


def account_taken_by_force(stage: Stage) -> Injection:
    """Guessed, entered, locked: a new password, a new address, a new token, and then everything is fetched."""
    victim = stage.colleague()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 3, victim.browser)
    token = credentials.AppToken(victim.name, stage.uuid(), "cli")
    client = Client(credentials.with_app_token(token), network, 3, user_agents.CRANE)
    wanted = stage.strange_to(victim.name, [victim.organization], 20)
    at = stage.burst(stage.rng.uniform(0, 20), 14 + len(wanted), 25)
    email = {"old_email": f"{victim.name}@corp.example", "email": f"{victim.name}@mail.example.net"}
    acts = [console.sign_in_badly(moment) for moment in at[:9]]
    acts += [
        console.sign_in(at[9]),
        console.on_account("account_change_password", at[10], {}),
        console.on_account("user_change_email", at[11], email),
        console.on_account("create_app_specific_token", at[12], token.naming),
    ]
    acts += [client.pull(moment, each, each.tags[0]) for moment, each in zip(at[13:], wanted, strict=False)]
    return stage.planned(names_of(client.credential) | {network_name(network)}, acts)


def account_taken_softly(stage: Stage) -> Injection:
    """A phished password: signed in from a household of the same country, a key made, a little fetched each day."""
    victim = stage.colleague()
    network = stage.nearby(victim)
    console = Console(victim.name, network, 3, victim.browser)
    token = credentials.AppToken(victim.name, stage.uuid(), "docker desktop")
    client = Client(credentials.with_app_token(token), network, 3, victim.user_agent)
    days = stage.workdays(3)
    new = stage.strange_to(victim.name, [victim.organization], 4 * len(days))
    at = stage.moments_like(victim.name, days[0], 1)[0]
    acts = [
        console.sign_in(at),
        console.on_account("user_generate_client_key", at + timedelta(minutes=2), {}),
        console.on_account("create_app_specific_token", at + timedelta(minutes=4), token.naming),
    ]
    for number, day in enumerate(days):
        wanted = new[number :: len(days)]
        moments = stage.moments_like(victim.name, day, len(wanted))
        acts += [
            client.pull(max(moment, at + timedelta(minutes=9)), each, each.tags[0])
            for moment, each in zip(moments, wanted, strict=True)
        ]
    return stage.planned(names_of(client.credential) | {network_name(network)}, acts)


def _owners(stage: Stage, namespace: str) -> str:
    teams = [
        team.name
        for team in stage.estate.teams.values()
        if team.namespace == namespace and team.role == "admin"
    ]
    return teams[0] if teams else "owners"


def _visibility(console: Console, repository: Repository, at: datetime, visibility: str) -> Act:
    return console.on_repository("change_repo_visibility", at, repository, visibility=visibility)


FAMILIES = {
    "grant chain": (grants_and_gone, grants_for_a_colleague),
    "public exposure": (doors_opened, door_ajar_for_an_hour),
    "account takeover": (account_taken_by_force, account_taken_softly),
}
