"""A capacity plan in words, and the table of the README: five registries, from a hundred thousand events a day to a billion."""

from collections.abc import Iterator

from pipeline.extract.capacity import Capacity, Registry, Work, capacity_of
from pipeline.extract.measured import FIGURES

_SIZES = (100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")


def size(count: float) -> str:
    """A number of bytes for people: 3 digits at most. Units: powers of 1,000."""
    power = 0
    while count >= 999.5 and power < len(_UNITS) - 1:
        count, power = count / 1_000, power + 1
    return f"{count:.3g} {_UNITS[power]}"


def hours(time: float) -> str:
    """A number of hours for people: seconds and minutes where those are meant."""
    seconds = time * 3_600
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    if seconds < 5_970:
        return f"{seconds / 60:.0f} min"
    return f"{time:,.0f} h" if time >= 9.95 else f"{time:.1f} h"


def table() -> Iterator[str]:
    """The lines of a Markdown table: what each of the five takes, on the defaults of `capacity`."""
    plans = [capacity_of(Registry(events)) for events in _SIZES]
    yield f"| | {' | '.join(f'{events:,} a day' for events in _SIZES)} |"
    yield f"|---|{'---:|' * len(_SIZES)}"
    for name in (each.name for each in plans[0].work):
        yield _line(name, [_work(_named(plan, name)) for plan in plans])
    for number, each in enumerate(plans[0].storage):
        yield _line(f"{each.name}, 365 days", [size(plan.storage[number].kept_bytes) for plan in plans])
    yield _line("over the limit", [_over(plan) for plan in plans])


def limits() -> Iterator[str]:
    """The lines of a Markdown table: where each piece gives way, on the defaults of `capacity`, and what to do then."""
    yield "| what | gives way at, events a day | then |"
    yield "|---|---:|---|"
    for limit in capacity_of(Registry(_SIZES[1])).limits:
        yield f"| {limit.name} | {float(f'{limit.events_per_day:.2g}'):,.0f} | {limit.then} |"


def figures() -> Iterator[str]:
    """The lines of a Markdown table: what plans are made of, and how each was measured."""
    yield "| figure | of | how |"
    yield "|---:|---|---|"
    for each in FIGURES:
        yield f"| {each.value:,.10g} | {each.unit} | {each.how} |"


def _named(plan: Capacity, name: str) -> Work:
    return next(each for each in plan.work if each.name == name)


def _work(work: Work) -> str:
    server = f", {hours(work.server_cpu_seconds / 3_600)} of Quay's CPU" if work.server_cpu_seconds else ""
    return f"{hours(work.hours)}{server}"


def _over(plan: Capacity) -> str:
    return "; ".join(limit.name for limit in plan.limits if limit.load > 1) or "none"


def _line(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"
