"""What DuckDB's own parser finds in a query."""

import json
from collections.abc import Iterator
from typing import Any

import duckdb


def tables_in(query: str) -> set[str]:
    """The tables that a query reads; names of its CTEs are none."""
    nodes = list(walk(tree_of(query)))
    ctes = {entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", [])}
    return {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"} - ctes


def json_paths_in(query: str) -> set[str]:
    """The paths by which a query reads JSON; one that is worked out is `None`."""
    calls = [node for node in walk(tree_of(query)) if is_json_reading(node)]
    paths = [call["arguments"][1]["expression"] for call in calls]
    return {str(path.get("literal", {}).get("text")) for path in paths}


def is_json_reading(node: dict[str, Any]) -> bool:
    """Whether a node of the tree takes something out of JSON."""
    name = str(node.get("function_name", ""))
    return name in ("->", "->>") or name.startswith(("json_extract", "json_value", "json_exists"))


def tree_of(query: str) -> Any:
    """The syntax tree, as JSON."""
    with duckdb.connect() as connection:
        ((tree,),) = connection.execute("select json_serialize_sql(?)", [query]).fetchall()
    return json.loads(tree)


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every object in a tree."""
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from walk(part)
    elif isinstance(node, list):
        for part in node:
            yield from walk(part)
