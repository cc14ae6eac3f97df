"""Promises of the evaluation's worlds: they are what the product makes of their acts, and nothing is left over."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.bundle import bundled
from pipeline.demo.scenarios.attacks import OVERT, WARM_UP_DAYS, plan_attacks
from pipeline.demo.scenarios.attacks.injection import Injection, attacked
from pipeline.demo.scenarios.protocol import judge
from pipeline.demo.scenarios.worlds import World, cases_without, digest_of_cases, finding_from_case
from tests.registries import FIRST, Quiet, quiet_registry

DAYS = WARM_UP_DAYS + 1
JUDGED = [FIRST + timedelta(days=n) for n in range(WARM_UP_DAYS, DAYS)]


@dataclass(frozen=True)
class Tried:
    """A healthy world, the same under attack, and the attacks."""

    quiet: Quiet
    healthy: World
    attacked: World
    injections: list[Injection]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    folder = tmp_path_factory.mktemp("worlds")
    quiet = quiet_registry(DAYS)
    injections = plan_attacks(quiet, OVERT, 1, ["app token stolen", "private sweep"])
    healthy = World.founded(folder / "healthy", bundled("sql"), quiet.acts, quiet.days)
    world = healthy.changed(folder / "attacked", quiet.acts, attacked(quiet.acts, injections))
    world.judge(JUDGED[0], JUDGED[-1])
    return Tried(quiet, healthy, world, injections)


@pytest.mark.slow
def test_a_changed_world_is_the_one_that_its_acts_make_anew(tried: Tried, tmp_path: Path) -> None:
    acts = attacked(tried.quiet.acts, tried.injections)
    anew = World.founded(tmp_path / "anew", bundled("sql"), acts, tried.quiet.days)
    anew.judge(JUDGED[0], JUDGED[-1])
    assert anew.entry_count() == tried.attacked.entry_count() == len(acts)
    cases = tried.attacked.cases(JUDGED[0], JUDGED[-1])
    assert digest_of_cases(anew.cases(JUDGED[0], JUDGED[-1])) == digest_of_cases(cases)
    assert tried.healthy.entry_count() == len(tried.quiet.acts)


@pytest.mark.slow
def test_with_no_detection_left_out_the_stored_signals_make_the_stored_cases(tried: Tried) -> None:
    signals = tried.attacked.signals(JUDGED[0], JUDGED[-1])
    cases = tried.attacked.cases(JUDGED[0], JUDGED[-1])
    common = tried.attacked.common_networks(JUDGED)
    assert cases
    assert cases_without(None, signals, common) == cases
    fewer = cases_without(cases[0].detection_ids[0], signals, common)
    assert all(cases[0].detection_ids[0] not in case.detection_ids for case in fewer)


@pytest.mark.slow
def test_an_open_theft_in_a_quiet_registry_is_found(tried: Tried) -> None:
    findings = [finding_from_case(case) for case in tried.attacked.cases(JUDGED[0], JUDGED[-1])]
    trial = judge(7, OVERT, "product", findings, tried.injections, JUDGED)
    assert tried.injections
    assert all(outcome.found_on(5) for outcome in trial.outcomes)
