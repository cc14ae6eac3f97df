"""Promises of every detection: its head says what its query does, and its own cases go as they say."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import duckdb
import pytest

from pipeline.detect.rules import DAY, Detection, read_detections
from pipeline.detect.trial import try_detections
from tests.detecting import SQL
from tests.kinds_table import OAUTH_KEYS, read_variants
from tests.sql_trees import json_paths_in, tables_in

DETECTIONS = {detection.name: detection for detection in read_detections(SQL)}
CATALOGUE = {f"QD-{n:02d}" for n in range(1, 32)}
TECHNIQUE = re.compile(r"T\d{4}(\.\d{3})?")
KEY = re.compile(r'\$\.(?:"(?P<quoted>[^"]+)"|(?P<plain>\w+(\.\w+)*))(?:\[[^]]*\].*)?')

each_detection = pytest.mark.parametrize("name", DETECTIONS)


@cache
def keys_by_kind() -> dict[str, set[str]]:
    """The metadata keys that Quay writes, by kind."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for variant in read_variants():
        keys[variant.kind] |= variant.types.keys() | (
            OAUTH_KEYS.keys() if variant.takes_oauth_keys else set()
        )
    return keys


def key_from_path(path: str) -> str:
    """The top-level key that a path begins with."""
    match = KEY.fullmatch(path)
    assert match, f"{path} is no plain path"
    return match["quoted"] or match["plain"].partition(".")[0]


def test_every_detection_of_the_catalogue_is_there_once() -> None:
    assert [detection.id for detection in DETECTIONS.values()] == sorted(CATALOGUE)


@each_detection
def test_a_head_says_all_that_a_person_needs(name: str) -> None:
    detection = DETECTIONS[name]
    words = [
        detection.title,
        detection.why,
        *detection.tactics,
        *detection.next_steps,
        *detection.false_positives,
    ]
    assert all(each.strip() for each in words)
    assert detection.tactics
    assert len(detection.next_steps) >= 2
    assert detection.false_positives
    assert detection.techniques
    assert all(map(TECHNIQUE.fullmatch, detection.techniques))
    assert not detection.title.endswith(".")


@each_detection
def test_a_head_names_every_table_that_the_query_reads_and_no_other(name: str) -> None:
    assert set(DETECTIONS[name].reads) == tables_in(DETECTIONS[name].query)


@each_detection
def test_a_query_is_one_select_with_the_parameters_of_its_head(name: str) -> None:
    detection = DETECTIONS[name]
    with duckdb.connect() as connection:
        (statement,) = connection.extract_statements(detection.query)
    assert statement.type == duckdb.StatementType.SELECT
    assert statement.named_parameters - {DAY} == detection.params.keys()


@each_detection
def test_a_head_names_every_metadata_key_that_the_query_reads(name: str) -> None:
    detection = DETECTIONS[name]
    read = {key_from_path(path) for path in json_paths_in(detection.query)}
    assert read == {key for keys in detection.keys.values() for key in keys}


@each_detection
def test_quay_writes_the_keys_that_a_detection_reads(name: str) -> None:
    for kind, keys in DETECTIONS[name].keys.items():
        assert set(keys) <= keys_by_kind()[kind], kind


@each_detection
def test_the_inventory_that_a_query_reads_is_among_its_needs(name: str) -> None:
    detection: Detection = DETECTIONS[name]
    prefix = "stg_inventory_"
    read = {each.removeprefix(prefix) for each in detection.reads if each.startswith(prefix)}
    assert read - {"lists", "snapshots"} <= set(detection.needs.inventory)


@each_detection
def test_a_detection_has_cases_that_fire_and_near_misses(name: str) -> None:
    cases = DETECTIONS[name].cases
    assert [case for case in cases if case.fires]
    assert [case for case in cases if not case.fires]
    assert len({case.name for case in cases}) == len(cases)


@each_detection
def test_the_cases_of_a_detection_go_as_they_say(name: str) -> None:
    verdicts = list(try_detections([DETECTIONS[name]], Path(SQL)))
    assert [(verdict.case, verdict.complaints) for verdict in verdicts if verdict.complaints] == []
