"""The administration of any working day: who does it, when and from where; what it is, is in `upkeep` and `settings`."""

from collections.abc import Callable
from datetime import date
from typing import Final

from pipeline.demo.history.hours import tally
from pipeline.demo.scenarios.background import settings, upkeep
from pipeline.demo.scenarios.background.desk import Desk, desk_of
from pipeline.demo.scenarios.background.world import World, at_work, ranked
from pipeline.demo.scenarios.estate import Person

Chore = Callable[[Desk], None]

BY_ADMINISTRATORS: Final[tuple[tuple[Chore, float], ...]] = (
    (upkeep.make_repository, 0.9),
    (upkeep.grant_to_somebody, 1.5),
    (upkeep.withdraw_grant, 0.3),
    (upkeep.describe, 0.6),
    (upkeep.subscribe, 0.25),
    (upkeep.tag_by_hand, 0.8),
    (upkeep.delete_tags_by_hand, 0.7),
    (upkeep.let_tag_expire, 0.4),
    (upkeep.label, 0.5),
    (upkeep.protect_tag, 0.1),
    (upkeep.freeze, 0.05),
    (upkeep.delete_repository, 0.15),
    (upkeep.build_by_hand, 0.2),
    (settings.make_robot, 0.12),
    (settings.delete_robot, 0.1),
    (settings.regenerate_robot, 0.15),
    (settings.set_default_permission, 0.05),
    (settings.set_pruning, 0.08),
    (settings.protect_releases, 0.04),
    (settings.rename_contact, 0.02),
    (settings.describe_team, 0.05),
    (settings.register_application, 0.03),
    (settings.make_oauth_token, 0.06),
)
BY_ANYBODY: Final[tuple[tuple[Chore, float], ...]] = (
    (settings.replace_app_token, 1.3),
    (settings.change_password, 0.9),
    (settings.change_profile, 0.1),
    (settings.change_email, 0.05),
    (settings.make_client_key, 0.05),
    (settings.use_expired_token, 0.15),
)
BY_SUPERUSERS: Final[tuple[tuple[Chore, float], ...]] = (
    (settings.reset_password, 0.15),
    (settings.set_quota, 0.1),
)
SHARE_AT_WEEKENDS: Final = 0.04


def administer_for_a_day(world: World, day: date) -> None:
    """All chores of one day; few at weekends, but some."""
    share = SHARE_AT_WEEKENDS if day.weekday() >= 5 else 1.0
    everybody = [each for each in world.estate.people.values() if each.is_enabled]
    superusers = [each for each in everybody if each.is_superuser]
    administrators = _administrators(world)
    for chores, people in (
        (BY_ADMINISTRATORS, administrators),
        (BY_ANYBODY, everybody),
        (BY_SUPERUSERS, superusers),
    ):
        for chore, mean in chores:
            _do(world, day, chore, mean * share, people)


def _do(world: World, day: date, chore: Chore, mean: float, people: list[Person]) -> None:
    rng = world.rng("chore", chore.__name__, day)
    for _ in range(tally(rng, mean)):
        # The first of an organization do most of the work; of everybody, nobody more than others.
        person = rng.choice(people) if len(people) > 60 else ranked(rng, people)
        if person.is_enabled and not world.is_on_leave(person, day):
            chore(desk_of(world, person, at_work(rng, person, day), rng))


def _administrators(world: World) -> list[Person]:
    """All of them in turns: the first of each organization, then the second of each."""
    lists = [world.estate.administrators_of(organization) for organization in world.estate.organizations]
    longest = max(map(len, lists))
    return [people[rank] for rank in range(longest) for people in lists if rank < len(people)]
