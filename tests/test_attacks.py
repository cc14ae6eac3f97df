"""Promises of the attacks: each leaves entries that Quay could have logged, on the days it says, on victims of its own."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import combinations

import pytest

from pipeline.demo.scenarios.attacks import (
    CAMOUFLAGED,
    FAMILIES,
    MOST_STARTS_A_DAY,
    OVERT,
    PACKS,
    WARM_UP_DAYS,
    counts_by_family,
    plan_attacks,
)
from pipeline.demo.scenarios.attacks.injection import Injection, Removal, attacked
from pipeline.demo.scenarios.attacks.stage import Watch
from pipeline.demo.scenarios.places import midnight
from tests.kinds_table import read_variants
from tests.registries import FIRST, Quiet, quiet_registry

DAY_COUNT = 75
SLOWEST_DAYS = 14
RENTED = "250."


@pytest.fixture(scope="module")
def quiet() -> Quiet:
    return quiet_registry(DAY_COUNT)


@pytest.fixture(scope="module")
def packs(quiet: Quiet) -> dict[str, list[Injection]]:
    watch = Watch(quiet.acts)
    return {pack: plan_attacks(quiet, pack, 2, watch=watch) for pack in PACKS}


def test_every_family_is_in_both_packs_as_often_as_asked(packs: dict[str, list[Injection]]) -> None:
    for pack, injections in packs.items():
        found = counts_by_family(injections)
        # Superusers and mirrors are few, and a silence needs an organization that never rests.
        assert found.keys() >= FAMILIES.keys() - {"log silenced", "service key", "superuser abuse"}, pack
        assert all(count <= 2 for count in found.values())


def test_there_are_more_families_than_the_catalogue_of_threats_asks_for() -> None:
    assert len(FAMILIES) >= 14


@pytest.mark.parametrize("pack", PACKS)
def test_every_entry_is_one_that_quay_could_have_logged(packs: dict[str, list[Injection]], pack: str) -> None:
    variants = defaultdict(list)
    for variant in read_variants():
        variants[variant.kind].append(variant)
    for injection in packs[pack]:
        for act in injection.added:
            assert any(each.describes(act.metadata) for each in variants[act.kind]), (injection.family, act)
            assert act.at.microsecond == 0
            assert act.at.tzinfo is not None


@pytest.mark.parametrize("pack", PACKS)
def test_attacks_stay_within_the_days_that_are_judged(packs: dict[str, list[Injection]], pack: str) -> None:
    for each in packs[pack]:
        assert each.first_at.date() >= FIRST + timedelta(days=WARM_UP_DAYS), each.family
        assert each.first_at <= each.last_at
        assert each.last_at.date() < FIRST + timedelta(days=DAY_COUNT)
        assert (each.last_at - each.first_at).days <= SLOWEST_DAYS


@pytest.mark.parametrize("pack", PACKS)
def test_an_attack_is_the_whole_time_it_says_and_names_whom_it_uses(
    packs: dict[str, list[Injection]], pack: str
) -> None:
    for each in packs[pack]:
        assert each.subjects
        if each.removal:
            assert not each.added
            continue
        times = [act.at for act in each.added]
        assert each.last_at == max(times)
        assert each.first_at in times
        performers = {act.performer for act in each.added if act.at >= each.first_at and act.performer}
        named = {f"robot:{name}" if "+" in name else f"user:{name}" for name in performers}
        assert not named or named & each.subjects, each.family


def test_only_a_few_attacks_begin_on_one_day(packs: dict[str, list[Injection]]) -> None:
    for injections in packs.values():
        assert max(Counter(each.first_at.date() for each in injections).values()) <= MOST_STARTS_A_DAY


def test_no_two_attacks_of_a_pack_are_on_one_victim_at_the_same_time(
    packs: dict[str, list[Injection]],
) -> None:
    for injections in packs.values():
        for one, other in combinations(injections, 2):
            shared = {name for name in one.subjects & other.subjects if name.startswith(("user:", "robot:"))}
            assert not shared or one.last_at < other.first_at or other.last_at < one.first_at


def test_careful_attackers_never_come_from_rented_machines(packs: dict[str, list[Injection]]) -> None:
    def rented(injections: list[Injection]) -> int:
        return sum((act.ip or "").startswith(RENTED) for each in injections for act in each.added)

    assert rented(packs[CAMOUFLAGED]) == 0
    assert rented(packs[OVERT]) > 0


def test_careful_attackers_do_little_a_day(packs: dict[str, list[Injection]]) -> None:
    for each in packs[CAMOUFLAGED]:
        a_day = Counter(act.at.date() for act in each.added if act.kind == "pull_repo")
        assert max(a_day.values(), default=0) <= 20, each.family


def test_the_same_registry_is_attacked_in_the_same_way(
    quiet: Quiet, packs: dict[str, list[Injection]]
) -> None:
    assert plan_attacks(quiet, CAMOUFLAGED, 2) == packs[CAMOUFLAGED]


def test_families_left_out_are_left_out(quiet: Quiet) -> None:
    found = plan_attacks(quiet, OVERT, 1, ["tag walk", "rogue push"])
    assert counts_by_family(found) == {"rogue push": 1, "tag walk": 1}


def test_attacked_acts_are_those_of_the_registry_and_of_the_attacks_in_order(
    quiet: Quiet, packs: dict[str, list[Injection]]
) -> None:
    loud = [each for each in packs[OVERT] if each.removal is None]
    acts = attacked(quiet.acts, loud)
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert len(acts) == len(quiet.acts) + sum(len(each.added) for each in loud)


def test_silence_takes_what_it_says_and_nothing_else(quiet: Quiet) -> None:
    namespace = quiet.acts[0].namespace
    since = midnight(FIRST + timedelta(days=41))
    removal = Removal(namespace, frozenset({"pull_repo"}), since, since + timedelta(days=1))
    silence = Injection("log silenced", OVERT, frozenset({namespace}), since, since, (), removal)
    left = attacked(quiet.acts, [silence])
    kept = set(map(id, left))
    gone = [act for act in quiet.acts if id(act) not in kept]
    assert gone
    assert all(act.namespace == namespace and act.at.date() == since.date() for act in gone)
    assert not any(act.namespace == namespace and act.at.date() == since.date() for act in left)
