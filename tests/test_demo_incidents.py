"""The planted incidents: labelled truly, and told apart from the ordinary days."""

from collections import Counter
from datetime import date, timedelta
from functools import cache

import pytest

from pipeline.demo.history import Incident, build_history
from pipeline.demo.history.journal import Row
from pipeline.demo.history.networks import EXIT_NODE, HOSTING_ABROAD, RENTED_SERVER
from pipeline.demo.history.people import PERSON_BY_NAME
from pipeline.demo.registry import SEED
from tests.demo_month import LAST_DAY, RecordingStore, demo_month

INCIDENTS = {incident.name: incident for incident in demo_month()[1].incidents}


@cache
def told() -> dict[str, list[Row]]:
    """The rows of the month by what they hold: rows are equal that way, metadata and all."""
    rows: dict[str, list[Row]] = {}
    for row in demo_month()[0].told:
        rows.setdefault(repr(row), []).append(row)
    return rows


def others(incident: Incident) -> list[Row]:
    """The rows of the month that the incident did not write."""
    planted = {repr(row) for row in incident.rows}
    return [rows[0] for text, rows in told().items() if text not in planted]


def repositories_of(rows: tuple[Row, ...] | list[Row]) -> set[tuple[str | None, str | None]]:
    """Which repositories the rows are about."""
    return {(row.namespace, row.repository) for row in rows if row.repository}


def test_there_are_ten_incidents_with_names_subjects_and_stories_of_their_own() -> None:
    incidents = demo_month()[1].incidents
    assert len(INCIDENTS) == len(incidents) == 10
    assert len({incident.subject for incident in incidents}) == 10
    assert all(len(incident.what_happened) > 40 for incident in incidents)


@pytest.mark.parametrize("incident", INCIDENTS.values(), ids=list(INCIDENTS))
def test_an_incidents_rows_are_in_the_store_and_on_its_day(incident: Incident) -> None:
    assert incident.rows
    assert {row.at.date() for row in incident.rows} == {incident.day}
    assert all(len(told()[repr(row)]) == 1 for row in incident.rows)


@pytest.mark.parametrize("incident", INCIDENTS.values(), ids=list(INCIDENTS))
def test_an_incident_has_at_least_two_weeks_of_habits_before_it(incident: Incident) -> None:
    assert incident.day - demo_month()[1].first_day >= timedelta(days=14)


def test_nobody_comes_from_the_networks_abroad_but_intruders() -> None:
    planted = {repr(row) for incident in INCIDENTS.values() for row in incident.rows}
    prefixes = tuple(network.prefix for network in (EXIT_NODE, HOSTING_ABROAD, RENTED_SERVER))
    from_abroad = [row for row in demo_month()[0].told if row.ip and row.ip.startswith(prefixes)]
    assert len(from_abroad) > 100
    assert {repr(row) for row in from_abroad} <= planted


def test_a_robots_token_is_used_from_one_network_abroad_and_one_at_home() -> None:
    incident = INCIDENTS["robot_token_abroad"]
    habit = [row for row in others(incident) if row.performer == "acme+deploy"]
    assert {row.performer for row in incident.rows} == {"acme+deploy"}
    assert all((row.ip or "").startswith("192.0.2.") for row in incident.rows)
    assert all((row.ip or "").startswith("10.40.1.") for row in habit)
    assert len(repositories_of(incident.rows)) == 10


def test_a_sweep_covers_private_repositories_only_and_more_than_its_credential_ever_did() -> None:
    store = demo_month()[0]
    rows = INCIDENTS["private_repository_sweep"].rows
    swept = repositories_of(rows)
    assert len(swept) >= 15
    for namespace, name in swept:
        repository = store.find_repository(store.account(namespace or "").id, name or "")
        assert repository is not None
        assert not repository.is_public
    assert rows[-1].at - rows[0].at < timedelta(minutes=30)


@pytest.mark.parametrize("end", [LAST_DAY + timedelta(days=days) for days in range(4)])
def test_on_whatever_day_most_of_a_sweep_is_new_to_who_does_it(end: date) -> None:
    store = RecordingStore()
    history = build_history(store, days=30, until=end, seed=SEED)
    (sweep,) = (each for each in history.incidents if each.name == "private_repository_sweep")
    before = [row for row in store.told if row.performer == sweep.subject and row.at < sweep.rows[0].at]
    pulled = repositories_of([row for row in before if row.kind == "pull_repo"])
    swept = repositories_of(sweep.rows)
    assert pulled & swept
    assert len(swept - pulled) >= len(swept) / 2


