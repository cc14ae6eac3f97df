"""Where a lake really is: in its folder, or in an object store that the folder mirrors.

A folder that mirrors says so in a file of its own, so that whoever writes there, in whatever process, writes to the
store as well. For any other folder nothing here does anything, and nothing is imported.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.config import StoreAddress
from pipeline.config.values import store_address
from pipeline.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from pipeline.lake.bucket import Bucket
    from pipeline.lake.claims import Claim
    from pipeline.lake.mirror import Mirror

_MARKER: Final = ".mirror"
_OPENING: Final = threading.Lock()
_open: "dict[Path, Mirror]" = {}


@contextmanager
def opened(
    root: Path, address: StoreAddress | None, bucket: "Bucket | None" = None, **by: Any
) -> Iterator[None]:
    """Have the lake at hand in `root` while the block runs, its states as they are in the store now.

    `by` are a mirror's clocks and its sleep, where they are not this machine's.

    Raises: SettingsError where the folder is something else, StoreFailure where the store cannot be read.
    """
    if address is None:
        yield
        return
    folder = root.absolute()
    _mark(folder, address)
    mirror = _mirror(folder, bucket, **by)
    try:
        mirror.refresh(folder)
        yield
    finally:
        _open.pop(folder, None)
        mirror.close()


def here(path: Path) -> Path:
    """The same path, with the file there if the lake has it."""
    if not path.exists() and (mirror := _mirror_of(path)):
        mirror.fetch(path.absolute())
    return path


def fetch_below(folder: Path) -> None:
    """Have every file below `folder` here."""
    if mirror := _mirror_of(folder):
        mirror.fetch_below(folder.absolute())


def refresh(folder: Path) -> None:
    """See what others have done below `folder`."""
    if mirror := _mirror_of(folder):
        mirror.refresh(folder.absolute())


def follow(folder: Path) -> None:
    """See what others have added below `folder`, as of some seconds ago at most; for folders that only grow."""
    if mirror := _mirror_of(folder):
        mirror.follow(folder.absolute())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only one of all machines that writes below `folder`, and see before what others wrote there.

    Whoever calls is the only one of this machine already.
    Raises: ServerError while another machine is there, after some minutes.
    """
    mirror = _mirror_of(folder)
    if mirror is None:
        yield
        return
    with mirror.alone(folder.absolute()):
        yield


@contextmanager
def claimed(path: Path, words: str, *, patience_seconds: float) -> Iterator["Claim | None"]:
    """Hold a claim on `path` for all machines, which whoever holds it keeps; None where the lake is this machine's alone.

    Raises: ServerError, which tells the other's `words`, while another machine holds it.
    """
    mirror = _mirror_of(path)
    if mirror is None:
        yield None
        return
    with mirror.claimed(path.absolute(), words, patience_seconds) as claim:
        yield claim


def takes_numbers_once(root: Path) -> bool | None:
    """Whether the store of a lake has conditional puts, found out by trying; None where the lake is in its folder.

    Raises: StoreFailure where it may not be written, or refuses to be asked so.
    """
    mirror = _mirror_of(root)
    return mirror.takes_numbers_once() if mirror else None


@contextmanager
def put(file: Path, path: Path, *, voids: Path | None = None, is_new: bool = False) -> Iterator[None]:
    """What the block puts in place at `path` is in the store before; `voids` is the state that will describe it.

    Raises: FileExistsError where `is_new` is said and another machine was faster.
    """
    mirror = _mirror_of(path)
    if mirror is None:
        yield
        return
    with mirror.put(file, path.absolute(), voids=voids and voids.absolute(), is_new=is_new):
        yield


def remove(path: Path) -> None:
    """Take what is at `path` out of the store, before it goes here."""
    if mirror := _mirror_of(path):
        mirror.remove(path.absolute())


def _mirror_of(path: Path) -> "Mirror | None":
    absolute = path.absolute()
    for folder in (absolute, *absolute.parents):
        if folder in _open or (folder / _MARKER).is_file():
            return _mirror(folder)
    return None


def _mirror(folder: Path, bucket: "Bucket | None" = None, **by: Any) -> "Mirror":
    if find_spec("s3fs") is None:
        hint = "install it: pip install 'quay-audit-pipeline[s3]'"
        raise UsageError("a lake in an object store needs s3fs, which is not installed", hint=hint)
    from pipeline.lake.bucket import Bucket
    from pipeline.lake.mirror import Mirror

    with _OPENING:
        if folder not in _open:
            _open[folder] = Mirror(folder, bucket or Bucket(_marked(folder)), **by)
        return _open[folder]


def _marked(folder: Path) -> StoreAddress:
    return store_address((folder / _MARKER).read_text("utf-8").strip())


def _mark(folder: Path, address: StoreAddress) -> None:
    """Make the folder a mirror of this address and of no other, and never a folder that holds something else."""
    hint = "name an empty folder with QUAY_AUDIT_LAKE_CACHE"
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / _MARKER).is_file():
        if (held := _marked(folder)) != address:
            raise SettingsError(f"this folder mirrors {held}, not {address}", where=str(folder), hint=hint)
        return
    if any(not each.name.startswith(_MARKER) for each in folder.iterdir()):
        raise SettingsError(
            f"this folder is not empty, and no mirror of {address}", where=str(folder), hint=hint
        )
    aside = folder / f"{_MARKER}.{os.getpid()}"
    aside.write_text(f"{address}\n", "utf-8")
    aside.replace(folder / _MARKER)
