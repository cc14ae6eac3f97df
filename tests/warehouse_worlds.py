"""Random days of a registry as several windows show them, and what must come of them, by hand.

A truth is a list of entries with the account they belong to. A window shows the part that its scope covers,
whole or with losses; scope all shows accounts that are gone without their name, or under a UUID.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from pipeline.quay.lines import Row
from tests.lakes import DAY, UUID, Built, at_second, bring_up_to_date, row, save_window

SHOWN_AS: dict[str, str | None] = {
    "acme": "acme",
    "globex": "globex",
    "bob": "bob",
    "marked": UUID,
    "gone": None,
}
"""The name under which scope all shows each account."""

SCOPES = (
    "all",
    "org/acme",
    "org/globex",
    "org/gone",
    "org/marked",
    "repo/acme/web",
    "repo/globex/api",
    "repo/globex/web",
    "user/bob",
)
_RANKS = {"all": 0, "org": 1, "user": 2, "repo": 3}
_NAMES = ("bob", "acme+ci", "=cmd|'x'", "<b>é\u202e", None)
_KINDS = (
    "pull_repo",
    "push_repo",
    "delete_tag",
    "create_robot",
    "login_failure",
    "pull_repo_failed",
    "new_kind",
)
_ADDRESSES = ("203.0.113.7", "203.0.113.9", "2001:db8::1", "not an address", None)


Looks = tuple[str, str, str | None, str]


class Entry(NamedTuple):
    """One thing that happened, and in whose log."""

    account: str
    repository: str | None
    row: Row


class Window(NamedTuple):
    """What a lake holds of one scope and day; `rows` in no order."""

    scope: str
    state: State
    entries: list[Entry]

    @property
    def is_verified(self) -> bool:
        return self.state is State.VERIFIED


class Day(NamedTuple):
    """One day: the truth, and the windows that show it."""

    truth: list[Entry]
    windows: list[Window]


def covers(scope: str, entry: Entry) -> bool:
    """Whether a log shows an entry."""
    kind, _, rest = scope.partition("/")
    if kind == "repo":
        return rest == f"{entry.account}/{entry.repository}"
    return kind == "all" or rest == entry.account


def looks_of(entry: Entry) -> Looks:
    """What an entry looks like whatever becomes of the accounts in it."""
    return (entry.row.occurred_at[11:], entry.row.kind, entry.row.ip, entry.row.metadata)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """An entry; those of different accounts never look the same, as Quay's details name the namespace."""
    account = draw(st.sampled_from(list(SHOWN_AS)))
    repository = draw(st.sampled_from(["web", "api", None]))
    details: dict[str, Any] = (
        {"namespace": account} if draw(st.booleans()) else {"client_id": f"of {account}"}
    )
    details |= {"repo": repository} if repository else {}
    details |= draw(
        st.sampled_from(
            [
                {},
                {"user-agent": "curl/8"},
                {"username": "x"},
                {"oauth_token_id": 7},
                {"app_specific_token": "u"},
                {"message": "Repository does not exist"},
                {"tag": "v1"},
                {"tag": "v2"},
            ]
        )
    )
    name = draw(st.sampled_from(_NAMES))
    made = row(
        draw(st.sampled_from(_KINDS)),
        ip=draw(st.sampled_from(_ADDRESSES)),
        performer=name,
        is_robot=name is not None and "+" in name,
        metadata=draw(st.sampled_from([json.dumps(details, sort_keys=True), f"{{broken of {account}"])),
    )
    return Entry(account, repository, at_second(made, draw(st.integers(0, 3))))


@st.composite
def days(draw: st.DrawFn, *, lossy: bool = True) -> Day:
    """A day; where it is `lossy`, windows that are not verified may lack entries."""
    truth = draw(st.lists(entries(), max_size=12))
    truth += draw(st.lists(st.sampled_from(truth), max_size=6)) if truth else []
    windows = []
    for scope in draw(st.lists(st.sampled_from(SCOPES), min_size=1, max_size=6, unique=True)):
        state = draw(st.sampled_from([State.VERIFIED, State.UNVERIFIED, State.SHORT, State.OPEN]))
        shown = [entry for entry in truth if covers(scope, entry)]
        if lossy and state is not State.VERIFIED:
            shown = [entry for entry in shown if draw(st.booleans())]
        windows.append(Window(scope, state, shown))
    return Day(truth, windows)


def save(layout: Layout, world: list[Day]) -> None:
    """Put the windows of consecutive days into a lake."""
    for number, day in enumerate(world):
        when = DAY + timedelta(days=number)
        for window in day.windows:
            rows = [_row_as_shown(entry, window.scope, when) for entry in window.entries]
            expected = Counter(each.kind for each in rows)
            save_window(layout, window.scope, rows, day=when, state=window.state, expected=expected)


@contextmanager
def built(world: list[Day]) -> Iterator[Built]:
    """The lake of a world and its warehouse, for as long as they are looked at."""
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        save(layout, world)
        bring_up_to_date(layout)
        yield Built(layout)


def chosen(day: Day) -> list[tuple[Window, Entry]]:
    """The entries that must be events, each with the window it is taken from: the rule, said in Python."""
    taken = []
    for account, shown_as in SHOWN_AS.items():
        speakers = _speakers(day, account)
        everything = [window for window in day.windows if window.scope == "all"]
        for window in speakers:
            taken += [(window, entry) for entry in window.entries if entry.account == account]
        is_gone = shown_as != account
        if is_gone and everything and everything != speakers:
            elsewhere = Counter(looks_of(entry) for window in speakers for entry in window.entries)
            for entry in everything[0].entries:
                if entry.account != account:
                    continue
                if elsewhere[looks_of(entry)]:
                    elsewhere[looks_of(entry)] -= 1
                else:
                    taken.append((everything[0], entry))
    return taken


def _speakers(day: Day, account: str) -> list[Window]:
    whole = [w for w in day.windows if w.scope == "all" or w.scope in (f"org/{account}", f"user/{account}")]
    whole.sort(key=lambda window: (not window.is_verified, _RANKS[window.scope.partition("/")[0]]))
    repositories = [window for window in day.windows if window.scope.startswith(f"repo/{account}/")]
    return whole[:1] or repositories


def _row_as_shown(entry: Entry, scope: str, when: date) -> Row:
    name = SHOWN_AS[entry.account] if scope == "all" else None
    shown = replace(entry.row, occurred_at=f"{when}{entry.row.occurred_at[10:]}")
    return replace(shown, namespace_name=name, namespace_kind=None if name is None else "org")


def shown_rows(world: list[Day]) -> Iterator[tuple[date, Window, Entry]]:
    """Every entry of every window, with its day."""
    for number, day in enumerate(world):
        for window in day.windows:
            for entry in window.entries:
                yield DAY + timedelta(days=number), window, entry
