"""What the trials of all seeds add up to: pure, the same results give the same figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pipeline.demo.scenarios.figures import (
    AblationFigures,
    FamilyFigures,
    Figures,
    Line,
    Mean,
    Missed,
    Share,
    TimeFigures,
)
from pipeline.demo.scenarios.protocol import (
    BUDGETS,
    JUDGED_AT,
    Outcome,
    Rate,
    Trial,
    median_hours,
    noise_interval,
    recall,
    share_within,
)
from pipeline.demo.scenarios.trials import CLEAN, ITSELF, PRODUCT, SeedResult, ShiftResult

WANTED_RECALL: Final = {"overt": 0.95, "camouflaged": 0.60}
WANTED_CASES_A_DAY: Final = 1.0
WANTED_FAMILIES: Final = 12
WANTED_ATTACKS: Final = 40
MOST_INFORMATION: Final = 1


def figures_from_results(
    results: Sequence[SeedResult],
    shifts: Sequence[ShiftResult] = (),
    again: tuple[str, str] | None = None,
    wall_seconds: float = 0.0,
) -> Figures:
    """Add everything up. `again` is a world of the first seed and the digest of its cases when made once more."""
    results = sorted(results, key=lambda result: result.seed)
    trials = [trial for result in results for trial in result.trials]
    packs = list(dict.fromkeys(trial.world for trial in trials if trial.outcomes))
    product = {pack: _outcomes(trials, pack, PRODUCT) for pack in packs}
    is_identical = None if again is None else results[0].digests[again[0]] == again[1]
    families = {pack: _families(product[pack]) for pack in packs}
    cases_a_day = _cases_a_day(trials)
    return Figures(
        seeds=[result.seed for result in results],
        days_judged=max((len(trial.noise) for trial in trials), default=0),
        entries={f"seed {each.seed} {world}": n for each in results for world, n in each.entries.items()},
        attacks={pack: len(product[pack]) for pack in packs},
        lines=_lines(product, families, cases_a_day, shifts, is_identical),
        recall={pack: _recalls(trials, pack) for pack in packs},
        families=families,
        cases_a_day=cases_a_day,
        information_a_day=_information_a_day(trials),
        time_to_detect={pack: _time_figures(product[pack]) for pack in packs},
        ablation=_ablation([trial for result in results for trial in result.ablations], packs),
        shifts=list(shifts),
        missed=[missed for pack in packs for missed in _missed(product[pack])],
        false_cases=[f"seed {each.seed} {line}" for each in results for line in each.false_cases],
        digests={
            f"seed {each.seed} {world}": text for each in results for world, text in each.digests.items()
        },
        is_identical=is_identical,
        seconds=_sums(result.seconds for result in results),
        cpu_seconds=round(sum(result.cpu_seconds for result in results), 1),
        wall_seconds=round(wall_seconds, 1),
    )


def share_from_rate(rate: Rate) -> Share:
    """The rate, rounded as people read it."""
    return Share(round(rate.share, 4), rate.found, rate.total, round(rate.low, 4), round(rate.high, 4))


def _outcomes(trials: Iterable[Trial], world: str, detector: str) -> list[Outcome]:
    return [
        outcome
        for trial in trials
        if (trial.world, trial.detector) == (world, detector)
        for outcome in trial.outcomes
    ]


def _recalls(trials: Sequence[Trial], pack: str) -> dict[str, dict[int, Share]]:
    detectors = dict.fromkeys(
        trial.detector for trial in trials if trial.world == pack and not trial.detector.endswith(ITSELF)
    )
    return {detector: _by_budget(_outcomes(trials, pack, detector)) for detector in detectors}


def _by_budget(outcomes: Sequence[Outcome]) -> dict[int, Share]:
    return {budget: share_from_rate(recall(outcomes, budget)) for budget in BUDGETS}


def _families(outcomes: Iterable[Outcome]) -> dict[str, FamilyFigures]:
    by_family: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_family[outcome.family].append(outcome)
    return {
        family: FamilyFigures(len(found), _by_budget(found), _rounded(median_hours(found, JUDGED_AT)))
        for family, found in sorted(by_family.items())
    }


def _cases_a_day(trials: Sequence[Trial]) -> dict[str, dict[str, Mean]]:
    """By world and detector; of a rival's ranking without end only what it raises by itself."""
    grouped: defaultdict[str, defaultdict[str, list[Trial]]] = defaultdict(lambda: defaultdict(list))
    for trial in trials:
        if trial.detector == PRODUCT or trial.detector.endswith(ITSELF):
            grouped[trial.world][trial.detector].append(trial)
    return {
        world: {detector: _mean(each) for detector, each in by_detector.items()}
        for world, by_detector in grouped.items()
    }


