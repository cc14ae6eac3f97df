"""FakeQuay: a function from request to response that answers as Quay does, traps included."""

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl
from uuid import UUID

import httpx2

from pipeline.demo.fakequay import (
    answers,
    credentials,
    directory,
    exports,
    logs,
    mirrors,
    organizations,
    public,
)
from pipeline.demo.fakequay.answers import Answer, Headers
from pipeline.demo.fakequay.calls import Call, Route, World
from pipeline.demo.fakequay.export_jobs import ExportJob, ExportQueue, ExportStatus, Mail
from pipeline.demo.fakequay.export_storage import ExportStorage
from pipeline.demo.fakequay.export_worker import ExportWorker
from pipeline.demo.fakequay.habits import Habits, RateLimit, RegistryState, SliceOrder, Storage, TieOrder
from pipeline.demo.fakequay.limiter import Limiter
from pipeline.demo.fakequay.logins import Logins, bearer_secret
from pipeline.demo.fakequay.paging import PAGE_SIZE, Pager
from pipeline.demo.fakequay.tokens import PageTokens
from pipeline.demo.store import Store

__all__ = [
    "PAGE_SIZE",
    "ExportJob",
    "ExportStatus",
    "ExportWorker",
    "FakeQuay",
    "Habits",
    "Mail",
    "RateLimit",
    "RegistryState",
    "SliceOrder",
    "Storage",
    "TieOrder",
]

LONGEST_REQUEST_LINE = 4094  # gunicorn's limit
NO_XHR = "API calls must be invoked with an X-Requested-With header if called from a browser"
READ_ONLY = (
    "System is currently read-only. Pulls will succeed but all write operations are currently suspended."
)

_BROWSER = re.compile("Firefox|Chrome|Safari|MSIE|Trident|Opera|Edg")

_ROUTES: tuple[Route, ...] = (
    *logs.ROUTES,
    *exports.ROUTES,
    *credentials.ROUTES,
    *directory.ROUTES,
    *organizations.ROUTES,
    *mirrors.ROUTES,
    *public.ROUTES,
)


