"""Mutants that no case can notice, and why not: they say the same as the query, in other words."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from pipeline.detect.rules import Detection
from tests.mutation.mutants import Mutant

EVERY = "QD-*"


class Equivalent(NamedTuple):
    """`said` is what the mutant says, with its place; `*` stands for anything, `#` marks nothing."""

    detection_id: str
    said: str
    reason: str


EQUIVALENTS = (Equivalent(EVERY, "*: 1 -> 0 in 1:*", "lists begin at 1: a slice from 0 begins there too"),)


def equivalents_among(
    detection: Detection, mutants: Iterable[Mutant], table: Iterable[Equivalent] = EQUIVALENTS
) -> list[Mutant]:
    """Those of the mutants that the table names."""
    said = [each.said for each in table if fnmatchcase(detection.id, each.detection_id)]
    return [mutant for mutant in mutants if any(fnmatchcase(str(mutant), pattern) for pattern in said)]
