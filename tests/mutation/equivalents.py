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


EQUIVALENTS = (
    Equivalent(EVERY, "*: 1 -> 0 in 1:*", "lists begin at 1: a slice from 0 begins there too"),
    Equivalent("QD-04", "deeds: day = $day dropped", "who acted the day before has not rested"),
    Equivalent(
        "QD-04", "rests: LEFT JOIN covered_days * -> inner", "without a covered day no rest is long enough"
    ),
    Equivalent("QD-05", "near_hours: 24 -> 48 in (24)", "the hours of a day go round"),
    Equivalent("QD-09", "made: day <= $day dropped", "every use of it looks at one day, or before it"),
    Equivalent(
        "QD-09", "bursts: day >= $day - 1 dropped", "an hour before today's begins the day before at most"
    ),
    Equivalent("QD-09", "bursts: 1 -> 2 in $day - 1", "an hour before today's begins the day before at most"),
    Equivalent("QD-11", "renewals: day >= $day - 1 dropped", "used today and within a day: not made earlier"),
    Equivalent("QD-11", "renewals: 1 -> 2 in $day - 1", "used today and within a day: not made earlier"),
    Equivalent("QD-12", "pulls: day = $day dropped", "what was pulled the day before is known"),
    Equivalent("QD-12", "pulls: credential_kind <> 'anonymous' dropped", "nobody is no holder who is known"),
    Equivalent(
        "QD-12",
        "known_repositories: credential LIKE * dropped",
        "of other credentials no holder is called so",
    ),
    Equivalent(
        "QD-12", "holders: credential_kind = * dropped", "of other credentials no repository is listed"
    ),
    Equivalent(
        "QD-15", "excesses: version_days.day >= $day - 13 dropped", "nothing before exceeds the most before"
    ),
    Equivalent("QD-15", "excesses: 13 -> 26 in $day - 13", "nothing before exceeds the most before"),
    Equivalent(
        "QD-16", "visibility_changes: day >= $day - 1 dropped", "what turned earlier has settled by midnight"
    ),
    Equivalent(
        "QD-16", "visibility_changes: 1 -> 2 in $day - 1", "what turned earlier has settled by midnight"
    ),
    Equivalent(
        "QD-17", "likenesses: exports.day = $day dropped", "a destination is like the same names on every day"
    ),
    Equivalent(
        "QD-18", "pushed_repositories: day = $day dropped", "what was pushed to the day before is a habit"
    ),
    Equivalent("QD-20", "known_hosts: NOT host_name IS NULL dropped", "no host equals one that is not named"),
    Equivalent(
        "QD-20", "compared_changes: changes.day <= $day dropped", "what is taken back today was done before"
    ),
    Equivalent("QD-25", "key_acts: day <= $day dropped", "every use of it looks at one day, or before it"),
    Equivalent("QD-25", "key_acts: 1e12 -> *", "a key without an end outlasts any limit"),
    Equivalent(
        "QD-27",
        "scored_*: *spread > *expected -> *spread >= *",
        "as many as expected bring no points either way",
    ),
    Equivalent("QD-27", "scored_*: 0 -> 1 in CASE *", "one point is less than any signal needs"),
    Equivalent(
        "QD-27", "scored_*: failure_count >= $min_tries dropped", "fewer bring less than a signal needs"
    ),
    Equivalent(
        "QD-27", "scored_*: failure_count >= * -> * > $min_tries", "so few bring less than a signal needs"
    ),
    Equivalent(
        "QD-28",
        "scored_*: *count > *expected -> *count >= *",
        "as many as expected bring no points either way",
    ),
    Equivalent(
        "QD-29", "timed_acts: INNER JOIN * -> left", "an hour of which nothing is known is no surprise"
    ),
    Equivalent("QD-30", "params: default_seconds = *", "what is short is shorter than any of these"),
    Equivalent(
        "QD-31", "weighed_gaps: INNER JOIN * -> left", "a gap of which nothing is known is never strange"
    ),
)


def equivalents_among(
    detection: Detection, mutants: Iterable[Mutant], table: Iterable[Equivalent] = EQUIVALENTS
) -> list[Mutant]:
    """Those of the mutants that the table names."""
    said = [each.said for each in table if fnmatchcase(detection.id, each.detection_id)]
    return [mutant for mutant in mutants if any(fnmatchcase(str(mutant), pattern) for pattern in said)]
