"""Which logs and which days: the options that commands share, and how they are read."""

import shlex
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from pipeline.cli.connection import now
from pipeline.cli.options import Day, words_of_settings
from pipeline.errors import Refused, UsageError

if TYPE_CHECKING:
    from pipeline.quay.client import QuayClient
    from pipeline.quay.scopes import Scope

_DEFAULT_DAYS = 30

scope_option = click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="Whose log: all, org/NAME, user/NAME, repo/NAMESPACE/NAME; may be given again. [default: the best the token may read]",
)
since_option = click.option(
    "--since", type=Day(), help=f"The first UTC day. [default: {_DEFAULT_DAYS} days with today]"
)
shard_option = click.option(
    "--shard",
    metavar="I/N",
    help="Only the windows that fall to the Ith of N runs, on this machine or others; all N together read all.",
)
until_option = click.option("--until", type=Day(), help="The last UTC day, included. [default: today]")


def choose(client: "QuayClient", texts: tuple[str, ...], day: date) -> "tuple[list[Scope], list[str]]":
    """The scopes that were named, or the best the token may read, with what it may not."""
    from pipeline.extract.sources import BEST_ACCOUNT, find_scopes
    from pipeline.quay.scopes import scope_from_text

    if texts and texts != ("auto",):
        return [scope_from_text(text) for text in dict.fromkeys(texts)], []
    found = find_scopes(client, day)
    if not found.scopes:
        raise Refused(
            "this token may read no log", status=403, where="; ".join(found.cannot), hint=BEST_ACCOUNT
        )
    return found.scopes, found.cannot


def range_of(since: date | None, until: date | None) -> tuple[date, date]:
    """The days that are meant, both included; raises UsageError for none."""
    last = until or now().date()
    first = since or last - timedelta(days=_DEFAULT_DAYS - 1)
    check_order(first, last)
    return first, last


def check_order(since: date | None, until: date | None) -> None:
    """Raises UsageError where the first day is after the last."""
    if since and until and since > until:
        hint = "give --since a day not after --until"
        raise UsageError(f"{since} is after {until}", where="--since", hint=hint)


def extract_again(scopes: Iterable[str], since: date, until: date) -> str:
    """The command that completes these windows, to be pasted into a shell."""
    chosen = [word for scope in scopes for word in ("--scope", scope)]
    days = ["--since", str(since), "--until", str(until)]
    return shlex.join(["quay-audit", "extract", *words_of_settings(), *chosen, *days, "--retry"])


def words_from_counts(counts: dict[str, int]) -> str:
    """Counts as a person would list them."""
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))
