"""verify: whether the lake is as it was written, and equal to what Quay counts today."""

from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import scope_option, words_from_counts
from pipeline.cli.connection import connect
from pipeline.cli.options import SERVER, command
from pipeline.cli.output import print_json, print_text
from pipeline.cli.status import Status
from pipeline.config import Settings

if TYPE_CHECKING:
    from pipeline.lake.ledger import WindowState


@command(
    settings=("lake", *SERVER),
    examples=["quay-audit verify", "quay-audit verify --offline"],
)
@scope_option
@click.option("--offline", is_flag=True, help="Check hashes and the chain alone, without a server.")
def verify(settings: Settings, as_json: bool, scopes: tuple[str, ...], offline: bool) -> Status:
    """Check the lake's files against their hashes and the chain, and its windows against today's counts."""
    from pipeline.lake.inspection import inspect
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import Ledger

    layout = Layout(settings.lake)
    inspection = inspect(layout)
    document: dict[str, Any] = {
        "manifests": inspection.manifests,
        "windows": inspection.windows,
        "unsealed": inspection.unsealed,
        "findings": [finding._asdict() for finding in inspection.findings],
    }
    status = Status.DATA if inspection.findings else Status.DONE
    words = [f"{finding.where}: {finding.what}" for finding in inspection.findings]
    words.append(
        f"{inspection.windows:,} windows and {inspection.manifests:,} manifests looked at, "
        f"{len(inspection.findings):,} not as they were written"
    )
    if not offline and not inspection.findings:
        wanted = [w for w in Ledger(layout).windows() if not scopes or w.scope in scopes]
        status = _recount(settings, wanted, document, words)
    if as_json:
        print_json(document)
    else:
        for line in words:
            print_text(line)
    return status


def _recount(
    settings: Settings, windows: "list[WindowState]", document: dict[str, Any], words: list[str]
) -> Status:
    from pipeline.extract.recount import recount

    with connect(settings) as client:
        result = recount(client, windows)
    document["recount"] = {
        "windows": result.windows,
        "rows": result.rows,
        "differences": [difference._asdict() for difference in result.differences],
        "uncounted": result.uncounted,
    }
    for difference in result.differences:
        parts = []
        if difference.missing_by_kind:
            parts.append(f"lacks {words_from_counts(difference.missing_by_kind)}")
        if difference.gone_by_kind:
            parts.append(
                f"holds {words_from_counts(difference.gone_by_kind)} that the server no longer counts"
            )
        words.append(f"{difference.scope} {difference.day} ({difference.state}): {', '.join(parts)}")
    words += [f"not counted: {sentence}" for sentence in result.uncounted]
    words.append(
        f"{result.windows:,} closed windows recounted, {len(result.differences):,} differ from the server"
    )
    lacking = any(difference.missing_by_kind for difference in result.differences)
    return Status.INCOMPLETE if lacking or result.uncounted else Status.DONE


COMMANDS = (verify,)
