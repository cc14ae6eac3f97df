"""The demo history: seeded, lively in the way that real registries are, and safe to show only if screens are."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.demo.history import TOKENS, hostile
from pipeline.demo.history.hours import is_at_work, moment_at_work, tally
from pipeline.demo.history.journal import Row
from pipeline.demo.history.people import PEOPLE, PERSON_BY_NAME
from pipeline.demo.records import AccountKind
from pipeline.demo.store import Store
from pipeline.quay.kinds import FAMILY_BY_KIND
from tests.demo_month import LAST_DAY, RecordingStore, build, demo_month

FIRST_DAY = LAST_DAY - timedelta(days=29)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def second_of(row: Row) -> datetime:
    return row.at.replace(microsecond=0)


def local_hour(row: Row) -> float:
    person = PERSON_BY_NAME[row.performer or ""]
    local = row.at + person.city.utc_offset
    return local.hour + local.minute / 60


def texts_of(rows: Iterable[Row]) -> set[str]:
    """Every text in the metadata, however deep."""
    found: set[str] = set()
    waiting: list[object] = [row.metadata for row in rows]
    while waiting:
        match waiting.pop():
            case str() as text:
                found.add(text)
            case dict() as fields:
                waiting.extend(fields.values())
            case list() as items:
                waiting.extend(items)
    return found


# The same arguments, the same rows


def test_the_same_arguments_store_the_same_rows_in_the_same_order() -> None:
    assert build(seed=5).digest == build(seed=5).digest


@pytest.mark.parametrize("other", [{"seed": 6}, {"days": 3}, {"scale": 0.2}, {"until": date(2026, 3, 3)}])
def test_another_argument_makes_another_history(other: dict[str, int]) -> None:
    assert build(**{"seed": 5, **other}).digest != build(seed=5).digest  # type: ignore[arg-type]


def test_no_order_of_hashing_changes_a_row() -> None:
    program = "from tests.demo_month import build; print(build(days=2, seed=5).digest)"
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


@given(
    days=st.integers(1, 9),
    until=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    seed=st.integers(0, 2**32),
    scale=st.sampled_from([0.0, 0.02, 0.3]),
)
@settings(max_examples=25)
def test_any_history_keeps_to_its_days_and_has_every_kind_and_incident(
    days: int, until: date, seed: int, scale: float
) -> None:
    from pipeline.demo.history import build_history

    store = RecordingStore()
    history = build_history(store, days=days, until=until, seed=seed, scale=scale)
    told = set(map(repr, store.told))
    assert {row.at.date() for row in store.told} <= {until - timedelta(days=n) for n in range(days)}
    assert {row.kind for row in store.told} == FAMILY_BY_KIND.keys()
    assert all(repr(row) in told for incident in history.incidents for row in incident.rows)
    assert history.row_count == len(store.told)


def test_rows_come_in_the_order_of_their_time_with_microseconds_in_utc() -> None:
    told = demo_month()[0].told
    assert all(earlier.at <= later.at for earlier, later in pairwise(told))
    assert all(row.at.tzinfo is UTC for row in told)
    assert len({row.at.microsecond for row in told}) > 30_000


# The shape of days


def test_a_working_day_has_twelve_to_eighteen_hundred_rows_and_a_sunday_half_of_that() -> None:
    rows_by_day = Counter(row.at.date() for row in demo_month()[0].told)
    working = [count for day, count in rows_by_day.items() if day.weekday() < 5]
    resting = [count for day, count in rows_by_day.items() if day.weekday() >= 5]
    assert min(rows_by_day) == FIRST_DAY
    assert max(rows_by_day) == LAST_DAY
    assert all(1_200 <= count <= 1_800 for count in working), sorted(working)
    assert all(450 <= count <= 950 for count in resting), sorted(resting)


def test_people_work_in_the_office_hours_of_their_zone() -> None:
    told = demo_month()[0].told
    hours = [local_hour(row) for row in told if row.performer in PERSON_BY_NAME and "tag" in row.metadata]
    in_office = sum(7 <= hour <= 20 for hour in hours)
    assert len(hours) > 3_000
    assert in_office / len(hours) > 0.93


def test_people_rest_when_their_country_rests() -> None:
    told = demo_month()[0].told
    days_by_person = {
        person.name: Counter(row.at.date() for row in told if row.performer == person.name)
        for person in PEOPLE
    }
    for person in PEOPLE:
        counts = days_by_person[person.name]
        resting = sum(counts[day] for day in counts if not is_at_work(person, day))
        assert resting < 0.2 * counts.total(), person.name
    assert any(4 in person.city.rest_days for person in PEOPLE)


def test_a_holiday_in_one_country_leaves_the_others_at_work() -> None:
    culture_day = date(2026, 11, 3)  # in Japan
    told = [row for row in demo_month()[0].told if row.at.date() == culture_day]
    assert not is_at_work(PERSON_BY_NAME["takeshi"], culture_day)
    assert is_at_work(PERSON_BY_NAME["alice"], culture_day)
    present = {row.performer for row in told} & PERSON_BY_NAME.keys()
    assert len(present) > 15


def test_machines_never_sleep() -> None:
    pulls = [row for row in demo_month()[0].told if row.performer == "acme+deploy"]
    assert {row.at.hour for row in pulls} == set(range(24))
    assert len({row.at.date() for row in pulls}) == 30


def test_office_hours_fit_into_the_utc_day_wherever_people_live() -> None:
    rng, day = Random(3), date(2026, 11, 4)
    start = datetime.combine(day, time(), UTC)
    for person in PEOPLE:
        moments = [moment_at_work(rng, person, day) for _ in range(400)]
        assert start <= min(moments) < max(moments) < start + timedelta(days=1), person.name


def test_about_an_eighth_of_the_rows_share_their_second_with_others() -> None:
    told = demo_month()[0].told
    rows_by_second = Counter(map(second_of, told))
    shared = [count for count in rows_by_second.values() if count > 1]
    assert 0.09 < sum(shared) / len(told) < 0.16
    assert {2, 3, 4, 5} <= set(shared)


def test_identical_rows_within_a_second_occur_and_are_rare() -> None:
    told = demo_month()[0].told
    copies = Counter(repr(row._replace(at=second_of(row))) for row in told)
    repeated = sum(count for count in copies.values() if count > 1)
    assert 20 < repeated < 0.02 * len(told)


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_scale_multiplies_the_traffic(scale: float) -> None:
    pulls_by_scale = {
        each: sum(row.kind == "pull_repo" for row in build(days=4, scale=each).told) for each in (1, scale)
    }
    assert pulls_by_scale[scale] / pulls_by_scale[1] == pytest.approx(scale, rel=0.15)


@pytest.mark.parametrize("mean", [0.2, 5.0, 60.0])
def test_a_tally_has_the_mean_and_the_spread_of_a_poisson_count(mean: float) -> None:
    rng = Random(1)
    counts = [tally(rng, mean) for _ in range(4_000)]
    average = sum(counts) / len(counts)
    variance = sum((count - average) ** 2 for count in counts) / len(counts)
    assert average == pytest.approx(mean, rel=0.08)
    assert variance == pytest.approx(mean, rel=0.12)


# Who and what there is


def test_the_cast_is_as_large_as_promised() -> None:
    store = demo_month()[0]
    kinds = Counter(account.kind for account in store.accounts.values())
    assert kinds[AccountKind.USER] >= 25
    assert kinds[AccountKind.ORGANIZATION] >= 6
    assert kinds[AccountKind.ROBOT] >= 15
    assert len(store.repositories) >= 45
    assert sum(repository.is_public for repository in store.repositories.values()) >= 10


def test_what_belongs_to_nobody_is_booked_on_the_administrator() -> None:
    store = demo_month()[0]
    rows = [row for row in store.tables[3].rows() if row.kind.startswith("service_key_")]
    assert {store.accounts[row.account_id].name for row in rows} == {"admin"}


def test_people_and_machines_keep_to_networks_of_their_own() -> None:
    told = demo_month()[0].told
    homes = [person.home.prefix for person in PEOPLE]
    assert len(set(homes)) == len(homes)
    for person in PEOPLE:
        networks = {
            row.ip.rpartition(":" if ":" in row.ip else ".")[0]
            for row in told
            if row.performer == person.name and row.ip and row.kind == "pull_repo"
        }
        assert 2 <= len(networks) <= 5, (person.name, networks)


def test_every_kind_of_credential_and_tool_pulls() -> None:
    pulls = [row for row in demo_month()[0].told if row.kind == "pull_repo"]
    for key in ("is_robot", "oauth_token_id", "app_specific_token", "token"):
        assert sum(key in row.metadata for row in pulls) > 100, key
    assert sum("username" not in row.metadata and "token" not in row.metadata for row in pulls) > 3_000
    tools = {row.metadata["user-agent"].partition("/")[0].lower() for row in pulls}
    assert {"docker", "containers", "skopeo", "crane", "containerd", "buildah", "cri-o", "kaniko"} <= tools


def test_what_somebody_without_an_account_pulls_is_public_but_for_the_incidents() -> None:
    store, history = demo_month()
    public = {
        (store.accounts[repository.namespace_id].name, repository.name)
        for repository in store.repositories.values()
        if repository.is_public
    }
    planted = {repr(row) for incident in history.incidents for row in incident.rows}
    anonymous = [
        row
        for row in store.told
        if row.kind == "pull_repo" and not {"username", "token"} & row.metadata.keys()
    ]
    strange = {
        repr(row) for row in anonymous if (row.metadata["namespace"], row.metadata["repo"]) not in public
    }
    assert strange
    assert strange <= planted


def test_accounts_that_were_deleted_or_renamed_show_what_quay_would_show() -> None:
    store = demo_month()[0]
    rows = store.tables[3].rows()
    joined = {id: account.name for id, account in store.accounts.items()}
    assert any(row.performer_id is not None and row.performer_id not in joined for row in rows)
    assert any(row.account_id not in joined for row in rows)
    assert any(UUID.fullmatch(joined.get(row.account_id, "")) for row in rows)
    renamed = [name for name in joined.values() if name.endswith("-labs")]
    assert renamed
    assert all(f'"namespace":"{name.removesuffix("-labs")}"' for name in renamed)


# Texts that mean harm


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_every_hostile_text_occurs_in_a_month(text: str) -> None:
    assert any(text in found for found in texts_of(demo_month()[0].told))


@pytest.mark.parametrize(
    "key", ["user-agent", "description", "repo", "tag", "app_specific_token_title", "given_name", "stderr"]
)
def test_names_and_texts_that_quay_leaves_free_hold_more_than_ascii(key: str) -> None:
    texts = {row.metadata[key] for row in demo_month()[0].told if isinstance(row.metadata.get(key), str)}
    assert any(not text.isascii() for text in texts)


@pytest.mark.parametrize("key", ["user-agent", "description", "repo", "app_specific_token_title"])
def test_a_formula_waits_where_a_spreadsheet_may_open_it(key: str) -> None:
    texts = {row.metadata[key] for row in demo_month()[0].told if isinstance(row.metadata.get(key), str)}
    assert any(text.startswith(("=", "+", "-", "@")) for text in texts)


def test_no_text_holds_a_nul_or_half_a_character() -> None:
    texts = texts_of(demo_month()[0].told)
    assert not any("\0" in text for text in texts)
    assert all(text.encode() for text in texts if text)


def test_names_keep_to_the_rules_that_quay_enforces() -> None:
    store = demo_month()[0]
    account_name = re.compile(r"[a-z0-9_.+-]{2,255}")
    repository_name = re.compile(r"[a-z0-9][a-z0-9._/-]{0,254}")
    tag = re.compile(r"\w[\w.-]{0,127}")
    assert all(account_name.fullmatch(account.name) for account in store.accounts.values())
    assert all(repository_name.fullmatch(each.name) for each in store.repositories.values())
    tags = {row.metadata["tag"] for row in store.told if row.kind == "push_repo" and "tag" in row.metadata}
    assert all(tag.fullmatch(each) for each in tags)


# The API's tokens


def test_each_role_has_a_secret_that_looks_like_a_demo_and_opens_the_store() -> None:
    store, history = demo_month()
    assert history.tokens == TOKENS
    assert history.tokens.keys() == {"auditor", "superuser", "org_admin", "user"}
    for token in history.tokens.values():
        assert re.fullmatch(r"DEMO[A-Z]+0+", token.secret)
        assert len(token.secret) == 40
        assert store.api_tokens[token.secret] == (token.user, set(token.scopes))


def test_each_role_is_held_by_an_account_of_that_rank() -> None:
    store, history = demo_month()
    holders = {role: store.account(token.user) for role, token in history.tokens.items()}
    assert holders["auditor"].is_global_readonly_superuser
    assert not holders["auditor"].is_superuser
    assert holders["superuser"].is_superuser
    assert holders["org_admin"].name in store.owners["acme"]
    assert not holders["user"].is_superuser


def test_the_history_needs_nothing_but_an_empty_store() -> None:
    from pipeline.demo.history import build_history

    store = Store(whole_seconds=True)
    history = build_history(store, days=1, until=LAST_DAY, seed=1, scale=0.1)
    assert len(store.tables[3].rows()) == history.row_count > 500
