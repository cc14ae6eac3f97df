"""A lake in an object store, as a folder of this machine in which everything works with paths.

The bucket is the truth. What is put in place in the folder is put there first, what is removed goes there first; so a kill
leaves at worst a folder that is behind, and the next command brings it up to date. States and journals are always
here; rows and reports are fetched when they are first read, and kept current from then on.
"""

import fcntl
import os
import platform
import secrets
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote

from pipeline.errors import StoreFailure
from pipeline.lake.bucket import CONNECTIONS, Bucket, Stamp
from pipeline.lake.claims import Claim, Claims
from pipeline.lake.mirror_index import Index

_FETCHED_LATE: Final = ("log_entries", "packed", "events", "inventory")
_ROWS: Final = ".parquet"
_REPORTS: Final = "reports"
_ASIDE: Final = ".aside"
_ROUNDS: Final = 4
_FOLLOWED_EVERY_SECONDS: Final = 5.0


class Mirror:
    """One folder and what it mirrors; several threads and processes may use one folder.

    Raises: everywhere what `Bucket` raises.
    """

    def __init__(
        self,
        root: Path,
        bucket: Bucket,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._root = root
        self._bucket = bucket
        self._index = Index(root / ".mirror.db")
        self._put_for: defaultdict[str, dict[str, Stamp]] = defaultdict(dict)
        # A disk may be copied to another machine, a name be given to two: of both together there is one.
        owner = f"{self._index.owner(secrets.token_hex(6))}.{quote(platform.node(), safe='')}"
        self._claims = Claims(bucket, owner, root, now=now, sleep=sleep)
        self._mine = threading.local()
        self._clock = clock
        self._seen_at: dict[str, float] = {}

    def close(self) -> None:
        """Let go of the connections."""
        self._bucket.close()

    def refresh(self, folder: Path) -> None:
        """Bring what is below `folder` up to date."""
        below = self._below(folder)
        with self._lock(fcntl.LOCK_EX):
            there = self._bucket.stamps(below)
            self._bring_up_to_date(below, there)
        self._seen_at[below] = self._clock()
        self._claims.sweep(there)

    @contextmanager
    def alone(self, folder: Path) -> Iterator[None]:
        """Be the only one of all machines that writes below `folder`, which is up to date then.

        Whoever calls is the only one of this machine already. Raises: ServerError while another machine is there.
        """
        below = self._below(folder)
        words = f"process {os.getpid()} on {platform.node()}"
        with self._claims.held(below, words) as (claim, there):
            with self._lock(fcntl.LOCK_SH):
                self._bring_up_to_date(below, there)
            self._mine.claim = claim
            try:
                yield
            finally:
                self._mine.claim = None

    @contextmanager
    def claimed(self, path: Path, words: str, patience_seconds: float) -> Iterator[Claim]:
        """Hold a claim on what has the name `path` for all machines; `words` tell others who that is."""
        with self._claims.held(self._below(path), words, patience_seconds=patience_seconds) as (claim, _):
            yield claim

    def fetch_below(self, folder: Path) -> None:
        """Have every object below `folder` here."""
        below = self._below(folder)
        with self._lock(fcntl.LOCK_SH):
            keys = self._bucket.stamps(below)
            self._fetch_all(key for key in keys if _is_shared(key) and not self._path(key).exists())
        self._seen_at[below] = self._clock()

    def follow(self, folder: Path) -> None:
        """Have here what is new below `folder`, where nothing ever changes or goes; asks the store once in a while only."""
        seen = max(self._seen_at.get(below, float("-inf")) for below in ("", self._below(folder)))
        if self._clock() - seen >= _FOLLOWED_EVERY_SECONDS:
            self.fetch_below(folder)

    def fetch(self, path: Path) -> None:
        """Have one file here, if the bucket has it."""
        if (key := self._shared_key(path)) is not None:
            with self._lock(fcntl.LOCK_SH):
                self._fetch(key)

    @contextmanager
    def put(self, file: Path, path: Path, *, voids: Path | None, is_new: bool) -> Iterator[None]:
        """Put `file` into the bucket; the block puts it in place. `voids` is the state that will describe it.

        Raises: FileExistsError where `is_new` is said and somebody else was faster.
        """
        key = self._shared_key(path)
        if key is None:
            yield
            return
        if claim := self._claim():
            claim.keep()
        with self._lock(fcntl.LOCK_SH):
            # Until it is in place: a kill between leaves nothing that looks current.
            self._index.put(key, Stamp("", 0))
            stamp = self._bucket.put(key, file, is_new=is_new)
            yield
            self._index.put(key, stamp)
            if voids is not None:
                self._put_for[self._key(voids)][key] = stamp
            elif described := self._put_for.pop(key, None):
                self._insist(key, described)

    def remove(self, path: Path) -> None:
        """Take a file out of the bucket; whoever calls takes it out of the folder."""
        if (key := self._shared_key(path)) is not None and path.exists():
            with self._lock(fcntl.LOCK_SH):
                self._bucket.delete(key)

    def _claim(self) -> Claim | None:
        return getattr(self._mine, "claim", None)

    def _bring_up_to_date(self, below: str, listed: Mapping[str, Stamp]) -> None:
        there = {key: stamp for key, stamp in listed.items() if _is_shared(key)}
        held = self._index.stamps(below)
        for key in held.keys() - there.keys():
            self._path(key).unlink(missing_ok=True)
            self._index.forget(key)
        self._fetch_all(key for key, stamp in there.items() if self._is_due(key, stamp, held))

    def takes_numbers_once(self) -> bool:
        """Whether the store refuses a second object under one name, where that is asked of it: it is tried out."""
        key = f".probe/{secrets.token_hex(8)}"
        with tempfile.NamedTemporaryFile(dir=self._root, prefix=".mirror.") as file:
            self._bucket.put(key, Path(file.name), is_new=True)
            try:
                self._bucket.put(key, Path(file.name), is_new=True)
            except FileExistsError:
                return True
            finally:
                self._bucket.delete(key)
            return False

    def _insist(self, state: str, described: Mapping[str, Stamp]) -> None:
        """See to it that a state describes what is there: another machine may have put other rows meanwhile."""
        for _ in range(_ROUNDS):
            strange = [key for key, stamp in described.items() if self._bucket.stamp(key) != stamp]
            if not strange:
                return
            self._bucket.delete(state)
            for key in strange:
                self._bucket.put(key, self._path(key))
            self._bucket.put(state, self._path(state))
        self._bucket.delete(state)
        self._path(state).unlink(missing_ok=True)
        hint = "let one machine write a window at a time; run the same command to go on"
        raise StoreFailure("another machine keeps writing the same rows", where=state, hint=hint)

    def _is_due(self, key: str, stamp: Stamp, held: Mapping[str, Stamp]) -> bool:
        """Whether an object is to be fetched: one that is needed or was here before, and is not here as it is."""
        path = self._path(key)
        if not path.exists():
            return not _is_fetched_late(key)
        return held.get(key) != stamp or path.stat().st_size != stamp.size

    def _fetch_all(self, keys: Iterable[str]) -> None:
        with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="mirror") as pool:
            for _ in pool.map(self._fetch, keys):
                pass

    def _fetch(self, key: str) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{threading.get_ident()}.{os.getpid()}{_ASIDE}")
        try:
            self._index.put(key, Stamp("", 0))
            stamp = self._bucket.fetch(key, aside)
            if stamp is not None:
                aside.replace(path)
                self._index.put(key, stamp)
        finally:
            aside.unlink(missing_ok=True)

    def _shared_key(self, path: Path) -> str | None:
        key = self._key(path)
        return key if _is_shared(key) else None

    def _key(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    def _below(self, folder: Path) -> str:
        return "" if folder == self._root else f"{self._key(folder)}/"

    def _path(self, key: str) -> Path:
        return self._root / key

    @contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        """Many may put and fetch at once, but nobody while somebody compares the whole folder with the bucket."""
        with (self._root / ".mirror.lock").open("ab") as lock:
            fcntl.flock(lock, how)
            yield


def _is_shared(key: str) -> bool:
    """Whether a file belongs to the lake: what lies beside its folders, or is hidden, is this machine's alone."""
    parts = PurePosixPath(key).parts
    return len(parts) > 1 and not any(part.startswith(".") or part == "/" for part in parts)


def _is_fetched_late(key: str) -> bool:
    first = key.partition("/")[0]
    return first == _REPORTS or (first in _FETCHED_LATE and key.endswith(_ROWS))