class FakeQuay:
    """Answers requests from a store. The same store, clock, seed and requests give the same answers.

    `requests` lists method and target of every request seen, without its token; `export_jobs` the exports accepted,
    `mails` what was mailed about them, `server_seconds` what it all would have cost a real server. Exports are made by
    an `ExportWorker`. May be called from several threads.
    """

    def __init__(
        self, store: Store, *, habits: Habits | None = None, clock: Callable[[], datetime], seed: int = 0
    ) -> None:
        habits = habits or Habits()
        self.store = store
        self.habits = habits
        self.requests: list[tuple[str, str]] = []
        self._clock = clock
        self._limiter = Limiter(habits.rate_limit) if habits.rate_limit else None
        self._routes = [route for route in _ROUTES if route.is_on(habits)]
        self.world = World(
            store=store,
            habits=habits,
            pager=Pager(
                store.tables,
                max_page=habits.max_page,
                shuffle_seed=seed if habits.tie_order == TieOrder.SHUFFLED else None,
            ),
            tokens=PageTokens(seed, habits.page_token_ttl),
            uuids=_uuids(seed),
            export_queue=ExportQueue(seed),
            export_files=ExportStorage(habits, seed),
        )
        self._logins = Logins(store, habits, self.world.lock, self.world.meter)

    @property
    def export_jobs(self) -> list[ExportJob]:
        """The exports accepted so far, oldest first."""
        return self.world.export_queue.accepted

    @property
    def mails(self) -> list[Mail]:
        """The mails about exports, oldest first."""
        return self.world.mails

    @property
    def server_seconds(self) -> float:
        """Seconds of processor that a real server would have spent: on the tokens of requests and on exports."""
        return self.world.meter.seconds

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Quay's response to a request."""
        now = self._clock()
        target = request.url.raw_path.decode("ascii")
        self.requests.append((request.method, target))
        answer = self._answer(request, target, now)
        headers = [*_outer_headers(answer, now), *answer.headers]
        body = b"" if request.method == "HEAD" else answer.body
        response = httpx2.Response(answer.status, headers=headers, content=body, request=request)
        if "transfer-encoding" in response.headers:
            response.headers.pop("content-length", None)
        else:
            response.headers["content-length"] = str(len(answer.body))
        return response

    def _answer(self, request: httpx2.Request, target: str, now: datetime) -> Answer:
        with self.world.lock:
            download = self.world.export_files.answer(request, now)
        if download is not None:
            return download
        if self._limiter is not None:
            with self.world.lock:
                admits = self._limiter.admits(now)
            if not admits:
                return answers.too_many_requests(self._limiter.retry_after_seconds)
        if len(target) > LONGEST_REQUEST_LINE:
            return answers.request_line_too_long(min(len(target), 8192), LONGEST_REQUEST_LINE)
        route, names = self._route(request.url.path)
        if route is None or (request.method in ("GET", "HEAD") and "GET" not in route.by_method):
            return _unrouted(request)
        if request.method == "OPTIONS":
            return answers.options(route.allow)
        if request.method not in route.by_method:
            return answers.method_not_allowed(route.allow)
        if self.habits.browser_calls_xhr_only and _is_bare_browser_call(request):
            return answers.error(400, NO_XHR, "Origin")
        secret = bearer_secret(request.headers.get("authorization", ""))
        user_agent = request.headers.get("user-agent", "")
        caller = self._logins.caller(secret, user_agent, now) if secret else None
        refusal = self._refuse(request.method, is_anonymous=caller is None)
        if refusal is not None:
            return refusal
        arguments = dict(reversed(parse_qsl(request.url.query.decode("ascii"), keep_blank_values=True)))
        with self.world.lock:
            call = Call(self.world, request, arguments, now, caller)
            answer: Answer = route.by_method[request.method](call, *names)
        return answer if secret or answer.status == 500 else answer.with_headers(("vary", "Cookie"))

    def _route(self, path: str) -> tuple[Route | None, tuple[str | None, ...]]:
        for route in self._routes:
            match = route.match(path)
            if match:
                return route, match.groups()
        return None, ()

    def _refuse(self, method: str, *, is_anonymous: bool) -> Answer | None:
        """What stops a call before its endpoint sees it."""
        if method == "POST" and is_anonymous:
            return answers.error(403, "CSRF token was invalid or missing.", "Origin, Cookie")
        if method == "POST" and self.habits.registry_state == RegistryState.READ_ONLY:
            return answers.bare_message(503, is_readonly=True, message=READ_ONLY)
        if is_anonymous and not self.habits.anonymous_access:
            return answers.error(401, "Anonymous access is not allowed", "Origin, Cookie")
        return None


def _outer_headers(answer: Answer, now: datetime) -> Headers:
    """The headers that the server process and the proxy before it write."""
    own = dict(answer.headers)
    if answer.status == 500 or own.get("connection") == "close":
        return ()
    server = () if "server" in own else (("server", "gunicorn"),)
    return (
        *server,
        ("date", format_datetime(now.astimezone(UTC), usegmt=True)),
        ("connection", "keep-alive"),
    )


def _unrouted(request: httpx2.Request) -> Answer:
    """What Quay says where it has no route: first another address, then the page of its user interface."""
    if request.method not in ("GET", "HEAD"):
        return answers.unrouted_method_not_allowed()
    url = request.url
    if url.path.endswith("/"):
        return answers.page_not_found()
    path, question, query = url.raw_path.decode("ascii").partition("?")
    return answers.redirect(f"{url.scheme}://{url.netloc.decode('ascii')}{path}/{question}{query}")


def _is_bare_browser_call(request: httpx2.Request) -> bool:
    return (
        request.method == "GET"
        and _BROWSER.search(request.headers.get("user-agent", "")) is not None
        and request.headers.get("x-requested-with") != "XMLHttpRequest"
    )


def _uuids(seed: int) -> Iterator[str]:
    source = random.Random(seed)
    while True:
        yield str(UUID(int=source.getrandbits(128), version=4))
