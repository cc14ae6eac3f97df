"""Promises of `pipeline.lake.bucket` about stores that take a connection and then nothing: they are waited for so long, and no longer."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.config import StoreAddress
from pipeline.errors import StoreFailure
from pipeline.lake.bucket import Bucket
from tests.s3 import Store, s3_server, store

__all__ = ["s3_server", "store"]

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.fixture(params=[b"", GO_ON], ids=["says nothing", "says go on"])
def deaf(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server that answers every connection with a few bytes, reads one piece at most, and leaves it at that."""
    with socket.create_server(("127.0.0.1", 0)) as door, ExitStack() as held:
        thread = threading.Thread(target=_hold, args=(door, request.param, held), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def _hold(door: socket.socket, word: bytes, held: ExitStack) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(door, selectors.EVENT_READ)
        while selector.select():
            try:
                visitor, _ = door.accept()
            except OSError:
                return
            held.enter_context(visitor)
            if word:
                visitor.recv(1 << 16)
                visitor.sendall(word)


def test_a_put_of_which_a_store_takes_nothing_ends_in_time(
    deaf: str, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", deaf)
    file = tmp_path / "file"
    file.write_bytes(bytes(16 << 20))  # more than lies between two ends
    pauses: list[float] = []
    bucket = Bucket(StoreAddress("audit", ""), tries=2, timeout_seconds=0.1, sleep=pauses.append)
    with pytest.raises(StoreFailure, match="did not answer"):
        bucket.put("a/1", file)
    assert len(pauses) == 1
    bucket.close()
