"""keys new, prove, and what verify says of a bundle or a proof: what an auditor checks without us."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import command
from pipeline.cli.output import Progress, print_json, print_text, tell
from pipeline.config import Settings
from pipeline.errors import DataError, UsageError

if TYPE_CHECKING:
    from pipeline.custody.index import Index
    from pipeline.custody.keys import PublicKey, SigningKey
    from pipeline.custody.pseudonyms import Pseudonyms
    from pipeline.lake.inspection import Finding

_MOST_SHOWN = 20
_PROOF_MARK = b"{"

bundle_argument = click.argument(
    "sealed_file",
    required=False,
    metavar="[BUNDLE]",
    type=click.Path(dir_okay=False, path_type=Path),
)
public_key_option = click.option(
    "--public-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The key that a bundle or a proof is checked with. Get it from whoever seals, not from where the bundle lies.",
)


@click.group(
    "keys",
    epilog="\b\nExamples:\n  quay-audit keys new --out keys\n  quay-audit keys new --out keys --json",
)
def keys() -> None:
    """Make the keys that seal bundles."""


@command(name="new", examples=["quay-audit keys new --out keys"])
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder for both files.",
)
def new_key(as_json: bool, folder: Path) -> None:
    """Make a key: quay-audit.key seals and stays secret, quay-audit.pub is for whoever checks.

    Keep quay-audit.key where the nightly run can read it and nobody else; pseudonyms are made with it too. A key that
    is there already is never written over.
    """
    from secrets import token_bytes

    from pipeline.custody.keys import SEED_BYTES, key_from_seed, write_keys

    key = key_from_seed(token_bytes(SEED_BYTES))
    files = write_keys(folder, key)
    document = {
        "key_id": key.public.key_id,
        "private_key": str(files.private),
        "public_key": str(files.public),
    }
    if as_json:
        print_json(document)
        return
    print_text(f"key {key.public.key_id}")
    print_text(f"seals, and is for you alone: {files.private}")
    print_text(f"checks, and is for auditors: {files.public}")


@command(
    settings=("lake",),
    examples=["quay-audit prove '2026-03-03 all #00000012' --bundle 2026-q1.zip --out proof.json"],
)
@click.argument("event_key", metavar="EVENT_KEY")
@click.option(
    "--bundle",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The bundle whose roots the row is proven against.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the proof goes. [default: proof-DAY-SCOPE-NUMBER.json here]",
)
def prove(settings: Settings, as_json: bool, event_key: str, bundle: Path, out: Path | None) -> None:
    """Prove that one entry is among those of a bundle, without the others; `verify` checks the proof.

    The rows come from the bundle where it carries them, else from the lake. The proof shows this one entry as it is.
    """
    from pipeline.custody.proofs import bytes_from_proof, event_key_from_text, proof_of
    from pipeline.lake.files import write_bytes
    from pipeline.lake.layout import Layout
    from pipeline.quay.scopes import scope_from_text

    event = event_key_from_text(event_key)
    _check_there(bundle)
    proof = proof_of(event, bundle, Layout(settings.lake))
    folder = scope_from_text(event.scope).folder
    file = out or Path(f"proof-{event.day}-{folder}-{event.position:08d}.json")
    write_bytes(file, bytes_from_proof(proof))
    if as_json:
        print_json({"proof": str(file), "event_key": str(event)})
    else:
        print_text(f"{file} proves {event}; `quay-audit verify {file} --public-key FILE` checks it")


def _check_there(file: Path) -> None:
    if not file.is_file():
        raise UsageError("this file is not there", where=str(file))


def verify_sealed(file: Path, public_key: Path | None, *, as_json: bool) -> None:
    """Say what a bundle or a proof proves, in one line; raises DataError where it proves nothing."""
    from pipeline.custody.keys import read_public_key

    if public_key is None:
        raise UsageError(
            "a bundle is checked with the public key of whoever sealed it",
            where=str(file),
            hint="add --public-key FILE; get the key from them, not from where the bundle lies",
        )
    key = read_public_key(public_key)
    _check_there(file)
    with file.open("rb") as opened:
        is_proof = opened.read(1) == _PROOF_MARK
    proven, words, findings = (_checked_proof if is_proof else _checked_bundle)(file, key)
    if as_json:
        told = [finding._asdict() for finding in findings]
        print_json({"file": str(file), "key_id": key.key_id, "findings": told, "proven": proven})
    else:
        for line in [*words, *_lines_from_findings(findings)]:
            print_text(line)
    if findings:
        raise DataError(
            "one thing is not as it was sealed"
            if len(findings) == 1
            else f"{len(findings):,} things are not as they were sealed",
            where=str(file),
            hint="ask whoever sealed it for the file again; with another key, for their public key",
        )


def seal_report(
    settings: Settings,
    *,
    bundle: Path,
    key: "SigningKey",
    since: date,
    until: date,
    report: Path,
    pseudonyms: "Pseudonyms | None" = None,
    with_rows: bool = False,
) -> "Index":
    """Seal the files of the folder `report` with all that proves them; the report holds pseudonyms if any are given."""
    from pipeline.custody.bundle import sealed
    from pipeline.custody.evidence import documents_of
    from pipeline.lake.layout import Layout

    layout = Layout(settings.lake)
    documents = documents_of(layout, settings.warehouse, since, until, pseudonyms)
    with Progress("seal", unit="windows") as progress:
        index = sealed(
            bundle,
            layout,
            key=key,
            since=since,
            until=until,
            documents=documents,
            report=report,
            pseudonyms=pseudonyms,
            with_rows=with_rows,
            progress=_steps(progress),
        )
    if not index.chain.is_carried:
        tell("the chain is not in the bundle: scopes or notes in it name people")
    return index


def pseudonyms_from_key(settings: Settings, key: "SigningKey") -> "Pseudonyms":
    """Pseudonyms for everybody whom the lake names: the same each time with the same key."""
    from pipeline.custody.people import names_in
    from pipeline.custody.pseudonyms import Pseudonyms
    from pipeline.lake.layout import Layout

    names = names_in(Layout(settings.lake), settings.warehouse)
    return Pseudonyms(key.pseudonym_key(), names.people, names.strangers)


def _steps(progress: Progress) -> Callable[[int, int, date], None]:
    def step(done: int, total: int, day: date) -> None:
        progress.expect(total)
        progress.advance(1)

    return step


_Checked = tuple[dict[str, Any] | None, list[str], "Sequence[Finding]"]


def _checked_bundle(file: Path, key: "PublicKey") -> _Checked:
    from pipeline.custody.verification import verified

    verdict = verified(file, key)
    if verdict.index is None:
        return None, [], verdict.findings
    return _document_from_index(verdict.index), [_words_from_index(verdict.index)], []


def _checked_proof(file: Path, key: "PublicKey") -> _Checked:
    from pipeline.custody.proofs import MOST_BYTES, verified_proof

    with file.open("rb") as opened:
        verdict = verified_proof(opened.read(MOST_BYTES), key)
    if verdict.proof is None or verdict.index is None:
        return None, [], verdict.findings
    proof, index = verdict.proof, verdict.index
    words = (
        f"entry {proof.event_key} is among the {index.rows:,} from {index.since} to {index.until} "
        f"under root {index.root}, sealed with key {index.key_id}"
    )
    return {"event_key": proof.event_key, "root": index.root, "row": proof.row}, [words, proof.row], []


def _document_from_index(index: "Index") -> dict[str, Any]:
    return {
        "since": index.since.isoformat(),
        "until": index.until.isoformat(),
        "rows": index.rows,
        "root": index.root,
        "windows_by_state": index.windows_by_state(),
        "days_without_window": [day.isoformat() for day in index.days_without_window()],
        "files": len(index.files),
        "manifests": index.chain.manifests,
        "is_chain_carried": index.chain.is_carried,
        "carries_rows": index.carries_rows,
        "pseudonymized": index.pseudonymized,
        "tool_version": index.tool_version,
    }


def _words_from_index(index: "Index") -> str:
    states = ", ".join(f"{count:,} {state}" for state, count in index.windows_by_state().items())
    chain = "a whole chain of" if index.chain.is_carried else "a chain, not carried, of"
    lacking = len(index.days_without_window())
    gaps = f"; {lacking:,} of the days have no window" if lacking else ""
    named = "; people and addresses are pseudonyms" if index.pseudonymized else ""
    return (
        f"{len(index.files):,} files from {index.since} to {index.until} are as sealed with key {index.key_id}: "
        f"{index.rows:,} entries in {len(index.windows):,} windows ({states}) under root {index.root}, "
        f"{chain} {index.chain.manifests:,} manifests{gaps}{named}"
    )


def _lines_from_findings(findings: "Sequence[Finding]") -> list[str]:
    more = len(findings) - _MOST_SHOWN
    lines = [f"{finding.where}: {finding.what}" for finding in findings[:_MOST_SHOWN]]
    return [*lines, f"and {more:,} more"] if more > 0 else lines


keys.add_command(new_key)

COMMANDS = (keys, prove)
