"""Quay's details on both engines: whatever JSON people wrote into them says the same."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.quay.entries import lines_from_entries
from tests.sail import Engines, on_both, sail_session

_KEYS = ["a", "user-agent", "d.o t", "é", "ключ"]
_TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["\\ud800", "\ud800", "\U0001f600\\", "null"]
)
# Of a list or an object the text is shown: what needs an escape in there is escaped in a way of each engine's own.
_WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='"\\'))
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.decimals(-999_999, 999_999, places=2).map(float)
)
_VALUES = _TEXTS | st.recursive(
    _SCALARS | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
_DOCUMENTS = st.dictionaries(st.sampled_from(_KEYS), _VALUES)


@settings(max_examples=12)
@given(documents=st.lists(_DOCUMENTS, min_size=20, max_size=40))
def test_details_say_the_same_on_both_engines_whatever_people_wrote_into_them(
    engines: Engines, documents: list[Any]
) -> None:
    connection, server = engines
    texts = [_as_stored(document) for document in documents]
    connection.execute("create or replace table details as select * from (select unnest($1) as id, unnest($2) as d)", [list(range(len(texts))), texts])  # fmt: skip
    server.show_rows("details", connection.sql("from details").to_arrow_table())
    shown = ", ".join(
        f"""json_extract_string(d, '$."{key}"') as c{place}""" for place, key in enumerate(_KEYS)
    )
    shape = json.dumps(dict.fromkeys(_KEYS, "VARCHAR"), ensure_ascii=False)
    read = f"try(from_json(d, '{shape}'))"
    query = f'select id, json_valid(d) as is_valid, {read}."user-agent" as agent, {shown} from details where json_valid(d)'  # noqa: S608
    here, there = on_both(engines, query, {})
    assert there == here


@pytest.mark.parametrize(
    "document",
    ["null", "[]", "5", '""', '{"a":"\\ud800"}', '{"a":"\\ud83d\\ude00"}', '{"a":"\\\\ud800"}', '{"a":"\\ude00\\ud83d"}', "{", ""],
)  # fmt: skip
def test_what_one_engine_takes_for_json_the_other_does(engines: Engines, document: str) -> None:
    here, there = on_both(engines, "select json_valid($document) as is_valid", {"document": document})
    assert there == here


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with duckdb.connect() as connection, sail_session() as server:
        yield connection, server


def _as_stored(document: Any) -> str:
    """The details as the lake holds them: as they come from a page of Quay's."""
    entry = {"kind": "pull_repo", "datetime": "Sat, 28 Mar 2026 00:00:00 -0000", "metadata": document}
    (line,) = lines_from_entries([entry])
    return str(json.loads(line)["metadata"])
