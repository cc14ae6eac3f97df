"""POST until it is answered: pauses that double, `Retry-After`, and no token in any error."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import httpx2

import pipeline
from pipeline.config import Secret
from pipeline.errors import Refused, ServerFailure, SettingsError, UnexpectedShape, Unreachable

_RETRIED: Final = frozenset({429, 500, 502, 503, 504})
_LONGEST_PAUSE_SECONDS: Final = 60.0
_LARGEST_ANSWER: Final = 16 << 20
_WORDS_SHOWN: Final = 300


class Answer(NamedTuple):
    """A status that no further try would change, and the JSON that came with it; None where it was none."""

    status: int
    document: Any
    words: str


class Poster:
    """Sends to one server, one request after the other.

    Units: `timeout_seconds` of each try, `tries` counts the first one, pauses begin at `pause_seconds`.
    """

    def __init__(
        self,
        url: str,
        scheme: str,
        token: Secret,
        *,
        transport: httpx2.BaseTransport,
        sleep: Callable[[float], object],
        tries: int = 8,
        timeout_seconds: float = 60.0,
        pause_seconds: float = 0.5,
    ) -> None:
        self.url = url.rstrip("/")
        self.sleep = sleep
        self.tries = tries
        self._scheme = scheme
        self._token = token
        self._transport = transport
        self._pause_seconds = pause_seconds
        self._timeout = dict.fromkeys(("connect", "read", "write", "pool"), timeout_seconds)

    def post(
        self, path: str, body: bytes, content_type: str, headers: dict[str, str] | None = None
    ) -> Answer:
        """The answer, once there is one that stands.

        Raises: Refused for 401 and 403, Unreachable and ServerFailure when the tries are used up.
        """
        trouble, asked = "", 0.0
        for attempt in range(self.tries):
            if attempt:
                self.sleep(max(self.pause(attempt), asked))
            try:
                status, given, asked = self._try(path, body, content_type, headers or {})
            except httpx2.TransportError as error:
                # The request, token and all, hangs on the library's error: only its words go on.
                trouble, asked = self._hidden(f"{type(error).__name__}: {error}"), 0.0
                continue
            if status not in _RETRIED:
                return self._answer(status, given)
            trouble = f"it answers {status}: {self._hidden(_words_of(given))}"
        kind = ServerFailure if trouble.startswith("it answers") else Unreachable
        raise kind(
            f"nothing was taken in {self.tries} tries: {trouble}",
            where=self.url,
            hint="see whether the server is up and takes data; the same command goes on where this one stopped",
        )

    def pause(self, attempt: int) -> float:
        """How long to wait before a further try, in seconds."""
        return min(_LONGEST_PAUSE_SECONDS, self._pause_seconds * 2.0 ** (attempt - 1))

    def _try(
        self, path: str, body: bytes, content_type: str, headers: dict[str, str]
    ) -> tuple[int, bytes, float]:
        response = self._transport.handle_request(self._request(path, body, content_type, headers))
        try:
            given = b""
            for chunk in response.iter_bytes():
                given += chunk
                if len(given) > _LARGEST_ANSWER:
                    raise httpx2.ReadError("an answer that does not end")
        finally:
            response.close()
        return response.status_code, given, _asked_seconds(response.headers.get("retry-after", ""))

    def _request(self, path: str, body: bytes, content_type: str, headers: dict[str, str]) -> httpx2.Request:
        """A frame of its own: no traceback has the token among its local variables."""
        every = {
            "Authorization": f"{self._scheme} {self._token.reveal()}",
            "Content-Type": content_type,
            "User-Agent": f"quay-audit/{pipeline.__version__}",
            **headers,
        }
        return httpx2.Request(
            "POST",
            f"{self.url}{path}",
            headers=every,
            content=body,
            extensions={"timeout": dict(self._timeout)},
        )

    def _answer(self, status: int, given: bytes) -> Answer:
        words = self._hidden(_words_of(given))
        if status in (401, 403):
            raise Refused(
                f"the server refuses this token ({status}: {words})",
                status=status,
                where=self.url,
                hint="look at the token in the file that --token-file names, and at what it may write to",
            )
        if 300 <= status < 400:
            raise UnexpectedShape(
                f"the server sends the request elsewhere ({status})",
                where=self.url,
                hint="give --url the address where documents are taken; a redirect is not followed",
            )
        document = None
        with suppress(ValueError, RecursionError):
            document = json.loads(given)
        return Answer(status, document, words)

    def _hidden(self, words: str) -> str:
        # A debugging proxy shows what it was sent, and what an answer says is shown to people.
        return words.replace(self._token.reveal(), "...")


def checked_url(url: str) -> str:
    """The address of a server; raises SettingsError for one that holds a password or is no web address."""
    parts = urlsplit(url)
    where = "--url"
    if parts.username is not None or parts.password is not None:
        hint = "put the token into the file that --token-file names; revoke the password just typed"
        raise SettingsError(
            "an address on the command line may hold no password: others can see it", where=where, hint=hint
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        hint = "write it like https://splunk.example.com:8088"
        raise SettingsError("this is no address of a server", where=where, hint=hint)
    return url


def _words_of(given: bytes) -> str:
    return given[:_WORDS_SHOWN].decode("utf-8", "replace").strip()


def _asked_seconds(retry_after: str) -> float:
    asked = float(retry_after) if retry_after.strip().isdigit() else 0.0
    return min(asked, _LONGEST_PAUSE_SECONDS)
