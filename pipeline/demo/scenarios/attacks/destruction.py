"""Images, and the log of what happened to them, made to disappear."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

from pipeline.demo.scenarios.acts import Act, Console, by_worker
from pipeline.demo.scenarios.attacks.injection import Injection, Removal
from pipeline.demo.scenarios.attacks.stage import NobodyLeftError, Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Repository

_ENTRIES_A_DAY = 60
_LOGINS = frozenset({"login_success", "logout_success"})
_PULLS = frozenset({"pull_repo"})


def tags_deleted_by_the_hundred(stage: Stage) -> Injection:
    """A stolen administrator lets deleted tags vanish at once, then deletes hundreds, some of them for good."""
    victim = stage.administrator()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 2, victim.browser)
    repositories = stage.estate.repositories_in(victim.organization)
    moments = stage.burst(stage.rng.uniform(0, 20), 251, 6)
    shortened = {"tag_expiration": 0, "namespace": victim.organization}
    acts = [console.act("org_change_tag_expiration", moments[0], victim.organization, shortened)]
    for number, (at, repository) in enumerate(zip(moments[1:], cycle(repositories), strict=False)):
        acts.append(_deleted(stage, console, repository, at, f"v1.{number}.0", for_good=number % 5 == 4))
    return stage.planned(names_of(victim.password) | {network_name(network)}, acts)


def tags_deleted_by_the_dozen(stage: Stage) -> Injection:
    """An employee deletes two dozen tags a day of repositories of the own organization, for good, at work."""
    insider = stage.colleague()
    console = Console(insider.name, insider.office, insider.host, insider.browser)
    repositories = stage.estate.repositories_in(insider.organization)
    chosen = stage.some(repositories, 3)
    acts: list[Act] = []
    for day in stage.workdays(3):
        for at in stage.moments_like(insider.name, day, stage.rng.randint(18, 28)):
            repository = stage.one(chosen)
            tag = f"v1.{len(acts)}"
            acts.append(_deleted(stage, console, repository, at, tag, for_good=len(acts) % 3 == 0))
    return stage.planned(names_of(insider.password), acts)


def nothing_kept(stage: Stage) -> Injection:
    """A stolen administrator sets policies that keep one tag, and deletes repositories."""
    victim = stage.administrator()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 2, victim.browser)
    repositories = [each for each in stage.estate.repositories_in(victim.organization) if not each.is_public][
        :10
    ]
    at = stage.burst(stage.rng.uniform(0, 18), 2 * len(repositories) + 1, 45)
    policy = {"namespace": victim.organization, **_policy("number_of_tags", 1)}
    acts = [console.act("create_namespace_autoprune_policy", at[0], victim.organization, policy)]
    acts += _pruned(stage, repositories[0], at[0], 40)
    acts += [
        console.on_repository("delete_repo", moment, each)
        for moment, each in zip(at[1:], repositories, strict=False)
    ]
    return stage.planned(names_of(victim.password) | {network_name(network)}, acts)


def little_kept(stage: Stage) -> Injection:
    """An administrator tightens a repository's policy at work, so that the registry itself deletes; one repository goes."""
    insider = stage.administrator()
    console = Console(insider.name, insider.office, insider.host, insider.browser)
    private = [each for each in stage.estate.repositories_in(insider.organization) if not each.is_public]
    if len(private) < 2:
        raise NobodyLeftError(stage.family)
    tightened, deleted = stage.some(private, 2)
    at = stage.moments_like(insider.name, stage.workdays(1)[0], 3)
    shortened = {"tag_expiration": 0, "namespace": insider.organization}
    acts = [
        console.on_repository(
            "create_repository_autoprune_policy", at[0], tightened, **_policy("creation_date", "1d")
        ),
        console.act("org_change_tag_expiration", at[1], insider.organization, shortened),
        console.on_repository("delete_repo", at[2], deleted),
        *_pruned(stage, tightened, at[0] + timedelta(minutes=30), 15),
    ]
    subjects = names_of(insider.password) | {f"repository:{each.path}" for each in (tightened, deleted)}
    return stage.planned(subjects | {f"namespace:{insider.organization}"}, acts)


def log_of_an_organization_off(stage: Stage) -> Injection:
    """Nothing of a busy organization is logged for two days."""
    namespace = _busy_namespace(stage)
    since = datetime.combine(stage.workdays(1)[0], time(), UTC)
    removal = Removal(namespace, None, since, since + timedelta(days=2))
    return stage.planned({f"namespace:{namespace}", "registry"}, (), removal=removal)


def log_of_pulls_off(stage: Stage) -> Injection:
    """From noon to noon no pull of an organization is logged, or no login of anybody."""
    namespace = _busy_namespace(stage)
    since = datetime.combine(_before_a_workday(stage), time(12), UTC)
    if stage.rng.random() < 0.5:
        removal = Removal(namespace, _PULLS, since, since + timedelta(days=1, hours=12))
    else:
        removal = Removal(None, _LOGINS, since, since + timedelta(days=1, hours=12))
    return stage.planned({f"namespace:{namespace}", "registry"}, (), removal=removal)


def _deleted(
    stage: Stage, console: Console, repository: Repository, at: datetime, tag: str, *, for_good: bool
) -> Act:
    own = {"username": console.performer, "tag": tag}
    if for_good:
        own["manifest_digest"] = stage.digest()
    return console.on_repository(
        "permanently_delete_tag" if for_good else "delete_tag", at, repository, **own
    )


def _policy(method: str, value: int | str) -> dict[str, object]:
    return {"method": method, "value": value, "tag_pattern": None, "tag_pattern_matches": True}


def _pruned(stage: Stage, repository: Repository, at: datetime, count: int) -> list[Act]:
    """What the registry's own worker then deletes."""
    named = {"performer": "autoprune worker", "namespace": repository.namespace, "repo": repository.name}
    return [
        by_worker(
            "autoprune_tag_delete",
            at + timedelta(minutes=5, seconds=number),
            repository,
            {**named, "tag": f"b{number}"},
        )
        for number in range(count)
    ]


def _busy_namespace(stage: Stage) -> str:
    """An organization whose silence would be seen: there are many entries of it on every day."""
    busy = [
        name
        for name in stage.estate.organizations
        if stage.watch.entries_a_day(name, stage.day) >= _ENTRIES_A_DAY
        and stage.bookings.is_free(f"namespace:{name}", stage.day)
    ]
    if not busy:
        raise NobodyLeftError(stage.family)
    chosen = stage.rng.choice(busy)
    stage.take(f"namespace:{chosen}")
    return chosen


def _before_a_workday(stage: Stage) -> date:
    return stage.workdays(1)[0]


FAMILIES = {
    "mass deletion": (tags_deleted_by_the_hundred, tags_deleted_by_the_dozen),
    "retention cut": (nothing_kept, little_kept),
    "log silenced": (log_of_an_organization_off, log_of_pulls_off),
}
