"""Every mutant of every detection: the share that their cases notice, and each that they do not.

    python -m tests.mutation                 all of them (some minutes)
    python -m tests.mutation QD-12 QD-29     those of two

Exit status 1 where too few are noticed, or a case fails, or one is noticed that is listed as equivalent.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from pipeline.detect.rules import read_detections
from pipeline.detect.trial import trial_bench
from tests.detecting import SQL
from tests.mutation.equivalents import equivalents_among
from tests.mutation.mutants import Breeding
from tests.mutation.trials import EACH_SHARE, WHOLE_SHARE, Trial, killed_share, try_mutants, without


def trial_of(detection_id: str) -> Trial:
    """All the mutants of one detection, tried."""
    (detection,) = read_detections(SQL, [detection_id])
    breeding = Breeding(detection)
    mutants = breeding.mutants()
    with trial_bench(SQL) as bench:
        return without(try_mutants(bench, breeding, mutants), equivalents_among(detection, mutants))


def line(name: str, trials: Sequence[Trial]) -> str:
    """One row of the table."""
    tried = sum(len(trial.tried) for trial in trials)
    alive = sum(len(trial.survivors) for trial in trials)
    return f"{name:<8}{tried:>8}{tried - alive:>8}{alive:>8}{killed_share(trials):>8.1%}"


def main() -> int:
    """Print the table, and below each detection its survivors."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("id", nargs="*", help="detections (default: all)")
    ids = [detection.id for detection in read_detections(SQL, parser.parse_args().id)]
    trials = []
    print(f"{'':<8}{'mutants':>8}{'killed':>8}{'alive':>8}{'share':>8}")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for trial in pool.map(trial_of, ids):
            trials.append(trial)
            print(line(trial.detection_id, [trial]))
            for case in trial.failing:
                print(f"    FAILS AS IT IS: {case}")
            for mutant in trial.unequal:
                print(f"    NO EQUIVALENT: {mutant}")
            for survivor in trial.survivors:
                print(f"    {survivor}")
            sys.stdout.flush()
    print(line("all", trials))
    is_each = all(
        trial.killed_share >= EACH_SHARE and not trial.failing and not trial.unequal for trial in trials
    )
    return 0 if is_each and killed_share(trials) >= WHOLE_SHARE else 1


if __name__ == "__main__":
    sys.exit(main())
