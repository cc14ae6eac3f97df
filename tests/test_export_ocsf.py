"""Promises of the export as OCSF: every document is valid in its version, and says what the entry said."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo.history.hostile import TEXTS
from pipeline.exports.ocsf import OcsfWriter
from pipeline.exports.ocsf_schema import VERSIONS
from pipeline.lake.layout import Layout
from pipeline.warehouse.event_stream import Event
from tests.demo_lake import shared_demo
from tests.exported_events import (
    PULL,
    built,
    corpus_lake,
    events_of,
    hostile_rows,
    numbered,
    row_from_variant,
)
from tests.kinds_table import read_variants
from tests.lakes import row
from tests.ocsf_schemas import wrongs_of

EXPORTS = (
    ("corpus/export/acme.json.gz", "org/acme"),
    ("corpus/export/alice.json.gz", "user/alice"),
    ("corpus/export/tieorg.json.gz", "org/tieorg"),
)
ONE_DAY = (("corpus-mariadb/export/acme-2026-11-17.json.gz", "org/acme"),)
EVERY = 11

GRANT = {"username": "eve", "repo": "web", "namespace": "acme"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "pull": {"kind": "pull_repo", "metadata": PULL},
    "prune": {"kind": "autoprune_tag_delete", "ip": None, "performer": None, "metadata": {"tag": "v1"}},
    "grant": {"kind": "change_repo_permission", "metadata": {**GRANT, "role": "admin"}},
    "revoke": {"kind": "delete_repo_permission", "metadata": GRANT},
    "grant to a team": {
        "kind": "change_repo_permission",
        "metadata": {"team": "ops", "repo": "web", "role": "write"},
    },
    "expired": {
        "kind": "login_failure",
        "performer": "unrelated",
        "metadata": {"kind": "oauth", "username": "eve", "message": "OAuth token has expired"},
    },
    "proxied": {"kind": "pull_repo", "ip": "unknown, 10.0.0.1", "metadata": PULL},
    "approval": {
        "kind": "service_key_approve",
        "metadata": {"kid": "k1", "name": "clair", "service": "security"},
    },
}


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Event]:
    """One event for each example, by its name."""
    rows = [
        row(at=f"10:00:{number:02d}", namespace="acme", **given)
        for number, given in enumerate(EXAMPLES.values())
    ]
    lake = built(Layout(tmp_path_factory.mktemp("examples") / "lake"), rows)
    return dict(zip(EXAMPLES, events_of(lake), strict=True))


def document_of(event: Event, version: str = VERSIONS[0]) -> Any:
    return json.loads(OcsfWriter(version).document(event, "an-id").body)


def wrongs_in(events: list[Event], version: str) -> Counter[str]:
    writer = OcsfWriter(version)
    return Counter(
        f"{event.kind}: {wrong}"
        for event, event_id in numbered(events)
        for wrong in wrongs_of(writer.document(event, event_id).body, version)
    )


@pytest.fixture(scope="module")
def every_variant(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    """Each way of writing each kind, with all keys that it may have and with those alone that it must have."""
    rows = [row_from_variant(each, with_all=all_) for each in read_variants() for all_ in (True, False)]
    return events_of(built(Layout(tmp_path_factory.mktemp("kinds") / "lake"), rows))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    rows = hostile_rows([*TEXTS, "x" * 100_000, "日" * 70_000])
    return events_of(built(Layout(tmp_path_factory.mktemp("hostile") / "lake"), rows))


@pytest.mark.parametrize("version", VERSIONS)
def test_each_way_of_writing_each_kind_is_valid(version: str, every_variant: list[Event]) -> None:
    assert len({event.kind for event in every_variant}) == 146
    assert not wrongs_in(every_variant, version)


def test_every_event_of_the_demo_is_valid(tmp_path_factory: pytest.TempPathFactory) -> None:
    events = events_of(shared_demo(tmp_path_factory))
    assert len(events) > 20_000
    assert not wrongs_in(events, VERSIONS[0])
    for version in VERSIONS[1:]:
        assert not wrongs_in(events[::EVERY], version)


def test_a_day_that_a_running_quay_exported_is_valid(tmp_path: Path) -> None:
    events = events_of(corpus_lake(Layout(tmp_path / "lake"), ONE_DAY))
    assert len(events) > 1_000
    assert not wrongs_in(events, VERSIONS[0])
    for version in VERSIONS[1:]:
        assert not wrongs_in(events[::EVERY], version)


@pytest.mark.slow
def test_everything_that_a_running_quay_exported_is_valid(tmp_path: Path) -> None:
    events = events_of(corpus_lake(Layout(tmp_path / "lake"), EXPORTS))
    assert len(events) > 10_000
    for version in VERSIONS:
        assert not wrongs_in(events, version)


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_texts_are_valid_and_nothing_of_them_is_lost(version: str, hostile: list[Event]) -> None:
    assert not wrongs_in(hostile, version)
    writer = OcsfWriter(version)
    for event, event_id in numbered(hostile):
        document = json.loads(writer.document(event, event_id).body)
        assert document["unmapped"] == json.loads(event.metadata)
        if "raw_data" in document:
            assert json.loads(document["raw_data"])["metadata"] == document["unmapped"]


def test_the_schema_notices_a_misspelt_key(examples: dict[str, Event]) -> None:
    document = document_of(examples["pull"])
    wrong = {**document, "resource": document["resources"]}
    assert wrongs_of(json.dumps(document).encode(), VERSIONS[0]) == []
    assert wrongs_of(json.dumps(wrong).encode(), VERSIONS[0]) != []


def test_a_pull_is_a_read_of_a_tag_by_a_user_from_an_address(examples: dict[str, Event]) -> None:
    document = document_of(examples["pull"])
    assert (document["class_uid"], document["activity_id"], document["type_uid"]) == (6003, 2, 600302)
    assert (document["severity_id"], document["status_id"]) == (1, 1)
    assert document["time"] == 1795168800000
    assert document["actor"] == {"user": {"name": "bob", "type_id": 1, "type": "User"}}
    assert document["src_endpoint"] == {"ip": "203.0.113.7"}
    assert document["api"] == {"operation": "pull_repo", "service": {"name": "quay"}}
    assert document["http_request"] == {"user_agent": "docker/27.0"}
    assert document["resources"] == [
        {"name": "acme/web", "type": "repository"},
        {"name": "acme/web:v1", "type": "tag"},
    ]
    assert document["unmapped"] == PULL
    assert document["metadata"]["uid"] == "2026-11-20 all #00000000"
    assert json.loads(document["raw_data"])["event_key"] == document["metadata"]["uid"]


def test_a_worker_of_quay_has_no_made_up_address(examples: dict[str, Event]) -> None:
    document = document_of(examples["prune"])
    assert document["src_endpoint"] == {"name": "quay-worker"}
    assert document["actor"]["user"]["name"] == "quay-worker"


def test_a_grant_names_user_privilege_and_repository_and_a_revoke_needs_no_role(
    examples: dict[str, Event],
) -> None:
    granted, revoked = document_of(examples["grant"]), document_of(examples["revoke"])
    assert (granted["class_uid"], granted["type_name"]) == (3005, "User Access Management: Assign Privileges")
    assert (granted["user"]["name"], granted["privileges"]) == ("eve", ["admin"])
    assert granted["resources"] == [{"name": "acme/web", "type": "repository"}]
    assert (revoked["class_uid"], revoked["activity_name"]) == (3004, "Delete")
    assert revoked["entity"] == {"name": "eve on acme/web", "type": "repository permission"}


def test_a_grant_to_a_team_is_about_the_team(examples: dict[str, Event]) -> None:
    document = document_of(examples["grant to a team"])
    assert (document["class_uid"], document["activity_name"]) == (3006, "Assign Privileges")
    assert (document["group"]["name"], document["privileges"]) == ("ops", ["write"])


def test_a_failed_login_does_not_name_the_performer_whom_quay_names_by_mistake(
    examples: dict[str, Event],
) -> None:
    document = document_of(examples["expired"])
    assert document["user"]["name"] == "eve"
    assert (document["status"], document["status_detail"]) == ("Failure", "OAuth token has expired")
    assert "actor" not in document


def test_an_address_that_is_none_goes_out_as_a_name(examples: dict[str, Event]) -> None:
    assert document_of(examples["proxied"])["src_endpoint"] == {"name": "unknown, 10.0.0.1"}


def test_older_versions_put_an_update_where_they_know_no_activation(examples: dict[str, Event]) -> None:
    new, old = document_of(examples["approval"]), document_of(examples["approval"], "1.1.0")
    assert (new["activity_id"], old["activity_id"]) == (10, 3)
    assert new["entity"] == {"name": "clair", "type": "service key", "uid": "k1"}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unknown_kind_goes_out_as_a_base_event_and_is_counted(version: str, layout: Layout) -> None:
    events = events_of(built(layout, [row("summon_daemon", metadata={"depth": 1})] * 3))
    writer = OcsfWriter(version)
    for event, event_id in numbered(events):
        body = writer.document(event, event_id).body
        document = json.loads(body)
        assert wrongs_of(body, version) == []
        assert (document["class_uid"], document["activity_id"]) == (0, 99)
        assert document["unmapped"] == {"depth": 1}
    assert writer.unknown_kinds == {"summon_daemon": 3}
