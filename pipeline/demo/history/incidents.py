"""Incidents planted into the history, each one a function, each labelled with the rows that it wrote.

The ordinary days leave them room: nobody else comes from the networks abroad, pulls a private image without an
account, or uses a token after its end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pipeline.demo.history.abuses import (
    mass_deletion,
    privileges_for_two_hours,
    production_tag_overwritten,
    superuser_takes_ownership,
)
from pipeline.demo.history.journal import Rows
from pipeline.demo.history.people import CONTRACTOR
from pipeline.demo.history.thefts import (
    anonymous_pull_of_private_image,
    brute_force_with_success,
    private_repository_sweep,
    robot_token_abroad,
    token_minted_for_bulk_use,
    use_after_revocation,
)
from pipeline.demo.history.world import World


@dataclass(frozen=True, slots=True)
class Incident:
    """What was planted: its name, the UTC day, who or what it is about, what happened, and the rows to find."""

    name: str
    day: date
    subject: str
    what_happened: str
    rows: Rows


def plant_all(world: World, first: date, last: date) -> tuple[Incident, ...]:
    """Every incident once, on working days of the later half, so that habits exist before them."""
    days = _working_days(first, last)
    incidents = []
    for number, (plant, subject, what_happened) in enumerate(INCIDENTS):
        day = days[number * len(days) // len(INCIDENTS)]
        incidents.append(Incident(plant.__name__, day, subject, what_happened, tuple(plant(world, day))))
    return tuple(incidents)


def _working_days(first: date, last: date) -> list[date]:
    """Those of the later half, the last one first: at least one day, and in a month one for each incident."""
    half = [last - timedelta(days=n) for n in range((last - first).days // 2 + 1)]
    return [day for day in half if day.weekday() < 5] or half


INCIDENTS: Final[tuple[tuple[Callable[[World, date], Rows], str, str], ...]] = (
    (
        robot_token_abroad,
        "acme+deploy",
        "the token of a cluster's robot pulls all repositories of acme from a hosting provider abroad",
    ),
    (
        privileges_for_two_hours,
        "globex/pricing-model",
        "nadia makes judy administrator, judy opens the repository for two hours, a stranger fetches it",
    ),
    (
        private_repository_sweep,
        CONTRACTOR,
        "a contractor's app-specific token pulls all private images of three organizations in one sitting",
    ),
    (
        production_tag_overwritten,
        "initech/ledger",
        "sofia overwrites `prod` at three in the morning, where only the build robot pushes",
    ),
    (
        mass_deletion,
        "victor",
        "the time machine of umbrella is switched off, then 120 tags are deleted within minutes",
    ),
    (
        token_minted_for_bulk_use,
        "heidi",
        "half an hour after it was made, an app-specific token pulls all of globex from a rented server",
    ),
    (
        brute_force_with_success,
        "quentin",
        "64 logins fail from one network abroad, the next succeeds and pulls four private images",
    ),
    (
        superuser_takes_ownership,
        "olga",
        "a superuser takes initech over at night, joins its owners and makes a robot",
    ),
    (
        use_after_revocation,
        "erin",
        "a revoked app-specific token pulls from abroad minutes later, and once more after two hours",
    ),
    (
        anonymous_pull_of_private_image,
        "acme/billing",
        "a private repository is pulled without any credential",
    ),
)