def _information_a_day(trials: Iterable[Trial]) -> dict[str, Mean]:
    grouped: defaultdict[str, list[float]] = defaultdict(list)
    for trial in trials:
        if trial.detector == PRODUCT:
            grouped[trial.world].append(sum(trial.information.values()) / max(1, len(trial.information)))
    return {
        world: Mean(round(sum(each) / len(each), 3), round(min(each), 3), round(max(each), 3))
        for world, each in grouped.items()
    }


def _time_figures(outcomes: Sequence[Outcome]) -> TimeFigures:
    within = {days: share_from_rate(share_within(outcomes, JUDGED_AT, days)) for days in (0, 1, 3)}
    return TimeFigures(_rounded(median_hours(outcomes, JUDGED_AT)), within)


def _ablation(trials: Sequence[Trial], packs: Sequence[str]) -> dict[str, AblationFigures]:
    ids = sorted({trial.detector for trial in trials} - {PRODUCT})
    # A detection that fired in one world alone changes nothing in the others.
    by_key = {(trial.seed, trial.world, trial.detector): trial for trial in trials}
    whole = [trial for trial in trials if trial.detector == PRODUCT]
    figures = {}
    for detection_id in ids:
        pairs = [(each, by_key.get((each.seed, each.world, detection_id), each)) for each in whole]
        lost, total = {}, {}
        for pack in packs:
            of_pack = [pair for pair in pairs if pair[0].world == pack]
            lost[pack] = sum(_found(each) - _found(without) for each, without in of_pack)
            total[pack] = sum(len(each.outcomes) for each, _ in of_pack)
        clean = [pair for pair in pairs if pair[0].world == CLEAN]
        less = sum(each.noise_per_day - without.noise_per_day for each, without in clean) / max(1, len(clean))
        share = {pack: round(lost[pack] / max(1, total[pack]), 4) for pack in packs}
        figures[detection_id] = AblationFigures(lost, share, round(less, 3))
    return figures


def _found(trial: Trial) -> int:
    return sum(outcome.found_on(JUDGED_AT) is not None for outcome in trial.outcomes)


def _lines(
    product: Mapping[str, Sequence[Outcome]],
    families: Mapping[str, Mapping[str, FamilyFigures]],
    cases_a_day: Mapping[str, Mapping[str, Mean]],
    shifts: Sequence[ShiftResult],
    is_identical: bool | None,
) -> list[Line]:
    lines = []
    for pack, outcomes in product.items():
        rate, wanted = recall(outcomes, JUDGED_AT), WANTED_RECALL[pack]
        found = f"{rate.share:.3f} ({rate.low:.3f} to {rate.high:.3f}), {rate.found} of {rate.total}"
        lines.append(
            Line(
                f"{pack}: recall at {JUDGED_AT} cases a day", f">= {wanted:.2f}", found, rate.share >= wanted
            )
        )
    for pack, by_family in families.items():
        enough = sum(each.attacks >= WANTED_ATTACKS for each in by_family.values())
        wanted_text = f">= {WANTED_FAMILIES} families"
        is_met = enough >= WANTED_FAMILIES
        lines.append(
            Line(f"{pack}: families with {WANTED_ATTACKS} attacks or more", wanted_text, str(enough), is_met)
        )
    if mean := cases_a_day.get(CLEAN, {}).get(PRODUCT):
        found = f"{mean.mean:.2f} ({mean.low:.2f} to {mean.high:.2f})"
        wanted_text = f"<= {WANTED_CASES_A_DAY:.1f}"
        lines.append(
            Line("cases a day when nothing is wrong", wanted_text, found, mean.mean <= WANTED_CASES_A_DAY)
        )
    lines += [_line_from_shift(each) for each in shifts]
    if is_identical is not None:
        found = "the same bytes" if is_identical else "other bytes"
        lines.append(Line("cases of a seed made twice", "the same bytes", found, is_identical))
    return lines


def _line_from_shift(shift: ShiftResult) -> Line:
    found = f"{shift.information} information, {shift.cases} other cases"
    is_met = shift.information <= MOST_INFORMATION and shift.cases == 0
    return Line(f"shift: {shift.name}", f"<= {MOST_INFORMATION} information, no other", found, is_met)


def _mean(trials: Sequence[Trial]) -> Mean:
    return Mean(*(round(each, 3) for each in noise_interval(trials)))


def _missed(outcomes: Iterable[Outcome]) -> list[Missed]:
    return [
        Missed(
            each.seed,
            each.pack,
            each.family,
            each.first_at,
            each.last_at,
            each.subjects,
            min((hit.rank for hit in each.hits), default=None),
        )
        for each in outcomes
        if each.found_on(JUDGED_AT) is None
    ]


def _rounded(hours: float | None) -> float | None:
    return None if hours is None else round(hours, 1)


def _sums(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)
    for part in parts:
        for name, value in part.items():
            sums[name] += value
    return {name: round(value, 1) for name, value in sums.items()}
