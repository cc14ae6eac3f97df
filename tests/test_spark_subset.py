"""What a query may hold so that both engines read it alike: the lint, over syntax trees, with file and line."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from pipeline.bundle import bundled
from pipeline.detect.rules import read_detections
from pipeline.warehouse.models import read_models
from pipeline.warehouse.spark.proven import PROVEN, PROVEN_CALLS, PROVEN_TYPES
from pipeline.warehouse.spark.refusals import REFUSED, markdown_from_refusals
from pipeline.warehouse.spark.subset import complaints_about
from tests.portable import main

SQL = bundled("sql")
REFUSED_BY_START = {each.what[:24]: each for each in REFUSED}

# The start of what it is called, what is refused, and the same so that it is not.
EXAMPLES = [
    (
        "`group by all`, `order b",
        "select a, max(b) from t group by all",
        "select a, max(b) from t group by a",
    ),
    ("`group by all`, `order b", "select a from t order by all", "select a from t order by a"),
    ("a star without some of i", "select * exclude (a) from t", "select * from t"),
    ("a star without some of i", "select columns('a.*') from t", "select a from t"),
    ("`join ... using`, asof a", "select a from t join u using (a)", "select a from t join u on t.a = u.a"),
    (
        "`join ... using`, asof a",
        "select a from t asof join u on t.a >= u.a",
        "select a from t join u on t.a >= u.a",
    ),
    ("a division by what may b", "select a / b from t", "select a / nullif(b, 0) from t"),
    ("a division by what may b", "select a / greatest(b, 0) from t", "select a / greatest(b, 1) from t"),
    ("a division by what may b", "select a / (b * 2) from t", "select a / (1 + b) from t"),
    ("a division by what may b", "select a / 0.0 from t", "select a / sqrt(greatest(b, 2) * $c) from t"),
    ("`try_cast` to a whole nu", "select try_cast(a as bigint) from t", "select try_cast(a as double) from t"),
    ("a cast of a product or a", "select cast(a * 0.5 as bigint) from t", "select cast(round(a * 0.5) as bigint) from t"),
    ("`regexp_replace` of the ", "select regexp_replace(a, 'x', 'y') from t", "select regexp_replace(a, 'x', 'y', 'g') from t"),
    ("`regexp_replace` of the ", "select regexp_replace(a, b, 'y') from t", "select regexp_replace(a, '^x', 'y') from t"),
    ("a `$` in what replaces a", "select regexp_replace(a, '^x', '$') from t", "select regexp_replace(a, '^x', 'y') from t"),
    ("`\\d`, `\\w`, `\\s`, `\\b`, ", r"select regexp_matches(a, '\d') from t", "select regexp_matches(a, '[0-9]') from t"),
    ("`\\d`, `\\w`, `\\s`, `\\b`, ", "select regexp_extract(a, '(?i)b', 0) from t", "select regexp_extract(a, '(?:b)', 0) from t"),
    ("`substr` from 0, or from", "select substr(a, 0, 2) from t", "select substr(a, 1, 2) from t"),
    ("`substr` from 0, or from", "select substr(a, -2) from t", "select right(a, 2) from t"),
    ("`order by` in an aggrega", "select sum(a order by b) from t", "select list(a order by b) from t"),
    ("one item of a list, `x[1", "select a[1] from t", "select a[1:1] from t"),
    ("one item of a list, `x[1", "select a[b:3] from t", "select a[2:3] from t"),
    ("`max(x, n)`", "select max(a, 3) from t", "select min(a, 3) from t"),
    ("logarithms to another ba", "select log(3, a) from t", "select log(2, a) from t"),
    ("rows compared as a whole", "select (a, b) > (1, 2) from t", "select a > 1 and b > 2 from t"),
    ("`with recursive`", "with recursive u as (select a from t) select a from u", "with u as (select a from t) select a from u"),
    ("`qualify`, `distinct on`", "select a from t qualify row_number() over (order by a) = 1", "select a from t where b = 1"),
    ("`qualify`, `distinct on`", "select distinct on (a) b from t", "select distinct b from t"),
    ("what is not in the list ", "select a from t where b ilike 'c'", "select a from t where b like 'c'"),
    ("what is not in the list ", "select now() from t", "select $now from t"),
    ("what is not in the list ", "select cast(a as hugeint) from t", "select cast(a as bigint) from t"),
    ("what is not in the list ", "select json_extract_string(a, '$.b[0]') from t", "select json_extract_string(a, '$.b') from t"),
    ("what is not in the list ", "select approx_count_distinct(a) from t", "select count(distinct a) from t"),
    ("what is not in the list ", "select list_transform(a, lambda x: x) from t", "select list_sort(a) from t"),
    ("what sqlglot cannot read", "select from where", "select a from t where b"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "refused", "allowed"), EXAMPLES)
def test_a_construct_that_engines_read_otherwise_is_refused_and_another_one_is_not(
    what: str, refused: str, allowed: str
) -> None:
    complaints = complaints_about(f"\n{refused}")
    assert what in {complaint.refusal.what[:24] for complaint in complaints}
    assert what not in {complaint.refusal.what[:24] for complaint in complaints_about(allowed)}


def test_every_refusal_has_an_example() -> None:
    assert REFUSED_BY_START.keys() <= {what for what, *_ in EXAMPLES}


def test_no_query_that_both_engines_run_holds_a_refused_construct(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(SQL)]) == 0
    assert capsys.readouterr().out == ""


def test_whoever_uses_a_refused_construct_is_told_the_file_and_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "marts").mkdir()
    file = tmp_path / "marts" / "mart_shares.sql"
    query = "select\n    a,\n    $days - 1 as b,\n    -- a comment\n    max(c) / d as share\nfrom t\ngroup by all\n"
    file.write_text(f'-- title = "x"\n-- grain = ["a"]\n{query}')
    assert main([str(tmp_path)]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{file}:7: a division by what may be zero: infinity here")
    assert "instead: `/ nullif(x, 0)`" in first
    assert second.startswith(f"{file}:9: `group by all`")


def test_the_list_of_what_was_proven_is_exactly_what_the_queries_are_made_of() -> None:
    queries = [model.query for model in read_models(SQL)]
    queries += [detection.query for detection in read_detections(SQL)]
    nodes = [node for query in queries for node in sqlglot.parse_one(query, read="duckdb").walk()]
    calls = {node.name.lower() for node in nodes if isinstance(node, exp.Anonymous)}
    types = {node.sql("duckdb").lower() for node in nodes if isinstance(node, exp.DataType)}
    others = {type(node).__name__ for node in nodes if not isinstance(node, exp.Anonymous | exp.DataType)}
    assert (others, calls, types) == (set(PROVEN), set(PROVEN_CALLS), set(PROVEN_TYPES))


def test_the_table_for_people_has_a_row_for_each_refusal() -> None:
    lines = markdown_from_refusals().splitlines()
    assert len(lines) == len(REFUSED) + 2
    assert all(line.count("|") == 4 for line in lines)
