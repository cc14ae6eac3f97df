"""ingest: files that Quay exported, and archives of its rotated logs, into the lake."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from pipeline.cli.archives import (
    STANDARD_INPUT,
    accounts_option,
    bring_archives,
    document_from_archives,
    files_from_paths,
    kinds_option,
    names_from_files,
)
from pipeline.cli.choices import words_from_counts
from pipeline.cli.connection import connect, now
from pipeline.cli.options import SERVER, command
from pipeline.cli.output import print_json, print_text, tell
from pipeline.config import Settings
from pipeline.errors import FeatureOff, Incomplete, SearchUnavailable, UsageError

if TYPE_CHECKING:
    from pipeline.extract.archive import Ingested as IngestedArchives
    from pipeline.extract.ingest import CountsOf, Ingested, ScopeOf
    from pipeline.extract.record import Recorder
    from pipeline.lake.layout import Layout
    from pipeline.quay.client import QuayClient
    from pipeline.quay.export_file import Export
    from pipeline.quay.logs import Counts
    from pipeline.quay.scopes import Scope


@command(
    settings=("lake", *SERVER, "close_after_minutes"),
    examples=[
        "quay-audit ingest export.json",
        "quay-audit ingest --offline --scope org/acme exports/",
        "curl -s $LINK | quay-audit ingest -",
        "quay-audit ingest --kinds kinds.csv --accounts accounts.csv rotated/*.txt.gz",
    ],
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--scope",
    "scope_text",
    metavar="SCOPE",
    help="Whose log, where the file does not say: org/NAME or user/NAME.",
)
@click.option(
    "--offline",
    is_flag=True,
    help="Ask no server: what is new stays unverified until an extract or ingest does.",
)
@kinds_option
@accounts_option
def ingest(
    settings: Settings,
    as_json: bool,
    files: tuple[Path, ...],
    scope_text: str | None,
    offline: bool,
    kinds_file: Path | None,
    accounts_file: Path | None,
) -> None:
    """Bring exportlogs files (as linked in Quay's mail or callback), and archives of rotated logs, into the lake.

    FILE is a file, gzipped or not, a folder, or - for standard input. Each day of an export is compared with Quay's counts
    when a server is set; the same file twice changes nothing, and a verified window stays as it is.

    Archives (*.txt.gz) are rows of the whole registry with numbers for names: give all of them at once. Names come from
    --kinds and --accounts, from days that the lake holds too, and from what rows say; a number without a name is kept.
    """
    from pipeline import __version__
    from pipeline.extract.record import Recorder
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import Ledger

    layout = Layout(settings.lake)
    given = files_from_paths(files)
    names = names_from_files(kinds_file, accounts_file)
    rotated: list[IngestedArchives] = []
    with _server(settings, offline) as client:
        url = client.url if client else settings.url or ""
        recorder = Recorder(layout, url, now=now, grace=timedelta(minutes=settings.close_after_minutes))
        try:
            done = [
                _ingest_export(file, where, layout, recorder, client, scope_text)
                for where, file in _opened(given.exports)
            ]
            if given.archives:
                rotated.append(bring_archives(given.archives, layout, recorder, client, scope_text, names))
        finally:
            Ledger(layout).seal(now(), __version__)
    _report(done, rotated, as_json)


def _ingest_export(
    file: BinaryIO,
    where: str,
    layout: "Layout",
    recorder: "Recorder",
    client: "QuayClient | None",
    scope_text: str | None,
) -> "Ingested":
    from pipeline.extract.ingest import chunks_of
    from pipeline.extract.ingest import ingest as ingest_one

    scope_of = _scopes(client, layout, scope_text, where)
    result = ingest_one(
        chunks_of(file), where, layout, recorder, scope_of=scope_of, counts_of=_counts(client)
    )
    tell(f"{where}: {result.rows:,} entries of {result.scope}; {len(result.written):,} windows written")
    return result


def _report(done: "list[Ingested]", rotated: "list[IngestedArchives]", as_json: bool) -> None:
    written = [window for result in done for window in result.written]
    written += [window for result in rotated for window in result.written]
    short = [window for window in written if window.state == "short"]
    states = {window.state.value: sum(w.state is window.state for w in written) for window in written}
    kept = sum(result.kept for result in done) + sum(result.kept for result in rotated)
    if as_json:
        print_json(
            {
                "files": len(done) + sum(len(result.archives) for result in rotated),
                "rows": sum(result.rows for result in done) + sum(result.rows for result in rotated),
                "windows": states,
                "kept": kept,
                "short": {f"{window.scope} {window.day}": window.missing_by_kind for window in short},
                **(document_from_archives(rotated[0]) if rotated else {}),
            }
        )
    else:
        words = ", ".join(f"{count:,} {state}" for state, count in sorted(states.items()))
        print_text(f"windows written: {words or 'none'}; kept as they were: {kept:,}")
    for window in short:
        tell(f"short: {window.scope} {window.day}: {words_from_counts(window.missing_by_kind)} missing")
    if short:
        raise Incomplete(
            f"{len(short)} windows are short", hint="extract them: quay-audit extract reads what is missing"
        )
    lacking = [window for result in rotated for window in result.lacking]
    if lacking:
        raise Incomplete(
            f"{len(lacking)} verified windows lack rows that the archives hold",
            hint="rows were gone from Quay's API when these were read: remove their folders and ingest the archives again",
        )


@contextmanager
def _server(settings: Settings, offline: bool) -> "Iterator[QuayClient | None]":
    if offline or settings.url is None:
        yield None
        return
    with connect(settings) as client:
        yield client


def _opened(files: Iterable[Path]) -> Iterator[tuple[str, BinaryIO]]:
    for file in files:
        if file == STANDARD_INPUT:
            yield "standard input", sys.stdin.buffer
        else:
            with file.open("rb") as opened:
                yield str(file), opened


def _scopes(client: "QuayClient | None", layout: "Layout", scope_text: str | None, where: str) -> "ScopeOf":
    """How to tell an organization from a user: by what was said, by the server, or by the windows that are there."""
    from pipeline.extract.ingest import scope_of_export
    from pipeline.lake.ledger import Ledger
    from pipeline.quay.scopes import org, scope_from_text, user

    def scope_of(export: "Export") -> "Scope":
        if scope_text:
            scope = scope_from_text(scope_text)
            if (scope.namespace, scope.repository) != (export.namespace, export.repository or ""):
                raise UsageError(f"the file is not of {scope} but of {export.namespace}", where=where)
            return scope

        def kind_of(name: str) -> "Scope | None":
            held = {window.scope for window in Ledger(layout).windows()}
            known = [scope for scope in (org(name), user(name)) if str(scope) in held]
            return known[0] if len(known) == 1 else _kind_on_server(client, name)

        return scope_of_export(export, kind_of, where)

    return scope_of


def _kind_on_server(client: "QuayClient | None", name: str) -> "Scope | None":
    from pipeline.errors import Refused
    from pipeline.quay.inventory import read_identity, read_namespaces
    from pipeline.quay.scopes import org, user

    if client is None:
        return None
    try:
        kinds = {namespace.name: namespace.kind for namespace in read_namespaces(client)}
        if name in kinds:
            return org(name) if kinds[name] == "org" else user(name)
        return None
    except (Refused, FeatureOff):
        pass
    try:
        identity = read_identity(client)
    except Refused:
        return None
    return user(name) if name == identity.username else org(name) if name in identity.organizations else None


def _counts(client: "QuayClient | None") -> "CountsOf":
    from pipeline.extract.windows import months_between
    from pipeline.quay.logs import read_counts, stream_of

    def counts_of(scope: "Scope", since: date, until: date) -> "Counts | None":
        if client is None:
            return None
        counts: Counts = {}
        try:
            for first, last in months_between(since, until):
                counts |= read_counts(client, stream_of(scope), first, last)
        except (FeatureOff, SearchUnavailable) as error:
            tell(f"{error}: nothing can be verified")
            return None
        return counts

    return counts_of


COMMANDS = (ingest,)
