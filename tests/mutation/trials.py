"""Mutants on trial: a case that goes otherwise than it says has noticed one, and that mutant is dead."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import duckdb

from pipeline.detect.rules import Detection, Example
from pipeline.detect.trial import complaints_about, mount_case, run_case
from pipeline.errors import QuayAuditError
from pipeline.warehouse.given import GivenBench
from tests.mutation.mutants import Breeding, Mutant

WHOLE_SHARE = 0.9
"""The share of all mutants that the cases notice, at least."""
EACH_SHARE = 0.8
"""The same of each detection."""


class Trial(NamedTuple):
    """How the mutants of one detection fared, but those that are listed as equivalent.

    `failing` are cases that fail without a wrong, which prove nothing; `unequal` are mutants that are listed as
    equivalent and were noticed all the same.
    """

    detection_id: str
    tried: Sequence[Mutant]
    survivors: Sequence[Mutant]
    failing: Sequence[str]
    unequal: Sequence[Mutant] = ()

    @property
    def killed_share(self) -> float:
        """The share of mutants that a case noticed."""
        return 1 - len(self.survivors) / len(self.tried)


def try_mutants(bench: GivenBench, breeding: Breeding, mutants: Sequence[Mutant]) -> Trial:
    """Every mutant over every case of the detection, until one notices it. A case is mounted once for all."""
    alive, failing = list(mutants), []
    written = {id(mutant): breeding.written(mutant) for mutant in mutants}
    original = breeding.original()
    for example in original.cases:
        if not alive:
            break
        mount_case(bench, original, example)
        if is_noticed(bench, original, example):
            failing.append(example.name)
        else:
            alive = [mutant for mutant in alive if not is_noticed(bench, written[id(mutant)], example)]
    return Trial(original.id, mutants, alive, failing)


def without(trial: Trial, equivalents: Sequence[Mutant]) -> Trial:
    """The trial, and whether those that are listed as equivalent went as that says."""
    listed, alive = set(map(str, equivalents)), set(map(str, trial.survivors))
    return trial._replace(
        tried=[mutant for mutant in trial.tried if str(mutant) not in listed],
        survivors=[mutant for mutant in trial.survivors if str(mutant) not in listed],
        unequal=[mutant for mutant in equivalents if str(mutant) not in alive],
    )


def is_noticed(bench: GivenBench, mutant: Detection, example: Example) -> bool:
    """Whether the case that is mounted goes otherwise than it says, or the query fails."""
    try:
        return bool(complaints_about(run_case(bench, mutant, example), example.fires))
    except (QuayAuditError, duckdb.OutOfMemoryException):
        return True


def killed_share(trials: Iterable[Trial]) -> float:
    """The share over all."""
    trials = list(trials)
    return 1 - sum(len(trial.survivors) for trial in trials) / sum(len(trial.tried) for trial in trials)
