"""inventory: who and what is there, as a snapshot of today."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pipeline.cli.connection import connect, now
from pipeline.cli.options import SERVER, command
from pipeline.cli.output import Progress, print_json, print_table, print_text, tell
from pipeline.config import Settings
from pipeline.errors import Incomplete, Refused, UsageError

if TYPE_CHECKING:
    from pipeline.extract.collector import Taken
    from pipeline.quay.registry.rows import ListRead

_PLACES_SHOWN = 3
_REGISTRY = "the registry"


@command(
    settings=("lake", *SERVER),
    examples=["quay-audit inventory", "quay-audit inventory --only users --only robots"],
)
@click.option(
    "--only",
    "only",
    multiple=True,
    metavar="TABLE",
    help="A table to take, such as users; may be given again. The others of the day stay. [default: all]",
)
def inventory(settings: Settings, as_json: bool, only: tuple[str, ...]) -> None:
    """Take today's snapshot of users, organizations, teams, robots, tokens, keys, permissions and repositories.

    One a UTC day, as far as the token may read: what it may not is listed, with what a token would need. Secrets,
    e-mail addresses and descriptions are never stored. One request a list, each about 0.3 s of the server's CPU.
    """
    import pipeline
    from pipeline.extract.pool import Pool
    from pipeline.extract.snapshot import take_snapshot
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import Ledger
    from pipeline.lake.snapshot_writer import save_snapshot

    tables, at = _tables(only), now()
    stop = threading.Event()
    with connect(settings, stop) as client, Progress("inventory", unit="lists") as progress:
        taken = take_snapshot(client, tables, pool=Pool(settings.concurrency, stop), watch=progress)
        requests = client.requests
    _check_anything_was_read(taken)
    layout = Layout(settings.lake)
    save_snapshot(
        layout,
        at.date(),
        taken.rows,
        taken_at=at,
        server_url=settings.require_url(),
        tool_version=pipeline.__version__,
    )
    Ledger(layout).seal(at, pipeline.__version__)
    _report({"snapshot_date": at.date(), "requests": requests}, taken, as_json)


def _tables(only: tuple[str, ...]) -> list[str]:
    from pipeline.quay.registry.tables import TABLES

    names = [table.name for table in TABLES]
    for name in only:
        if name not in names:
            raise UsageError(
                f"there is no table {name!r}", where="--only", hint=f"choose of {', '.join(sorted(names))}"
            )
    return [name for name in names if not only or name in only]


def _check_anything_was_read(taken: "Taken") -> None:
    from pipeline.extract.sources import BEST_ACCOUNT
    from pipeline.quay.registry.rows import Outcome

    if any(taken.rows[name] for name in taken.rows if name != "lists"):
        return
    if any(each.outcome is Outcome.READ for each in taken.lists):
        return
    reasons = ", ".join(dict.fromkeys(each.reason for each in taken.lists if each.reason))
    hint = f"{BEST_ACCOUNT}; with user:read any token reads what its user belongs to"
    raise Refused("this token may read no list", status=403, where=reasons, hint=hint)


class _Gap(NamedTuple):
    """Lists that were not read whole, all for the same reason; `places` are the first of them."""

    outcome: str
    tables: list[str]
    places: list[str]
    place_count: int
    reason: str
    needs: str


def _gaps(reads: "Iterable[ListRead]") -> list[_Gap]:
    """What was not read whole; lists that lack the same for the same reason are one gap."""
    from pipeline.quay.registry.rows import Outcome

    places: defaultdict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for each in reads:
        if each.outcome is not Outcome.READ:
            key = (each.outcome.value, each.table_name, each.reason or "", each.needs or "")
            places[key].append(each.place or _REGISTRY)
    tables: defaultdict[tuple[str, str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (outcome, table, reason, needs), found in places.items():
        tables[outcome, reason, needs, tuple(found)].append(table)
    return [
        _Gap(outcome, names, list(found[:_PLACES_SHOWN]), len(found), reason, needs)
        for (outcome, reason, needs, found), names in sorted(tables.items())
    ]


def _report(about: dict[str, Any], taken: "Taken", as_json: bool) -> None:
    """Tell what was taken and what was not; raise Incomplete where another run may well read more."""
    from pipeline.extract.routes import SERVER_SECONDS_A_REQUEST
    from pipeline.quay.registry.rows import Outcome

    seconds = round(about["requests"] * SERVER_SECONDS_A_REQUEST, 1)
    outcomes = Counter((each.table_name, each.outcome) for each in taken.lists)
    tables = {
        name: {
            "rows": len(rows),
            **{outcome.value: outcomes[name, outcome] for outcome in Outcome},
        }
        for name, rows in sorted(taken.rows.items())
        if name != "lists"
    }
    gaps = _gaps(taken.lists)
    failed = sum(each.outcome is Outcome.FAILED for each in taken.lists)
    if as_json:
        not_read = [gap._asdict() for gap in gaps]
        print_json(
            {
                **about,
                "server_seconds": seconds,
                "tables": tables,
                "not_read": not_read,
                "complete": not failed,
            }
        )
    else:
        _tell(tables, gaps)
        cost = f"{about['requests']:,} requests, about {seconds:,.0f} s of the server's CPU"
        print_text(f"snapshot of {about['snapshot_date']}: {cost}")
    if failed:
        raise Incomplete(
            f"{failed:,} lists should have been answered and were not", hint="run the same command again"
        )


def _tell(tables: dict[str, dict[str, int]], gaps: list[_Gap]) -> None:
    for gap in gaps:
        hidden = gap.place_count - len(gap.places)
        places = f"{', '.join(gap.places)}{f' and {hidden:,} more' if hidden else ''}"
        tell(f"{gap.outcome}: {', '.join(gap.tables)} of {places}: {gap.reason}")
        if gap.needs:
            tell(f"      needs {gap.needs}")
    shown = ("rows", "read", "partial", "off", "refused", "failed")
    rows = [[name, *(counts[each] for each in shown)] for name, counts in tables.items()]
    print_table(["table", *shown], rows)


COMMANDS = (inventory,)
