"""The worker that turns accepted exports into files and tells about them: by the clock, one job after another."""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pipeline.demo.fakequay.callbacks import complaint_about_url
from pipeline.demo.fakequay.export_jobs import ExportJob, ExportStatus, Mail
from pipeline.demo.fakequay.export_slices import (
    overwritten,
    parts_of_file,
    queued_text,
    range_of_job,
    slices_of,
)
from pipeline.demo.fakequay.habits import RegistryState, SliceOrder, Storage
from pipeline.demo.fakequay.paging import Question
from pipeline.demo.fakequay.ranges import TimeRange
from pipeline.demo.log_tables import CURRENT_TABLE, LogRow, moment_from_datetime
from pipeline.demo.records import Account

if TYPE_CHECKING:
    from pipeline.demo.fakequay import FakeQuay

Post = Callable[[str, bytes], int | None]


class ExportWorker:
    """Works through the export jobs of a FakeQuay. `post` delivers a callback and gives its status, None: no answer.

    Without a thread and without a wait: `run_due` does what is due by the clock. A callback that is not answered by 200
    fails the try, and so does a read that takes too long; the queue gives the job out again five minutes later, three
    times in all, and every try that gets so far writes a file of its own.
    Source: quay/quay workers/exportactionlogsworker.py and workers/queueworker.py, ffba0c70.
    """

    def __init__(self, quay: "FakeQuay", *, clock: Callable[[], datetime], post: Post) -> None:
        self._world = quay.world
        self._habits = quay.habits
        self._clock = clock
        self._post = post
        self._next_poll: datetime | None = None

    @property
    def poll_period(self) -> timedelta:
        """How often Quay looks for jobs."""
        return self._habits.export_poll_period

    def run_due(self) -> int:
        """Poll if a poll is due: the first at once, then one every period; how many jobs were worked on."""
        now = self._clock()
        due_at = self._next_poll or now
        if now < due_at:
            return 0
        if self.poll_period:
            due_at += ((now - due_at) // self.poll_period + 1) * self.poll_period
        self._next_poll = due_at
        return self.poll()

    def poll(self) -> int:
        """Work on every job that is free, whatever the period; a try that fails ends the poll, as it does in Quay."""
        count = 0
        while (job := self._claim()) is not None:
            count += 1
            if not self._try(job):
                break
            with self._world.lock:
                self._world.export_queue.complete(job)
        return count

    def crash(self) -> bool:
        """Take a job and die in the middle of it: no file, no callback, a try spent, the job free in five minutes.

        Whether there was a job to take.
        """
        return self._claim() is not None

    def _claim(self) -> ExportJob | None:
        if self._habits.registry_state == RegistryState.READ_ONLY:
            return None
        with self._world.lock:
            return self._world.export_queue.claim(self._clock())

    def _try(self, job: ExportJob) -> bool:
        """Whether the job is done, one way or another."""
        try:
            during = range_of_job(job)
        except OverflowError:
            return False
        if during is None:
            return self._report(job, ExportStatus.INVALID_REQUEST)
        with self._world.lock:
            rows = self._rows(job, during)
            accounts = dict(self._world.store.accounts)
        if not self._read_in_time(len(rows)):
            # Quay reports a failure where it gives up and another where it cleans up, unless the first goes astray.
            if self._report(job, ExportStatus.TIMED_OUT):
                self._report(job, ExportStatus.FAILED)
            self._report(job, ExportStatus.FAILED)
            return False
        return self._report(job, ExportStatus.SUCCESS, self._store(job, during, rows, accounts))

    def _rows(self, job: ExportJob, during: TimeRange) -> list[LogRow]:
        """Rows of the range, of the table that Quay writes to: the tables of older versions are not exported."""
        start, end = map(moment_from_datetime, during)
        question = Question(start, end, account_id=job.namespace_id, repository_id=job.repository_id)
        return question.rows_in_range(self._world.store.tables[CURRENT_TABLE])

    def _read_in_time(self, row_count: int) -> bool:
        """Spend the time that reading so many rows takes; whether it is within the limit."""
        seconds = row_count / self._habits.export_rows_per_second
        limit = self._habits.export_query_limit.total_seconds()
        spent = min(seconds, limit)
        self._world.meter.add(spent)
        if self._habits.export_cost is not None:
            self._habits.export_cost(spent)
        return seconds <= limit

    def _store(
        self, job: ExportJob, during: TimeRange, rows: list[LogRow], accounts: dict[int, Account]
    ) -> str:
        """Write the file; the link to it. Its key is random, so that a link cannot be guessed from the export's id."""
        world = self._world
        with world.lock:
            file_key = next(world.uuids)
        is_by_index = self._habits.slice_order == SliceOrder.BY_INDEX or world.store.whole_seconds
        shuffle = None if is_by_index else random.Random(UUID(file_key).int)
        slices = slices_of(rows, *map(moment_from_datetime, during))
        parts = parts_of_file(job, during, slices, accounts, shuffle)
        content = overwritten(parts) if self._habits.storage == Storage.LOCAL else b"".join(parts)
        with world.lock:
            return world.export_files.put(f"{job.export_id}-{file_key}", content, job.server, self._clock())

    def _report(self, job: ExportJob, status: ExportStatus, url: str | None = None) -> bool:
        """Tell whoever is to be told; False when the callback was not answered by 200: then there is no mail either.

        A callback address that may not be asked any more is skipped without a word.
        """
        allowed, addresses_of = self._habits.ssrf_allowed_hosts, self._habits.addresses_of
        if job.callback_url and complaint_about_url(job.callback_url, allowed, addresses_of) is None:
            body = {
                "export_id": job.export_id,
                "start_time": queued_text(job.start),
                "end_time": queued_text(job.end),
                "namespace": job.namespace,
                "repository": job.repository,
                "exported_data_url": url,
                "status": status,
            }
            if self._post(job.callback_url, json.dumps(body).encode()) != 200:
                return False
        if job.callback_email:
            with self._world.lock:
                self._world.mails.append(Mail(job.callback_email, job.export_id, status, url))
        return True
