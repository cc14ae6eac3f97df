"""notify: new cases leave for where people are."""

import threading
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from pipeline.cli.connection import now
from pipeline.cli.decisions import decider
from pipeline.cli.options import Day, command
from pipeline.cli.output import print_json, print_text
from pipeline.config import SETTING_BY_NAME, Settings
from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from pipeline.detect.casebook import Page
    from pipeline.detect.notify import Target

_DEFAULT_DAYS = 7


@command(
    settings=("lake", "warehouse", "tries"),
    examples=["quay-audit notify --min-severity high", "quay-audit notify --dry-run"],
)
@click.option(
    "--min-severity",
    type=click.Choice(["informational", "low", "medium", "high", "critical"]),
    default="high",
    show_default=True,
    help="The least severity.",
)
@click.option("--since", type=Day(), help=f"The first UTC day. [default: {_DEFAULT_DAYS} days with today]")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing.")
def notify(settings: Settings, as_json: bool, min_severity: str, since: date | None, dry_run: bool) -> None:
    """Send the open cases that were not sent yet to where QUAY_AUDIT_NOTIFY says: mail, Slack, Teams, a webhook.

    Needs the extra `notify` (apprise). Each address gets every case once; what one did not take is sent by the next run.
    """
    from pipeline.detect.casebook import read_casebook
    from pipeline.detect.notify import new_pages
    from pipeline.detect.signals import Severity
    from pipeline.lake.layout import Layout

    book = read_casebook(Layout(settings.lake), settings.warehouse)
    first = since or now().date() - timedelta(days=_DEFAULT_DAYS - 1)
    recent = [page for page in book.pages if page.note.day >= first]
    least = Severity(min_severity)
    fresh = [(target, new_pages(recent, target, book.triage, least)) for target in _targets(settings)]
    if dry_run:
        _show(fresh, as_json)
        return
    count = _deliver(settings, fresh)
    if as_json:
        print_json({"messages": count, "cases": {target.words: len(pages) for target, pages in fresh}})
        return
    for target, pages in fresh:
        print_text(f"{target.words}: {len(pages):,} new cases")


def _targets(settings: Settings) -> "list[Target]":
    from pipeline.detect.notify import targets_from_secret

    if settings.notify is None:
        setting = SETTING_BY_NAME["notify"]
        raise SettingsError("no address for notices is given", where="notify", hint=f"give {setting.accepts}")
    return targets_from_secret(settings.notify)


def _deliver(settings: Settings, fresh: "Sequence[tuple[Target, Sequence[Page]]]") -> int:
    from pipeline.detect.notify import deliver, sender_through_apprise
    from pipeline.lake.journal import Journal
    from pipeline.lake.layout import Layout

    return deliver(
        fresh,
        send=sender_through_apprise([target for target, _ in fresh]),
        journal=Journal(Layout(settings.lake).triage),
        by=decider(None),
        now=now,
        sleep=threading.Event().wait,
        tries=settings.tries,
    )


def _show(fresh: "Sequence[tuple[Target, Sequence[Page]]]", as_json: bool) -> None:
    from pipeline.detect.notices import notices_from_pages

    messages = [(target, notice) for target, pages in fresh for notice in notices_from_pages(pages)]
    if as_json:
        print_json(
            [
                {"target": target.words, "title": notice.title, "body": notice.body}
                for target, notice in messages
            ]
        )
        return
    for target, notice in messages:
        print_text(f"to {target.words}: {notice.title}")
        for line in notice.body.splitlines():
            print_text(f"  {line}")
    if not messages:
        print_text("nothing new")


COMMANDS = (notify,)
