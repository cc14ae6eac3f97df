"""A registry that holds one of everything, its secrets by name, and snapshots of it without network or waiting."""

import threading
from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pyarrow.parquet as pq

from pipeline.demo.fakequay import FakeQuay, Habits
from pipeline.demo.records import (
    ApplicationToken,
    AppToken,
    Federation,
    OrganizationMirror,
    Prototype,
    RepositoryMirror,
    ServiceKey,
)
from pipeline.demo.store import Store
from pipeline.extract.collector import Taken
from pipeline.extract.pool import Pool
from pipeline.extract.snapshot import take_snapshot
from pipeline.lake.layout import Layout
from pipeline.lake.snapshot_writer import save_snapshot
from pipeline.lake.snapshots import SnapshotState
from pipeline.quay.client import QuayClient
from pipeline.quay.registry.rows import ListRead, Outcome
from pipeline.quay.registry.tables import TABLES, Table
from tests.extracts import ALL_SCOPES, NOW, TOKEN, Handler, client_of

DAY = date(2026, 11, 25)
MADE = datetime(2026, 11, 1, tzinfo=UTC)
USED = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
ENDS = datetime(2027, 11, 1, tzinfo=UTC)
ADMINISTRATOR = "demo-token-of-alice-who-administers-acme"
MEMBER = "demo-token-of-bob-who-is-in-acme"
ORDINARY = "demo-token-of-an-ordinary-superuser"
EVERY_TABLE = tuple(table.name for table in TABLES)

SECRETS = {
    "user outside": "SECRET-user-outside",
    "password outside": "SECRET-password-outside",
    "proxy": "http://SECRET-proxy-user:SECRET-proxy-password@proxy.example:3128",
    "address": "SECRET-in-an-address",
    "query": "SECRET-in-a-query",
    "description": "SECRET-in-a-description",
}


def full_store() -> Store:
    """One of everything that a snapshot can hold. The auditor's token is TOKEN."""
    store = Store()
    store.add_user("admin", superuser=True, created_at=MADE)
    store.add_user("auditor", global_readonly_superuser=True, created_at=MADE)
    store.add_user("alice", email="Alice.Doe@Example.com", created_at=MADE)
    store.add_user("bob", created_at=MADE)
    store.add_user("eve", email="eve@Elsewhere.example", enabled=False, created_at=MADE)
    store.add_organization("acme", owners=["alice"], created_at=MADE)
    store.add_organization("globex", owners=["admin"], created_at=MADE)
    store.add_robot("acme", "ci", description=SECRETS["description"], created_at=MADE)
    store.add_robot("bob", "laptop", created_at=MADE)
    store.account("acme+ci").last_accessed_at = USED
    store.account("acme").quota_bytes = 10 * 2**30
    store.add_team("acme", "developers", members=["bob", "acme+ci"], description=SECRETS["description"])
    store.add_repository("acme", "web", description=SECRETS["description"])
    store.add_repository("acme", "team/nested", is_public=True, state="MIRROR")
    store.add_repository("bob", "dotfiles")
    store.add_permission("acme", "web", "acme+ci", "write")
    store.add_permission("acme", "web", "bob", "admin")
    store.add_permission("acme", "web", "developers", "read", team=True)
    _add_credentials(store)
    _add_policies(store)
    for secret, user in ((TOKEN, "auditor"), (ADMINISTRATOR, "alice"), (MEMBER, "bob"), (ORDINARY, "admin")):
        store.add_token(secret, user, ALL_SCOPES)
    return store


def _add_credentials(store: Store) -> None:
    grants = store.grants
    address = f"https://{SECRETS['address']}@app.example.com/cb?token={SECRETS['query']}"
    store.add_application(
        "acme", "ci", client_id="CIAPP", redirect_uri=address, description=SECRETS["description"]
    )
    alice, bob = store.account("alice").id, store.account("bob").id
    grants.application_tokens.append(
        ApplicationToken("CIAPP", "oauth-1", "nightly", "repo:write,org:admin", alice, MADE, ENDS, USED)
    )
    grants.app_tokens.append(AppToken(bob, "app-1", "laptop", MADE, None, USED))
    grants.app_tokens.append(AppToken(store.account("auditor").id, "app-2", "audit", MADE, ENDS))
    grants.service_keys.append(
        ServiceKey("kid-1", "quay", "proxy", MADE, ENDS, store.account("admin").id, MADE)
    )


