"""Registries to test against: the little world of the recordings, and stores made of export files.

`tests/data/recordings.json.gz` holds what a running Quay answered (requests, selected headers, bodies; a row that
several answers show is stored once); `tests/data/corpus*` hold whole page chains, exports and counts.
"""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.demo.records import AccountKind
from pipeline.demo.store import Store

DATA = Path(__file__).parent / "data"

ALL_SCOPES = (
    "repo:read",
    "repo:write",
    "repo:admin",
    "repo:create",
    "user:read",
    "user:admin",
    "org:admin",
    "super:user",
)
NO_SUPERUSER = tuple(scope for scope in ALL_SCOPES if scope != "super:user")

# The tokens of the recordings by name: whose they are and what they may.
GRANTS: dict[str, tuple[str, Sequence[str]]] = {
    "superuser": ("admin", ALL_SCOPES),
    "superuser_no_super_scope": ("admin", NO_SUPERUSER),
    "superuser_only_super_scope": ("admin", ("super:user",)),
    "readonly_superuser": ("auditor", ALL_SCOPES),
    "orgadmin_acme": ("alice", NO_SUPERUSER),
    "orgadmin_globex": ("bob", NO_SUPERUSER),
    "member_frank": ("frank", NO_SUPERUSER),
    "alice_org_scope_only": ("alice", ("org:admin",)),
    "alice_repo_scope_only": ("alice", ("repo:admin",)),
    "alice_read_only_scopes": ("alice", ("repo:read", "user:read")),
    "alice_user_admin_scope_only": ("alice", ("user:admin",)),
    "expired": ("alice", NO_SUPERUSER),
    "disabled_user": ("victor", NO_SUPERUSER),
}
TOKENS = {name: f"demo-token-{name.replace('_', '-')}".ljust(40, "0") for name in GRANTS}
AUDITOR = TOKENS["readonly_superuser"]
SUPERUSER = TOKENS["superuser"]
ALICE = TOKENS["orgadmin_acme"]
BOB = TOKENS["orgadmin_globex"]
EXPIRED_AT = datetime(2026, 11, 22, tzinfo=UTC)

PEOPLE = (
    "admin auditor alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent"
    " victor walter wendy gone_user gone_user2"
)
REPOSITORIES = {
    "acme": "api web worker db base cache etl ml docs cli proxy auth team/nested jobs",
    "globex": "api web worker db base cache etl ml docs",
    "initech": "api web worker db",
    "umbrella": "api web worker",
    "hooli": "api web",
    "tieorg": "api web worker db base",
    "alice": "scratch dotfiles",
    "goneorg": "worker",
}
OPEN_REPOSITORIES = {("acme", "proxy"), ("acme", "cache"), ("globex", "cache")}
OWNERS = {
    "acme": "alice",
    "globex": "bob",
    "initech": "carol",
    "umbrella": "dave",
    "hooli": "erin",
    "tieorg": "alice",
    "emptyorg": "alice",
    "goneorg": "bob",
}
SEEN_AT = datetime(2026, 11, 23, 13, 20, 38, tzinfo=UTC)


@lru_cache(maxsize=32)
def data_from(name: str) -> Any:
    """The decoded JSON of a gzipped file below tests/data. It is shared: read it, do not change it."""
    return json.loads(gzip.decompress((DATA / name).read_bytes()))


def recordings() -> dict[str, Any]:
    """What a running Quay answered, by the name of the recording."""
    found: dict[str, Any] = data_from("recordings.json.gz")["recordings"]
    return found


def recorded_row(number: int) -> dict[str, Any]:
    """A row of the recordings."""
    row: dict[str, Any] = data_from("recordings.json.gz")["rows"][number]
    return row


def exported_rows(name: str) -> list[dict[str, Any]]:
    """The rows of an export file below tests/data, in the order of the file, without its last mark."""
    rows: list[dict[str, Any]] = data_from(name)["logs"]
    return [row for row in rows if "terminator" not in row]


def time_of(row: Mapping[str, Any]) -> datetime:
    """When a row happened, to the second."""
    return parsedate_to_datetime(row["datetime"]).replace(tzinfo=UTC)


def little_registry() -> Store:
    """The accounts, repositories, applications and tokens of the recordings, without log rows."""
    store = Store()
    for name in PEOPLE.split():
        store.add_user(
            name,
            superuser=name == "admin",
            global_readonly_superuser=name == "auditor",
            created_at=SEEN_AT,
        )
    for name, owner in OWNERS.items():
        store.add_organization(name, owners=[owner], created_at=SEEN_AT)
    store.add_team("acme", "developers", members=["bob", "erin", "mallory", "olivia"], description="devs")
    store.add_team("globex", "developers", members=["carol", "dave", "niaj", "victor"], description="devs")
    for namespace in ("acme", "globex"):
        for short_name in ("ci", "deploy", "gonebot"):
            store.add_robot(namespace, short_name, description=f"{short_name} robot", created_at=SEEN_AT)
    store.add_robot("alice", "laptop", created_at=SEEN_AT)
    _add_repositories(store)
    _add_tokens(store)
    return store


def _add_repositories(store: Store) -> None:
    for namespace, names in REPOSITORIES.items():
        for name in names.split():
            is_public = (namespace in OWNERS and name == "api") or (namespace, name) in OPEN_REPOSITORIES
            store.add_repository(namespace, name, is_public=is_public)
            store.add_permission(namespace, name, OWNERS.get(namespace, namespace), "admin")
    store.add_permission("acme", "api", "frank", "write")
    store.add_permission("acme", "api", "bob", "write")


