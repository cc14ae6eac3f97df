"""Looks at every query that both engines run, as `make lint` does: `python -m tests.portable [folder]`.

A line for each refused construct, with its file, its line and what to write instead; status 1 where there is any.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.bundle import bundled
from pipeline.warehouse.spark.subset import lines_about


def main(arguments: Sequence[str]) -> int:
    """Look at all files below a folder `sql`, the package's own where none is named."""
    found = list(lines_about(Path(arguments[0]) if arguments else bundled("sql")))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
