"""The warehouse is written as a draft beside it and takes its place whole: who reads never waits, nor holds up a build."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.lake.files import disk_troubles_told, put_in_place, remove, written_aside


@dataclass
class Draft:
    """A file to write to; `is_warehouse` says that it could be opened as one."""

    file: Path
    is_warehouse: bool = False


@contextmanager
def drafted(warehouse: Path) -> Iterator[Draft]:
    """A draft of what `warehouse` holds, which replaces it when the block ends, however it ends.

    What a killed process had written by then is gone on with. Whoever has the old file open goes on reading that.
    The block has to say that the draft is a warehouse, and to have closed it at its end: one with a journal beside it
    (`.wal`) stays a draft.
    Raises: UsageError while another process writes, and where the disk is full or closed to this account.
    """
    with disk_troubles_told(warehouse):
        warehouse.parent.mkdir(parents=True, exist_ok=True)
    with _only_writer(warehouse):
        draft = Draft(beside(warehouse, "draft"))
        is_copy = not draft.file.exists() and warehouse.exists()
        if is_copy:
            _copy(warehouse, draft.file)
        try:
            yield draft
        finally:
            if draft.is_warehouse and not beside(draft.file, "wal").exists():
                remove(beside(warehouse, "wal"))  # of the file that goes: the draft holds what it says
                put_in_place(draft.file, warehouse)
            elif is_copy and not draft.is_warehouse:
                remove(draft.file)


def beside(file: Path, what: str) -> Path:
    """The file that goes with `file` and says `what` in its name."""
    return file.with_name(f"{file.name}.{what}")


def _copy(warehouse: Path, draft: Path) -> None:
    remove(beside(draft, "wal"))  # of a copy that a kill cut short: it belongs to no file
    # Left by whoever wrote into the warehouse itself and was killed: without it the copy would lack rows.
    if (journal := beside(warehouse, "wal")).exists():
        with written_aside(beside(draft, "wal")) as aside:
            shutil.copyfile(journal, aside)
    with written_aside(draft) as aside:
        shutil.copyfile(warehouse, aside)


@contextmanager
def _only_writer(warehouse: Path) -> Iterator[None]:
    """Hold the lock on writing, which ends with this process, however it ends."""
    with disk_troubles_told(warehouse), beside(warehouse, "lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            hint = "wait for the build or detect that writes it, then run this again"
            raise UsageError(
                "another process is writing the warehouse", where=str(warehouse), hint=hint
            ) from error
        yield
