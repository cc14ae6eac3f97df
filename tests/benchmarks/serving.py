"""A history served at full speed, and the extract of it by the command line as it is installed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.history import LAST_DAY, History
from tests.benchmarks.processes import Usage, run_beside, run_measured


class Served:
    """A history that is being served: where, and what was asked for since the last question."""

    def __init__(self, history: History, url: str, tallies: Iterator[dict[str, Any]]) -> None:
        self.history = history
        self.url = url
        self.since, self.until = history.first_day.isoformat(), LAST_DAY.isoformat()
        self._tallies = tallies

    def requests(self) -> dict[str, Any]:
        """The tally of requests since the last question."""
        return next(self._tallies)


@contextmanager
def served(rows: int, rows_a_day: int) -> Iterator[Served]:
    """A server for the block."""
    sizes = ("--rows", str(rows), "--rows-a-day", str(rows_a_day))
    with run_beside("tests.benchmarks.server", *sizes) as (questions, answers):

        def tallies() -> Iterator[dict[str, Any]]:
            while True:
                questions.write("\n")
                questions.flush()
                yield json.loads(answers.readline())

        yield Served(History(rows, rows_a_day), answers.readline().strip(), tallies())


def extract(target: Served, folder: Path, *options: str) -> tuple[dict[str, Any], Usage]:
    """One extract by the command line into a new lake; gives its summary."""
    output, usage = run_measured(
        "pipeline",
        *("extract", "--quiet", "--json", "--url", target.url, "--lake", str(folder / "lake")),
        *("--scope", "org/acme", "--since", target.since, "--until", target.until, "--route", "pages"),
        *options,
        folder=folder,
        variables={"QUAY_AUDIT_TOKEN": "benchmark", "XDG_CONFIG_HOME": str(folder)},
    )
    summary: dict[str, Any] = json.loads(output)
    return summary, usage
