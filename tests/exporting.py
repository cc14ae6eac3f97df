"""A FakeQuay with its export worker, a clock that tests turn, and a receiver that answers callbacks as told."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits
from pipeline.demo.store import Store
from tests.asking import NOW, client_of, small_store
from tests.worlds import ALICE

CALLBACK = "https://cb.example.com/cb"
MINUTE = 60.0
SLOW = Habits(export_rows_per_second=10)  # 300 rows are all that such a Quay reads in its 30 s


class Exporting:
    """`received` are the bodies of the callbacks, oldest first; `answers` the statuses they get, then 200 for ever."""

    def __init__(
        self,
        store: Store,
        habits: Habits | None = None,
        *,
        answers: Iterable[int | None] = (),
        at: datetime = NOW,
        seed: int = 0,
    ) -> None:
        self.now = at
        self.quay = FakeQuay(store, habits=habits, clock=self.clock, seed=seed)
        self.worker = self.new_worker()
        self.bodies: list[bytes] = []
        self.addresses: list[str] = []
        self._answers = iter(answers)

    def clock(self) -> datetime:
        """The time, which only `wait` changes."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def new_worker(self) -> ExportWorker:
        """A worker as after a restart."""
        return ExportWorker(self.quay, clock=self.clock, post=self._post)

    def _post(self, url: str, body: bytes) -> int | None:
        self.addresses.append(url)
        self.bodies.append(body)
        return next(self._answers, 200)

    @property
    def received(self) -> list[dict[str, Any]]:
        """The callbacks, decoded."""
        return [json.loads(body) for body in self.bodies]

    @property
    def statuses(self) -> list[str]:
        """What the callbacks said of the tries."""
        return [each["status"] for each in self.received]

    def ask(
        self,
        path: str = "organization/acme",
        first: str = "11/20/2026",
        last: str = "11/20/2026",
        *,
        token: str = ALICE,
        **body: str,
    ) -> str:
        """Ask for an export, with the usual callback unless told otherwise; its id."""
        with client_of(self.quay, token) as client:
            answer = client.post(
                f"{path}/exportlogs",
                params={"starttime": first, "endtime": last},
                json=body or {"callback_url": CALLBACK},
            )
        assert answer.status_code == 200, answer.text
        export_id: str = answer.json()["export_id"]
        return export_id

    def get(self, url: str, method: str = "GET") -> httpx2.Response:
        """A request to an address of a link, without a token."""
        with client_of(self.quay, None) as client:
            return client.request(method, url)

    def exported(self, path: str = "organization/acme", *dates: str, token: str = ALICE) -> bytes:
        """The file of an export that goes well."""
        self.ask(path, *dates, token=token)
        self.worker.poll()
        assert self.statuses[-1] == "success"
        answer = self.get(self.received[-1]["exported_data_url"])
        assert answer.status_code == 200
        return answer.content


def rows_of(file: bytes) -> list[dict[str, Any]]:
    """The rows of a file that is whole, in its order."""
    rows: list[dict[str, Any]] = json.loads(file)["logs"]
    last = rows.pop()
    assert last == {"terminator": True}
    return rows


def numbers_of(file: bytes) -> list[int]:
    """The `i` of every row of a file that has one."""
    return [row["metadata"]["i"] for row in rows_of(file) if "i" in row["metadata"]]


def log_rows(store: Store, times: Iterable[datetime], namespace: str = "acme", **row: Any) -> None:
    """Store numbered rows."""
    for i, at in enumerate(times):
        store.log("push_repo", at, namespace, metadata={"i": i}, **row)


def every(seconds: float, start: datetime, count: int) -> Iterator[datetime]:
    """Times at equal distances."""
    return (start + timedelta(seconds=seconds * i) for i in range(count))


def slow_world(rows: int = 301, answers: Iterable[int | None] = ()) -> Exporting:
    """A world that reads so slowly that so many rows of the usual day are one too many."""
    store = small_store()
    log_rows(store, every(60, datetime(2026, 11, 20, tzinfo=UTC), rows))
    return Exporting(store, SLOW, answers=answers)
