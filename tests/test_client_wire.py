"""Promises of `pipeline.quay.client` about the bytes of requests and answers."""

import gzip
from typing import Any

import httpx2
import pytest

from pipeline.config import Secret
from pipeline.quay.client import QuayClient
from pipeline.quay.throttle import Throttle
from tests.extracts import TOKEN, client_of

JSON = {"content-type": "application/json"}


def test_a_body_that_a_proxy_has_packed_is_unpacked() -> None:
    packed = httpx2.Response(
        200, headers={**JSON, "content-encoding": "gzip"}, content=gzip.compress(b'{"ok": true}')
    )
    assert client_of(lambda request: packed).get("/api/v1/x", {}, bytes, where="x") == b'{"ok": true}'


def test_a_body_in_pieces_is_put_together() -> None:
    pieces = httpx2.Response(200, headers=JSON, content=iter([b'{"ok"', b": ", b"true}"]))
    assert client_of(lambda request: pieces).get("/api/v1/x", {}, bytes, where="x") == b'{"ok": true}'


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://quay.example", "quay.example"),
        ("https://quay.example:443/", "quay.example"),
        ("https://quay.example:8443", "quay.example:8443"),
        ("http://127.0.0.1:5000/", "127.0.0.1:5000"),
        ("http://[::1]:5000", "[::1]:5000"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_requests_carry_the_headers_that_a_request_made_by_the_library_would(
    url: str, host: str, method: str
) -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, headers=JSON, content=b"{}")

    client = QuayClient(
        url, Secret(TOKEN), transport=httpx2.MockTransport(handler), throttle=Throttle(ceiling=1)
    )
    document: dict[str, Any] = {"callback_url": "https://cb.example"}
    if method == "GET":
        client.get("/api/v1/x", {}, bytes, where="x")
    else:
        client.post("/api/v1/x", {}, document, bytes, where="x")
    (request,) = seen
    usual = httpx2.Request(
        method,
        request.url,
        headers={name: request.headers[name] for name in ("user-agent", "accept", "authorization")},
        json=document if method == "POST" else None,
    )
    assert request.headers["host"] == host
    assert {name: request.headers.get_list(name) for name in request.headers} == {
        name: usual.headers.get_list(name) if name != "content-length" else [str(len(request.content))]
        for name in usual.headers
    }
