"""doctor: what this token and this server allow, and what the detections could see."""

import tempfile
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.connection import connect, now, receive
from pipeline.cli.options import CALLBACKS, SERVER, STORE, command
from pipeline.cli.output import print_json, print_text
from pipeline.cli.status import Status
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.detect.readiness import Verdict

_PATIENCE_SECONDS = 180.0  # Quay's worker looks for work once a minute


@command(
    settings=(*SERVER, *CALLBACKS, *STORE),
    examples=[
        "quay-audit doctor --url https://quay.example.com --token-file ~/.quay-token",
        "quay-audit doctor --callback-listen 0.0.0.0:9100 --callback-url http://audit.example.com:9100",
    ],
)
def doctor(settings: Settings, as_json: bool) -> Status:
    """Say what this token may read and what the server allows.

    Looks at the token, the scopes it may read, the counts, one page, the dates and the clock. With --callback-listen it
    exports one day, which proves the callback; Quay writes that into its own log. Where days were judged before, it
    ends with what each detection could see on the last of them: an empty result is a quiet day only if it was ready.
    Of a lake in an object store it says whether many machines may share it.
    """
    from pipeline.extract.bulk import Exporter, ExportOptions
    from pipeline.extract.doctor import examine, examine_store

    checks = []
    with (
        receive(settings) as receiver,
        connect(settings) as client,
        tempfile.TemporaryDirectory() as staging,
    ):
        options = ExportOptions(wait_seconds=_PATIENCE_SECONDS)
        exporter = Exporter(client, receiver, Path(staging), options) if receiver else None
        for check in chain(examine(client, now=now, exporter=exporter), examine_store(settings.lake)):
            checks.append(check)
            if not as_json:
                print_text(f"{check.result:<5} {check.name}: {check.detail}")
                if check.advice:
                    print_text(f"      {check.advice}")
    verdicts = _last_verdicts(settings)
    if as_json:
        detections = [_plain(verdict) for verdict in verdicts]
        print_json({"checks": [check._asdict() for check in checks], "detections": detections})
    else:
        _tell_readiness(verdicts)
    return Status.SERVER if any(check.result == "fail" for check in checks) else Status.DONE


def _last_verdicts(settings: Settings) -> "list[Verdict]":
    """How ready each detection was on the last day judged; none where no day was."""
    from pipeline.detect.stored import read_last_verdicts

    try:
        return read_last_verdicts(settings.warehouse)
    except UsageError:
        return []  # nothing is built yet, or it is being built: the server was still examined


def _tell_readiness(verdicts: "list[Verdict]") -> None:
    if not verdicts:
        print_text("none  detections: no day was judged yet; build and detect come after extract")
        return
    counts = Counter(verdict.readiness.value for verdict in verdicts)
    print_text(
        f"detections on {verdicts[0].day}: {', '.join(f'{count} {name}' for name, count in counts.items())}"
    )
    for verdict in verdicts:
        if verdict.reasons:
            print_text(f"{verdict.readiness.value:<9} {verdict.detection_id}: {'; '.join(verdict.reasons)}")


def _plain(verdict: "Verdict") -> dict[str, object]:
    return {
        "detection_id": verdict.detection_id,
        "day": verdict.day,
        "readiness": verdict.readiness.value,
        "reasons": list(verdict.reasons),
    }


COMMANDS = (doctor,)
