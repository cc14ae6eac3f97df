"""The columns of OCSF's classes in Parquet, and the step from JSON documents to them."""

import io
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import pyarrow as pa
import pyarrow.json as pj

from pipeline.exports.kinds import EventClass
from pipeline.exports.lines import details_of

_TEXT, _INT, _LONG = pa.string(), pa.int32(), pa.int64()
_TEXTS = pa.list_(_TEXT)


def _struct(**fields: "pa.DataType") -> "pa.DataType":
    return pa.struct([pa.field(name, kind) for name, kind in fields.items()])


_USER = _struct(name=_TEXT, type_id=_INT, type=_TEXT, credential_uid=_TEXT)
_ACTOR = _struct(user=_USER)
_ENDPOINT = _struct(ip=_TEXT, name=_TEXT, location=_struct(country=_TEXT))
_NAMED = _struct(name=_TEXT)
_THING = _struct(name=_TEXT, type=_TEXT, uid=_TEXT)
_METADATA = _struct(
    version=_TEXT,
    product=_struct(name=_TEXT, vendor_name=_TEXT),
    log_name=_TEXT,
    event_code=_TEXT,
    profiles=_TEXTS,
    uid=_TEXT,
)
_PAIRS = pa.list_(_struct(key=_TEXT, value=_TEXT))
_MAP = pa.map_(_TEXT, _TEXT)

_COMMON: Mapping[str, "pa.DataType"] = {
    "activity_id": _INT,
    "activity_name": _TEXT,
    "category_uid": _INT,
    "category_name": _TEXT,
    "class_uid": _INT,
    "class_name": _TEXT,
    "type_uid": _LONG,
    "type_name": _TEXT,
    "severity_id": _INT,
    "severity": _TEXT,
    "status_id": _INT,
    "status": _TEXT,
    "time": _LONG,
    "metadata": _METADATA,
    "unmapped": _PAIRS,
    "raw_data": _TEXT,
}
_BY_WHOM: Mapping[str, "pa.DataType"] = {"actor": _ACTOR, "src_endpoint": _ENDPOINT}
_AGENT = _struct(user_agent=_TEXT)
_OWN: Mapping[EventClass, Mapping[str, "pa.DataType"]] = {
    EventClass.ACCOUNT: {"user": _USER, **_BY_WHOM},
    EventClass.AUTHENTICATION: {
        "user": _USER,
        "service": _NAMED,
        "src_endpoint": _ENDPOINT,
        "http_request": _AGENT,
        "status_detail": _TEXT,
    },
    EventClass.ENTITY: {"entity": _THING, **_BY_WHOM},
    EventClass.ACCESS: {
        "user": _USER,
        "privileges": _TEXTS,
        "resource": _THING,
        "resources": pa.list_(_THING),
        **_BY_WHOM,
    },
    EventClass.GROUP: {
        "group": _struct(name=_TEXT, type=_TEXT, domain=_TEXT),
        "user": _USER,
        "privileges": _TEXTS,
        "resource": _THING,
        **_BY_WHOM,
    },
    EventClass.API: {
        "api": _struct(operation=_TEXT, service=_NAMED),
        "http_request": _AGENT,
        "resources": pa.list_(_THING),
        "status_detail": _TEXT,
        **_BY_WHOM,
    },
    EventClass.BASE: {"message": _TEXT},
}

_READ: Final = {
    each: pa.schema([pa.field(name, kind) for name, kind in {**_COMMON, **own}.items()])
    for each, own in _OWN.items()
}
SCHEMAS: Final = {
    each: schema.set(schema.get_field_index("unmapped"), pa.field("unmapped", _MAP))
    for each, schema in _READ.items()
}
"""The columns of each class. `unmapped` is a map from text to text, as in the tables of AWS's own sources."""


def pairs_of(metadata: str) -> list[dict[str, str]]:
    """Quay's details as keys with their values as text; what is no text itself, as JSON."""
    return [
        {"key": key, "value": value if isinstance(value, str) else msgspec.json.encode(value).decode()}
        for key, value in details_of(metadata).items()
    ]


def table_from_documents(event_class: EventClass, documents: list[bytes]) -> pa.Table:
    """Documents of one class, whose `unmapped` was made by `pairs_of`, as columns in the same order."""
    body = b"\n".join([*documents, b""])
    table = pj.read_json(
        io.BytesIO(body),
        read_options=pj.ReadOptions(use_threads=False, block_size=len(body) + 1),
        parse_options=pj.ParseOptions(explicit_schema=_READ[event_class], unexpected_field_behavior="error"),
    ).combine_chunks()
    columns: list[Any] = [_as_map(table, name) for name in table.column_names]
    return pa.Table.from_arrays(columns, schema=SCHEMAS[event_class])


def _as_map(table: pa.Table, name: str) -> Any:
    column: Any = table.column(name)
    if name != "unmapped":
        return column
    pairs = column.chunk(0)
    return pa.MapArray.from_arrays(pairs.offsets, pairs.values.field("key"), pairs.values.field("value"))
