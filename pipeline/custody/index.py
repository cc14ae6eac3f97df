"""The index of a bundle: every file with its hash, every window with its root. It is what is signed."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec

from pipeline.custody.merkle import leaf_hash
from pipeline.lake.ledger import SealedWindow
from pipeline.quay.scopes import scope_from_text

FORMAT: Final = "quay-audit bundle 1"
INDEX_FILE: Final = "bundle.json"
SIGNATURE_FILE: Final = "bundle.json.sig"


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the bundle. Units: bytes."""

    name: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: str


class RootedWindow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One window of the period, as the chain names it last; `root` is the Merkle root over its rows."""

    scope: str
    day: date
    state: str
    rows: int
    rows_sha256: str
    file_sha256: str
    window_sha256: str
    root: str

    @property
    def label(self) -> str:
        """How the window is named to people."""
        return f"{self.scope} {self.day}"


class ChainHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The chain up to the last manifest that names a window of the period.

    `is_carried` tells whether the bundle holds the manifests and the states of the windows.
    """

    manifests: int
    last_sha256: str
    is_carried: bool


class Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a bundle is about and holds. `root` is over the windows, `files` are in the order of the zip.

    `key_id` names the key that signs. Nothing here depends on when or where the bundle was made.
    """

    format: str
    tool_version: str
    key_id: str
    since: date
    until: date
    pseudonymized: bool
    carries_rows: bool
    chain: ChainHead
    rows: int
    root: str
    windows: list[RootedWindow]
    files: list[Listed]

    def window(self, scope: str, day: date) -> int | None:
        """The number of a window, from 0; None where the bundle is not about it."""
        found = (at for at, each in enumerate(self.windows) if (each.scope, each.day) == (scope, day))
        return next(found, None)

    def windows_by_state(self) -> dict[str, int]:
        """How many windows are verified, short, unverified or open."""
        return dict(sorted(Counter(window.state for window in self.windows).items()))

    def days_without_window(self) -> list[date]:
        """The days of the period of which the bundle has no window at all: nothing is proven of them."""
        days = (self.until - self.since).days + 1
        held = {window.day for window in self.windows}
        return [day for day in (self.since + timedelta(days=n) for n in range(days)) if day not in held]


class _WindowLeaf(msgspec.Struct, frozen=True):
    scope: str
    day: date
    rows: int
    rows_sha256: str
    root: str


# Made here and not when it is needed: two threads that look at a type for the first time at once end the process.
index_from_bytes: Callable[[bytes], Index] = msgspec.json.Decoder(Index).decode
"""The index that a file holds; raises msgspec.DecodeError for any other content."""


def bytes_from_index(index: Index) -> bytes:
    """The index as its file holds it."""
    return msgspec.json.format(msgspec.json.encode(index), indent=1) + b"\n"


def window_leaf(window: RootedWindow) -> bytes:
    """The leaf hash of a window in the tree over windows: of JSON with scope, day, rows, rows_sha256 and root."""
    leaf = _WindowLeaf(window.scope, window.day, window.rows, window.rows_sha256, window.root)
    return leaf_hash(msgspec.json.encode(leaf))


def rooted(window: SealedWindow, scope: str, root: bytes) -> RootedWindow:
    """A window as the index names it; `scope` is its own, or a pseudonym of it."""
    return RootedWindow(
        scope=scope,
        day=window.day,
        state=window.state.value,
        rows=window.rows,
        rows_sha256=window.rows_sha256,
        file_sha256=window.file_sha256,
        window_sha256=window.window_sha256,
        root=root.hex(),
    )


def manifest_name(number: int) -> str:
    """Where in a bundle a manifest is."""
    return f"chain/{number:08d}.json"


def state_name(scope: str, day: date) -> str:
    """Where in a bundle the state of a window is."""
    return f"windows/{scope_from_text(scope).folder}/{day}.json"


def rows_name(scope: str, day: date) -> str:
    """Where in a bundle the rows of a window are."""
    return f"entries/{scope_from_text(scope).folder}/{day}.parquet"


def digest_of(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