def _add_policies(store: Store) -> None:
    grants = store.grants
    acme, robot = store.account("acme"), store.account("acme+ci")
    grants.federations.append(Federation(robot.id, "https://ci.example", "repo:acme/web", ("b", "a")))
    grants.prototypes.append(Prototype(acme.id, "proto-1", "write", robot.id))
    grants.prototypes.append(
        Prototype(acme.id, "proto-2", "read", None, "developers", store.account("alice").id)
    )
    nested = store.find_repository(acme.id, "team/nested")
    assert nested is not None
    source = f"https://{SECRETS['address']}@registry.example/library/nginx"
    user, password, proxy = SECRETS["user outside"], SECRETS["password outside"], SECRETS["proxy"]
    grants.repository_mirrors.append(
        RepositoryMirror(nested.id, source, robot.id, user, proxy, ("v1*", "latest"))
    )
    grants.organization_mirrors.append(
        OrganizationMirror(
            acme.id, "https://harbor.example/?key=" + SECRETS["query"], "lib", robot.id, user, password
        )
    )


class Quiet:
    """Nobody is told how far it is."""

    def expect(self, total: int) -> None:
        pass

    def advance(self, count: int) -> None:
        pass


def quay_with(store: Store, **habits: Any) -> FakeQuay:
    """A Quay over a store at noon."""
    return FakeQuay(store, habits=Habits(**habits), clock=lambda: NOW)


def taken_by(client: QuayClient, tables: Collection[str] = EVERY_TABLE, *, threads: int = 4) -> Taken:
    """A snapshot by any client."""
    return take_snapshot(client, tables, pool=Pool(threads, threading.Event()), watch=Quiet())


def taken(handler: Handler, *tables: str, token: str = TOKEN, threads: int = 4, tries: int = 6) -> Taken:
    """A snapshot of what a handler answers."""
    return taken_by(client_of(handler, token, tries=tries), tables or EVERY_TABLE, threads=threads)


def outcomes(snapshot: Taken, table: str) -> dict[str, str]:
    """What came of each list of a table, by place."""
    return {each.place: each.outcome.value for each in snapshot.lists if each.table_name == table}


def values(snapshot: Taken, table: str, column: str) -> list[Any]:
    """One column of a table."""
    return [getattr(row, column) for row in snapshot.rows[table]]


def save(
    layout: Layout,
    day: date,
    rows: dict[str, list[Any]],
    reads: Collection[tuple[str, str, str]] | None = None,
) -> SnapshotState:
    """Put rows into a lake; `reads` are table, place and outcome, without them every list was read whole."""
    found = [(table, "", "read") for table in rows] if reads is None else reads
    lists = [ListRead(table, place, Outcome(outcome), None, None, 0) for table, place, outcome in found]
    return save_snapshot(
        layout,
        day,
        {**rows, "lists": lists},
        taken_at=NOW,
        server_url="https://quay.example",
        tool_version="0",
    )


def save_taken(layout: Layout, snapshot: Taken, day: date = DAY) -> SnapshotState:
    """Put a snapshot into a lake as the command does."""
    return save_snapshot(
        layout, day, snapshot.rows, taken_at=NOW, server_url="https://quay.example", tool_version="0"
    )


def rows_in(layout: Layout, table: str, day: date = DAY) -> list[dict[str, Any]]:
    """The rows of one file of the lake."""
    return pq.ParquetFile(layout.inventory_file(table, day)).read().to_pylist()


def everything_stored(root: Path) -> str:
    """The text of every byte below a folder, compressed values and file metadata included, and of every path."""
    texts = []
    for file in sorted(root.rglob("*")):
        texts.append(str(file.relative_to(root)))
        if file.is_file():
            texts.append(file.read_bytes().decode("utf-8", "replace"))
        if file.suffix == ".parquet":
            parquet = pq.ParquetFile(file)
            texts.append(str(parquet.metadata.metadata))
            texts.append(msgspec.json.encode(parquet.read().to_pylist()).decode())
    return "\n".join(texts)


def answer(document: Any, status: int = 200) -> httpx2.Response:
    """A JSON answer as a server gives it."""
    return httpx2.Response(status, json=document)


def table_named(name: str) -> Table:
    """The table of that name."""
    return next(table for table in TABLES if table.name == name)
