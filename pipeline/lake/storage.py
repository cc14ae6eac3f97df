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
from typing import TYPE_CHECKING, Final

from pipeline.config import StoreAddress
from pipeline.config.values import store_address
from pipeline.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from pipeline.lake.bucket import Bucket
    from pipeline.lake.mirror import Mirror

_MARKER: Final = ".mirror"
_OPENING: Final = threading.Lock()
_open: "dict[Path, Mirror]" = {}


@contextmanager
def opened(root: Path, address: StoreAddress | None, bucket: "Bucket | None" = None) -> Iterator[None]:
    """Have the lake at hand in `root` while the block runs, its states as they are in the store now.

    Raises: SettingsError where the folder is something else, StoreFailure where the store cannot be read.
    """
    if address is None:
        yield
        return
    folder = root.absolute()
    _mark(folder, address)
    mirror = _mirror(folder, bucket)
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


def refresh(folder: Path, *, is_ours: bool = False) -> None:
    """See what others have done below `folder`; `is_ours` says that nobody else on this machine writes there."""
    if mirror := _mirror_of(folder):
        mirror.refresh(folder.absolute(), is_ours=is_ours)


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


def _mirror(folder: Path, bucket: "Bucket | None" = None) -> "Mirror":
    if find_spec("botocore") is None:
        hint = "install it: pip install 'quay-audit-pipeline[s3]'"
        raise UsageError("a lake in an object store needs botocore, which is not installed", hint=hint)
    from pipeline.lake.bucket import Bucket
    from pipeline.lake.mirror import Mirror

    with _OPENING:
        if folder not in _open:
            _open[folder] = Mirror(folder, bucket or Bucket(_marked(folder)))
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
