"""Promises of the table of kinds: every kind that Quay writes is in it, and all it says exists in OCSF and in ECS."""

import pytest

from pipeline.exports.ecs import types_of
from pipeline.exports.kinds import EventClass, read_kinds
from pipeline.exports.ocsf_schema import (
    CLASSES,
    FINDING,
    SEVERITIES,
    STATUSES,
    VERSIONS,
    activity_in,
    dialect_of,
)
from pipeline.quay.kinds import FAMILY_BY_KIND
from tests.kinds_table import read_variants
from tests.ocsf_schemas import NAMES, schema_of

KINDS = read_kinds()

# Source: elastic.co/docs/reference/ecs, allowed values of event.category with their expected event types.
ECS_TYPES = {
    "authentication": {"start", "end", "info"},
    "configuration": {"access", "change", "creation", "deletion", "info"},
    "iam": {"admin", "change", "creation", "deletion", "group", "info", "user"},
    "package": {"access", "change", "deletion", "info", "installation", "start"},
}


def test_every_kind_that_quay_writes_is_in_the_table_and_no_other() -> None:
    assert KINDS.keys() == {variant.kind for variant in read_variants()} == FAMILY_BY_KIND.keys()
    assert len(KINDS) == 146


def test_every_class_is_used_but_the_one_for_what_is_unknown() -> None:
    assert {rule.event_class for rule in KINDS.values()} == set(EventClass) - {EventClass.BASE}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_activity_severity_and_status_has_its_number_in_the_schema(version: str) -> None:
    classes = schema_of(version)["classes"]
    for kind, rule in KINDS.items():
        class_of = CLASSES[rule.event_class]
        attributes = classes[NAMES[class_of.uid]]["attributes"]
        number, caption = activity_in(class_of, rule.activity, dialect_of(version))
        captions = {
            name: {
                int(uid): told["caption"].removesuffix(" Privileges")
                for uid, told in attributes[name]["enum"].items()
            }
            for name in ("activity_id", "severity_id", "status_id")
        }
        assert captions["activity_id"][number] == caption.removesuffix(" Privileges"), kind
        assert captions["severity_id"][SEVERITIES[rule.severity]] == rule.severity
        assert captions["status_id"][STATUSES[rule.status]] == rule.status


@pytest.mark.parametrize("version", VERSIONS)
def test_every_class_has_its_number_caption_and_category(version: str) -> None:
    for class_of in (*CLASSES.values(), FINDING):
        told = schema_of(version)["classes"][NAMES[class_of.uid]]
        assert (told["uid"], told["caption"]) == (class_of.uid, class_of.caption)
        assert (
            told["attributes"]["category_uid"]["enum"][str(class_of.category_uid)]["caption"]
            == class_of.category
        )


def test_ecs_is_told_types_that_its_categories_allow() -> None:
    for kind, rule in KINDS.items():
        assert set(types_of(rule)) <= ECS_TYPES[rule.category], kind


def test_what_failed_says_so_and_nothing_else_does() -> None:
    failed = {kind for kind, rule in KINDS.items() if rule.status == "Failure"}
    assert failed == {kind for kind in KINDS if kind.endswith(("_failed", "_failure"))}
