"""cases acknowledge, close, reopen: what people decide about cases."""

import os
import pwd
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from pipeline.cli.connection import now
from pipeline.cli.options import STORE, command
from pipeline.cli.output import print_json, print_text
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.detect.decisions import CaseNote, Decision

_DISPOSITIONS = ("true_positive", "benign", "false_positive", "duplicate")
_EXAMPLE_ID = "20261101-0123abcd"

by_option = click.option("--by", metavar="NAME", help="Who decides. [default: the name of this account]")
_ids_argument = click.argument("case_ids", nargs=-1, required=True, metavar="ID...")


def decider(by: str | None) -> str:
    """Who decides: as named, else by the account's name, which no variable of the environment can change."""
    if by is not None:
        return said(by, "--by")
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, an account may have a number alone
        return f"account {os.getuid()}"


def said(text: str, where: str) -> str:
    """The text without space around it; raises UsageError where nothing is left."""
    if not text.strip():
        raise UsageError(
            "nothing is said", where=where, hint="write a few words: somebody will read them later"
        )
    return text.strip()


@command(
    name="acknowledge",
    settings=STORE,
    examples=[f"quay-audit cases acknowledge {_EXAMPLE_ID} --note 'asking the owner'"],
)
@_ids_argument
@click.option("--note", default="", metavar="TEXT", help="A remark.")
@by_option
def acknowledge(
    settings: Settings, as_json: bool, case_ids: tuple[str, ...], note: str, by: str | None
) -> None:
    """Say that somebody is looking at these cases."""
    from pipeline.detect.decisions import Acknowledged

    def decide(case: "CaseNote") -> "Decision":
        return Acknowledged(by=decider(by), at=now(), case=case, note=note.strip())

    _write_down(settings, as_json, case_ids, Acknowledged, decide)


@command(
    name="close",
    settings=STORE,
    examples=[f"quay-audit cases close {_EXAMPLE_ID} --disposition benign --note 'planned move of the CI'"],
)
@_ids_argument
@click.option(
    "--disposition", required=True, type=click.Choice(_DISPOSITIONS), help="What it turned out to be."
)
@click.option("--note", required=True, metavar="TEXT", help="How that is known.")
@by_option
def close(
    settings: Settings, as_json: bool, case_ids: tuple[str, ...], disposition: str, note: str, by: str | None
) -> None:
    """Close cases, saying what they turned out to be. One in which something new is found later comes up again."""
    from pipeline.detect.decisions import Closed, Disposition

    words = said(note, "--note")

    def decide(case: "CaseNote") -> "Decision":
        return Closed(by=decider(by), at=now(), case=case, note=words, disposition=Disposition(disposition))

    _write_down(settings, as_json, case_ids, Closed, decide)


@command(
    name="reopen", settings=STORE, examples=[f"quay-audit cases reopen {_EXAMPLE_ID} --note 'it was no test'"]
)
@_ids_argument
@click.option("--note", required=True, metavar="TEXT", help="Why.")
@by_option
def reopen(settings: Settings, as_json: bool, case_ids: tuple[str, ...], note: str, by: str | None) -> None:
    """Open cases again that were closed or acknowledged."""
    from pipeline.detect.decisions import Reopened

    words = said(note, "--note")

    def decide(case: "CaseNote") -> "Decision":
        return Reopened(by=decider(by), at=now(), case=case, note=words)

    _write_down(settings, as_json, case_ids, Reopened, decide)


def _write_down(
    settings: Settings,
    as_json: bool,
    case_ids: Sequence[str],
    kind: "type[Decision]",
    decide: "Callable[[CaseNote], Decision]",
) -> None:
    """Every case is looked up, and may be decided about, before anything is written."""
    from pipeline.detect.casebook import page_of, read_casebook
    from pipeline.detect.triage import check_decision
    from pipeline.lake.journal import Journal
    from pipeline.lake.layout import Layout

    layout = Layout(settings.lake)
    pages = read_casebook(layout, settings.warehouse).pages
    notes = {}
    for page in (page_of(case_id, pages) for case_id in case_ids):
        check_decision(kind, page.note, page.standing)
        notes[page.note.case_id] = page.note
    journal = Journal(layout.triage)
    entries = [(journal.append(decide(note)), note) for note in notes.values()]
    if as_json:
        print_json([{"entry": number, "case_id": note.case_id} for number, note in entries])
        return
    for number, note in entries:
        print_text(f"{note.case_id} {note.subject}: written down as entry {number}")
