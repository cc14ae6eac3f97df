"""Where fuzzing begins: what honest inputs look like, one or two for each reader."""

import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.fuzz import contract, stored

KEPT = Path(__file__).parents[1] / "data" / "fuzz"

ENTRY: dict[str, Any] = {
    "kind": "pull_repo",
    "metadata": {"repo": "web", "namespace": "acme", "user-agent": "docker/24.0.7", "n": [1, 2.5, None]},
    "ip": "203.0.113.7",
    "datetime": "Fri, 20 Nov 2026 10:25:25 -0000",
    "performer": {"kind": "user", "name": "acme+ci", "is_robot": True, "avatar": {"hash": "a3"}},
    "namespace": {"kind": "org", "name": "acme", "avatar": {}},
}
_OTHER = {
    "kind": "create_tag",
    "metadata": {"tag": "\ud800"},
    "ip": None,
    "datetime": "Fri, 20 Nov 2026 23:59:59 GMT",
}
_TIMES = {"start_time": "Fri, 20 Nov 2026 00:00:00 -0000", "end_time": "Sat, 21 Nov 2026 00:00:00 -0000"}
_EXPORT = {
    "export_id": "e-1",
    "details": {**_TIMES, "namespace": "acme", "repository": None},
    "logs": [ENTRY, _OTHER, ENTRY, {"terminator": True}],
}
_ARCHIVED = {
    "kind_id": 5,
    "account_id": 2,
    "performer_id": 3,
    "repository_id": None,
    "datetime": "2026-11-20 10:25:25.123456",
    "ip": "203.0.113.7",
    "metadata_json": {"repo": "web"},
}
_COUNTS = {"aggregated": [{"kind": "pull_repo", "count": 3, "datetime": "Fri, 20 Nov 2026 00:00:00 -0000"}]}
_SNAPSHOT = {
    "day": "2026-11-20",
    "tables": {
        "users": {
            "rows": 1,
            "file_sha256": "a3",
            "taken_at": "2026-11-20T10:00:00Z",
            "server_url": "https://quay.example",
            "tool_version": "0.1.0",
        }
    },
}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


READERS: Mapping[str, tuple[contract.Reader, Callable[[], list[bytes]]]] = {
    "entries": (contract.entries, lambda: [_json([ENTRY, _OTHER])]),
    "pages": (contract.pages, lambda: [_json({**_TIMES, "logs": [ENTRY, _OTHER], "next_page": "gA"})]),
    "counts": (contract.counts, lambda: [_json(_COUNTS)]),
    "exports": (contract.exports, lambda: [_json(_EXPORT)]),
    "archives": (
        contract.archives,
        lambda: [_json([_ARCHIVED] * 2), _json(_ARCHIVED) + b"\n" + _json(_ARCHIVED)],
    ),
    "packed": (contract.packed, lambda: [gzip.compress(b"[]", mtime=0), gzip.compress(bytes(4096), mtime=0)]),
    "rows": (stored.rows, lambda: [stored.written("rows")]),
    "windows": (stored.windows, lambda: [stored.written("window")]),
    "manifests": (stored.manifests, lambda: [stored.written("manifest")]),
    "snapshots": (stored.snapshots, lambda: [_json(_SNAPSHOT)]),
    "bundles": (stored.bundles, lambda: [stored.written("bundle")]),
    "proofs": (stored.proofs, lambda: [stored.proof()]),
}
"""Every reader by name: its contract, and honest inputs."""


def kept(name: str) -> list[bytes]:
    """The inputs that fuzzing found worth keeping."""
    return [file.read_bytes() for file in sorted((KEPT / name).glob("*"))]
