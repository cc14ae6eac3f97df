"""doctor: what this token and this server allow."""

from pipeline.cli.connection import connect, now
from pipeline.cli.options import SERVER, command
from pipeline.cli.output import print_json, print_text
from pipeline.cli.status import Status
from pipeline.config import Settings


@command(
    settings=SERVER,
    examples=["quay-audit doctor --url https://quay.example.com --token-file ~/.quay-token"],
)
def doctor(settings: Settings, as_json: bool) -> Status:
    """Say what this token may read and what the server allows.

    Looks at the token, the scopes it may read, the counts, one page, the dates and the clock.
    """
    from pipeline.extract.doctor import examine

    checks = []
    with connect(settings) as client:
        for check in examine(client, now=now):
            checks.append(check)
            if not as_json:
                print_text(f"{check.result:<5} {check.name}: {check.detail}")
                if check.advice:
                    print_text(f"      {check.advice}")
    if as_json:
        print_json({"checks": [check._asdict() for check in checks]})
    return Status.SERVER if any(check.result == "fail" for check in checks) else Status.DONE


COMMANDS = (doctor,)
