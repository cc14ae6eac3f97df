"""Every trial of one seed: the product and its rivals in a healthy world and in the same world under attack."""

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.demo.scenarios.attacks import FAMILIES, WARM_UP_DAYS, plan_attacks
from pipeline.demo.scenarios.attacks.injection import Injection, attacked
from pipeline.demo.scenarios.attacks.stage import Watch
from pipeline.demo.scenarios.background import Background, background, inventory_rows
from pipeline.demo.scenarios.background.shifts import SHIFTS, shift
from pipeline.demo.scenarios.protocol import Trial, judge
from pipeline.demo.scenarios.rivals import activity_of, flagged, rivals
from pipeline.demo.scenarios.worlds import (
    Inventories,
    World,
    cases_without,
    digest_of_cases,
    finding_from_case,
)
from pipeline.detect.cases import Case

PRODUCT: Final = "quay-audit"
BY_CHANCE: Final = "quay-audit, attack left out"
ITSELF: Final = "by itself"
CLEAN: Final = "clean"
ATTACKS_A_FAMILY: Final = 5


class Stopwatch(NamedTuple):
    """What tells the time, and whom to tell. Units: seconds, of the wall and of the process."""

    wall: Callable[[], float]
    cpu: Callable[[], float]
    tell: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run, the same for every seed. `sql` are the models and detections; lakes go once judged, unless kept."""

    folder: Path
    sql: Path
    watch: Stopwatch
    days: int = 90
    packs: tuple[str, ...] = ("overt", "camouflaged")
    families: tuple[str, ...] = tuple(FAMILIES)
    is_kept: bool = False

    @contextmanager
    def folder_of(self, name: str) -> Iterator[Path]:
        """Where lakes of that name are while the block runs."""
        folder = self.folder / name
        yield folder
        if not self.is_kept:
            shutil.rmtree(folder)


@dataclass
class SeedResult:
    """What came of one seed.

    `false_cases` are those of the healthy world; `digests` are of all cases, by world; `seconds` by step; `entries`
    by world.
    """

    seed: int
    trials: list[Trial] = field(default_factory=list)
    ablations: list[Trial] = field(default_factory=list)
    false_cases: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    cpu_seconds: float = 0.0

    @contextmanager
    def timed(self, watch: Stopwatch, step: str) -> Iterator[None]:
        """Add the time of a block to a step, and tell that it is done."""
        started = watch.wall()
        yield
        seconds = watch.wall() - started
        self.seconds[step] = round(self.seconds.get(step, 0.0) + seconds, 2)
        watch.tell(f"seed {self.seed}: {step} took {seconds:.0f} s")


@dataclass(frozen=True, slots=True)
class ShiftResult:
    """What one big harmless change raised that the same days do not raise without it; `lines` show it."""

    name: str
    day: date
    information: int
    cases: int
    lines: tuple[str, ...]


def run_seed(plan: Plan, seed: int) -> SeedResult:
    """The healthy world and every pack of one seed, the product and its rivals in each."""
    result = SeedResult(seed)
    watch = plan.watch
    cpu = watch.cpu()
    with result.timed(watch, "background"):
        healthy = background(seed, plan.days)
        inventories = _inventories(healthy)
    with plan.folder_of(f"seed-{seed}") as folder:
        with result.timed(watch, "lake and models"):
            clean = World.founded(folder / CLEAN, plan.sql, healthy.acts, healthy.days, inventories)
        cases = _try_world(result, watch, clean, CLEAN, healthy, [])
        findings = [finding_from_case(case) for case in cases]
        result.false_cases = [_line_from_case(case) for case in cases if not case.is_collective]
        seen = Watch(healthy.acts)
        for pack in plan.packs:
            with result.timed(watch, "attacks"):
                injections = plan_attacks(healthy, pack, ATTACKS_A_FAMILY, plan.families, seen)
                acts = attacked(healthy.acts, injections)
            with result.timed(watch, "lake and models"):
                world = clean.changed(folder / pack, healthy.acts, acts)
            _try_world(result, watch, world, pack, healthy, injections)
            result.trials.append(judge(seed, pack, BY_CHANCE, findings, injections, _judged_days(healthy)))
    result.cpu_seconds = round(watch.cpu() - cpu, 1)
    return result


def run_again(plan: Plan, seed: int) -> tuple[str, str]:
    """The digest of all cases of a seed's last pack, or of the healthy world, made from nothing once more."""
    healthy = background(seed, plan.days)
    pack = plan.packs[-1] if plan.packs else CLEAN
    injections = plan_attacks(healthy, pack, ATTACKS_A_FAMILY, plan.families) if plan.packs else []
    acts = attacked(healthy.acts, injections)
    days = _judged_days(healthy)
    with plan.folder_of(f"seed-{seed}-again") as folder:
        world = World.founded(folder, plan.sql, acts, healthy.days, _inventories(healthy))
        world.judge(days[0], days[-1])
        return pack, digest_of_cases(world.cases(days[0], days[-1]))


