"""What others will run is changed: images replaced, tags moved, sources and hooks put elsewhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import OCI_MANIFEST
from pipeline.demo.scenarios.acts import Act, Client, Console
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Person, Repository
from pipeline.demo.scenarios.holdings import Mirror


def release_pushed_from_abroad(stage: Stage) -> Injection:
    """A stolen account pushes release tags of repositories that only robots push, from a rented machine."""
    victim = stage.colleague()
    network = stage.abroad(victim.country)
    client = Client(victim.password, network, 31, user_agents.SKOPEO)
    wanted = [_pushed_by_robots(stage, victim) for _ in range(3)]
    moments = stage.burst(stage.rng.uniform(0, 20), 1 + 2 * len(wanted), 60)
    acts = [client.log_in(moments[0])]
    for at, repository in zip(moments[1::2], wanted, strict=True):
        acts += [
            client.push(at, repository, "latest"),
            client.push(at + timedelta(seconds=9), repository, "v2.0.1"),
        ]
    return stage.planned(
        names_of(client.credential)
        | {network_name(network)}
        | {f"repository:{each.path}" for each in wanted},
        acts,
    )


def release_pushed_at_the_office(stage: Stage) -> Injection:
    """A developer pushes a release by hand where only robots push: once, at work, with the usual tool."""
    insider = stage.colleague()
    repository = _pushed_by_robots(stage, insider)
    client = Client(insider.credential, insider.office, insider.host, insider.user_agent)
    at = stage.moments_like(insider.name, stage.workdays(1)[0], 3)
    acts = [
        client.pull(at[0], repository, "latest"),
        client.push(at[1], repository, stage.rng.choice(("v1.4.2", "prod", "release-7"))),
        client.push(at[2], repository, "latest"),
    ]
    return stage.planned(names_of(client.credential) | {f"repository:{repository.path}"}, acts)


def protection_lifted_for_a_minute(stage: Stage) -> Injection:
    """A tag's protection is taken off, the tag set anew and moved, the protection put back, all within minutes."""
    victim = stage.colleague()
    network = stage.abroad(victim.country)
    repository = _of_organization(stage, victim)
    at = stage.burst(stage.rng.uniform(0, 20), 5, 70)
    return _tampered(stage, victim, Console(victim.name, network, 5, victim.browser), repository, at)


def protection_lifted_over_lunch(stage: Stage) -> Injection:
    """The same by an insider at work, hours between the steps, and the tag moved back to an old build."""
    insider = stage.colleague(lambda person: bool(person.pushed))
    repository = _of_organization(stage, insider)
    console = Console(insider.name, insider.office, insider.host, insider.browser)
    at = stage.moments_like(insider.name, stage.workdays(1)[0], 5)
    return _tampered(stage, insider, console, repository, at)


def mirror_of_an_impostor(stage: Stage) -> Injection:
    """A mirror is pointed at a strange registry without TLS checks or signatures, by a stolen account."""
    mirror, repository = _mirrored(stage)
    victim = stage.administrator(lambda person: person.organization == repository.namespace)
    network = stage.abroad(victim.country)
    client = Client(victim.password, network, 17, victim.browser)
    reference = f"registry.evil-cache.example/{repository.name}"
    settings = [("external_reference", reference), ("verify_tls", False), ("unsigned_images", True)]
    return _mirror_set(stage, client, mirror, settings, stage.burst(stage.rng.uniform(0, 20), 4, 40))


def mirror_of_a_lookalike(stage: Stage) -> Injection:
    """A mirror is pointed at a host named nearly as before, with a new account, by somebody who may, at work."""
    mirror, repository = _mirrored(stage)
    insider = stage.administrator(lambda person: person.organization == repository.namespace)
    client = Client(insider.password, insider.office, insider.host, insider.browser)
    host, slash, rest = mirror.external_reference.partition("/")
    name, dot, top = host.rpartition(".")
    lookalike = f"{name}-cdn{dot}{top}{slash}{rest}"
    settings = [("external_reference", lookalike), ("external_registry_username", "mirror-reader")]
    moments = stage.moments_like(insider.name, stage.workdays(1)[0], 3)
    return _mirror_set(stage, client, mirror, settings, moments)


