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
    slices = list(
        slices_of(
            stream,
            [window for window in windows if window.need in (Need.FETCH, Need.EMPTY)],
            rows_at_most * (_REGISTRY_SLICE_FACTOR if namespaces > 1 else 1),
        )
    )
    pages = SERVER_SECONDS_A_REQUEST * sum(window.pages for window in wanted)
    requests = len(slices) * namespaces + (namespaces if namespaces > 1 else 0)
    export = (
        SERVER_SECONDS_A_REQUEST * requests + sum(window.rows for window in wanted) / EXPORTED_ROWS_A_SECOND
    )
    is_counted = all(window.expected is not None for window in wanted)
    obstacle = obstacle or obstacle_of(stream)
    if stream.scope.kind is ScopeKind.ALL and not is_counted:
        obstacle = obstacle or "without counts it is not known which namespaces have rows"
    if not wanted:
        return Choice([], [], export, pages, "nothing to read")
    if route is Route.PAGES or obstacle:
        return Choice([], wanted, export, pages, obstacle or "asked for")
    if route is Route.EXPORT:
        return Choice(slices, [], export, pages, "asked for")
    if not is_counted:
        return Choice(slices, [], export, pages, "without counts, only an export shows that it is whole")
    if export < pages:
        return Choice(slices, [], export, pages, "cheaper for the server")
    return Choice([], wanted, export, pages, "cheaper for the server")


def obstacle_of(stream: Stream) -> str:
    """Why a log cannot be exported, whoever asks; empty where it can."""
    if stream.endpoints is OWN_LOG:
        return "exports of one's own log show kinds that its pages and counts hide"
    if stream.endpoints.export is None and stream.scope.kind is not ScopeKind.ALL:
        return "Quay exports no such log"
    return ""
