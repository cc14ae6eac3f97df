"""verify: whether the lake, or a bundle of it, is as it was written; and the lake equal to what Quay counts today."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import extract_again, scope_option, words_from_counts
from pipeline.cli.connection import connect
from pipeline.cli.custody import bundle_argument, public_key_option, verify_sealed
from pipeline.cli.drift import (
    document_from_drift,
    error_from_drift,
    look_for_drift,
    sample_option,
    still_there,
    words_from_drift,
)
from pipeline.cli.options import SERVER, command
from pipeline.cli.output import print_json, print_text
from pipeline.config import Settings
from pipeline.errors import DataError, Incomplete, QuayAuditError, UsageError

if TYPE_CHECKING:
    from pipeline.extract.recount import AbsentLog, Difference, Recount
    from pipeline.lake.inspection import Inspection
    from pipeline.lake.ledger import WindowState


@command(
    settings=("lake", *SERVER),
    examples=[
        "quay-audit verify",
        "quay-audit verify --offline",
        "quay-audit verify --sample 5",
        "quay-audit verify 2026-q3.zip --public-key quay-audit.pub",
    ],
)
@bundle_argument
@public_key_option
@scope_option
@click.option("--offline", is_flag=True, help="Check hashes and the chain alone, without a server.")
@sample_option
def verify(
    settings: Settings,
    as_json: bool,
    sealed_file: Path | None,
    public_key: Path | None,
    scopes: tuple[str, ...],
    offline: bool,
    sample: int | None,
) -> None:
    """Check the lake's files against their hashes and the chain, and its windows against today's counts.

    With a BUNDLE that report made, or a proof that prove made, check that instead: needs the public key, and neither
    lake nor server.
    """
    if sealed_file is not None:
        verify_sealed(sealed_file, public_key, as_json=as_json)
    elif public_key is not None:
        hint = "name the bundle or the proof: quay-audit verify BUNDLE --public-key FILE"
        raise UsageError(
            "a public key checks a bundle or a proof, not a lake", where="--public-key", hint=hint
        )
    else:
        _verify_lake(settings, as_json, scopes, offline=offline, sample=sample)


def _verify_lake(
    settings: Settings, as_json: bool, scopes: Sequence[str], *, offline: bool, sample: int | None
) -> None:
    from pipeline.lake.inspection import inspect
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import Ledger

    if offline and sample is not None:
        hint = "leave out --offline, or --sample"
        raise UsageError("a sample is read from a server", where="--sample", hint=hint)
    layout = Layout(settings.lake)
    inspection = inspect(layout)
    document, words = _told_inspection(inspection)
    error: QuayAuditError | None = _error_from_inspection(inspection, settings)
    if error is None:
        wanted = _of_scopes(Ledger(layout).windows(), scopes, settings)
        if sample is not None:
            drift = look_for_drift(settings, layout, wanted, sample)
            document["drift"] = document_from_drift(drift)
            words += words_from_drift(drift)
            error, wanted = error_from_drift(drift), still_there(wanted, drift)
        if not offline:
            recount = _recount(settings, wanted)
            document["recount"] = _document_from_recount(recount)
            words += _words_from_recount(recount)
            error = error or _error_from_recount(recount)
    if as_json:
        print_json(document)
    else:
        for line in words:
            print_text(line)
    if error is not None:
        raise error


def _told_inspection(inspection: "Inspection") -> tuple[dict[str, Any], list[str]]:
    document = {
        "manifests": inspection.manifests,
        "windows": inspection.windows,
        "unsealed": inspection.unsealed,
        "findings": [finding._asdict() for finding in inspection.findings],
    }
    words = [f"{finding.where}: {finding.what}" for finding in inspection.findings]
    words.append(
        f"{inspection.windows:,} windows and {inspection.manifests:,} manifests looked at, "
        f"{len(inspection.findings):,} not as they were written"
    )
    return document, words


def _error_from_inspection(inspection: "Inspection", settings: Settings) -> DataError | None:
    if not inspection.findings:
        return None
    return DataError(
        f"{len(inspection.findings):,} things in the lake are not as they were written",
        where=str(settings.lake),
        hint="if an extract was killed, run it again first; else restore what is named above from a backup, or remove a "
        "window's folder and extract it again",
    )


def _of_scopes(
    windows: "list[WindowState]", scopes: Sequence[str], settings: Settings
) -> "list[WindowState]":
    """The windows of these scopes, or all. None at all is no success: the lake may be another than was meant."""
    from pipeline.quay.scopes import scope_from_text

    texts = {str(scope_from_text(scope)) for scope in scopes}
    wanted = [window for window in windows if not texts or window.scope in texts]
    if not wanted:
        raise UsageError(
            f"there is no window of {', '.join(sorted(texts))} here" if texts else "there is no window here",
            where=str(settings.lake),
            hint="name the lake with --lake or QUAY_AUDIT_LAKE, or extract first",
        )
    return wanted


def _recount(settings: Settings, windows: "list[WindowState]") -> "Recount":
    from pipeline.extract.recount import recount

    with connect(settings) as client:
        return recount(client, windows)


def _document_from_recount(recount: "Recount") -> dict[str, Any]:
    return {
        **recount._asdict(),
        "differences": [each._asdict() for each in recount.differences],
        "absent": [each._asdict() for each in recount.absent],
    }


def _words_from_recount(recount: "Recount") -> list[str]:
    return [
        *(_words_from_difference(difference) for difference in recount.differences),
        *(f"not counted: {sentence}" for sentence in recount.uncounted),
        *(_words_from_absent(log) for log in recount.absent),
        f"{recount.windows:,} closed windows recounted, {len(recount.differences):,} differ from the server",
    ]


def _words_from_absent(log: "AbsentLog") -> str:
    what = "the log is gone" if log.is_deleted else "the log cannot be read"
    return (
        f"{log.scope}: {what}: {log.reason}; the lake keeps its {log.windows:,} windows of {log.rows:,} rows"
    )


def _words_from_difference(difference: "Difference") -> str:
    parts = []
    if difference.missing_by_kind:
        parts.append(f"lacks {words_from_counts(difference.missing_by_kind)}")
    if difference.gone_by_kind:
        parts.append(f"holds {words_from_counts(difference.gone_by_kind)} that the server no longer counts")
    return f"{difference.scope} {difference.day} ({difference.state}): {', '.join(parts)}"


def _error_from_recount(recount: "Recount") -> QuayAuditError | None:
    lacking = [difference for difference in recount.differences if difference.missing_by_kind]
    if lacking:
        days = [difference.day for difference in lacking]
        again = extract_again(sorted({d.scope for d in lacking}), min(days), max(days))
        return Incomplete(
            f"{len(lacking):,} windows lack rows that Quay counts",
            hint=f"remove the folder of a verified one (it is never read again as it is), then: {again}",
        )
    if recount.uncounted:
        return Incomplete(
            f"{len(recount.uncounted):,} scopes could not be counted",
            hint="without aggregatelogs nothing can be compared: switch it on in Quay's configuration",
        )
    closed = [log.scope for log in recount.absent if not log.is_deleted]
    if closed:
        return Incomplete(
            f"{len(closed):,} logs could not be read to be recounted",
            where=", ".join(closed[:3]) + (f" and {len(closed) - 3:,} more" if len(closed) > 3 else ""),
            hint="use a token of an account that may read them, or leave them out by naming the others with --scope; only "
            "a superuser's token tells a deleted log from a closed one",
        )
    return None


COMMANDS = (verify,)