def hooks_everywhere(stage: Stage) -> Injection:
    """A stolen account sets up build triggers and web hooks in a dozen repositories."""
    victim = stage.colleague()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 5, victim.browser)
    wanted = stage.some(stage.estate.repositories_in(victim.organization), 8)
    moments = stage.burst(stage.rng.uniform(0, 20), 2 * len(wanted), 45)
    acts = []
    for number, repository in enumerate(wanted):
        acts.append(_hook(stage, console, repository, moments[2 * number]))
        acts.append(_trigger(stage, console, repository, moments[2 * number + 1]))
    return stage.planned(names_of(victim.password) | {network_name(network)}, acts)


def one_quiet_hook(stage: Stage) -> Injection:
    """An insider adds a web hook and a build trigger to a repository of another team, at work."""
    insider = stage.colleague()
    repository = stage.repository(
        lambda each: (
            each.namespace == insider.organization and each.team != insider.team and not each.is_public
        )
    )
    console = Console(insider.name, insider.office, insider.host, insider.browser)
    moments = stage.moments_like(insider.name, stage.workdays(1)[0], 2)
    acts = [
        _hook(stage, console, repository, moments[0]),
        _trigger(stage, console, repository, moments[1]),
    ]
    return stage.planned(names_of(insider.password) | {f"repository:{repository.path}"}, acts)


def _pushed_by_robots(stage: Stage, person: Person) -> Repository:
    return stage.repository(
        lambda each: (
            each.namespace == person.organization
            and each.is_pushed_by_robots_alone
            and each.path not in person.pushed
        )
    )


def _of_organization(stage: Stage, person: Person) -> Repository:
    return stage.repository(lambda each: each.namespace == person.organization and not each.is_public)


def _tampered(
    stage: Stage, person: Person, console: Console, repository: Repository, at: list[datetime]
) -> Injection:
    tag = {"username": person.name, "tag": "v1.0.0"}
    off = {**tag, "immutable": False, "previous_immutable": True}
    on = {**tag, "immutable": True, "previous_immutable": False}
    old, new = repository.digest(3), stage.digest()
    client = Client(person.credential, console.network, console.host, person.user_agent)
    push = client.event("push_repo", at[1], repository, {"tag": "v1.0.0", "mediaType": OCI_MANIFEST})
    moved = {**tag, "tag": "stable", "manifest_digest": new, "original_manifest_digest": old}
    acts = [
        console.on_repository("change_tag_immutability", at[0], repository, **off),
        push,
        console.on_repository("move_tag", at[2], repository, **moved),
        console.on_repository(
            "revert_tag", at[3], repository, **tag | {"tag": "stable"}, manifest_digest=old
        ),
        console.on_repository("change_tag_immutability", at[4], repository, **on),
    ]
    subjects = names_of(person.credential) | names_of(person.password) | {f"repository:{repository.path}"}
    return stage.planned(subjects, acts)


def _mirrored(stage: Stage) -> tuple[Mirror, Repository]:
    repository = stage.repository(lambda each: each.path in stage.estate.mirrors)
    return stage.estate.mirrors[repository.path], repository


def _mirror_set(
    stage: Stage,
    client: Client,
    mirror: Mirror,
    settings: Sequence[tuple[str, object]],
    moments: list[datetime],
) -> Injection:
    repository = stage.estate.repositories[mirror.path]
    steps = [*settings, ("sync_status", "SYNC_NOW")]
    acts = [
        client.set_mirror(at, repository, changed, to)
        for at, (changed, to) in zip(moments, steps, strict=True)
    ]
    return stage.planned(names_of(client.credential) | {f"repository:{mirror.path}"}, acts)


def _hook(stage: Stage, console: Console, repository: Repository, at: datetime) -> Act:
    hook = {"notification_id": stage.uuid(), "event": "repo_push", "method": "webhook"}
    return console.on_repository("add_repo_notification", at, repository, **hook)


def _trigger(stage: Stage, console: Console, repository: Repository, at: datetime) -> Act:
    trigger = {
        "trigger_id": stage.uuid(),
        "service": "custom-git",
        "pull_robot": None,
        "config": {"build_source": f"git@code.example.net:x/{repository.name}.git"},
    }
    return console.on_repository("setup_repo_trigger", at, repository, **trigger)


FAMILIES = {
    "rogue push": (release_pushed_from_abroad, release_pushed_at_the_office),
    "tag tampering": (protection_lifted_for_a_minute, protection_lifted_over_lunch),
    "mirror swapped": (mirror_of_an_impostor, mirror_of_a_lookalike),
    "hook planted": (hooks_everywhere, one_quiet_hook),
}
