"""One window that is far too large for memory: what it takes, and how much memory at most.

python -m tests.benchmarks.bench_day --rows 5000000
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.history import LAST_DAY
from tests.benchmarks.processes import figures_of, rows_from_environment
from tests.benchmarks.serving import extract, served


def measure(rows: int) -> dict[str, Any]:
    """The figures of one extract whose rows are all of one day."""
    with served(rows, rows_a_day=10 * rows) as target, tempfile.TemporaryDirectory() as folder:
        assert target.history.rows_by_day == {LAST_DAY: rows}
        summary, usage = extract(target, Path(folder))
        assert (summary["rows"], summary["windows"]["verified"]) == (rows, 1)
        pages = target.requests()["pages"][LAST_DAY.isoformat()]
    return {"rows": rows, "pages": pages, **figures_of([usage], rows)}


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=rows_from_environment(factor=5))
    asked = parser.parse_args()
    print(json.dumps(measure(asked.rows), indent=2))


if __name__ == "__main__":
    main()
