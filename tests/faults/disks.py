"""`python -m tests.faults.disks LAKE BYTES`: an extract on a disk that takes no file of more than so many bytes.

With `closed` instead of a number, by an account that may write nothing there. The kernel refuses, as it does on a full or a
read-only disk. It says how it ended as one line of JSON: the exit status, the error and the hint.
"""

import json
import os
import resource
import sys
from pathlib import Path

from pipeline.cli.status import status_from_error
from pipeline.errors import QuayAuditError
from tests.crashes import FIRST, LAST, NEXT_NOON, registry
from tests.extracts import extract_all

_NOBODY = 65534


def main() -> None:
    """Extract as told, from the folder above the lake."""
    lake, room = Path(sys.argv[1]), sys.argv[2]
    os.chdir(lake.parent)
    # Everything is imported by one run in a folder of its own: nobody may read this installation.
    read(Path("warm"))
    if room == "closed" and os.geteuid() == 0:
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    elif room != "closed":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), resource.RLIM_INFINITY))
    try:
        read(Path(lake.name))
    except QuayAuditError as error:
        ended = {"status": status_from_error(error), "error": str(error), "hint": error.hint}
    else:
        ended = {"status": 0, "error": "", "hint": ""}
    print(json.dumps(ended))


def read(lake: Path) -> None:
    """One extract, a day later than the lakes of `tests.crashes` are from."""
    from tests.test_faults import SCOPES

    extract_all(registry(NEXT_NOON), lake, SCOPES, FIRST, LAST, now=NEXT_NOON)


if __name__ == "__main__":
    main()
