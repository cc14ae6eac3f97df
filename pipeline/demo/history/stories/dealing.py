"""Which story happens when, and to whom: each once a month, the everyday ones more often, always to the same people."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Final

from pipeline.demo.history.estate import OWNERS
from pipeline.demo.history.hours import moment_at_work
from pipeline.demo.history.people import HUMAN_SUPERUSER, PERSON_BY_NAME, Person
from pipeline.demo.history.session import Session
from pipeline.demo.history.stories import (
    accounts,
    logins,
    mirrors,
    organizations,
    policies,
    relics,
    repositories,
    robots,
    superusers,
    tags,
    teams,
)
from pipeline.demo.history.world import World

Story = Callable[[Session], None]

ROUND_DAYS: Final = 30
CHANGES_FOR: Final = timedelta(days=8)
"""In the first days of a month everything is done once, all that is set up is given up; then everyday things alone."""

STEADY: Final = ("bob", "frank", "karim", "takeshi", "ursula", "yusuf")
"""Whose accounts the stories of anybody are about: no incident is about them."""

OF_OWNERS: Final = (
    *repositories.STORIES,
    *tags.STORIES,
    *policies.STORIES,
    *organizations.STORIES,
    *teams.STORIES,
    *robots.STORIES,
    *relics.STORIES,
)
OF_SUPERUSER: Final = (*superusers.STORIES, *mirrors.STORIES)
OF_ANYBODY: Final = (*accounts.STORIES, *logins.STORIES)
EVERYDAY: Final = {
    repositories.tend_a_repository: 4,
    repositories.build_from_source: 5,
    robots.rotate_an_app_token: 2,
    tags.release_by_hand: 3,
    tags.use_an_old_client: 6,
    teams.form_a_team: 2,
    logins.log_in_and_out: 4,
    logins.mistype: 6,
    logins.use_dead_credentials: 4,
    logins.use_an_expired_token: 8,
    logins.ask_in_vain: 2,
}
SHARE_BY_APPLICATION: Final = 0.2  # of the owners' stories: done through an OAuth token


def tell_all(world: World, first: date, last: date) -> None:
    """Put every story into every month of the range (into the whole range where it is shorter)."""
    for start, end in _rounds(first, last):
        until = min(start + CHANGES_FOR, end)
        for story, organization in zip(OF_OWNERS, cycle(OWNERS)):
            owner = PERSON_BY_NAME[OWNERS[organization][0]]
            for number in range(EVERYDAY.get(story, 1)):
                _tell(world, story, owner, organization, start, end if number else until)
        for story, name in zip(OF_ANYBODY, cycle(STEADY)):
            person = PERSON_BY_NAME[name]
            for number in range(EVERYDAY.get(story, 1)):
                _tell(world, story, person, person.organizations[0], start, end if number else until)
        for story in OF_SUPERUSER:
            _tell(world, story, PERSON_BY_NAME[HUMAN_SUPERUSER], "platform", start, until)


def _rounds(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Whole months; the last one takes the days that are left."""
    days = (last - first).days + 1
    count = max(1, days // ROUND_DAYS)
    for number in range(count):
        start = first + timedelta(days=number * ROUND_DAYS)
        yield start, last if number == count - 1 else start + timedelta(days=ROUND_DAYS - 1)


def _tell(world: World, story: Story, person: Person, organization: str, start: date, end: date) -> None:
    at = _moment_between(world, person, start, end)
    tokens = [
        token
        for token in world.estate.oauth_tokens_of(person.name)
        if token.application.namespace == organization
    ]
    is_automated = bool(tokens) and world.rng.random() < SHARE_BY_APPLICATION
    story(Session(world, person, organization, at, token=tokens[0] if is_automated else None))


def _moment_between(world: World, person: Person, start: date, end: date) -> datetime:
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    working_days = [day for day in days if world.is_present(person, day)]
    at = moment_at_work(world.rng, person, world.rng.choice(working_days or days))
    return min(max(at, world.first), world.end - timedelta(minutes=30))