def _add_tokens(store: Store) -> None:
    uri = {"application_uri": "https://x.example.com", "redirect_uri": "https://x.example.com/cb"}
    audit = store.add_application(
        "acme", "audit-export", client_id="3SKP2FV5SAB4VZUIX1E2", description="oracle", **uri
    )
    ci = store.add_application("acme", "ci", client_id="ERYFIHNTGZIK7IPP3HAI", description="oracle", **uri)
    store.add_application("globex", "deployer", client_id="393FVY522KEE532G3QGN", description="oracle", **uri)
    for name, (user, scopes) in GRANTS.items():
        store.add_token(
            TOKENS[name],
            user,
            scopes,
            expires_at=EXPIRED_AT if name == "expired" else None,
            application=audit if user in ("admin", "auditor") else ci,
        )
    for recorded in recordings()["fa_apptokens"]["response"]["body"]["tokens"]:
        store.add_app_token(
            recorded["title"].partition("-")[2],
            uuid=recorded["uuid"],
            title=recorded["title"],
            created_at=parsedate_to_datetime(recorded["created"]).replace(tzinfo=UTC),
        )


def little_world(until: datetime | None = None) -> Store:
    """The registry of the recordings with every row that they show, up to a time."""
    store = little_registry()
    for namespace, rows in sorted(recorded_rows_by_namespace().items()):
        if store.find_account(namespace) is not None:
            log_in_order(store, namespace, (row for row in rows if until is None or time_of(row) < until))
    return store


@lru_cache(maxsize=1)
def recorded_rows_by_namespace() -> dict[str, list[dict[str, Any]]]:
    """Every row that the recordings show, oldest first, as often as one answer shows it."""
    pages: dict[str, dict[datetime, list[list[dict[str, Any]]]]] = defaultdict(lambda: defaultdict(list))
    for recording in recordings().values():
        body = recording.get("response", {}).get("body")
        if not isinstance(body, dict):
            continue
        seconds: dict[tuple[str, datetime], list[dict[str, Any]]] = defaultdict(list)
        for number in reversed(body.get("logs", ())):
            row = recorded_row(number)
            seconds[_namespace_of(row, recording["request"]), time_of(row)].append(row)
        for (namespace, second), rows in seconds.items():
            pages[namespace][second].append(rows)
    return {
        namespace: [row for second in sorted(seconds) for row in _merged(seconds[second])]
        for namespace, seconds in pages.items()
    }


def _namespace_of(row: Mapping[str, Any], request: Mapping[str, Any]) -> str:
    """Whose row it is: as the answer says, else as was asked."""
    if "namespace" in row:
        return str(row["namespace"]["name"])
    _, _, _, kind, name, *_ = request["path"].split("/")
    return GRANTS[request["token"]][0] if kind == "user" else str(name)


def _merged(versions: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The rows of one second from several answers: the longest list, and what only others have.

    A row that one answer shows with its performer and another without is one row, of an account that went later.
    """
    merged: dict[tuple[str, int], dict[str, Any]] = {}
    for rows in sorted(versions, key=len, reverse=True):
        seen: Counter[str] = Counter()
        for row in rows:
            key = identity(row)
            seen[key] += 1
            held = merged.setdefault((key, seen[key]), row)
            if "performer" not in held:
                merged[key, seen[key]] = row
    return list(merged.values())


def identity(row: Mapping[str, Any]) -> str:
    """What stays of a row, whoever asks and when: all but the names of accounts."""
    lasting = {key: value for key, value in row.items() if key not in ("performer", "namespace")}
    return json.dumps(lasting, sort_keys=True)


def log_in_order(store: Store, namespace: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Store rows, oldest first, with distinct microseconds where seconds are equal: the last one comes first."""
    ordinals: Counter[datetime] = Counter()
    for row in rows:
        second = time_of(row)
        store.log_entry(row, namespace, at=second + timedelta(microseconds=ordinals[second]))
        ordinals[second] += 1


def store_from_export(
    path_or_rows: str | Iterable[Mapping[str, Any]],
    namespace: str,
    *,
    whole_seconds: bool = False,
    distinct_microseconds: bool = True,
    kind: AccountKind = AccountKind.ORGANIZATION,
) -> Store:
    """A registry that holds the rows of an export: a file's name below tests/data, or rows in a file's order.

    With `whole_seconds` rows of one second come in the reverse of that order, as MariaDB gives them; with
    `distinct_microseconds` they get times of their own, so that no page border falls between equals.
    Repositories are those that the rows name. `AUDITOR` reads everything, `ALICE` the namespace.
    """
    rows = exported_rows(path_or_rows) if isinstance(path_or_rows, str) else list(path_or_rows)
    store = Store(whole_seconds=whole_seconds)
    store.add_user("admin", superuser=True)
    store.add_user("auditor", global_readonly_superuser=True)
    store.add_user("alice")
    if kind is AccountKind.ORGANIZATION:
        store.add_organization(namespace, owners=["alice"])
    elif store.find_account(namespace) is None:
        store.add_user(namespace)
    for name in sorted({name for row in rows if (name := _repository_named(row, namespace))}):
        store.add_repository(namespace, name)
    for name in ("superuser", "readonly_superuser", "orgadmin_acme"):
        user, scopes = GRANTS[name]
        store.add_token(TOKENS[name], user, scopes)
    if distinct_microseconds and not whole_seconds:
        log_in_order(store, namespace, rows)
    else:
        for row in rows:
            store.log_entry(row, namespace)
    return store


def _repository_named(row: Mapping[str, Any], namespace: str) -> str | None:
    name = row["metadata"].get("repo")
    return name if isinstance(name, str) and row["metadata"].get("namespace") == namespace else None
