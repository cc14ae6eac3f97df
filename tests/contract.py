"""How a recorded request is sent to FakeQuay again, over a world as it was then, and how answers are compared."""

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import httpx2

from pipeline.demo.fakequay import FakeQuay, Habits, RegistryState
from pipeline.demo.store import Store
from tests.worlds import (
    TOKENS,
    exported_rows,
    identity,
    little_registry,
    log_in_order,
    recorded_row,
    recorded_rows_by_namespace,
    recordings,
    time_of,
)

HABITS_BY_PORT = {
    "8099": Habits(),
    "8098": Habits(superusers_full_access=True, max_page=3, browser_calls_xhr_only=False),
    "8097": Habits(
        super_users=False,
        aggregated_log_count_retrieval=False,
        log_export=False,
        anonymous_access=False,
    ),
    "8096": Habits(registry_state=RegistryState.READ_ONLY),
}

# How a request was really sent, where the recording does not say.
AS_SENT: dict[str, dict[str, Any]] = {
    "auth_bearer_lower": {"headers": {"authorization": f"bearer {TOKENS['orgadmin_acme']}"}},
    "auth_bearer_two_spaces": {"headers": {"authorization": f"Bearer  {TOKENS['orgadmin_acme']}"}},
    "auth_token_prefix": {"headers": {"authorization": f"Token {TOKENS['orgadmin_acme']}"}},
    "auth_basic_oauthtoken": {"headers": {"authorization": "Basic JG9hdXRodG9rZW46eA=="}},
    "auth_basic_password": {"headers": {"authorization": "Basic YWxpY2U6cGFzc3dvcmQ="}},
    "date_repeated_param": {
        "query": [("starttime", "11/01/2026"), ("starttime", "11/09/2026"), ("endtime", "11/10/2026")]
    },
    "date_in_body_ignored": {"body": {"starttime": "11/01/2026", "endtime": "11/05/2026"}},
}

# Whose page token a request carries: that of another recording's answer, followed for so many pages, and its age.
TOKEN_FROM = {
    "single_tie_page2": ("single_tie_page1", 1, timedelta()),
    "single_tie_page3": ("single_tie_page1", 2, timedelta()),
    "single_tie_page4": ("single_tie_page1", 3, timedelta()),
    "tie_page2": ("tie_page1", 1, timedelta()),
    "token_after_rotation": ("single_tie_page1", 1, timedelta()),
    "token_expired_3days": ("matrix_org_orgadmin_acme", 3, timedelta(days=3)),
    "token_other_org": ("matrix_org_orgadmin_acme", 3, timedelta()),
    "token_other_range": ("matrix_org_orgadmin_acme", 3, timedelta()),
    "token_without_dates": ("matrix_org_orgadmin_acme", 3, timedelta()),
}

# The log of emptyorg, which held other rows for every experiment: days of April and so on, by recording.
EMPTYORG_DAYS = {
    "agg_apr30_may30_collision": ("2026-04-30", "2026-05-30"),
    "agg_feb27_to_mar29": ("2026-02-27", "2026-03-29"),
    "agg_feb28_to_mar30": ("2026-02-28", "2026-03-30"),
    "agg_feb_collision": ("2026-02-01", "2026-03-01", "2026-03-02", "2026-03-03"),
    "agg_jan31_feb": ("2026-01-31", "2026-02-01"),
    "agg_start_apr_30_one": ("2026-04-29", "2026-05-01"),
    "agg_year_cross": ("2025-12-31", "2026-01-01"),
}
BOUNDARIES = (
    "2026-11-04 23:59:59.999999",
    "2026-11-05 00:00:00",
    "2026-11-05 12:00:00.000001",
    "2026-11-05 12:00:00.999999",
    "2026-11-05 23:59:59.999",
    "2026-11-05 23:59:59.9995",
    "2026-11-05 23:59:59.999999",
    "2026-11-06 00:00:00",
)

