"""What ingest does with archives of rotated logs: which files are some, whose names they get, and what is told of them."""

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pipeline.cli.output import tell
from pipeline.errors import FeatureOff, Refused, UsageError

if TYPE_CHECKING:
    from pipeline.extract.archive import Ingested
    from pipeline.extract.record import Recorder
    from pipeline.lake.layout import Layout
    from pipeline.quay.archive_names import Names
    from pipeline.quay.client import QuayClient

STANDARD_INPUT = Path("-")
_FILE = click.Path(path_type=Path)
_WAYS = {
    "kind_id": "give Quay's table logentrykind with --kinds, or extract days that overlap",
    "performer_id": "give Quay's table of accounts with --accounts; of an account that is gone nobody knows the name",
    "account_id": "give Quay's table of accounts with --accounts; of an account that is gone nobody knows the name",
}

kinds_option = click.option(
    "--kinds",
    "kinds_file",
    type=_FILE,
    metavar="CSV",
    help="Quay's table logentrykind (id, name), for archives: they hold numbers where the API shows kinds.",
)
accounts_option = click.option(
    "--accounts",
    "accounts_file",
    type=_FILE,
    metavar="CSV",
    help="Quay's table user (id, username, organization, robot), for archives.",
)


class Files(NamedTuple):
    """Files by what is in them."""

    exports: list[Path]
    archives: list[Path]


def files_from_paths(paths: Iterable[Path]) -> Files:
    """The exports and archives that are named, or are below the folders that are named."""
    from pipeline.extract.archive_files import SUFFIX, is_archive_file
    from pipeline.extract.ingest import files_below

    files = Files([], [])
    for path in paths:
        if path == STANDARD_INPUT:
            files.exports.append(path)
            continue
        below = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else []
        for file in chain(files_below([path]), (each for each in below if each.is_file())):
            (files.archives if is_archive_file(file) else files.exports).append(file)
    return files


def names_from_files(kinds: Path | None, accounts: Path | None) -> "Names":
    """The names that tables of Quay's database give, as far as they were given."""
    from pipeline.quay.archive_names import Names, accounts_from_lines, kinds_from_lines

    return Names(
        kinds_from_lines(_lines_of(kinds), str(kinds)) if kinds else {},
        accounts_from_lines(_lines_of(accounts), str(accounts)) if accounts else {},
    )


def bring_archives(
    files: list[Path],
    layout: "Layout",
    recorder: "Recorder",
    client: "QuayClient | None",
    scope_text: str | None,
    names: "Names",
) -> "Ingested":
    """Ingest archives, and tell what became of them."""
    from pipeline.extract.archive import ingest_archives
    from pipeline.extract.archive_files import archive_of_file
    from pipeline.quay.scopes import scope_from_text

    result = ingest_archives(
        map(archive_of_file, files),
        layout,
        recorder,
        scope=scope_from_text(scope_text or "all"),
        given=names,
        kind_of=_kinds_of_namespaces(client, layout),
    )
    _tell(result)
    return result


def _kinds_of_namespaces(client: "QuayClient | None", layout: "Layout") -> Callable[[str], str | None]:
    """Tells whether a namespace is an org or a user: by the windows that the lake holds, or by the server."""
    from pipeline.lake.ledger import Ledger
    from pipeline.quay.scopes import ScopeKind, scope_from_text

    scopes = {scope_from_text(window.scope) for window in Ledger(layout).windows()}
    held = {s.namespace: s.kind.value for s in scopes if s.kind in (ScopeKind.ORG, ScopeKind.USER)}
    served: dict[str, str] | None = None

    def kind_of(name: str) -> str | None:
        nonlocal served
        if name not in held and served is None:
            served = _kinds_on_server(client)
        return held.get(name) or (served or {}).get(name)

    return kind_of


def _tell(result: "Ingested") -> None:
    """What a person should know of archives now."""
    tell(
        f"{len(result.archives):,} archives: {result.rows:,} rows; {len(result.written):,} windows written, "
        f"{result.kept:,} kept as they were"
    )
    for key, count in sorted(result.unresolved.items()):
        if key in _WAYS:
            tell(f"{count:,} rows keep their {key} for want of a name: {_WAYS[key]}")
    for window, count in result.lacking.items():
        tell(f"{window}: verified, yet the archives hold {count:,} rows that it lacks; it stays as it is")


def document_from_archives(result: "Ingested") -> dict[str, Any]:
    """The same for programs."""
    return {
        "archives": [archive.name for archive in result.archives],
        "unresolved": result.unresolved,
        "lacking": {str(window): count for window, count in result.lacking.items()},
    }


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "this table cannot be read", where=str(file), hint="give a CSV file in UTF-8 with a header"
        ) from error


def _kinds_on_server(client: "QuayClient | None") -> dict[str, str]:
    from pipeline.quay.inventory import read_namespaces

    if client is None:
        return {}
    try:
        return {namespace.name: namespace.kind for namespace in read_namespaces(client)}
    except (Refused, FeatureOff):
        return {}
