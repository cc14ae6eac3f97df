"""Promises of the models in `sql/`: a head says what is so, a query keeps to what every engine knows."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pytest

from pipeline.bundle import bundled
from pipeline.errors import UsageError
from pipeline.quay.registry.tables import TABLE_BY_NAME
from pipeline.warehouse import raw
from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import (
    PREFIXES,
    READABLE_PREFIXES,
    Layer,
    Model,
    fingerprint,
    model_from_text,
    read_models,
    upstream,
)
from pipeline.warehouse.workbench import Workbench, workbench
from tests.sql_trees import tables_in

SQL = bundled("sql")
MODELS = {model.name: model for model in read_models(SQL)}
QUERY = "select a from raw_x"
HEAD = """\
-- title = "T"
-- grain = ["a"]
-- reads = ["raw_x"]
-- units = "none"
-- source = "here"
--
-- [columns]
-- a = "the a"
"""
NOT_PORTABLE = re.compile(
    r"\b(group by all|order by all|qualify|unnest|quantile\w*|percentile\w*|median|filter\s*\(|list\w*\s*\("
    r"|array\w*|struct\w*|pivot|unpivot|asof|lateral|arg_max|arg_min|max_by|min_by|string_agg|json\w*"
    r"|from_json|->>?|::|exclude|columns\s*\()",
    re.IGNORECASE,
)
READS_JSON = {
    "int_promoted_entries": {"json_valid", "from_json"},
    "int_acts": {"json_valid"},
    "mart_failure_daily": {"json_extract_string"},
}
BASELINES_KNOW = {"median", "json_extract_string"}


@cache
def types_by_model(folder: Path) -> dict[str, dict[str, str]]:
    with workbench(folder / "w.duckdb", list(MODELS.values()), memory_limit="1GB", threads=1) as bench:
        bench.make_marts()
        judge = Judge(bench)
        judge.turn_to(date(2026, 3, 3))
        judge.prepare(name for name, model in MODELS.items() if model.layer is Layer.BASELINES)
        return {name: columns_of(bench, model) for name, model in MODELS.items()}


def columns_of(bench: Workbench, model: Model) -> dict[str, str]:
    """The columns of a model with their types; a baseline is a table by now."""
    if model.layer is not Layer.BASELINES:
        return bench.types_of(model)
    described = bench.connection.execute(f"describe {model.name}").fetchall()
    return {name: kind for name, kind, *_ in described}


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    return types_by_model(tmp_path_factory.mktemp("models"))


def code_of(model: Model) -> str:
    """The query without comments and string literals."""
    without_text = re.sub(r"'(?:[^']|'')*'", "''", model.query)
    return re.sub(r"--[^\n]*", "", without_text)


@pytest.mark.parametrize("name", MODELS)
def test_a_head_names_every_table_that_the_query_reads_and_no_other(name: str) -> None:
    assert set(MODELS[name].head.reads) == tables_in(MODELS[name].query)


@pytest.mark.parametrize("name", MODELS)
def test_a_head_describes_every_column_in_order(name: str, types: dict[str, dict[str, str]]) -> None:
    assert list(MODELS[name].head.columns) == list(types[name])
    assert all(words.strip() for words in MODELS[name].head.columns.values())


@pytest.mark.parametrize("name", MODELS)
def test_a_grain_is_made_of_columns(name: str) -> None:
    head = MODELS[name].head
    assert head.grain
    assert set(head.grain) <= set(head.columns)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_keeps_to_what_every_engine_knows(name: str) -> None:
    model = MODELS[name]
    found = {match[0].lower() for match in NOT_PORTABLE.finditer(code_of(model))}
    if model.layer is Layer.BASELINES:
        assert found <= BASELINES_KNOW
    else:
        assert found == READS_JSON.get(name, set())


@pytest.mark.parametrize("name", MODELS)
def test_a_query_is_one_statement_and_knows_at_most_the_day_judged(name: str) -> None:
    with duckdb.connect() as connection:
        (statement,) = connection.extract_statements(MODELS[name].query)
    assert statement.named_parameters <= ({"day"} if MODELS[name].layer is Layer.BASELINES else set())
    assert statement.type == duckdb.StatementType.SELECT


def test_no_mart_selects_everything() -> None:
    assert not [name for name, model in MODELS.items() if name.startswith("mart_") and "*," in code_of(model)]
    assert not [
        name
        for name in MODELS
        if name.startswith("mart_") and re.search(r"select\s+\*", code_of(MODELS[name]))
    ]


def test_each_layer_reads_only_the_layers_before_it() -> None:
    assert {model.layer for model in MODELS.values()} == set(Layer)
    for name, model in MODELS.items():
        assert name.startswith(PREFIXES[model.layer])
        assert all(read.startswith(READABLE_PREFIXES[model.layer]) for read in model.head.reads)


def test_the_models_of_the_interface_are_there() -> None:
    published = {model.published_name for model in MODELS.values()} - {None}
    assert published == {
        "events",
        "inventory_snapshots",
        "log_entries",
        "mart_change_events",
        "mart_coverage_daily",
        "mart_credential_daily",
        "mart_credential_habit_daily",
        "mart_credential_inventory",
        "mart_failure_daily",
        "mart_inventory_changes",
        "mart_kind_daily",
        "mart_namespace_kind_daily",
        "mart_network_daily",
        "mart_performer_kind_daily",
        "mart_repository_daily",
        "mart_tag_push_daily",
        "window_kinds",
        "windows",
        *(f"inventory_{table}" for table in TABLE_BY_NAME),
    }


def test_events_have_the_columns_and_types_that_the_lake_stores(types: dict[str, dict[str, str]]) -> None:
    assert {name: kind.lower() for name, kind in types["stg_events"].items()} == dict(raw.EVENT_COLUMNS)
    assert types["int_events"] == types["stg_events"]


def test_every_model_comes_after_those_it_reads() -> None:
    seen: set[str] = set()
    for name, model in MODELS.items():
        assert {read for read in model.head.reads if not read.startswith("raw_")} <= seen
        seen.add(name)


def test_reading_the_models_twice_gives_the_same_order() -> None:
    assert [model.name for model in read_models(SQL)] == list(MODELS)


def test_upstream_is_what_a_model_needs_and_nothing_else() -> None:
    needed = [model.name for model in upstream(MODELS.values(), "int_networks")]
    assert needed == ["stg_log_entries", "int_networks"]


def test_a_fingerprint_changes_with_a_query_and_not_with_its_description() -> None:
    model = model_from_text("stg_x", Layer.STAGING, HEAD + QUERY)
    retitled = model_from_text("stg_x", Layer.STAGING, HEAD.replace('"T"', '"U"') + QUERY)
    changed = model_from_text("stg_x", Layer.STAGING, HEAD + QUERY.replace("a from", "a + 1 as a from"))
    assert fingerprint([model]) == fingerprint([retitled])
    assert fingerprint([model]) != fingerprint([changed])


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("staging/stg_x.sql", HEAD.replace("title", "titel") + QUERY, "titel"),
        ("staging/stg_x.sql", HEAD.replace('-- units = "none"\n', "") + QUERY, "units"),
        ("staging/stg_x.sql", "-- title = \n" + QUERY, "head of this model"),
        ("staging/stg_x.sql", HEAD, "no query"),
        ("staging/x.sql", HEAD + QUERY, "stg_"),
        ("marts/mart_x.sql", HEAD + QUERY, "reads only stg_, int_"),
        (
            "marts/mart_x.sql",
            HEAD.replace("raw_x", "stg_y") + QUERY.replace("raw_x", "stg_y"),
            "which is no model",
        ),
    ],
)
def test_a_malformed_model_is_refused_by_name(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text)
    with pytest.raises(UsageError) as refusal:
        read_models(tmp_path)
    assert complaint in refusal.value.what
    assert Path(file).stem in refusal.value.where


def test_models_that_read_one_another_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "intermediate").mkdir()
    for here, there in (("int_a", "int_b"), ("int_b", "int_a")):
        (tmp_path / "intermediate" / f"{here}.sql").write_text((HEAD + QUERY).replace("raw_x", there))
    with pytest.raises(UsageError, match="circle"):
        read_models(tmp_path)


def test_bundled_files_of_this_installation_are_found_and_others_are_not() -> None:
    assert (bundled("sql") / "marts").is_dir()
    with pytest.raises(FileNotFoundError, match="no_such_folder"):
        bundled("no_such_folder")


def test_the_workbench_runs_every_check_over_an_empty_day(tmp_path: Path) -> None:
    with workbench(tmp_path / "w.duckdb", list(MODELS.values()), memory_limit="1GB", threads=1) as bench:
        assert isinstance(bench, Workbench)
        bench.make_marts()
        assert bench.failures(rows=1) == []