LOGIN_FAILURES_AT = datetime(2026, 11, 23, 13, 27, 15, tzinfo=UTC)
DELETIONS_AT = datetime(2026, 11, 23, 13, 57, 25, tzinfo=UTC)
REMADE_AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def time_recorded(name: str) -> datetime:
    """When a request was answered; gunicorn's own pages carry no date, so they get a time among the others."""
    return datetime.fromisoformat(recordings()[name].get("at", "2026-11-23T13:26:30")).replace(tzinfo=UTC)


def server_of(name: str) -> str:
    """The base address that a request was sent to: four servers of different habits were asked."""
    return f"http://127.0.0.1:{recordings()[name].get('server', '8099')}"


def world_of(name: str) -> Store:
    """The registry as it was when a request was sent. It is shared by requests that change nothing."""
    if name.startswith("export_"):
        return little_registry()
    emptyorg = name.partition("_page")[0]
    if emptyorg not in (*EMPTYORG_DAYS, "single_tie", "date_boundaries", "agg_boundaries"):
        emptyorg = ""
    at = time_recorded(name)
    return _world(
        emptyorg,
        has_login_failures=at >= LOGIN_FAILURES_AT,
        is_later=at >= DELETIONS_AT or name == "performer_filter_deleted_user",
        is_remade=at >= REMADE_AT,
        is_victor_disabled=name == "disabled_user_token",
    )


@lru_cache(maxsize=32)
def _world(
    emptyorg: str, *, has_login_failures: bool, is_later: bool, is_remade: bool, is_victor_disabled: bool
) -> Store:
    store = little_registry()
    if not emptyorg:
        until = LOGIN_FAILURES_AT + timedelta(days=1) if has_login_failures else LOGIN_FAILURES_AT
        rows = recorded_rows_by_namespace() if is_later or is_victor_disabled else _whole_histories()
        for namespace in rows.keys() - {"emptyorg"}:
            log_in_order(store, namespace, (row for row in rows[namespace] if time_of(row) < until))
    for at, metadata in _emptyorg_rows(emptyorg):
        store.log("push_repo", at, "emptyorg", performer="admin", metadata=metadata)
    if is_victor_disabled:
        store.disable_user("victor")
    if is_later:
        _delete(store)
    if is_remade:
        _remake(store)
    return store


@lru_cache(maxsize=1)
def _whole_histories() -> dict[str, list[dict[str, Any]]]:
    """Every row of the namespaces that were exported, and of the others what the recordings show.

    The exports were made after some accounts had gone: the recordings tell who it was in the rows they show.
    """
    histories = dict(recorded_rows_by_namespace())
    for namespace in ("acme", "alice", "tieorg"):
        recorded = histories[namespace]
        performers = {identity(row): row for row in recorded if "performer" in row}
        exported = exported_rows(f"corpus/export/{namespace}.json.gz")
        histories[namespace] = [
            row if "performer" in row else performers.get(identity(row), row)
            for row in exported
            if time_of(row) < LOGIN_FAILURES_AT
        ] + [row for row in recorded if time_of(row) >= LOGIN_FAILURES_AT]
    return histories


def _emptyorg_rows(experiment: str) -> list[tuple[datetime, dict[str, Any]]]:
    if experiment == "single_tie":
        noon = datetime(2026, 11, 10, 12, tzinfo=UTC)
        return [(noon - timedelta(seconds=i - (i >= 20)), {"i": i}) for i in range(100)]
    if experiment.endswith("boundaries"):
        return [(datetime.fromisoformat(at).replace(tzinfo=UTC), {"at": at}) for at in BOUNDARIES]
    days = EMPTYORG_DAYS.get(experiment, ())
    return [(datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC), {}) for day in days]


def _delete(store: Store) -> None:
    """What was deleted while the recordings went on."""
    store.delete_robot("acme+gonebot")
    for name in ("gone_user", "gone_user2"):
        store.delete_user(name)
    store.delete_organization("goneorg")
    store.collect_garbage()
    store.delete_repository("acme", "jobs")


