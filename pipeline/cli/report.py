"""report: what the lake proves about a period, for auditors, in the formats they take."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pipeline.cli.choices import extract_again
from pipeline.cli.custody import pseudonyms_from_key, seal_report
from pipeline.cli.options import STORE, command
from pipeline.cli.output import print_json, print_text, tell
from pipeline.config import Settings
from pipeline.errors import Incomplete, UsageError

if TYPE_CHECKING:
    from pipeline.custody.keys import SigningKey
    from pipeline.custody.pseudonyms import Pseudonyms
    from pipeline.lake.ledger import WindowState
    from pipeline.reports.document import Report

_MOST_DAYS_NAMED = 5


@command(
    settings=STORE,
    examples=[
        "quay-audit report --period 2026-Q3",
        "quay-audit report --framework pci,soc2 --period 2026-07 --format pdf,xlsx",
        "quay-audit report --framework soc2 --period 2026-Q3 --sample 25 --seed acme-2026",
        "quay-audit report --period 2026-Q3 --bundle evidence.zip --key quay-audit.key --pseudonymize",
    ],
)
@click.option("--period", required=True, help="2026, 2026-Q3, 2026-07, 2026-W31, or 2026-07-01..2026-09-30.")
@click.option(
    "--framework",
    default="all",
    show_default=True,
    help="Whose controls to refer to: soc2, pci, iso27001, nist, dora, hipaa, several with commas, or all.",
)
@click.option(
    "--format",
    "formats_text",
    metavar="FORMATS",
    help="pdf, html, xlsx, csv and json, with commas. [default: all of them]",
)
@click.option(
    "--sample", type=click.IntRange(1), metavar="N", help="Mark N rows of each population to look into."
)
@click.option(
    "--seed", help="What the sample is drawn by; the auditor names it, and can draw the sample again."
)
@click.option(
    "--pseudonymize", is_flag=True, help="Replace people and addresses by pseudonyms that --key makes."
)
@click.option(
    "--bundle", type=click.Path(dir_okay=False, path_type=Path), help="Seal it all into this zip, signed."
)
@click.option("--with-rows", is_flag=True, help="Put the log entries themselves into the bundle too.")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The private key that `keys new` made.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write into. [default: <lake>/reports/<framework>-<first day>-to-<last day>]",
)
def report(settings: Settings, as_json: bool, period: str, **wishes: Any) -> None:
    """Write what the lake proves about a period: evidence that supports controls, with every population whole.

    Run build and detect before. The same lake and period give the same files, which no clock enters. Ends with status 4
    where a day of the period is not proven; the report is written all the same, and names it.
    """
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import Ledger
    from pipeline.reports.period import period_from_text

    wish = Wish(period=period_from_text(period), **wishes)
    wish.check()
    document = _made(wish, settings)
    if as_json:
        print_json(document)
    else:
        _print_words(document)
    _refuse_unproven(Ledger(Layout(settings.lake)).windows(), *wish.period)


class Wish(NamedTuple):
    """What is asked of one report. `period` is its first and its last day."""

    period: tuple[date, date]
    framework: str
    formats_text: str | None
    sample: int | None
    seed: str | None
    pseudonymize: bool
    bundle: Path | None
    with_rows: bool
    key_file: Path | None
    out: Path | None

    @property
    def formats(self) -> Sequence[str]:
        """The formats, in the order in which they are written."""
        from pipeline.reports.folder import FORMATS

        asked = [each.strip().lower() for each in (self.formats_text or ",".join(FORMATS)).split(",")]
        if unknown := sorted(set(asked) - set(FORMATS)):
            raise UsageError(
                f"{unknown[0]!r} is no format", where="--format", hint=f"one or more of {', '.join(FORMATS)}"
            )
        return [each for each in FORMATS if each in asked]

    def check(self) -> None:
        """Raises UsageError for options that lack one another."""
        if (self.sample is None) != (self.seed is None):
            hint = "give both, as in --sample 25 --seed 2026; let the auditor name the seed"
            raise UsageError("a sample needs a size and a seed", where="--sample", hint=hint)
        if self.key_file is None and (self.bundle or self.pseudonymize):
            hint = "make one with `quay-audit keys new`, and name its private file with --key"
            raise UsageError("a bundle and pseudonyms need a key", where="--key", hint=hint)
        if self.with_rows and not self.bundle:
            raise UsageError(
                "rows go into a bundle alone", where="--with-rows", hint="name one with --bundle"
            )


def _made(wish: Wish, settings: Settings) -> dict[str, Any]:
    """Writes the report, and the bundle where one is asked for; gives what to say about them."""
    from pipeline.custody.keys import read_signing_key
    from pipeline.lake.layout import Layout
    from pipeline.reports.folder import written
    from pipeline.reports.places import folder_name_of

    formats = wish.formats
    key = read_signing_key(wish.key_file) if wish.key_file else None
    pseudonyms = pseudonyms_from_key(settings, key) if key and wish.pseudonymize else None
    found = _report(wish, settings, pseudonyms)
    folder = wish.out or Layout(settings.lake).reports / folder_name_of(found)
    files = written(found, folder, formats)
    document = _document(found, folder, files)
    if key and wish.bundle:
        document["bundle"] = _sealed(wish, wish.bundle, settings, key, pseudonyms, folder, files)
    return document


def _report(wish: Wish, settings: Settings, pseudonyms: "Pseudonyms | None") -> "Report":
    from pipeline.lake.layout import Layout
    from pipeline.reports.evidence import evidence_of
    from pipeline.reports.frameworks import frameworks_from_text
    from pipeline.reports.rewording import pseudonymized
    from pipeline.reports.sample import sampled

    since, until = wish.period
    frameworks = frameworks_from_text(wish.framework)
    tell(f"reading what the lake holds of {since} to {until}")
    found = evidence_of(
        Layout(settings.lake), settings.warehouse, frameworks=frameworks, since=since, until=until
    )
    if pseudonyms:
        found = pseudonymized(found, pseudonyms.text)
    return sampled(found, wish.sample, wish.seed) if wish.sample and wish.seed is not None else found


def _sealed(
    wish: Wish,
    bundle: Path,
    settings: Settings,
    key: "SigningKey",
    pseudonyms: "Pseudonyms | None",
    folder: Path,
    files: Sequence[Path],
) -> dict[str, Any]:
    """Seals these files of the folder alone: another report's may lie beside them."""
    since, until = wish.period
    with TemporaryDirectory() as place:
        for file in files:
            copy = Path(place) / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        index = seal_report(
            settings,
            bundle=bundle,
            key=key,
            since=since,
            until=until,
            report=Path(place),
            pseudonyms=pseudonyms,
            with_rows=wish.with_rows,
        )
    counted = {"rows": index.rows, "windows": len(index.windows), "files": len(index.files)}
    return {"file": str(bundle), "key_id": index.key_id, "root": index.root, **counted}


