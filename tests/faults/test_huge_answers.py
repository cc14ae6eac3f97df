"""Promises about answers and files that are far larger than anything honest: reading stops, and says where."""

import gzip
import io
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from pipeline.errors import DataError, Unreachable
from pipeline.extract.ingest import chunks_of
from pipeline.quay.client import BODY_LIMIT_BYTES, QuayClient
from pipeline.quay.export_file import ExportReader
from pipeline.quay.throttle import Throttle
from pipeline.quay.transport import transport_to
from tests.extracts import client_of

MEGABYTE = bytes(1 << 20)
JSON = {"content-type": "application/json"}


@contextmanager
def gigabyte(sent: list[int]) -> Iterator[str]:
    """A server that answers one request with a gigabyte, as far as anybody reads it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_answer, args=(server, sent))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            thread.join()


def _answer(server: socket.socket, sent: list[int]) -> None:
    peer, _ = server.accept()
    with peer:
        peer.recv(1 << 16)
        peer.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (1 << 30)
        )
        try:
            for _ in range(1 << 10):
                peer.sendall(MEGABYTE)
                sent.append(len(MEGABYTE))
        except OSError:
            return


def test_a_page_of_a_gigabyte_is_read_no_further_than_its_limit() -> None:
    sent: list[int] = []
    with gigabyte(sent) as url:
        transport = transport_to(url, ca_file=None, proxy=None, connections=1)
        client = QuayClient(url, None, transport=transport, throttle=Throttle(ceiling=1), tries=1)
        with pytest.raises(Unreachable, match="more than 64 MiB") as caught:
            client.get("/api/v1/x", {}, bytes, where="all, day 2026-11-20, page 1")
        client.close()
    assert caught.value.where == "all, day 2026-11-20, page 1"
    assert BODY_LIMIT_BYTES <= sum(sent) < 2 * BODY_LIMIT_BYTES


def test_a_page_that_unpacks_to_far_more_is_unpacked_no_further_than_its_limit() -> None:
    packer = zlib.compressobj(1, wbits=31)
    packed = [packer.compress(MEGABYTE) for _ in range(1 << 8)]
    answer = httpx2.Response(200, content=iter(packed), headers={**JSON, "content-encoding": "gzip"})
    tracemalloc.start()
    try:
        with pytest.raises(Unreachable, match="more than 64 MiB"):
            client_of(lambda request: answer, tries=1).get("/x", {}, bytes, where="x")
        assert tracemalloc.get_traced_memory()[1] < 3 * BODY_LIMIT_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,gzip,gzip", "deflate, gzip"])
def test_what_is_packed_more_than_once_is_not_unpacked(coding: str) -> None:
    content = gzip.compress(gzip.compress(bytes(1 << 24)))
    answer = httpx2.Response(200, content=iter([content]), headers={**JSON, "content-encoding": coding})
    with pytest.raises(Unreachable, match="packed more than once"):
        client_of(lambda request: answer, tries=1).get("/x", {}, bytes, where="x")
    with pytest.raises(Unreachable, match="packed more than once"):
        list(client_of(lambda request: answer).download("https://store.example/x", where="x"))


def test_an_answer_that_says_it_is_packed_and_is_not_is_an_answer_that_was_damaged() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=iter([b'{"a": 1}']), headers={**JSON, "content-encoding": "gzip"})

    with pytest.raises(Unreachable, match="DecodingError") as caught:
        client_of(answer, tries=2).get("/x", {}, bytes, where="x")
    assert caught.value.hint


def test_an_export_that_unpacks_to_far_more_than_its_size_is_given_up() -> None:
    packer = zlib.compressobj(9, wbits=31)
    row = b'{"kind":"x","metadata":{},"ip":null,"datetime":"Fri, 20 Nov 2026 00:00:00 -0000"},' * (1 << 13)
    bomb = b"".join([*(packer.compress(row) for _ in range(300)), packer.flush()])
    assert len(bomb) < 1 << 20
    unpacked: list[int] = []
    with pytest.raises(DataError, match="more than 100 times its size"):
        unpacked.extend(len(chunk) for chunk in chunks_of(io.BytesIO(bomb)))
    assert 64 << 20 <= sum(unpacked) < 200 << 20


def test_one_long_row_in_many_small_chunks_is_not_looked_through_for_each_of_them() -> None:
    head = b'{"export_id":"e","details":{"start_time":"a","end_time":"b","namespace":"n"},"logs":['
    row = b'{"kind":"x","metadata":{"a":"%b"},"ip":null,"datetime":"Fri, 20 Nov 2026 00:00:00 -0000"}'
    whole = head + row % (b"x" * (16 << 20)) + b',{"terminator":true}]}'
    chunks = (whole[at : at + (1 << 10)] for at in range(0, len(whole), 1 << 10))
    began = time.process_time()
    assert len([line for batch in ExportReader(chunks, "x").batches() for line in batch]) == 1
    # 16 Ki chunks of a row that is 8 MiB long in the middle: once for each would take minutes.
    assert time.process_time() - began < 20
