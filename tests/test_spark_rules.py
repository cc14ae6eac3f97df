"""Each rule of the translation, by what comes of it: the same values on both engines, over values that are awkward."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from pipeline.errors import ServerFailure, Unreachable, UsageError
from pipeline.warehouse.spark.dialect import spark_from_duckdb
from pipeline.warehouse.spark.server import connected
from tests.sail import Engines, on_both, sail, sail_session

DAY = date(2026, 3, 29)
_FRAMES = """
create table texts as select * from (values
    (1, null), (2, ''), (3, 'Docker/24.0 (linux)'), (4, 'İSTANBUL ΑΣ ß'), (5, 'a%b_c\\d'), (6, 'acme+ci'),
    (7, 'org/acme/web'), (8, '10.2.30.4'), (9, E'two\nlines'), (10, '😀é'), (11, '1.5'), (12, ' 12 '), (13, '1e3'),
    (14, '$1 \\1'), (15, '=1+1'), (16, '2001:db8::1'), (17, E'acme+ci\n')
) as rows_of_texts (id, t);
create table numbers as select * from (values
    (1, null, null, null), (2, 0, 0.0::double, 'a'), (3, 7, 2.5::double, 'b'), (4, -7, -0.04::double, 'a'),
    (5, 9007199254740993, 1e20::double, null), (6, 3, 0.3::double, 'b'), (7, 3, 0.1::double, 'c')
) as rows_of_numbers (id, n, x, k);
create table moments as select * from (values
    (1, null::timestamp, null::date), (2, timestamp '2026-03-29 00:59:59', date '2026-03-29'),
    (3, timestamp '2026-03-29 02:30:00', date '2026-03-29'), (4, timestamp '2026-10-24 23:59:59', date '2026-10-25'),
    (5, timestamp '2026-10-25 00:00:00', date '2026-10-25'), (6, timestamp '2026-01-04 12:00:00', date '2026-01-04'),
    (7, timestamp '1999-12-31 23:59:59', date '1999-12-31'), (8, timestamp '2026-01-05 01:02:03', date '2026-01-05')
) as rows_of_moments (id, moment, day);
"""
TEXTS = [
    "lower(t)",
    "length(t)",
    "t || '/' || id",
    "'x' || id || true",
    "left(t, 2) || '|' || right(t, 2)",
    "substr(t, 2, 3)",
    "substr(t, strpos(t, '/') + 1)",
    "split_part(t, '/', 2)",
    "coalesce(nullif(ltrim(t, '01'), ''), '0')",
    "replace(t, 'a', '%')",
    "repeat('0:', id)",
    "t like '%\\_c%' escape '\\'",
    "t like 'a%'",
    "starts_with(t, 'a')",
    "contains(t, '+')",
    "regexp_extract(t, '^[^/ ]+')",
    "regexp_extract(t, '^([0-9]+)\\.([0-9]+)', 2)",
    "regexp_replace(t, '^([0-9]+\\.[0-9]+)\\..*$', '\\1.0.0/16')",
    "regexp_replace(t, '[0-9$]', '\\0!', 'g')",
    "regexp_replace(t, '^.*\\+', '')",
    "regexp_replace(t, '[0-9]', '\\\\ufffd', 'g')",
    "regexp_matches(t, 'ci$')",
    "regexp_matches(t, '^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6}::')",
    "regexp_matches(lower(t), 'docker|istanbul')",
    "levenshtein(t, 'acme')",
    "concat_ws(' ', t, nullif(t, ''), 'z')",
    "right('0000000' || id, 8)",
    "try_cast(t as double)",
    "coalesce(t, 'none') in ('', 'none')",
    "t is distinct from 'acme+ci'",
    "t is not distinct from null",
    "case when t is null then 1 when t = '' then 2 else 3 end",
]
NUMBERS = [
    "n / 2",
    "n / nullif(n, 0)",
    "n % 3",
    "n * 0.1",
    "round(x, 1)",
    "round(x)",
    "floor(least(x, 1e9))",
    "abs(n)",
    "-n",
    "greatest(n, 1, null)",
    "least(x, 0.5)",
    "log2(greatest(n, 1))",
    "log10(greatest(n, 1) * 1000)",
    "log(10, 1000)",
    "ln(greatest(x, 0.5))",
    "sqrt(greatest(n, 0))",
    "power(0.5, greatest(least(n, 9), 0) / 14)",
    "cast(round(least(x, 1e9)) as bigint)",
    "1 << cast(greatest(least(n, 30), 0) as integer)",
    "bit_count(greatest(least(n, 100), 0)::integer)",
    "least(x, 1e9) || '!'",
    "n between 0 and 7",
    "n > 3 or x < 0",
]
MOMENTS = [
    "day - 7",
    "day + id",
    "$day - day",
    "abs($day - day)",
    "greatest(day, $day) - 1",
    "coalesce(day, $day) - $day",
    "date_diff('day', day, $day)",
    "date_diff('second', moment, timestamp '2026-10-25 00:00:01')",
    "cast(moment as date) = day",
    "cast(day as timestamp) + interval 12 hours",
    "day + interval 12 hours",
    "moment + to_hours(id) - interval 30 minutes",
    "moment + to_seconds(id)",
    "moment + $n * interval 1 minute",
    "extract(isodow from day)",
    "extract(isodow from moment)",
    "(extract(isodow from day) - 1) * 24 + extract(hour from moment)",
    "extract(epoch from moment)",
    "floor(extract(epoch from moment) / 600)",
    "epoch(moment) + 0.5",
    "strftime(moment, '%A at %H:%M')",
    "strftime(moment, '%H:%M:%S')",
    "date_trunc('hour', moment)",
    "day || ' ' || moment",
    "cast(day as varchar)",
]
WHOLE = [
    ("select k, count(*) as n, sum(n) as s, min(x) as a, max(x) as b from numbers group by k", {}),
    ("select k, median(n) as m, quantile_cont(x, 0.25) as q, avg(n) as a from numbers where id <> 5 group by k", {}),
    ("select stddev_pop(x) as d from numbers where id <> 5", {}),
    ("select k, arg_max(id, (n, id)) as a, arg_min(id, x) as b from numbers where n is not null group by k", {}),
    ("select arg_max(k, id) as a from numbers where id <> 5", {}),
    ("select arg_max(k, id) as a from numbers where id in (4, 5)", {}),
    ("select list_sort(list(id))[2:4] as a, min(k, 2) as b from numbers where k is not null", {}),
    ("select list(id order by k is null, n >= 3 desc, id)[1:9] as a from numbers where n is not null and k is not null", {}),
    ("select list_sort(list_distinct(flatten(list(ks)))) as a from (select k, list(k) as ks from numbers where k is not null group by k) as lists", {}),
    ("select list_concat([min(k)], min(k, 2)) as a, list_append([min(k)], max(k)) as b, array_length(list(id)) as c from numbers where k is not null", {}),
    ("select list_contains(['a', 'b'], k) as a from numbers where k is not null", {}),
    ("select [] as a, case when id > 3 then ['x'] else [] end as b from numbers", {}),
    ("select string_agg(distinct k, ', ' order by k) as a, string_agg(k, ';' order by id desc) as b from numbers", {}),
    ("select mode(k order by k) as a, mode(case when id > 4 then k end order by k) as b from numbers", {}),
    ("select bool_or(n > 3) as a, bool_and(x < 3) as b, bit_or(cast(n as integer)) as c from numbers where id in (2, 3, 4, 6)", {}),
    ("select count(distinct k) as a, count(distinct k || n) as b, count(case when n > 3 then 1 end) as c from numbers", {}),
    ("select k, count(distinct n) as n, case when count(distinct n) = 1 then min(n) end as x from numbers group by k having count(distinct n) > 0", {}),
    ("select max(moment) as a, max(cast(moment as date)) as b, min(cast(moment as date)) as c from moments", {}),
    ("select id, row_number() over (partition by k order by n desc, id) as p, lag(id) over (order by n, id) as l from numbers", {}),
    ("select id, count(*) over (order by moment range between interval 1 hour preceding and current row) as c from moments where moment is not null", {}),
    ("select k, n, grouping(k) as g, grouping(n) as h, count(*) as c from numbers group by grouping sets ((k), (n))", {}),
    ("select a.hour_of_week as h, b.ahead from range(3) as a (hour_of_week) cross join range(-1, 2) as b (ahead)", {}),
    ("select id, unnest(range(0, 3)) as n from numbers", {}),
    ("select numbers.id, more.id as other from numbers full outer join texts as more on numbers.id = more.id and more.t = ''", {}),
    ("select id from numbers where exists (select 1 from texts where texts.id = numbers.id and texts.t <> '') and id not in (3)", {}),
    ("select k from numbers union select t as k from texts", {}),
    ("select count(*) as c from numbers as a inner join numbers as b on a.k is not distinct from b.k", {}),
    ("select $text as t, $number + 1 as n, $share * 2 as x, $day - 1 as d", {"text": "a'b\\\n'; drop", "number": 3, "share": 0.1, "day": DAY}),
]  # fmt: skip


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    """Both, with the same rows."""
    with duckdb.connect() as connection, sail_session() as server:
        connection.execute(_FRAMES)
        for name in ("texts", "numbers", "moments"):
            server.show_rows(name, connection.sql(f"from {name}").to_arrow_table())
        yield connection, server


@pytest.mark.parametrize(
    ("frame", "expressions"),
    [("texts", TEXTS), ("numbers", NUMBERS), ("moments", MOMENTS)],
    ids=["texts", "numbers", "moments"],
)
def test_every_expression_has_the_same_value_on_both_engines(
    engines: Engines, frame: str, expressions: list[str]
) -> None:
    shown = ", ".join(f"{expression} as c{place}" for place, expression in enumerate(expressions))
    here, there = on_both(engines, f"select id, {shown} from {frame} order by id", {"day": DAY, "n": 90})  # noqa: S608
    for place, expression in enumerate(expressions, 1):
        assert [each[place] for each in there] == [each[place] for each in here], expression


@pytest.mark.parametrize(("query", "parameters"), WHOLE)
def test_every_query_gives_the_same_rows_on_both_engines(
    engines: Engines, query: str, parameters: dict[str, Any]
) -> None:
    here, there = on_both(engines, query, parameters)
    assert sorted(there, key=repr) == sorted(here, key=repr)


@pytest.mark.parametrize(
    "query",
    ["select log(3, 2)", "select x[1] from t", "select strftime(at, '%j') from t", "select extract(century from at) from t",
     "select json_extract_string(d, '$.a[0]') from t", "select try(a / b) from t", "select )"],
)  # fmt: skip
def test_what_has_no_words_in_spark_is_refused_before_anything_is_asked(query: str) -> None:
    with pytest.raises(UsageError, match="the query has no words in Spark"):
        spark_from_duckdb(query)


def test_a_parameter_that_nobody_gives_is_named(engines: Engines) -> None:
    with pytest.raises(UsageError, match=r"names \$other"):
        engines[1].rows("select $other as x", {"day": DAY})


def test_a_query_that_the_server_cannot_answer_says_which_and_what_to_do(engines: Engines) -> None:
    with pytest.raises(ServerFailure) as failure:
        engines[1].rows("select a from no_such_table", where="mart_x")
    assert "no_such_table" in failure.value.what
    assert failure.value.where == "mart_x"
    assert "--engine spark" in failure.value.hint


def test_where_no_server_listens_the_address_is_told_without_its_token() -> None:
    with pytest.raises(Unreachable) as failure, connected("sc://127.0.0.1:1/;token=abcdef"):
        pass
    assert failure.value.where == "sc://127.0.0.1:1"
    assert "abcdef" not in str(failure.value) + failure.value.hint


def test_rows_that_are_more_than_a_message_may_hold_all_arrive(engines: Engines) -> None:
    connection, server = engines
    for name, query in (
        ("many", "select range as n, 'x' as t from range(250000)"),
        ("long", "select range as n, repeat('x', 12000000) as t from range(4)"),
        ("none", "select range as n, 'x' as t from range(0)"),
    ):
        server.show_rows(name, connection.sql(query).to_arrow_table())
        counted = f"select count(*) as c, sum(n) as s, sum(length(t)) as l from {name}"  # noqa: S608
        (expected,) = connection.execute(f"with {name} as ({query}) {counted}").fetchall()
        assert tuple(server.rows(counted).to_pylist()[0].values()) == expected


def test_two_sessions_of_one_server_do_not_see_each_others_rows(engines: Engines) -> None:
    with connected(sail()) as other, pytest.raises(ServerFailure):
        other.rows("select count(*) as n from texts")
