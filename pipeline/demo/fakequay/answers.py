"""The shapes of Quay's answers: problem JSON, `{"message"}`, `{"error"}`, HTML and empty bodies."""

import html
import json
from typing import Any, Final, NamedTuple

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"

Headers = tuple[tuple[str, str], ...]

CROSS_ORIGIN: Final[Headers] = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
    ("access-control-max-age", "21600"),
    ("access-control-allow-headers", "AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH"),
)

# Source: quay/quay endpoints/exception.py:9-21, ffba0c70.
ERROR_DESCRIPTIONS: Final = {
    "external_service_timeout": "An external service timed out. Retrying the request may resolve the issue.",
    "invalid_request": "The request was invalid. It may have contained invalid values or was improperly formatted.",
    "invalid_response": "The response was invalid.",
    "invalid_token": "The access token provided was invalid.",
    "expired_token": "The access token provided has expired.",
    "insufficient_scope": "The access token did not have sufficient scope to access the requested resource.",
    "fresh_login_required": "The action requires a fresh login to succeed.",
    "exceeds_license": "The action was refused because the current license does not allow it.",
    "not_found": "The resource was not found.",
    "downstream_issue": "An error occurred in a downstream service.",
}


class Answer(NamedTuple):
    """A status, a body and the headers that are not on every answer."""

    status: int
    body: bytes
    headers: Headers

    def with_headers(self, *headers: tuple[str, str]) -> "Answer":
        """The same answer with more headers."""
        return self._replace(headers=(*self.headers, *headers))


_JSON_HEADERS: Final[Headers] = (("content-type", JSON), *CROSS_ORIGIN)
_ERROR_HEADERS: Final[Headers] = (("content-type", HTML), *CROSS_ORIGIN)


def found(body: bytes) -> Answer:
    """200 with a body that is JSON already."""
    return Answer(200, body, _JSON_HEADERS)


def as_json(value: Any, status: int = 200) -> Answer:
    """A value as JSON, ASCII only, as flask-restful writes it."""
    return Answer(status, json.dumps(value).encode() + b"\n", _JSON_HEADERS)


def problem(server: str, status: int, kind: str, detail: str) -> Answer:
    """Problem JSON. Source: quay/quay endpoints/exception.py, ffba0c70."""
    return as_json(
        {
            "detail": detail,
            "error_message": detail,
            "error_type": kind,
            "title": kind,
            "type": f"{server}/api/v1/error/{kind}",
            "status": status,
        },
        status,
    )


def message(status: int, text: str) -> Answer:
    """`{"message"}`: what flask-restful makes of an abort."""
    return as_json({"message": text}, status)


def bare_message(status: int, **keys: Any) -> Answer:
    """`{"message"}` from outside the API's own error handler: without cross-origin headers."""
    return Answer(status, json.dumps(keys).encode() + b"\n", (("content-type", JSON),))


def not_understood() -> Answer:
    """400 as werkzeug words it."""
    return message(400, "The browser (or proxy) sent a request that this server could not understand.")


def error(status: int, text: str, vary: str) -> Answer:
    """`{"error"}`, which Quay labels as HTML."""
    return Answer(status, json.dumps({"error": text}).encode(), (*_ERROR_HEADERS, ("vary", vary)))


def method_not_allowed(allow: str) -> Answer:
    """405 of an API resource."""
    return message(405, "The method is not allowed for the requested URL.").with_headers(("allow", allow))


def unrouted_method_not_allowed() -> Answer:
    """405 of a path that only the page of the user interface answers, and that for GET alone."""
    return _werkzeug_page(
        405, "Method Not Allowed", "The method is not allowed for the requested URL."
    ).with_headers(("allow", "HEAD, GET, OPTIONS"))


def options(allow: str) -> Answer:
    """200 with an Allow header and no body."""
    return Answer(200, b"", (*_ERROR_HEADERS, ("allow", allow)))


def redirect(location: str) -> Answer:
    """308 to the same path with a slash: what Quay says to every path it has no route for."""
    shown = html.escape(location)
    text = (
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"
        "<p>You should be redirected automatically to the target URL: "
        f'<a href="{shown}">{shown}</a>. If not, click the link.\n'
    )
    return Answer(308, text.encode(), (("content-type", HTML), ("location", location)))


def page_not_found() -> Answer:
    """404 with the page of the user interface, which also sets a cookie."""
    text = (
        '<!DOCTYPE html>\n<html ng-app="quay" class="onprem">\n  <head>\n    <base href="/">\n'
        "    <title>Quay</title>\n  </head>\n  <body>\n  </body>\n</html>\n"
    )
    return Answer(
        404,
        text.encode(),
        (
            ("content-type", HTML),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-cache, no-store, must-revalidate"),
            ("vary", "Cookie"),
            ("set-cookie", "_csrf_token=demo; Path=/; SameSite=Lax"),
        ),
    )


def internal_error() -> Answer:
    """500 as gunicorn writes it when the application failed; the connection is closed."""
    return _gunicorn_page(500, "Internal Server Error", "")


def request_line_too_long(length: int, limit: int) -> Answer:
    """400 as gunicorn writes it before the application sees the request."""
    return _gunicorn_page(400, "Bad Request", f"Request Line is too large ({length} &gt; {limit})")


def too_many_requests(retry_after_seconds: int | None) -> Answer:
    """429 as nginx writes it."""
    text = (
        "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n"
        "<center><h1>429 Too Many Requests</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    answer = Answer(429, text.encode(), (("content-type", "text/html"), ("server", "nginx")))
    if retry_after_seconds is None:
        return answer
    return answer.with_headers(("retry-after", str(retry_after_seconds)))


def object_refused(code: str, text: str) -> Answer:
    """403 as an object store writes it."""
    body = f"<Error><Code>{code}</Code><Message>{text}</Message><RequestId>DEMO</RequestId></Error>"
    return Answer(
        403,
        f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode(),
        (("content-type", "application/xml"), ("server", "AmazonS3")),
    )


def _gunicorn_page(status: int, title: str, text: str) -> Answer:
    page = (
        f"<html>\n  <head>\n    <title>{title}</title>\n  </head>\n  <body>\n"
        f"    <h1><p>{title}</p></h1>\n    {text}\n  </body>\n</html>\n"
    )
    return Answer(status, page.encode(), (("content-type", "text/html"), ("connection", "close")))


def _werkzeug_page(status: int, title: str, text: str) -> Answer:
    page = (
        f"<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n"
    )
    return Answer(status, page.encode(), (("content-type", HTML),))