def test_only_robots_push_the_production_tag_that_a_person_overwrites_at_night() -> None:
    incident = INCIDENTS["production_tag_overwritten"]
    push = incident.rows[-1]
    local = push.at + PERSON_BY_NAME["sofia"].city.utc_offset
    pushers = {
        row.performer
        for row in others(incident)
        if row.kind == "push_repo" and row.repository == "ledger" and row.metadata.get("tag") == "prod"
    }
    assert (push.performer, push.metadata["tag"]) == ("sofia", "prod")
    assert local.hour < 5
    assert pushers == {"initech+ci"}


def test_tags_are_deleted_by_the_hundred_after_the_way_back_was_cut() -> None:
    first, *deletions = INCIDENTS["mass_deletion"].rows
    assert (first.kind, first.metadata["tag_expiration"]) == ("org_change_tag_expiration", 0)
    assert len(deletions) == 120
    assert {row.kind for row in deletions} == {"delete_tag", "permanently_delete_tag"}
    assert all(row.at > first.at for row in deletions)


def test_a_minted_token_is_used_within_the_hour_from_elsewhere() -> None:
    minting, *uses = INCIDENTS["token_minted_for_bulk_use"].rows
    token = minting.metadata["app_specific_token"]
    assert {row.metadata["app_specific_token"] for row in uses} == {token}
    assert minting.ip not in {row.ip for row in uses}
    assert timedelta(minutes=30) < uses[0].at - minting.at < timedelta(hours=1)
    assert len(repositories_of(uses)) >= 8


def test_a_repository_is_public_for_two_hours_after_a_grant() -> None:
    rows = INCIDENTS["privileges_for_two_hours"].rows
    kinds = Counter(row.kind for row in rows)
    opening, closing = (row for row in rows if row.kind == "change_repo_visibility")
    pulls = [row for row in rows if row.kind == "pull_repo"]
    assert kinds["change_repo_permission"] == kinds["delete_repo_permission"] == 1
    assert rows[0].metadata["username"] == opening.performer == "judy"
    assert timedelta(hours=2) <= closing.at - opening.at < timedelta(hours=2.5)
    assert pulls
    assert all(opening.at < row.at < closing.at and row.performer is None for row in pulls)


def test_many_logins_fail_before_one_succeeds() -> None:
    rows = INCIDENTS["brute_force_with_success"].rows
    kinds = [row.kind for row in rows]
    success = kinds.index("login_success")
    assert kinds[:success] == ["login_failure"] * 64
    assert rows[success].performer == rows[0].metadata["username"] == "quentin"
    assert all(row.namespace is None and row.performer is None for row in rows[:success])
    assert kinds[success + 1 :] == ["pull_repo"] * 4


def test_the_log_of_the_organization_taken_over_misses_the_first_step() -> None:
    taking, *steps = INCIDENTS["superuser_takes_ownership"].rows
    store = demo_month()[0]
    assert (taking.kind, taking.namespace, taking.metadata["namespace"]) == (
        "take_ownership",
        "olga",
        "initech",
    )
    assert taking.metadata["entity_id"] == store.account("initech").id
    assert {row.namespace for row in steps} == {"initech"}


def test_a_revoked_token_pulls_within_the_hour_and_after_it() -> None:
    revocation, *pulls = INCIDENTS["use_after_revocation"].rows
    token = revocation.metadata["app_specific_token"]
    ages = [row.at - revocation.at for row in pulls]
    assert {row.metadata["app_specific_token"] for row in pulls} == {token}
    assert ages[0] < timedelta(hours=1) < timedelta(seconds=3_660) < ages[-1]
    assert token not in demo_month()[0].app_token_uuids


def test_no_other_app_token_is_used_after_its_revocation_or_before_it_was_made() -> None:
    planted = INCIDENTS["use_after_revocation"].rows[0].metadata["app_specific_token"]
    made, revoked = {}, {}
    uses: dict[str, list[Row]] = {}
    for row in demo_month()[0].told:
        token = row.metadata.get("app_specific_token")
        if row.kind == "create_app_specific_token":
            made[token] = row.at
        elif row.kind == "revoke_app_specific_token":
            revoked[token] = row.at
        elif token and token != planted:
            uses.setdefault(token, []).append(row)
    assert made
    assert revoked
    for token, rows in uses.items():
        assert all(row.at >= made.get(token, row.at) and row.at <= revoked.get(token, row.at) for row in rows)


def test_a_private_repository_is_pulled_by_nobody_in_particular() -> None:
    rows = INCIDENTS["anonymous_pull_of_private_image"].rows
    store = demo_month()[0]
    billing = store.find_repository(store.account("acme").id, "billing")
    assert billing is not None
    assert not billing.is_public
    assert repositories_of(rows) == {("acme", "billing")}
    assert all(row.performer is None and "username" not in row.metadata for row in rows)
