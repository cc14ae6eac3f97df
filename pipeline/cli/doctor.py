"""doctor: what this token and this server allow."""

import tempfile
from pathlib import Path

from pipeline.cli.connection import connect, now, receive
from pipeline.cli.options import CALLBACKS, SERVER, command
from pipeline.cli.output import print_json, print_text
from pipeline.cli.status import Status
from pipeline.config import Settings

_PATIENCE_SECONDS = 180.0  # Quay's worker looks for work once a minute


@command(
    settings=(*SERVER, *CALLBACKS),
    examples=[
        "quay-audit doctor --url https://quay.example.com --token-file ~/.quay-token",
        "quay-audit doctor --callback-listen 0.0.0.0:9100 --callback-url http://audit.example.com:9100",
    ],
)
def doctor(settings: Settings, as_json: bool) -> Status:
    """Say what this token may read and what the server allows.

    Looks at the token, the scopes it may read, the counts, one page, the dates and the clock. With --callback-listen it
    exports one day, which proves the callback; Quay writes that into its own log.
    """
    from pipeline.extract.bulk import Exporter, ExportOptions
    from pipeline.extract.doctor import examine

    checks = []
    with (
        receive(settings) as receiver,
        connect(settings) as client,
        tempfile.TemporaryDirectory() as staging,
    ):
        options = ExportOptions(wait_seconds=_PATIENCE_SECONDS)
        exporter = Exporter(client, receiver, Path(staging), options) if receiver else None
        for check in examine(client, now=now, exporter=exporter):
            checks.append(check)
            if not as_json:
                print_text(f"{check.result:<5} {check.name}: {check.detail}")
                if check.advice:
                    print_text(f"      {check.advice}")
    if as_json:
        print_json({"checks": [check._asdict() for check in checks]})
    return Status.SERVER if any(check.result == "fail" for check in checks) else Status.DONE


COMMANDS = (doctor,)
