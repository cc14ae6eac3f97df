"""The promise of the cases: made wrong in any place, a detection fails one of its own.

A few mutants of each detection, drawn by what they say; `make mutants` tries all of them and names the survivors.
"""

import pytest

from pipeline.detect.rules import read_detections
from pipeline.detect.trial import trial_bench
from tests.detecting import SQL
from tests.mutation.equivalents import equivalents_among
from tests.mutation.mutants import Breeding, sample
from tests.mutation.trials import Trial, killed_share, try_mutants

DRAWN = 6
SAMPLE_SHARE = 0.86
"""Of a sample, which may be an unlucky one; what holds of all is in `tests.mutation`."""

HALVES = 2
IDS = [detection.id for detection in read_detections(SQL)]


@pytest.mark.slow
@pytest.mark.parametrize("half", range(HALVES))
def test_the_cases_notice_nearly_every_wrong_that_is_done_to_a_detection(half: int) -> None:
    trials = [trial_of(detection_id) for detection_id in IDS[half::HALVES]]
    print("\n".join(f"{trial.detection_id} {mutant}" for trial in trials for mutant in trial.survivors))
    assert [(trial.detection_id, trial.failing) for trial in trials if trial.failing] == []
    assert killed_share(trials) >= SAMPLE_SHARE


def trial_of(detection_id: str) -> Trial:
    """The mutants drawn of one detection, tried."""
    (detection,) = read_detections(SQL, [detection_id])
    breeding = Breeding(detection)
    mutants = breeding.mutants()
    equivalents = set(map(str, equivalents_among(detection, mutants)))
    drawn = sample(detection, [mutant for mutant in mutants if str(mutant) not in equivalents], DRAWN)
    with trial_bench(SQL) as bench:
        return try_mutants(bench, breeding, drawn)
