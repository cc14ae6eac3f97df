"""Promises of reading and repair: never verified wrongly, short by exactly what is missing, whatever the history."""

import random
import tempfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.demo.fakequay import FakeQuay, Habits, TieOrder
from pipeline.demo.store import Store
from pipeline.lake.ledger import State, WindowState
from pipeline.quay.entries import Namespace, lines_from_entries
from pipeline.quay.scopes import ALL, Scope, org, repo, user
from tests.extracts import ALL_SCOPES, NOW, TOKEN, extract_all, lines_held

DAY = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
KINDS = ("pull_repo", "push_repo", "delete_tag", "login_success")
PEOPLE = ("alice", "bob", "carol")
REPOSITORIES = ("web", "api", "team/nested")


class Registry:
    """A Quay with two organizations and a user, and the truth about what it stores."""

    def __init__(self, *, whole_seconds: bool, habits: Habits | None = None) -> None:
        self.truth: dict[Scope, list[bytes]] = {}
        self._store = Store(whole_seconds=whole_seconds)
        self._store.add_user("admin", superuser=True)
        self._store.add_user("auditor", global_readonly_superuser=True)
        for person in PEOPLE:
            self._store.add_user(person)
        for organization in ("acme", "globex"):
            self._store.add_organization(organization, owners=["alice"])
        for namespace in ("acme", "globex", "alice"):
            for repository in REPOSITORIES:
                self._store.add_repository(namespace, repository)
        self._store.add_token(TOKEN, "auditor", ALL_SCOPES)
        self.fake = FakeQuay(self._store, habits=habits, clock=lambda: NOW)

    def log(
        self, namespace: str, at: datetime, kind: str, performer: str | None, repository: str | None
    ) -> None:
        metadata = {"repo": repository, "namespace": namespace} if repository else {}
        self._store.log(
            kind,
            at,
            namespace,
            performer=performer,
            repository=repository,
            ip="203.0.113.1",
            metadata=metadata,
        )
        entry: dict[str, Any] = {
            "kind": kind,
            "metadata": metadata,
            "ip": "203.0.113.1",
            "datetime": at.strftime("%a, %d %b %Y %H:%M:%S -0000"),
        }
        if performer:
            entry["performer"] = {"name": performer, "is_robot": False}
        kind_of_namespace = "user" if namespace in PEOPLE else "org"
        scope = user(namespace) if namespace in PEOPLE else org(namespace)
        self.truth.setdefault(scope, []).extend(lines_from_entries([entry]))
        if repository:
            self.truth.setdefault(repo(namespace, repository), []).extend(lines_from_entries([entry]))
        stamped = lines_from_entries([entry], Namespace(namespace, kind_of_namespace))
        self.truth.setdefault(ALL, []).extend(stamped)

    def truth_of(self, scope: Scope) -> Counter[bytes]:
        return Counter(self.truth.get(scope, []))


def assert_honest(window: WindowState, held: Counter[bytes], truth: Counter[bytes]) -> None:
    """What every window must be, whatever was lost on the way."""
    assert held <= truth
    lost = truth - held
    if window.state is State.VERIFIED:
        assert not lost
    else:
        assert window.state is State.SHORT
        kinds = Counter(line.split(b'"kind":"')[1].split(b'"')[0].decode() for line in lost.elements())
        assert window.missing_by_kind == dict(kinds)
        assert lost


def fill(registry: Registry, seed: int, rows: int, seconds: int, micros: int) -> None:
    """A history of so many rows within so many seconds, each with one of so many fractions."""
    dice = random.Random(seed)
    for _ in range(rows):
        at = MIDNIGHT + timedelta(seconds=dice.randrange(seconds), microseconds=dice.randrange(micros))
        registry.log(
            dice.choice(["acme", "acme", "globex", "alice"]),
            at,
            dice.choice(KINDS),
            dice.choice([None, *PEOPLE]),
            dice.choice([None, *REPOSITORIES]),
        )


@settings(max_examples=150)
@given(
    seed=st.integers(0, 10**6),
    rows=st.sampled_from([0, 25, 60, 150, 400]),
    seconds=st.sampled_from([1, 3, 40, 900, 80_000]),
    micros=st.sampled_from([1, 3, 10**6]),
    whole_seconds=st.booleans(),
    tie_order=st.sampled_from(TieOrder),
    scope=st.sampled_from([org("acme"), ALL, user("alice"), repo("acme", "web")]),
)
def test_a_verified_window_is_the_truth_and_a_short_one_says_exactly_what_it_lacks(
    seed: int, rows: int, seconds: int, micros: int, whole_seconds: bool, tie_order: TieOrder, scope: Scope
) -> None:
    registry = Registry(whole_seconds=whole_seconds, habits=Habits(tie_order=tie_order))
    fill(registry, seed, rows, seconds, micros)
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder)
        summary = extract_all(registry.fake, lake, [scope], DAY, DAY)
        window = _only_window(lake, scope)
        assert summary.is_complete == (window.state is State.VERIFIED)
        assert_honest(window, lines_held(lake, window), registry.truth_of(scope))


def _only_window(lake: Path, scope: Scope) -> WindowState:
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import Ledger

    window = Ledger(Layout(lake)).window(scope, DAY)
    assert window is not None
    return window
