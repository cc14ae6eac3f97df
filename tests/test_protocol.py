"""Promises of the protocol: what counts as found, at what price, how soon; and that the report says just that."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.figures import Figures
from pipeline.demo.scenarios.protocol import (
    BUDGETS,
    Finding,
    Trial,
    judge,
    median_hours,
    noise_interval,
    ranked_by_day,
    rate,
    recall,
    share_within,
)
from pipeline.demo.scenarios.report import markdown_from_figures, tables_from_figures, text_from_figures
from pipeline.demo.scenarios.rivals import FOREST, Z_OR_NETWORK, Z_SCORE, Activity, flagged, rivals
from pipeline.demo.scenarios.totals import figures_from_results
from pipeline.demo.scenarios.trials import PRODUCT, SeedResult, ShiftResult

DAY = date(2026, 3, 3)
DAYS = [DAY + timedelta(days=n) for n in range(5)]


def moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def attack(
    subject: str = "user:alice", first: date = DAY, last: date = DAY, family: str = "theft"
) -> Injection:
    return Injection(family, "overt", frozenset({subject}), moment(first, 6), moment(last, 18), ())


def finding(subject: str, day: date = DAY, score: float = 60.0, *, is_collective: bool = False) -> Finding:
    return Finding(day, score, f"{day} {subject}", frozenset({subject}), is_collective)


def tried(findings: list[Finding], *injections: Injection) -> Trial:
    return judge(1, "overt", PRODUCT, findings, injections, DAYS)


def test_a_finding_that_names_a_subject_within_its_days_finds_the_attack() -> None:
    trial = tried([finding("user:alice")], attack())
    assert trial.outcomes[0].found_on(1) == DAY
    assert sum(trial.noise.values()) == 0


@pytest.mark.parametrize(("late", "is_found"), [(-1, False), (0, True), (1, True), (2, False)])
def test_the_day_after_the_end_still_counts_and_no_other(late: int, is_found: bool) -> None:
    found_on = DAYS[1] + timedelta(days=late)
    trial = tried([finding("user:alice", found_on)], attack(first=DAYS[1], last=DAYS[1]))
    assert (trial.outcomes[0].found_on(1) is not None) == is_found
    assert sum(trial.noise.values()) == (not is_found)


def test_a_finding_about_somebody_else_is_noise_on_its_day() -> None:
    trial = tried([finding("user:bob", DAYS[2])], attack())
    assert trial.outcomes[0].hits == ()
    assert trial.noise == {day: int(day == DAYS[2]) for day in DAYS}
    assert trial.noise_per_day == 1 / len(DAYS)


def test_who_looks_at_few_cases_misses_what_ranks_below() -> None:
    others = [finding(f"user:{n}", score=90.0 + n) for n in range(3)]
    outcome = tried([finding("user:alice", score=80.0), *others], attack()).outcomes[0]
    assert [outcome.found_on(budget) is not None for budget in (1, 3, 4, 5)] == [False, False, True, True]


def test_a_later_day_with_fewer_cases_finds_what_the_first_day_hid() -> None:
    crowd = [finding(f"user:{n}", score=90.0) for n in range(3)]
    outcome = tried([*crowd, finding("user:alice"), finding("user:alice", DAYS[1])], attack()).outcomes[0]
    assert outcome.found_on(1) == DAYS[1]
    assert outcome.found_on(4) == DAYS[0]
    assert outcome.days_to_detect(1) == 1


def test_hours_run_from_the_first_act_to_the_end_of_the_day_that_shows_it() -> None:
    outcome = tried([finding("user:alice")], attack()).outcomes[0]
    assert outcome.hours_to_detect(1) == 18.0
    assert median_hours([outcome], 1) == 18.0
    missed = tried([], attack()).outcomes[0]
    assert missed.hours_to_detect(1) is None
    assert median_hours([missed], 1) is None


def test_early_means_of_all_attacks_not_of_those_found() -> None:
    outcomes = tried([finding("user:alice")], attack(), attack("user:bob")).outcomes
    assert share_within(outcomes, 5, 0).share == 0.5


def test_an_information_neither_finds_an_attack_nor_is_a_case() -> None:
    trial = tried([finding("user:alice", is_collective=True)], attack())
    assert trial.outcomes[0].hits == ()
    assert sum(trial.noise.values()) == 0
    assert sum(trial.information.values()) == 1


def test_one_finding_may_explain_two_attacks_on_one_subject() -> None:
    outcomes = tried([finding("user:alice")], attack(), attack(family="sweep")).outcomes
    assert recall(outcomes, 1).found == 2


findings_of_days = st.lists(
    st.builds(
        finding,
        st.sampled_from([f"user:{name}" for name in "abcdef"]),
        st.sampled_from(DAYS),
        st.sampled_from([50.0, 60.0, 70.0]),
    ),
    unique_by=lambda each: each.name,
)


@given(findings_of_days)
def test_recall_never_falls_when_more_cases_are_looked_at(findings: list[Finding]) -> None:
    outcomes = tried(findings, attack("user:a"), attack("user:b", last=DAYS[3])).outcomes
    found = [recall(outcomes, budget).found for budget in BUDGETS]
    assert found == sorted(found)


@given(findings_of_days, st.randoms())
def test_the_order_in_which_findings_come_changes_nothing(findings: list[Finding], rng: Random) -> None:
    shuffled = rng.sample(findings, len(findings))
    assert ranked_by_day(shuffled) == ranked_by_day(findings)
    assert tried(shuffled, attack("user:a")) == tried(findings, attack("user:a"))


@given(findings_of_days)
def test_every_finding_is_explained_or_noise(findings: list[Finding]) -> None:
    trial = tried(findings, attack("user:a", last=DAYS[-1]))
    explained = sum(each.subjects == {"user:a"} for each in findings)
    assert explained + sum(trial.noise.values()) == len(findings)


def test_intervals_are_those_of_wilson() -> None:
    # Newcombe 1998, table I: 81 of 263, and 15 of 148.
    assert [round(each, 4) for each in rate(81, 263)[2:]] == [0.2553, 0.3662]
    assert [round(each, 4) for each in rate(15, 148)[2:]] == [0.0624, 0.1605]
    assert rate(0, 0)[2:] == (0.0, 1.0)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_a_share_lies_within_its_interval(counts: tuple[int, int]) -> None:
    found = rate(*counts)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.low == 0 or counts[0] > 0


def test_noise_is_a_mean_over_worlds_with_their_spread() -> None:
    quiet, loud = tried([]), tried([finding("user:bob")] + [finding("user:eve", day) for day in DAYS])
    mean, low, high = noise_interval([quiet, loud])
    assert mean == pytest.approx(0.6)
    assert low == 0.0 < mean < high
    assert noise_interval([quiet])[0] == 0.0 < noise_interval([quiet])[2]


def counts_of(day: date, events: int, network: str, name: str = "alice") -> tuple[object, ...]:
    return (day, f"password_or_session:{name}", f"user:{name}", *[events] * 9, [network])


@pytest.fixture
def activity() -> Activity:
    """Six people who do the same every day; on the last, one does ten times as much and one comes from elsewhere."""
    start = DAY - timedelta(days=28)
    rows = []
    for number, name in enumerate(("alice", "bob", "carol", "dave", "erin", "frank")):
        rows += [
            counts_of(start + timedelta(days=n), 10 + (n + number) % 3, "192.0.2.0/24", name)
            for n in range(28)
        ]
        events = 100 if name == "alice" else 11
        network = "198.51.100.0/24" if name == "bob" else "192.0.2.0/24"
        rows.append(counts_of(DAY, events, network, name))
    return Activity(rows)


def test_each_rival_finds_what_it_looks_for(activity: Activity) -> None:
    found = rivals(activity, [DAY], seed=1)
    assert found.keys() == {Z_SCORE, FOREST, Z_OR_NETWORK}
    for name in (Z_SCORE, FOREST):
        assert "user:alice" in ranked_by_day(found[name])[DAY][0].subjects, name
    assert {frozenset({"user:alice"}), frozenset({"user:bob"})} == {
        each.subjects for each in found[Z_OR_NETWORK]
    }


def test_what_rivals_raise_by_themselves_is_part_of_what_they_rank(activity: Activity) -> None:
    ranked = rivals(activity, [DAY], seed=1)
    raised = flagged(ranked)
    assert [each.subjects for each in raised[Z_SCORE]] == [{"user:alice"}]
    assert all(set(raised[name]) <= set(ranked[name]) for name in ranked)


def test_rivals_say_nothing_about_those_they_hardly_know() -> None:
    rows = [counts_of(DAY - timedelta(days=n), 10, "192.0.2.0/24") for n in range(4)]
    found = rivals(Activity(rows), [DAY], seed=1)
    assert found[Z_SCORE] == found[Z_OR_NETWORK] == []


def results() -> list[SeedResult]:
    """Two seeds in which the product finds one attack of two, by one detection alone."""
    made = []
    for seed in (1, 2):
        result = SeedResult(seed, digests={"clean": "a", "overt": "b"}, seconds={"detect": 2.0})
        attacks = [attack(), attack("user:bob")]
        for detector, findings in ((PRODUCT, [finding("user:alice"), finding("user:zoe")]), (Z_SCORE, [])):
            result.trials.append(judge(seed, "clean", detector, findings[1:], [], DAYS))
            result.trials.append(judge(seed, "overt", detector, findings, attacks, DAYS))
        for name, findings in ((PRODUCT, [finding("user:alice")]), ("QD-12", [])):
            result.ablations.append(judge(seed, "overt", name, findings, attacks, DAYS))
        made.append(result)
    return made


@pytest.fixture
def figures() -> Figures:
    shifts = [ShiftResult("proxy collapse", DAY, 1, 3, ("one", "two"))]
    return figures_from_results(results(), shifts, ("overt", "b"), 3.0)


def test_figures_add_the_seeds_up(figures: Figures) -> None:
    assert figures.attacks == {"overt": 4}
    assert figures.recall["overt"][PRODUCT][5].found == 2
    assert figures.recall["overt"][Z_SCORE][10].share == 0.0
    assert figures.cases_a_day["clean"][PRODUCT].mean == 0.2
    assert figures.families["overt"]["theft"].attacks == 4
    assert figures.ablation["QD-12"].attacks_lost == {"overt": 2}
    assert figures.seconds == {"detect": 4.0}
    assert figures.is_identical


def test_what_is_missed_is_named_with_its_best_rank(figures: Figures) -> None:
    assert [(each.seed, each.subjects, each.best_rank) for each in figures.missed] == [
        (1, ("user:bob",), None),
        (2, ("user:bob",), None),
    ]
    crowd = [finding(f"user:{n}", score=90.0) for n in range(6)]
    late = SeedResult(1, trials=[tried([*crowd, finding("user:alice")], attack())])
    assert [each.best_rank for each in figures_from_results([late]).missed] == [7]


def test_lines_say_what_is_reached_and_what_is_not(figures: Figures) -> None:
    met = {line.name: line.is_met for line in figures.lines}
    assert met == {
        "overt: recall at 5 cases a day": False,
        "overt: families with 40 attacks or more": False,
        "cases a day when nothing is wrong": True,
        "shift: proxy collapse": False,
        "cases of a seed made twice": True,
    }


def test_other_bytes_of_the_same_seed_are_told() -> None:
    figures = figures_from_results(results(), again=("overt", "c"))
    assert figures.is_identical is False
    assert "other bytes" in text_from_figures(figures)


def test_figures_do_not_depend_on_which_seed_was_ready_first() -> None:
    assert figures_from_results(results()[::-1]) == figures_from_results(results())


def test_a_report_shows_every_figure_in_both_forms(figures: Figures) -> None:
    text, markdown = text_from_figures(figures), markdown_from_figures(figures)
    for table in tables_from_figures(figures):
        assert table.title in text
        assert f"### {table.title}\n" in markdown
        for row in table.rows:
            assert f"| {' | '.join(row)} |" in markdown
            assert all(cell in text for cell in row)
    assert "NOT REACHED" in text


def test_figures_survive_a_trip_through_json(figures: Figures, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    file.write_bytes(msgspec.json.encode(figures))
    assert msgspec.json.decode(file.read_bytes(), type=Figures) == figures
