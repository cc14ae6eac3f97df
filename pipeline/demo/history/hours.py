"""When things happen: office hours in every zone, machines around the clock, and counts that vary."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from math import exp, sqrt
from random import Random
from typing import Final

from pipeline.demo.history.people import Person

# Weight of each UTC hour: builds follow the working day yet never sleep; the public web hardly has a night.
BUILD_HOURS: Final = tuple(
    accumulate((3, 3, 3, 4, 4, 5, 6, 8, 11, 12, 12, 11, 10, 12, 13, 13, 12, 11, 9, 8, 7, 6, 4, 3))
)
PUBLIC_HOURS: Final = tuple(
    accumulate((6, 6, 6, 6, 7, 7, 8, 9, 10, 10, 10, 10, 9, 10, 11, 11, 11, 10, 10, 9, 9, 8, 7, 6))
)
EVERY_HOUR: Final = tuple(accumulate((1,) * 24))

WORKING_HOURS: Final = 9.0


def midnight(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


def clock(rng: Random, day: date, hour: int, minute: int) -> datetime:
    """Some time within a minute of the UTC day."""
    return midnight(day) + timedelta(hours=hour, minutes=minute, seconds=rng.uniform(0, 60))


def is_at_work(person: Person, day: date) -> bool:
    """Whether this person works on that day at all: no weekend, no holiday."""
    return day.weekday() not in person.city.rest_days and (day.month, day.day) not in person.city.holidays


def moment_at_work(rng: Random, person: Person, day: date) -> datetime:
    """A moment in this person's office hours, in UTC; a morning and an afternoon peak with a lunch between them."""
    peak, width = (1.9, 0.8) if rng.random() < 0.5 else (6.2, 1.1)
    hours = min(max(rng.gauss(peak, width), 0.0), WORKING_HOURS)
    return moment_of(rng, person, day, person.starts_at + hours)


def moment_of(rng: Random, person: Person, day: date, hour: float) -> datetime:
    """About `hour` o'clock where this person lives, in UTC."""
    return midnight(day) - person.city.utc_offset + timedelta(seconds=(hour + rng.random() / 60) * 3600)


def moment_by_clock(rng: Random, day: date, hours: Sequence[int]) -> datetime:
    """A moment of the UTC day; `hours` are the 24 cumulative weights of its hours."""
    hour = rng.choices(range(24), cum_weights=hours)[0]
    return midnight(day) + timedelta(hours=hour, microseconds=rng.randrange(3_600_000_000))


def tally(rng: Random, mean: float) -> int:
    """How often something happens that happens `mean` times on average (Poisson; normal where that is as good)."""
    if mean > 40:
        return max(0, round(rng.gauss(mean, sqrt(mean))))
    limit, count, product = exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def later(rng: Random, at: datetime, mean_seconds: float) -> datetime:
    """Some time after `at`, to the microsecond."""
    return at + timedelta(seconds=0.05 + rng.expovariate(1 / mean_seconds))
