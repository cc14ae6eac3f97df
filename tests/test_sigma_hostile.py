"""Promises about hostile rules: none of their text becomes SQL, and whatever they hold they are read or refused."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.collection import SigmaCollection
from sigma.rule import SigmaRule

from pipeline.detect.sigma.conditions import sql_from_condition
from pipeline.detect.sigma.fields import COLUMN_NAMES, Bindings
from pipeline.detect.sigma.imported import try_to_read_sigma
from pipeline.detect.trial import trial_bench
from pipeline.warehouse.given import GivenBench
from tests.detecting import SQL
from tests.sigma_rules import Event, correlation, events_at, mount, named, places_that_fit, read_one, single

EXPORTS = {"kind": "export_logs_success"}
FAILURE = named("failure", {"kind": "login_failure"})
NAMES = {name for names in COLUMN_NAMES.values() for name in names}


@pytest.fixture(scope="module")
def bench() -> Iterator[GivenBench]:
    with trial_bench(SQL) as bench:
        yield bench


def is_a_detail(name: str) -> bool:
    """Whether a field of this name is looked for among the details."""
    return name.lower() not in NAMES


HOSTILE = [
    "'; drop table raw_events; --",
    "$day",
    "$value_1",
    "{}",
    "{0}",
    "a'b",
    '"',
    "\\'",
    "%s",
    "/*",
    "--",
    "\0",
    "1 or 1=1",
]
hostile = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=12))


@given(
    value=hostile,
    name=st.from_regex(r"[A-Za-z0-9_@/-]{1,8}", fullmatch=True).filter(is_a_detail),
    modifier=st.sampled_from(["", "|contains", "|cased", "|startswith"]),
)
@settings(max_examples=200, deadline=None)
def test_no_text_of_a_rule_becomes_text_of_a_query(name: str, value: str, modifier: str) -> None:
    assert query(f"{name}{modifier}", value) == query(
        f"x{modifier}", "*y*" if "*" in value or "?" in value else "y"
    )


def query(name: str, value: str) -> str:
    """The shape of a query: what it does with a value that has wildcards may differ from one that has none."""
    (rule,) = SigmaCollection.from_dicts([single({name: value})]).rules
    assert isinstance(rule, SigmaRule)
    (condition,) = rule.detection.parsed_condition
    text = sql_from_condition(condition.parsed, Bindings())
    return text.replace(" escape '!'", "").replace(" like ", " = ")


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_is_looked_for_as_it_stands(bench: GivenBench, value: str) -> None:
    quoted = value.replace("\\", "\\\\")
    events: list[Event] = [{"tag": value.replace("\0", "0"), "metadata": {"note": value}}, {"tag": "other"}]
    mount(bench, events_at([(0, each) for each in events]))
    assert places_that_fit(bench, single({"note": quoted})) == [0]
    assert places_that_fit(bench, single({"note|contains": quoted})) == [0]


@given(
    title=st.sampled_from(HOSTILE),
    name=st.sampled_from(HOSTILE),
    field=st.from_regex(r"[a-z0-9_@/-]{1,9}_", fullmatch=True),
    alias=st.sampled_from(HOSTILE),
)
@settings(max_examples=40, deadline=None)
def test_no_text_of_a_correlation_becomes_text_of_its_query(
    tmp_path_factory: pytest.TempPathFactory, title: str, name: str, field: str, alias: str
) -> None:
    def query(title: str, name: str, field: str, alias: str) -> str:
        rule = correlation(
            "value_count",
            [name],
            condition={"gte": 3, "field": field},
            group_by=[alias],
            aliases={alias: {name: field}},
        )
        rules = [named(name, {field: title}), rule | {"title": title, "description": title}]
        return read_one(tmp_path_factory.getbasetemp(), *rules).query

    plain = "*" if "*" in title else "t"
    assert query(title, name, field, alias) == query(plain, "n", "f_", "a")


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.dates(),
    st.sampled_from(["selection", "*", "quay", "gte", "x|re"]),
)
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.text(max_size=6), st.sampled_from(["kind", "tag|re", "condition", "gte", "field"])),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)
parts = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        (
            "title",
            "id",
            "name",
            "tags",
            "level",
            "detection",
            "correlation",
            "references",
            "falsepositives",
            "description",
        ),
        trees,
    )
    | {"logsource": st.one_of(st.just({"product": "quay"}), trees)},
)


@given(document=parts, inner=st.sampled_from(["", "detection", "correlation"]), tree=trees)
@settings(max_examples=200, deadline=None)
def test_any_document_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any], inner: str, tree: Any
) -> None:
    base = (
        single(EXPORTS) if inner != "correlation" else correlation("temporal", ["failure"], group_by=["tag"])
    )
    whole = {**base, **document}
    if inner and isinstance(base.get(inner), dict):
        whole[inner] = {**base[inner], **(tree if isinstance(tree, dict) else {"condition": tree})}
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_text(yaml.safe_dump_all([FAILURE, whole]), "utf-8")
    detections, problems = try_to_read_sigma([file])
    assert len(detections) + len(problems) >= 1
    assert all(str(file) in problem.where for problem in problems)
