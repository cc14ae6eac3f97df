"""OCSF's own schemas, as JSON Schema, and what they say of a document."""

import json
from functools import lru_cache
from typing import Any

import jsonschema_rs
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema  # type: ignore[import-untyped]

NAMES = {
    0: "base_event",
    2004: "detection_finding",
    3001: "account_change",
    3002: "authentication",
    3004: "entity_management",
    3005: "user_access",
    3006: "group_management",
    6003: "api_activity",
}


@lru_cache
def schema_of(version: str) -> dict[str, Any]:
    """All that one version of OCSF says."""
    schema: dict[str, Any] = get_ocsf_schema(version)
    return schema


@lru_cache
def _validator(version: str, class_uid: int, profiles: tuple[str, ...]) -> Any:
    schemas = OcsfJsonSchemaEmbedded(schema_of(version))
    return jsonschema_rs.validator_for(schemas.get_class_schema(NAMES[class_uid], list(profiles)))


def wrongs_of(body: bytes, version: str) -> list[str]:
    """What the schema of its class finds wrong with a document, in words."""
    document = json.loads(body)
    assert document["metadata"]["version"] == version
    assert document["type_uid"] == document["class_uid"] * 100 + document["activity_id"]
    validator = _validator(version, document["class_uid"], tuple(document["metadata"].get("profiles", ())))
    return [f"{error.message} at {error.instance_path}" for error in validator.iter_errors(document)]
