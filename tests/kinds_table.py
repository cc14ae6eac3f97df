"""What each kind of row looks like in Quay, as read from `data/kinds.tsv`: 146 kinds in 215 variants."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "data" / "kinds.tsv"
OAUTH_KEYS = {"oauth_token_id": "int", "oauth_token_application_id": "str", "oauth_token_application": "str"}
_FIELD = re.compile(r"(?P<key>[^:;]+):(?P<type>[^?;]+)(?P<maybe>\??)")


@dataclass(frozen=True)
class Variant:
    """One way in which a kind is written. `types` are alternatives by key; `optional` keys may be missing."""

    kind: str
    name: str
    account: str
    performer: str
    has_repository: bool
    has_ip: bool
    types: Mapping[str, tuple[str, ...]]
    optional: frozenset[str]
    takes_oauth_keys: bool

    def describes(self, metadata: Mapping[str, Any]) -> bool:
        """Whether the metadata have exactly these keys, each of one of its types."""
        types = dict(self.types)
        if self.takes_oauth_keys and OAUTH_KEYS.keys() & metadata.keys():
            types |= {key: (type_,) for key, type_ in OAUTH_KEYS.items()}
        if metadata.keys() - types.keys() or types.keys() - metadata.keys() - self.optional:
            return False
        return all(type_of(value) in types[key] for key, value in metadata.items())


def type_of(value: Any) -> str:
    """The table's word for the JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "bool"
        case int():
            return "int"
        case str():
            return "str"
        case dict():
            return "object"
        case list():
            return f"list[{type_of(value[0])}]"
    raise TypeError(f"{value!r} is nothing that JSON has")


def read_variants() -> list[Variant]:
    """Every line of the table."""
    with TABLE.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [_variant_from_cells(cells) for cells in rows]


def _variant_from_cells(cells: list[str]) -> Variant:
    kind, name, _, account, performer, repository, ip, fields, oauth, *_ = cells
    found = [] if fields == "(empty object)" else [_FIELD.fullmatch(each) for each in fields.split("; ")]
    matches = [match for match in found if match]
    assert len(matches) == len(found), fields
    return Variant(
        kind,
        name,
        account,
        performer,
        repository == "yes",
        ip == "yes",
        {match["key"]: tuple(match["type"].split("|")) for match in matches},
        frozenset(match["key"] for match in matches if match["maybe"]),
        oauth.startswith("oauth_token_id:int"),
    )