def run_shifts(plan: Plan, seed: int) -> list[ShiftResult]:
    """Each shift on the healthy world of a seed, judged for a week from its day on, against the same week without it."""
    healthy = background(seed, plan.days)
    week = _shift_week(healthy.days)
    results = []
    with plan.folder_of(f"seed-{seed}-shifts") as folder:
        usual = World.founded(folder / CLEAN, plan.sql, healthy.acts, healthy.days, _inventories(healthy))
        usual.judge(week[0], week[-1])
        known = {case.case_id for case in usual.cases(week[0], week[-1])}
        for name in SHIFTS:
            shifted = background(seed, plan.days, shift=shift(name, week[0]))
            inventories = {day: rows for day, rows in _inventories(shifted).items() if day >= week[0]}
            world = usual.changed(folder / name, healthy.acts, shifted.acts, inventories)
            world.judge(week[0], week[-1])
            new = [case for case in world.cases(week[0], week[-1]) if case.case_id not in known]
            results.append(_shift_result(name, week[0], new))
    return results


def _shift_result(name: str, day: date, new: Sequence[Case]) -> ShiftResult:
    information = sum(case.is_collective for case in new)
    lines = tuple(map(_line_from_case, new))
    return ShiftResult(name.replace("_", " "), day, information, len(new) - information, lines)


def _line_from_case(case: Case) -> str:
    return f"{case.day} {case.subject} ({case.score:g}, {' '.join(case.detection_ids)}): {case.sentence}"


def _shift_week(days: Sequence[date]) -> list[date]:
    """Seven days from a Tuesday late in the time on, or what is left of them: people are at work, and known."""
    start = next(
        number for number, day in enumerate(days) if number >= len(days) * 2 // 3 and day.weekday() == 1
    )
    return list(days[start : start + 7])


def _try_world(
    result: SeedResult,
    watch: Stopwatch,
    world: World,
    name: str,
    healthy: Background,
    injections: Sequence[Injection],
) -> list[Case]:
    """Judge a world by the product, by the product with one detection less, and by each rival."""
    days = _judged_days(healthy)
    seed = healthy.seed
    with result.timed(watch, "detect"):
        world.judge(days[0], days[-1])
    cases = world.cases(days[0], days[-1])
    findings = [finding_from_case(case) for case in cases]
    result.digests[name] = digest_of_cases(cases)
    result.entries[name] = world.entry_count()
    result.trials.append(judge(seed, name, PRODUCT, findings, injections, days))
    with result.timed(watch, "ablation"):
        result.ablations += _ablations(world, name, seed, injections, days)
    with result.timed(watch, "rivals"):
        activity = activity_of(world.layout, world.warehouse)
        ranked = rivals(activity, days, seed)
        for rival, found in ranked.items():
            result.trials.append(judge(seed, name, rival, found, injections, days))
        for rival, found in flagged(ranked).items():
            result.trials.append(judge(seed, name, f"{rival}, {ITSELF}", found, injections, days))
    return cases


def _ablations(
    world: World, name: str, seed: int, injections: Sequence[Injection], days: Sequence[date]
) -> list[Trial]:
    """The product without each detection in turn, from the signals that are stored."""
    signals = world.signals(days[0], days[-1])
    common = world.common_networks(days)
    left_out: Collection[str | None] = [None, *sorted({signal.detection_id for signal in signals})]
    trials = []
    for detection_id in left_out:
        findings = [finding_from_case(case) for case in cases_without(detection_id, signals, common)]
        trials.append(judge(seed, name, detection_id or PRODUCT, findings, injections, days))
    return trials


def _judged_days(healthy: Background) -> list[date]:
    return healthy.days[WARM_UP_DAYS:]


def _inventories(healthy: Background) -> Inventories:
    """A snapshot a night. Attacks leave no trace in it: each has to be found in the log."""
    return {day: inventory_rows(healthy, day) for day in healthy.days}
