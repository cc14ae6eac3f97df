"""By which route a log is read: what each would cost the server, and which of them may be gone. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pipeline.extract.slice_plan import Slice, slices_of
from pipeline.extract.windows import Need, PlannedWindow
from pipeline.quay.endpoints import OWN_LOG
from pipeline.quay.logs import Stream
from pipeline.quay.scopes import ScopeKind

SERVER_SECONDS_A_REQUEST = 0.3
"""CPU of the server for one OAuth request: a bcrypt check, whatever is asked."""

EXPORTED_ROWS_A_SECOND = 2_900
_REGISTRY_SLICE_FACTOR = 5


class Route(StrEnum):
    """What the user asks for."""

    AUTO = "auto"
    PAGES = "pages"
    EXPORT = "export"


class Choice(NamedTuple):
    """How the windows of one log are read: some by exports, the rest by pages; and why. Units: seconds of server CPU."""

    slices: list[Slice]
    paged: list[PlannedWindow]
    export_seconds: float
    page_seconds: float
    reason: str


def choose(
    stream: Stream,
    windows: Sequence[PlannedWindow],
    route: Route,
    *,
    obstacle: str,
    rows_at_most: int,
    namespaces: int = 1,
) -> Choice:
    """The cheaper route for what has to be read, or exports where a loss could not be noticed.

    `obstacle` says why exports are out of the question, if they are.
    `namespaces` is how many logs make up this one: `all` is exported namespace by namespace.
    """
    wanted = [window for window in windows if window.need is Need.FETCH]
    filled = [window for window in windows if window.need in (Need.FETCH, Need.EMPTY)]
    many = namespaces > 1
    slices = list(slices_of(stream, filled, rows_at_most * (_REGISTRY_SLICE_FACTOR if many else 1)))
    pages = SERVER_SECONDS_A_REQUEST * sum(window.pages for window in wanted)
    requests = len(slices) * namespaces + (namespaces if many else 0)
    rows = sum(window.rows for window in wanted)
    export = SERVER_SECONDS_A_REQUEST * requests + rows / EXPORTED_ROWS_A_SECOND
    is_exported, reason = _decide(stream, wanted, route, obstacle, is_cheaper=export < pages)
    return Choice(slices if is_exported else [], [] if is_exported else wanted, export, pages, reason)


def _decide(
    stream: Stream, wanted: Sequence[PlannedWindow], route: Route, obstacle: str, *, is_cheaper: bool
) -> tuple[bool, str]:
    """Whether to export, and why or why not."""
    is_counted = all(window.expected is not None for window in wanted)
    obstacle = obstacle or obstacle_of(stream)
    if stream.scope.kind is ScopeKind.ALL and not is_counted:
        obstacle = obstacle or "without counts it is not known which namespaces have rows"
    if not wanted:
        return False, "nothing to read"
    if route is Route.PAGES or obstacle:
        return False, obstacle or "asked for"
    if route is Route.EXPORT:
        return True, "asked for"
    if not is_counted:
        return True, "without counts, only an export shows that it is whole"
    return is_cheaper, "cheaper for the server"


def obstacle_of(stream: Stream) -> str:
    """Why a log cannot be exported, whoever asks; empty where it can."""
    if stream.endpoints is OWN_LOG:
        return "exports of one's own log show kinds that its pages and counts hide"
    if stream.endpoints.export is None and stream.scope.kind is not ScopeKind.ALL:
        return "Quay exports no such log"
    return ""
