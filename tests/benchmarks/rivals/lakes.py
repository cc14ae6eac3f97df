"""The lakes that rivals are held against, each with one window a day.

python -m tests.benchmarks.rivals.lakes recorded LAKE          what a real Quay said, and details that were made to harm
python -m tests.benchmarks.rivals.lakes drawn LAKE 1000000     one day of so many events, as in bench_data
"""

import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.lake.layout import Layout
from pipeline.quay.entries import lines_from_entries
from pipeline.quay.lines import Row, row_from_line
from tests.benchmarks.bench_data import LAST_DAY, draw_day
from tests.event_examples import ACTORS, AGENTS, HOSTILE_DETAILS, TARGETS
from tests.lakes import DAY, at_second, row, save_window
from tests.worlds import data_from, exported_rows

_PAGES_DAY = date(2026, 11, 17)
_NOT_FOR_POLARS = ("deep JSON", "an object where text is due")
"""Its reader takes no nested values for text; what reads those in its place gives other text for them."""


def make_recorded_lake(layout: Layout, most_days: int | None = None) -> None:
    """Days of a recorded export, all or the first few, and two more: of recorded pages of all, and of examples."""
    exported = _rows_by_day(exported_rows("corpus/export/acme.json.gz"))
    for day, rows in sorted(exported.items())[:most_days]:
        if day not in (_PAGES_DAY, DAY):
            save_window(layout, "org/acme", rows, day=day)
    pages = data_from(f"corpus/pages/all_{_PAGES_DAY}.json.gz")
    shown = [entry for page in pages for entry in page["logs"]]
    save_window(layout, "all", _rows_by_day(shown)[_PAGES_DAY], day=_PAGES_DAY)
    save_window(layout, "all", [at_second(each, second) for second, each in enumerate(_examples())])


def _rows_by_day(entries: list[dict[str, Any]]) -> dict[date, list[Row]]:
    by_day: defaultdict[date, list[Row]] = defaultdict(list)
    for line in lines_from_entries(entries):
        read = row_from_line(line)
        by_day[date.fromisoformat(read.occurred_at[:10])].append(read)
    return by_day


def _examples() -> list[Row]:
    agents = [
        row(metadata={key: agent}) for agent in AGENTS for key in ("user-agent", "useragent", "user_agent")
    ]
    hostile = [row(metadata=text) for name, text in HOSTILE_DETAILS.items() if name not in _NOT_FOR_POLARS]
    told = [example for examples in (ACTORS, TARGETS) for example, _ in examples.values()]
    return [*told, *agents, *hostile]


def main() -> None:
    """Make one of the lakes."""
    which, folder, *events = sys.argv[1:]
    layout = Layout(Path(folder))
    if which == "recorded":
        make_recorded_lake(layout)
    else:
        draw_day(layout, LAST_DAY, int(*events), seed=1)


if __name__ == "__main__":
    main()
