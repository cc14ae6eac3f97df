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

DRAWN = 8
SAMPLE_SHARE = 0.85
"""Of a sample; what holds of all is in `tests.mutation`."""

GROUPS = 4


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_cases_notice_nearly_every_wrong_that_is_done_to_a_detection(group: int) -> None:
    trials = [trial_of(detection_id) for detection_id in sorted(IDS)[group::GROUPS]]
    print("\n".join(f"{trial.detection_id} {mutant}" for trial in trials for mutant in trial.survivors))
    assert [(trial.detection_id, trial.failing) for trial in trials if trial.failing] == []
    assert killed_share(trials) >= SAMPLE_SHARE


IDS = [detection.id for detection in read_detections(SQL)]


def trial_of(detection_id: str) -> Trial:
    """The mutants drawn of one detection, tried."""
    (detection,) = read_detections(SQL, [detection_id])
    breeding = Breeding(detection)
    mutants = breeding.mutants()
    equivalents = equivalents_among(detection, mutants)
    drawn = sample(detection, [mutant for mutant in mutants if mutant not in equivalents], DRAWN)
    with trial_bench(SQL) as bench:
        return try_mutants(bench, breeding, drawn)
