"""Promises of archives that several processes ingest at once, and of the days on which they add nothing."""

import fcntl
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

from pipeline.extract.archive_files import archive_of_file, chunks_of_archive
from pipeline.extract.archive_windows import Windows
from pipeline.extract.record import Recorder
from pipeline.lake.layout import Layout
from pipeline.quay.archive import ArchiveReader, raw_line
from pipeline.quay.scopes import ALL, user
from tests.archives import rows_by_id, write_archives
from tests.small_quay import FIRST, LAST, at, week
from tests.test_archive_ingest import NOW, entries_of, ingested, names_of, rows_held


def test_two_ingests_at_once_of_one_day_keep_the_rows_of_both(tmp_path: Path) -> None:
    """The other one writes as soon as it may: at once, or when this one has written."""
    store = week()
    one, other = write_archives(
        tmp_path / "archives", rows_by_id(store)[46:], size=47
    )  # of the day with 90 rows
    layout = Layout(tmp_path / "lake")
    archive = archive_of_file(one)
    day = FIRST + timedelta(days=4)
    with one.open("rb") as file:
        records = ArchiveReader(chunks_of_archive(file, str(one)), str(one)).records()
        raw = [raw_line(record, 0) for record in records]
    waiting: list[Thread] = []

    def lines() -> Iterator[bytes]:
        yield from raw
        waiting.append(Thread(target=ingested, args=([other], layout.root, names_of(store))))
        waiting[0].start()
        if not is_locked(layout.window(ALL, day)):
            waiting[0].join()

    recorder = Recorder(layout, "", now=lambda: NOW, grace=timedelta(hours=1))
    Windows(layout, recorder, ALL, None, [archive], names_of(store)).bring(day, lines())
    waiting[0].join()
    ingested([one, other], tmp_path / "at once", names_of(store))
    assert len(rows_held(layout.root)) == 94
    assert entries_of(layout.root, ALL) == entries_of(tmp_path / "at once", ALL)


def is_locked(folder: Path) -> bool:
    if not folder.exists():
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def test_days_without_a_row_of_the_namespace_leave_nothing(tmp_path: Path) -> None:
    store = week()
    store.log("login_success", at(LAST + timedelta(days=1), 5), "alice", performer="bob", metadata={})
    archives = write_archives(tmp_path / "archives", rows_by_id(store))
    ingested(archives, tmp_path / "lake", names_of(store), user("alice"))
    folders = {path.name for path in (tmp_path / "lake" / "log_entries").glob("scope=*/*")}
    assert folders == {f"day={LAST + timedelta(days=1)}"}
