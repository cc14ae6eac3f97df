"""A registry of many namespaces, some of them gone, with a history of any seed: whatever the route, its rows are these."""

import random
from datetime import UTC, date, datetime, timedelta

from pipeline.demo.store import Store
from tests.extracts import ALL_SCOPES, TOKEN

FIRST, LAST = date(2026, 10, 29), date(2026, 11, 4)
ADMINISTRATOR = "demo-token-of-an-administrator"
"""Alice's: she administers acme and globex, and is no superuser."""
SUPERUSER = "demo-token-of-a-superuser"
"""An ordinary one: it reads `all`, and no organization."""

REPOSITORIES = ("web", "api", "team/nested")
_KINDS = ("pull_repo", "push_repo", "delete_tag", "create_repo", "login_success")
_GONE = ("goneorg", "oldorg")
_EMPTY_DAY = date(2026, 11, 1)


def estate(*, seed: int = 0, rows: int = 600, whole_seconds: bool = False) -> Store:
    """A week of rows over a month's end, a day of it without any. On whole seconds, the same rows meet in their times.

    Two organizations are gone: one is marked (its rows show a UUID), one collected (its rows show no namespace).
    """
    store = _accounts(whole_seconds)
    chance = random.Random(seed)
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    days.remove(_EMPTY_DAY)
    for number in range(rows):
        day = chance.choice(days)
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        at += timedelta(seconds=chance.randrange(86_400), microseconds=number)  # no two are equal
        _log_any(store, at, chance)
    store.delete_organization("goneorg")
    store.delete_user("dave")
    store.collect_garbage()
    store.delete_organization("oldorg")
    store.delete_user("carol")
    return store


def _accounts(whole_seconds: bool) -> Store:
    store = Store(whole_seconds=whole_seconds)
    store.add_user("admin", superuser=True)
    store.add_user("auditor", global_readonly_superuser=True)
    for person in ("alice", "bob", "carol", "dave"):
        store.add_user(person)
    for organization in ("acme", "globex", *_GONE):
        store.add_organization(organization, owners=["alice"])
    store.add_robot("acme", "ci")
    for namespace in ("acme", "globex", "alice", *_GONE):
        for repository in REPOSITORIES:
            store.add_repository(namespace, repository)
    store.add_token(TOKEN, "auditor", ALL_SCOPES)
    store.add_token(ADMINISTRATOR, "alice", ALL_SCOPES)
    store.add_token(SUPERUSER, "admin", ALL_SCOPES)
    return store


def _log_any(store: Store, at: datetime, chance: random.Random) -> None:
    """One row as it may come: without a namespace, a performer or an address; of a repository or not."""
    namespace = chance.choice(["acme", "acme", "globex", "alice", "bob", *_GONE, None])
    repository = None if namespace in ("bob", None) else chance.choice([None, *REPOSITORIES])
    metadata = {"repo": repository, "namespace": namespace} if repository else {"useragent": "curl/8 \u2603"}
    store.log(
        chance.choice(_KINDS),
        at,
        namespace,
        performer=chance.choice([None, "alice", "bob", "carol", "dave", "acme+ci"]),
        repository=repository,
        ip=chance.choice([None, "203.0.113.9", "2001:db8::1"]),
        metadata=metadata,
    )
