"""Addresses that a wrong URL can lead to: nobody, another service, a Quay that is not well."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import httpx2

from tests.extracts import Handler
from tests.gateways import closed_port


@contextmanager
def nobody() -> Iterator[str]:
    yield f"http://127.0.0.1:{closed_port()}"


def always(status: int, content: str = "", **headers: str) -> Handler:
    """A server that has one answer."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(request: httpx2.Request) -> httpx2.Response:
        response = httpx2.Response(status, headers=given, content=content.encode(), request=request)
        response.headers.setdefault("content-length", str(len(content)))
        return response

    return answer


def secured(request: httpx2.Request) -> httpx2.Response:
    """Plain HTTP answered with a redirect to HTTPS, as most registries do."""
    return httpx2.Response(
        301,
        headers={"location": str(request.url.copy_with(scheme="https")), "content-length": "0"},
        request=request,
    )


PAGE = "<html><title>Welcome</title></html>"


class Wrong(NamedTuple):
    """A server that is no Quay, or is not well, and what to say and advise."""

    server: Handler
    error: str
    hint: str


WRONG_SERVERS = {
    "a page for every path": Wrong(
        always(200, PAGE, content_type="text/html"), "text/html came back", "Quay"
    ),
    "no page at all": Wrong(always(404, PAGE, content_type="text/html"), "this server has no /api", "URL"),
    "another API": Wrong(always(200, "{}", content_type="application/json"), "no counts as Quay", "URL"),
    "no JSON though it says so": Wrong(
        always(200, "no", content_type="application/json"), "are not JSON", "URL"
    ),
    "a redirect to https": Wrong(secured, "redirected to https://127.0.0.1", "never followed: set the URL"),
    "a sign-in page": Wrong(
        always(302, location="https://sso.example/login?back=1"),
        "redirected to https://sso",
        "never followed",
    ),
    "too busy": Wrong(always(429, PAGE, content_type="text/html"), "status 429", "overloaded"),
    "nothing behind the proxy": Wrong(always(502, PAGE, content_type="text/html"), "status 502", "down"),
    "broken inside": Wrong(always(500, PAGE, content_type="text/html"), "failed inside", "Quay's own log"),
    "a status of its own": Wrong(always(418, "{}", content_type="application/json"), "status 418", "Quay"),
}
