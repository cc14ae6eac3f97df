"""Exports against pages, over the same rows in one run: what they cost the server, and what the client.

    BENCH_ROWS=1000000 python -m tests.benchmarks.bench_routes

The server answers at full speed and adds up what a real one would have spent: 0.3 s of CPU for every request with a
token, and exported rows at 2,900 a second. The wall clock follows from that: two cores share the requests, one worker
makes one export after the other and looks for work once a minute.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pipeline.demo.fakequay.meter import OAUTH_REQUEST_SECONDS
from pipeline.extract.routes import Route
from tests.benchmarks.processes import ROOT, rows_from_environment

SERVER_CORES = 2
POLL_SECONDS = 60.0
ORDERS_AT_ONCE = 20


def measure(rows: int, days: int, routes: tuple[Route, ...] = (Route.EXPORT, Route.PAGES)) -> dict[str, Any]:
    """The figures of each route, and their ratios. Units: seconds; bytes."""
    with served_registry(rows, days) as (url, costs), tempfile.TemporaryDirectory() as folder:
        found = {}
        before = next(costs)
        for route in routes:
            figures = _client(url, route, Path(folder) / route, days)
            after = next(costs)
            spent = {name: after[name] - before[name] for name in after}
            before = after
            found[route.value] = figures | spent | {"simulated_wall_seconds": _wall_seconds(spent)}
    result: dict[str, Any] = {"rows": rows, "days": days, "server_cores": SERVER_CORES, "routes": found}
    if len(found) == 2:
        one, other = (found[route.value] for route in (Route.PAGES, Route.EXPORT))
        result["pages_to_exports"] = {
            name: one[name] / other[name]
            for name in ("server_seconds", "simulated_wall_seconds", "client_cpu_seconds")
        }
    return result


def _wall_seconds(spent: dict[str, float]) -> float:
    """Requests share the cores; exports wait for the worker's next look, and then for each other."""
    requests = spent["oauth_requests"] * OAUTH_REQUEST_SECONDS
    exporting = spent["server_seconds"] - requests
    looks = -(-spent["exports"] // ORDERS_AT_ONCE)
    return requests / SERVER_CORES + exporting + looks * POLL_SECONDS


def _client(url: str, route: Route, lake: Path, days: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.route_client", url, route.value, str(lake)]
    done = subprocess.run(
        [*command, "--days", str(days)], cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@contextmanager
def served_registry(rows: int, days: int, *options: str) -> Iterator[tuple[str, Iterator[dict[str, float]]]]:
    """A server for the block: its address, and what it has cost so far as often as that is asked."""
    command = [sys.executable, "-m", "tests.benchmarks.registry_server"]
    with subprocess.Popen(
        [*command, "--rows", str(rows), "--days", str(days), *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip(), _costs(process.stdin, process.stdout)
        process.stdin.close()


def _costs(questions: IO[str], answers: IO[str]) -> Iterator[dict[str, float]]:
    while True:
        questions.write("\n")
        questions.flush()
        yield json.loads(answers.readline())


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=rows_from_environment())
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--route", type=Route, action="append", choices=[Route.EXPORT, Route.PAGES])
    asked = parser.parse_args()
    routes = tuple(asked.route or (Route.EXPORT, Route.PAGES))
    print(json.dumps(measure(asked.rows, asked.days, routes), indent=2))


if __name__ == "__main__":
    main()