def _document(found: "Report", folder: Path, files: Sequence[Path]) -> dict[str, Any]:
    import msgspec

    from pipeline.reports.places import key_of

    populations = {
        key_of(section, each): len(each.rows) for section in found.sections for each in section.populations
    }
    return {
        **msgspec.to_builtins(found.cover),
        "folder": str(folder),
        "files": [_file(file, folder) for file in files],
        "exceptions": {section.letter: list(section.exceptions) for section in found.sections},
        "populations": populations,
        "sample": msgspec.to_builtins(found.sample),
        "bundle": None,
    }


def _file(file: Path, folder: Path) -> dict[str, Any]:
    content = file.read_bytes()
    name = file.relative_to(folder).as_posix()
    return {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _print_words(document: Mapping[str, Any]) -> None:
    for file in document["files"]:
        if "/" not in file["name"]:
            print_text(f"{document['folder']}/{file['name']}")
    below = [file for file in document["files"] if "/" in file["name"]]
    if below:
        print_text(f"{document['folder']}/{Path(below[0]['name']).parent}/ ({len(below):,} files)")
    rows = sum(document["populations"].values())
    print_text(
        f"{document['exception_count']:,} exceptions in {len(document['exceptions']):,} sections; "
        f"{rows:,} rows in {len(document['populations']):,} populations"
    )
    if bundle := document["bundle"]:
        print_text(
            f"{bundle['file']}: {bundle['windows']:,} windows and {bundle['rows']:,} rows under {bundle['root']}"
        )


def _refuse_unproven(windows: "Sequence[WindowState]", since: date, until: date) -> None:
    """Raises Incomplete where the report is not about every day of its period."""
    from pipeline.reports.proven import unproven_days

    days = unproven_days(windows, since, until)
    if not days:
        return
    named = ", ".join(map(str, days[:_MOST_DAYS_NAMED])) + (", ..." if len(days) > _MOST_DAYS_NAMED else "")
    scopes = sorted({window.scope for window in windows}) or ["auto"]
    again = extract_again(scopes, days[0], days[-1])
    total = (until - since).days + 1
    raise Incomplete(
        f"{len(days):,} of {total:,} days of the period are not proven: {named}",
        hint=f"once they are over: {again}; then build, detect and report again",
    )


COMMANDS = (report,)
