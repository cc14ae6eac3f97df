"""Promises of the mutants: each has one wrong, none is forgotten, and a case that tells right from wrong kills it."""

from collections.abc import Iterator

import pytest
import sqlglot

from pipeline.detect.rules import Detection, detection_from_text, read_detections
from pipeline.detect.trial import trial_bench
from pipeline.warehouse.given import GivenBench
from tests.detecting import SQL, SWEEP
from tests.mutation.changes import DIALECT
from tests.mutation.equivalents import EQUIVALENTS, EVERY, equivalents_among
from tests.mutation.mutants import Breeding, Mutant, sample
from tests.mutation.trials import try_mutants

QUERY = """\
select
    name,
    count(case when is_new then 1 end) as new_count,
    case when points >= $least then 'high' else 'low' end as severity
from acts
left join homes on acts.name = homes.name
where acts.day = 7 and (acts.kind in ('a', 'b') or not acts.is_old) and homes.name is null
group by all
"""
EXPECTED = {
    "acts.day = 7 -> acts.day <> 7",
    "acts.day = 7 dropped",
    "points >= $least -> points > $least",
    "points >= $least -> points < $least",
    "homes.name IS NULL -> not",
    "homes.name IS NULL dropped",
    "NOT acts.is_old -> acts.is_old",
    "NOT acts.is_old dropped",
    "'a' dropped from acts.kind IN ('a', 'b')",
    "'b' dropped from acts.kind IN ('a', 'b')",
    "acts.kind IN ('a', 'b') -> not",
    "or in acts.day = 7 AND (acts.kind IN ('a', 'b') OR NOT acts.is_old)",
    "and in acts.kind IN ('a', 'b') OR NOT acts.is_old",
    "always 1 in CASE WHEN is_new THEN 1 END",
    "always 'high' in CASE WHEN points >= $least THEN 'high' ELSE 'low' END",
    "never 'high' in CASE WHEN points >= $least THEN 'high' ELSE 'low' END",
    "LEFT JOIN homes ON acts.name = homes.name -> inner",
    "on acts.name = homes.name dropped",
    "7 -> 14 in acts.day = 7",
    "7 -> 3 in acts.day = 7",
    "least = 3 -> 6",
    "least = 3 -> 1",
}


@pytest.fixture(scope="module")
def sweep() -> Detection:
    return detection_from_text("qd91_sweep", SWEEP)


@pytest.fixture(scope="module")
def bench() -> Iterator[GivenBench]:
    with trial_bench(SQL) as bench:
        yield bench


def said_of(detection: Detection) -> set[str]:
    return {mutant.said for mutant in Breeding(detection).mutants()}


def test_every_comparison_condition_list_join_and_number_has_its_mutants(sweep: Detection) -> None:
    text = SWEEP[: SWEEP.index("with known")] + QUERY + SWEEP[SWEEP.index("-- [[cases]]") :]
    assert said_of(detection_from_text("qd91_sweep", text)) >= EXPECTED


def test_no_two_mutants_have_one_name_and_none_is_the_query_itself(sweep: Detection) -> None:
    breeding = Breeding(sweep)
    mutants = breeding.mutants()
    assert len(set(map(str, mutants))) == len(mutants) > 30
    written = {(each.query, str(each.params)) for each in map(breeding.written, mutants)}
    assert (breeding.original().query, str(sweep.params)) not in written


def test_a_mutant_differs_in_one_place_and_leaves_the_others_alone(sweep: Detection) -> None:
    breeding = Breeding(sweep)
    before = breeding.original().query
    for mutant in breeding.mutants():
        sqlglot.parse_one(breeding.written(mutant).query, dialect=DIALECT)
    assert breeding.original().query == before


def test_a_case_that_tells_right_from_wrong_kills_and_one_that_does_not_spares(
    bench: GivenBench, sweep: Detection
) -> None:
    mutants = Breeding(sweep).mutants()
    trial = try_mutants(bench, Breeding(sweep), mutants)
    alive = {mutant.said for mutant in trial.survivors}
    assert not trial.failing
    assert 0.5 < trial.killed_share < 1
    assert "int_acts.day = $day -> int_acts.day <> $day" not in alive
    # No case has a scanner.
    assert any("'scanner'" in said for said in alive)


def test_a_case_that_fails_without_a_wrong_is_named_and_kills_nobody(
    bench: GivenBench, sweep: Detection
) -> None:
    text = SWEEP.replace("score = 80.0", "score = 81.0")
    breeding = Breeding(detection_from_text("qd91_sweep", text))
    trial = try_mutants(bench, breeding, breeding.mutants()[:3])
    assert trial.failing == ["four repositories at once"]


def test_the_same_are_drawn_whatever_else_there_is(sweep: Detection) -> None:
    mutants = Breeding(sweep).mutants()
    drawn = sample(sweep, mutants, 5)
    assert drawn == sample(sweep, list(reversed(mutants)), 5)
    others: list[Mutant] = [mutant for mutant in mutants if mutant not in drawn]
    assert sample(sweep, [*drawn, *others[:7]], 5) == drawn


def test_every_equivalent_is_a_mutant_of_today_and_says_why() -> None:
    named = {each.detection_id for each in EQUIVALENTS}
    met = set()
    for detection in read_detections(SQL, sorted(named - {EVERY})):
        mutants = Breeding(detection).mutants()
        met |= {each for each in EQUIVALENTS if equivalents_among(detection, mutants, [each])}
    assert set(EQUIVALENTS) - met == set()
    assert all(each.reason for each in EQUIVALENTS)
