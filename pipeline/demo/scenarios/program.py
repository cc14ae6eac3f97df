"""The evaluation: attacks on seeded registries, through the whole product, and what is found of them.

    python -m pipeline.demo.scenarios --seeds 8                          everything, as `make eval` runs it
    python -m pipeline.demo.scenarios --seeds 1 --pack camouflaged       one seed, one pack
    python -m pipeline.demo.scenarios --family "private sweep" --no-shifts

The report goes to stdout; --json FILE and --markdown FILE write it as well; progress goes to stderr.
"""

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pipeline.bundle import bundled
from pipeline.demo.scenarios.attacks import FAMILIES, PACKS
from pipeline.demo.scenarios.figures import Figures
from pipeline.demo.scenarios.report import markdown_from_figures, text_from_figures
from pipeline.demo.scenarios.totals import figures_from_results
from pipeline.demo.scenarios.trials import (
    Plan,
    SeedResult,
    ShiftResult,
    Stopwatch,
    run_again,
    run_seed,
    run_shifts,
)
from pipeline.lake.files import write_bytes

FIRST_SEED = 1


@dataclass
class _Done:
    """What has come back so far."""

    seeds: list[SeedResult] = field(default_factory=list)
    shifts: list[ShiftResult] = field(default_factory=list)
    again: tuple[str, str] | None = None


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


_WATCH = Stopwatch(time.monotonic, time.process_time, _tell)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; 0 where everything that was asked for is reached, 1 where not."""
    options = _parser().parse_args(arguments)
    with _folder(options.keep) as folder:
        # A copy: whoever edits a query during a run does not change what is measured.
        sql = shutil.copytree(bundled("sql"), folder / "sql")
        families = tuple(options.family or FAMILIES)
        packs = tuple(options.pack or PACKS)
        plan = Plan(folder, sql, _WATCH, options.days, packs, families, bool(options.keep))
        figures = _evaluate(plan, options)
    sys.stdout.write(text_from_figures(figures))
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")
    if options.markdown:
        options.markdown.write_text(markdown_from_figures(figures))
    return 0 if all(line.is_met for line in figures.lines) else 1


def _evaluate(plan: Plan, options: argparse.Namespace) -> Figures:
    started = _WATCH.wall()
    seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
    done = _Done()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.processes, mp_context=spawn) as pool:
        waiting: dict[Future[object], str] = {}

        def submit(name: str, work: Callable[..., object], *values: object) -> None:
            waiting[pool.submit(work, plan, *values)] = name

        for seed in seeds:
            if kept := _kept_result(options.results, seed):
                done.seeds.append(kept)
            else:
                submit(f"seed {seed}", run_seed, seed)
        if options.again:
            submit(f"seed {FIRST_SEED} again", run_again, FIRST_SEED)
        if options.shifts:
            submit("shifts", run_shifts, FIRST_SEED)
        _collect(waiting, done, started, options.results)
    return figures_from_results(done.seeds, done.shifts, done.again, _WATCH.wall() - started)


def _collect(waiting: dict[Future[object], str], done: _Done, started: float, results: Path | None) -> None:
    """Take what comes back, in whatever order; one that fails stops the evaluation when the others are there."""
    failed = []
    for number, future in enumerate(as_completed(waiting), 1):
        if error := future.exception():
            failed.append(error)
            _tell(f"{waiting[future]} failed: {error!r}")
            continue
        match future.result():
            case SeedResult() as result:
                done.seeds.append(result)
                if results:
                    write_bytes(_result_file(results, result.seed), msgspec.json.encode(result))
            case list() as shifts:
                done.shifts = shifts
            case (str() as world, str() as digest):
                done.again = (world, digest)
        seconds = _WATCH.wall() - started
        _tell(f"{number} of {len(waiting)} done after {seconds:.0f} s: {waiting[future]}")
    if failed:
        raise failed[0]


def _kept_result(results: Path | None, seed: int) -> SeedResult | None:
    if results is None or not _result_file(results, seed).exists():
        return None
    return _decode_result(_result_file(results, seed).read_bytes())


_decode_result = msgspec.json.Decoder(SeedResult).decode


def _result_file(results: Path, seed: int) -> Path:
    return results / f"seed-{seed}.json"


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="quay-audit-evaluation-") as folder:
        yield Path(folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.demo.scenarios",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="how many registries (default: 1)")
    parser.add_argument("--days", type=int, default=90, help="how long each lives (default: 90)")
    parser.add_argument("--pack", action="append", choices=PACKS, help="only this pack; may be repeated")
    parser.add_argument(
        "--family", action="append", choices=tuple(FAMILIES), metavar="NAME", help="only these attacks"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the lakes, in a new folder")
    parser.add_argument(
        "--results",
        type=Path,
        metavar="DIR",
        help="keep what came of each seed there, and take what is there: of the same detections alone",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the report as Markdown")
    parser.add_argument("--no-shifts", dest="shifts", action="store_false", help="leave the shifts out")
    parser.add_argument("--no-again", dest="again", action="store_false", help="make no seed twice")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="how many at once")
    return parser
