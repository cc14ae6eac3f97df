"""The only door to the network: one request in, one checked answer out.

A bare transport is used instead of a client: there is no cookie jar that could keep a session, no redirect that could
carry the token elsewhere, and half the CPU a page.
"""

import json
import random
import ssl
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode

import httpx2

import pipeline
from pipeline.config import Secret
from pipeline.errors import (
    DamagedReply,
    Missing,
    SearchUnavailable,
    ServerError,
    UnexpectedShape,
    Unreachable,
)
from pipeline.quay.refusals import error_from_reply
from pipeline.quay.throttle import Throttle
from pipeline.quay.transport import chunks_of_response

T = TypeVar("T")

BODY_LIMIT_BYTES = 64 << 20
_RETRIED_STATUSES = frozenset({429, 502, 503, 504})
_NO_CONTENT = httpx2.ByteStream(b"")
_LONGEST_PAUSE_SECONDS = 60.0
_LINK_HINT = (
    "the link must be reachable from here, and is good for an hour: check the proxy and the certificates"
)


class QuayClient:
    """Asks one Quay, politely and bounded, and never shows the token.

    Retried, at most `tries` times and `total_seconds` in all: connection errors, 429, 502-504, and answers that were cut
    short or replaced on their way (a proxy's HTML under status 200). Nothing else is: a 500 is an answer, and each 401
    writes a row into the very log that is read.
    """

    def __init__(
        self,
        url: str,
        token: Secret | None,
        *,
        transport: httpx2.BaseTransport,
        downloads: httpx2.BaseTransport | None = None,
        throttle: Throttle,
        timeout_seconds: float = 60.0,
        tries: int = 6,
        total_seconds: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.url = url.rstrip("/")
        self.requests = 0
        self.clock_skew_seconds: float | None = None
        self._transport = transport
        self._downloads = downloads or transport
        self._throttle = throttle
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._now = now
        self._jitter = jitter
        self._headers = _headers_to(self.url)
        self._token = "" if token is None else token.reveal()
        if token is not None:
            self._headers["Authorization"] = f"Bearer {self._token}"
        self._extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), timeout_seconds)}
        self._tries = tries
        self._total_seconds = total_seconds
        self._sleep = sleep

    def turn(self) -> AbstractContextManager[None]:
        """Within the block this thread keeps its place among those that ask: for requests that follow each other."""
        return self._throttle.turn()

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()
        self._downloads.close()

    def get(self, path: str, query: Mapping[str, str], read: Callable[[bytes], T], *, where: str) -> T:
        """What `read` makes of the body of the answer to a GET.

        `where` names scope, day and page in errors. Raises a ServerError that says what Quay answered, or Unreachable
        when no try was answered; DamagedReply from `read` counts as an answer that was lost on its way.
        """
        return self._ask("GET", path, query, None, read, where)

    def post(
        self, path: str, query: Mapping[str, str], document: object, read: Callable[[bytes], T], *, where: str
    ) -> T:
        """The same for a POST of a JSON document. A try whose answer was lost may have been carried out."""
        return self._ask("POST", path, query, json.dumps(document).encode(), read, where)

    def download(self, url: str, *, where: str) -> Generator[bytes]:
        """The bytes behind a link that Quay gave, as they come. One try; the token stays here: links need none.

        Raises Missing when the link is good no more, Unreachable when it does not answer or breaks off.
        """
        host = ""
        try:
            request = httpx2.Request(
                "GET", url, headers={"User-Agent": self._headers["User-Agent"]}, extensions=self._extensions
            )
            host = request.url.host
            response = self._downloads.handle_request(request)
            try:
                if response.status_code != 200:
                    raise _error_of_link(host, response.status_code, where)
                yield from chunks_of_response(response)
            finally:
                response.close()
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            # A link can be as good as a password: it is not shown.
            raise Unreachable(
                f"the link to {host or 'nowhere'} broke off: {_words(error)}", where=where, hint=_LINK_HINT
            ) from None

    def pause(self, seconds: float) -> None:
        """Wait before another try; an interrupt ends it."""
        self._sleep(seconds)

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        content: bytes | None,
        read: Callable[[bytes], T],
        where: str,
    ) -> T:
        target = f"{self.url}{path}?{urlencode(query)}" if query else f"{self.url}{path}"
        deadline = self._clock() + self._total_seconds
        tries = 0
        try:
            while True:
                tries += 1
                try:
                    return read(self._fetch(method, target, path, content, where))
                except (_Transient, DamagedReply) as failure:
                    seconds = self._pause_seconds(tries, failure)
                    if tries >= self._tries or self._clock() + seconds > deadline:
                        raise
                self._throttle.rest()
                self.pause(seconds)
        except _Transient as failure:
            raise Unreachable(
                f"no answer from {self.url}: {failure}", where=where, hint=failure.hint
            ) from failure.__cause__
        except (UnexpectedShape, SearchUnavailable) as error:
            if error.where:
                raise
            raise type(error)(error.what, where=where, hint=error.hint) from error

    def _fetch(self, method: str, target: str, path: str, content: bytes | None, where: str) -> bytes:
        request = self._request(method, target, content)
        with self._throttle.slot():
            self.requests += 1
            started = self._clock()
            try:
                response = self._transport.handle_request(request)
                try:
                    body = self._read_body(response, started)
                finally:
                    response.close()
            except (httpx2.TransportError, httpx2.DecodingError) as error:
                self._throttle.learn(
                    self._clock() - started, overloaded=isinstance(error, httpx2.TimeoutException)
                )
                # The request, token and all, hangs on the library's error: only its words go on.
                raise self._failure_from_error(error, where) from None
            status = response.status_code
            self._throttle.learn(self._clock() - started, overloaded=status in (429, 503, 504))
        if self.clock_skew_seconds is None:
            self._note_clock(response.headers.get("date"))
        return self._body_of(response, body, path, where)

    def _request(self, method: str, target: str, content: bytes | None) -> httpx2.Request:
        """A frame of its own: no traceback has the token among its local variables."""
        if content is None:
            return httpx2.Request(
                method, target, headers=self._headers, stream=_NO_CONTENT, extensions=self._extensions
            )
        headers = {**self._headers, "Content-Type": "application/json"}
        return httpx2.Request(method, target, headers=headers, content=content, extensions=self._extensions)

    def _body_of(self, response: httpx2.Response, body: bytes, path: str, where: str) -> bytes:
        status = response.status_code
        content_type = response.headers.get("content-type", "")
        if status == 200 and "json" in content_type:
            return body
        if status == 200:
            raise DamagedReply(
                f"{content_type or 'something without a type'} came back where JSON was due",
                hint="a proxy or sign-in page stands before Quay; point the URL at Quay's own API",
            )
        location = response.headers.get("location", "")
        if self._token:
            # A debugging proxy shows what it was sent, and what an answer says is shown to people.
            body = body.replace(self._token.encode(), b"...")
            location = location.replace(self._token, "...")
        error = error_from_reply(status, body, path, location, where)
        if status in _RETRIED_STATUSES and isinstance(error, Unreachable):
            raise _Transient(error.what, self._asked_pause_seconds(response.headers.get("retry-after")))
        raise error

    def _failure_from_error(self, error: httpx2.RequestError, where: str) -> "Unreachable | _Transient":
        """A certificate that is not trusted now is not trusted in a second either: nothing to try again."""
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            return _Transient(_words(error))
        return Unreachable(
            f"the certificate of {self.url} is not trusted: {cause.verify_message}",
            where=where,
            hint="name the PEM file of the authority that signed it with --ca-file or QUAY_AUDIT_CA_FILE; "
            "it must be for the very host of the URL",
        )

    def _read_body(self, response: httpx2.Response, started: float) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in chunks_of_response(response):
            size += len(chunk)
            chunks.append(chunk)
            if size > BODY_LIMIT_BYTES:
                raise httpx2.ReadError(f"an answer of more than {BODY_LIMIT_BYTES >> 20} MiB")
            if self._clock() - started > 2 * self._timeout_seconds:
                raise httpx2.ReadTimeout("an answer that trickles")
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _note_clock(self, date: str | None) -> None:
        """Remember how far this machine's clock is from the server's."""
        if date:
            with suppress(ValueError, TypeError):
                self.clock_skew_seconds = (parsedate_to_datetime(date) - self._now()).total_seconds()

    def _pause_seconds(self, tries: int, failure: "_Transient | DamagedReply") -> float:
        asked = failure.retry_after_seconds if isinstance(failure, _Transient) else 0.0
        backoff = min(_LONGEST_PAUSE_SECONDS, 0.5 * 2.0**tries) * (0.5 + self._jitter() / 2)
        return max(backoff, min(asked, 2 * _LONGEST_PAUSE_SECONDS))

    def _asked_pause_seconds(self, header: str | None) -> float:
        """What Retry-After asks for: seconds, or a date."""
        if not header:
            return 0.0
        if header.strip().isdigit():
            return float(header)
        with suppress(ValueError, TypeError):
            return max(0.0, (parsedate_to_datetime(header) - self._now()).total_seconds())
        return 0.0


def _headers_to(url: str) -> httpx2.Headers:
    """Complete and made once: what a request adds by itself, it would work out anew for every page."""
    host = httpx2.URL(url).netloc.decode("ascii")
    agent = f"quay-audit/{pipeline.__version__}"
    return httpx2.Headers({"Host": host, "User-Agent": agent, "Accept": "application/json"})


class _Transient(Exception):
    """One try that may well go better the next time."""

    hint = "check the URL, the network and the proxy settings; the server may be down or overloaded"

    def __init__(self, words: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(words)
        self.retry_after_seconds = retry_after_seconds


def _error_of_link(host: str, status: int, where: str) -> ServerError:
    """An object store answers 403 for a link that has expired, Quay 404 for a file that is not there."""
    kind = Missing if status in (401, 403, 404, 410) else Unreachable
    return kind(f"the link to {host} answers {status}", where=where, hint=_LINK_HINT)


def _words(error: httpx2.RequestError | httpx2.InvalidURL) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