def _remake(store: Store) -> None:
    """What was made and changed after that."""
    store.add_repository("acme", "jobs", description="again")
    web = store.find_repository(store.account("acme").id, "web")
    assert web is not None
    web.description = "hello"
    store.add_organization("newuser1", email="nu@example.com")
    store.account("acme").email = "acme2@example.com"
    store.account("acme").quota_bytes = 10 * 2**30


def quay_of(name: str, *, at: datetime | None = None) -> FakeQuay:
    """The server that a request was sent to, at the time of the recording or another."""
    habits = HABITS_BY_PORT[server_of(name)[-4:]]
    return FakeQuay(world_of(name), habits=habits, clock=lambda: at or time_recorded(name))


def answer_to(name: str) -> httpx2.Response:
    """FakeQuay's answer to a recorded request."""
    request = {**recordings()[name]["request"], **AS_SENT.get(name, {})}
    if name in TOKEN_FROM:
        query = {
            **request["query"],
            "next_page": _page_token(*TOKEN_FROM[name], asked_at=time_recorded(name)),
        }
        request = {**request, "query": query}
    return _send(quay_of(name), server_of(name), request)


def _page_token(source: str, pages: int, age: timedelta, *, asked_at: datetime) -> str:
    quay = quay_of(source, at=asked_at - age)
    request = recordings()[source]["request"]
    token = ""
    for _ in range(pages):
        query = {**request["query"], "next_page": token}
        token = _send(quay, server_of(source), {**request, "query": query}).json()["next_page"]
    return token


def _send(quay: FakeQuay, server: str, request: Mapping[str, Any]) -> httpx2.Response:
    headers = {"user-agent": "oracle-recorder/1", **request.get("headers", {})}
    if "token" in request:
        headers["authorization"] = f"Bearer {TOKENS.get(request['token'], 'nobody-knows-this-one')}"
    content = request.get("raw_body", "").encode()
    if "body" in request:
        content = json.dumps(request["body"]).encode()
        headers["content-type"] = "application/json"
    path, _, query = request["path"].partition("?")
    with httpx2.Client(transport=httpx2.MockTransport(quay), base_url=server) as client:
        return client.request(
            request["method"],
            path,
            params=httpx2.QueryParams(query) if query else request.get("query"),
            headers=headers,
            content=content,
        )


def recorded_body(name: str) -> Any:
    """The body of a recording with its rows put back."""
    body = recordings()[name]["response"].get("body")
    if isinstance(body, dict) and "logs" in body:
        return {**body, "logs": [recorded_row(number) for number in body["logs"]]}
    return copy.deepcopy(body)


def canonical(value: Any, key: str = "") -> str:
    """JSON text in which everything that chance decided has been replaced by its type, and lists without order sorted."""
    return json.dumps(_settled(value, key), sort_keys=True)


# Texts that are made new for every answer or account, or were struck out of the recordings.
CHANCE = {"next_page", "export_id", "client_secret", "token"}
UNORDERED = {"aggregated", "members", "organizations", "repositories", "users", "tokens", "robots"}


def _settled(value: Any, key: str) -> Any:
    match value:
        case str() if key in CHANCE:
            return "(text)"
        case {
            "kind": "robot",
            "hash": str(),
        }:  # a robot's e-mail address, of which this is the hash, is random
            return {**value, "hash": "(text)", "color": "(text)"}
        case dict():
            return {name: _settled(item, name) for name, item in value.items()}
        case list() if key in UNORDERED:
            return sorted(
                (_settled(item, "") for item in value), key=lambda item: json.dumps(item, sort_keys=True)
            )
        case list():
            return [_settled(item, "") for item in value]
    return value


def shape(value: Any) -> Any:
    """Keys and types, recursively; of a list the different shapes of its items."""
    match value:
        case dict():
            return {key: shape(item) for key, item in value.items()}
        case list():
            return sorted({json.dumps(shape(item), sort_keys=True) for item in value})
    return type(value).__name__
