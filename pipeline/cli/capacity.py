"""capacity: what an audit of a registry takes, reckoned from its size."""

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import command
from pipeline.cli.output import print_json, print_table, print_text

if TYPE_CHECKING:
    from pipeline.extract.capacity import Capacity


@command(
    examples=[
        "quay-audit capacity --events-per-day 1000000",
        "quay-audit capacity --events-per-day 50000000 --namespaces 400 --server-cores 16 --retention-days 730",
    ]
)
@click.option(
    "--events-per-day",
    type=click.IntRange(1, 10_000_000_000),
    required=True,
    metavar="N",
    help="Log entries of an average day.",
)
@click.option(
    "--namespaces",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="Organizations and users that have entries on a day: each is exported on its own.",
)
@click.option(
    "--retention-days",
    type=click.IntRange(1),
    default=365,
    show_default=True,
    metavar="N",
    help="How long everything is kept.",
)
@click.option(
    "--server-cores",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    metavar="N",
    help="Cores that serve Quay's API.",
)
@click.option(
    "--export-workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Export workers that Quay runs.",
)
@click.option(
    "--cores",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    metavar="N",
    help="Cores of the machine that audits.",
)
def capacity(as_json: bool, **known: int) -> None:
    """Say what an audit of a registry of this size takes a day and keeps, and what gives way first; asks nobody.

    Reckoned from what was measured on two shared cores; `plan` asks a server for its true counts instead.
    """
    from pipeline.extract.capacity import Registry, capacity_of

    found = capacity_of(Registry(**known))
    if as_json:
        print_json(
            {
                "registry": known,
                "work": [each._asdict() for each in found.work],
                "storage": [each._asdict() for each in found.storage],
                "memory_bytes": found.memory_bytes,
                "limits": [each._asdict() for each in found.limits],
            }
        )
        return
    _show(found)


def _show(found: "Capacity") -> None:
    from pipeline.extract.capacity_words import hours, size

    work = [
        [each.name, hours(each.hours), round(each.cpu_seconds), round(each.server_cpu_seconds)]
        for each in found.work
    ]
    kept = [[each.name, size(each.day_bytes), size(each.kept_bytes)] for each in found.storage]
    limits = [[each.name, f"{each.load:.0%}", each.events_per_day, each.then] for each in found.limits]
    print_text("Every day")
    print_table(["work", "by the clock", "CPU s here", "CPU s of Quay"], work)
    print_text("")
    print_text("Kept")
    print_table(["what", "a day", f"{found.registry.retention_days:,} days"], kept)
    print_text("")
    print_text(
        f"What gives way, the first first; no process takes more than {size(found.memory_bytes)} of memory"
    )
    print_table(["what", "used", "full at events a day", "then"], limits)


COMMANDS = [capacity]
