"""What may be asked: one statement that only reads, by DuckDB's own parse of it rather than by its words.

Refusing statements by kind is not enough: a SELECT may hold `with x as (copy ... to ...)`, and a table
function may run the SQL in its argument. So every query node of the tree must be one that reads, and every
table function be on the list.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from pipeline.errors import UsageError

_READING_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLE_FUNCTIONS = frozenset(
    {"generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"}
)
_CATALOGUE = "duckdb_"
_EXPLAIN = re.compile(r"\s*explain\s+(?:analyze\s+)?", re.IGNORECASE)
_HINT = (
    "a query is one SELECT (or WITH, FROM, VALUES, DESCRIBE, SUMMARIZE, SHOW, EXPLAIN) over tables and views"
)


def only_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one statement in `sql`, as it will be run, when it does nothing but read.

    Raises: UsageError for any other, duckdb.Error for text that is no SQL.
    """
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise UsageError(f"one statement is run at a time, and this is {len(statements)}", hint=_HINT)
    explain = _EXPLAIN.match(sql)
    # EXPLAIN ANALYZE runs what it explains, so that is what is looked at.
    try:
        for node in _nodes(_tree(connection, sql[explain.end() :] if explain else sql)):
            _check(node)
    except RecursionError as error:
        raise UsageError("the query is nested too deeply to be looked at", hint=_HINT) from error
    return str(statements[0].query)


def _tree(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    ((serialized,),) = connection.execute("select json_serialize_sql(?)", [sql]).fetchall()
    tree = json.loads(serialized)
    if tree["error"] and tree.get("error_type") == "parser":
        raise UsageError(f"the query failed: {tree['error_message']}", hint=_HINT)
    if tree["error"] or len(tree["statements"]) != 1:
        raise UsageError("a statement of this kind is not run here", hint=_HINT)
    return tree


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for part in tree.values():
            yield from _nodes(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)


def _check(node: dict[str, Any]) -> None:
    kind = node.get("type")
    if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _READING_NODES:
        raise UsageError("part of this statement writes, which is not run here", hint=_HINT)
    if kind == "TABLE_FUNCTION":
        name = str(node["function"]["function_name"]).lower()
        if name not in _TABLE_FUNCTIONS and not name.startswith(_CATALOGUE):
            raise UsageError(
                f"a query reads tables and views, not what the function {name} reads", hint=_HINT
            )
