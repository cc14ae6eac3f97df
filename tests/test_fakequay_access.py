"""Who may read what, and what everybody else is told."""

from datetime import datetime, timedelta

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay, Habits, RateLimit, RegistryState
from pipeline.demo.store import Store
from tests.asking import NOW, ask, client_of, clock, small_store
from tests.worlds import ALICE, ALL_SCOPES, AUDITOR, SUPERUSER

LOGS = "organization/acme/logs"
ENDPOINTS = {
    "org": LOGS,
    "user": "user/logs",
    "repo": "repository/acme/web/logs",
    "su": "superuser/logs",
}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def _statuses(user: str, scopes: tuple[str, ...], habits: Habits | None = None) -> dict[str, int]:
    store = small_store()
    store.add_user("carol")
    store.add_permission("acme", "web", "carol", "admin")
    store.add_token("probe", user, scopes)
    return {
        name: ask(store, path, token="probe", habits=habits).status_code for name, path in ENDPOINTS.items()
    }


@pytest.mark.parametrize(
    ("user", "scopes", "readable"),
    [
        ("admin", ALL_SCOPES, {"user", "su"}),
        ("admin", ("super:user",), {"su"}),
        ("auditor", ALL_SCOPES, {"org", "user", "repo", "su"}),
        ("auditor", ("repo:read",), {"org", "repo", "su"}),
        ("alice", ALL_SCOPES, {"org", "user", "repo"}),
        ("alice", ("org:admin",), {"org"}),
        ("alice", ("repo:admin",), {"repo"}),
        ("alice", ("user:admin",), {"user"}),
        ("alice", ("repo:read", "user:read"), set()),
        ("bob", ALL_SCOPES, {"user"}),
        ("carol", ALL_SCOPES, {"user", "repo"}),
    ],
)
def test_an_account_reads_what_its_role_and_its_scopes_both_allow(
    user: str, scopes: tuple[str, ...], readable: set[str]
) -> None:
    assert _statuses(user, scopes) == {name: 200 if name in readable else 403 for name in ENDPOINTS}


def test_a_superuser_with_full_access_reads_every_namespace() -> None:
    found = _statuses("admin", ("super:user",), Habits(superusers_full_access=True))
    assert found == {"org": 200, "user": 403, "repo": 200, "su": 200}


def test_a_foreign_a_missing_and_a_forbidden_organization_look_alike() -> None:
    answers = [
        ask(small_store(), f"organization/{name}/logs", token=ALICE) for name in ("globex", "nosuch", "ACME")
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1


def test_only_who_reads_everything_is_told_that_an_organization_is_missing() -> None:
    answer = ask(small_store(), "organization/nosuch/logs", token=AUDITOR)
    assert (answer.status_code, answer.json()) == (400, {"message": "Invalid namespace requested: nosuch"})


def test_only_who_administers_a_namespace_is_told_that_a_repository_is_missing() -> None:
    path = "repository/acme/nosuch/logs"
    assert ask(small_store(), path, token=ALICE).status_code == 404
    assert ask(small_store(), path, token=SUPERUSER).status_code == 403
    assert ask(small_store(), path, token=None).status_code == 401


@pytest.mark.parametrize("token", [None, "unknown", "expired", "disabled"])
def test_every_token_that_opens_nothing_gets_the_same_refusal(token: str | None) -> None:
    store = small_store()
    store.add_token("expired", "alice", ALL_SCOPES, expires_at=NOW - timedelta(seconds=1))
    store.add_token("disabled", "bob", ALL_SCOPES)
    store.disable_user("bob")
    answer = ask(store, LOGS, token=token)
    body = answer.json()
    assert (answer.status_code, body["error_type"], body["detail"]) == (
        401,
        "invalid_token",
        "Requires authentication",
    )
    assert "www-authenticate" not in answer.headers


def test_failed_tokens_fill_the_log_they_were_to_read_where_failures_are_audited() -> None:
    store = small_store()
    habits = Habits(audit_login_failures=True)
    ci = store.add_application("acme", "ci", client_id="CI")
    store.add_token(
        "an-expired-token-of-forty-characters-00", "alice", ALL_SCOPES, expires_at=NOW, application=ci
    )
    ask(store, LOGS, token="an-expired-token-of-forty-characters-00", habits=habits)
    ask(store, LOGS, token="unknown", habits=habits)
    (expired,) = ask(store, LOGS).json()["logs"]
    assert expired["metadata"]["message"] == "OAuth access token has expired"
    assert expired["metadata"]["username"] == "alice"
    assert expired["performer"]["name"] == "bob"  # the account that has the token's number for its id
    (unknown,) = ask(store, "organization/admin/logs").json()["logs"]
    assert unknown["metadata"]["message"] == "OAuth access token could not be validated"
    assert "performer" not in unknown


def test_every_known_token_costs_once_and_no_other_request_costs() -> None:
    costs: list[int] = []
    habits = Habits(cost=lambda: costs.append(1))
    ask(small_store(), LOGS, habits=habits)
    ask(small_store(), "organization/nosuch/robots", habits=habits)
    assert len(costs) == 2
    ask(small_store(), "messages", token=None, habits=habits)
    ask(small_store(), LOGS, token="unknown", habits=habits)
    assert len(costs) == 2


def test_requests_are_listed_without_their_token() -> None:
    quay = FakeQuay(small_store(), clock=clock)
    with client_of(quay, AUDITOR) as client:
        client.get(LOGS, params={"starttime": "11/05/2026"})
    assert quay.requests == [("GET", "/api/v1/organization/acme/logs?starttime=11%2F05%2F2026")]
    assert AUDITOR not in str(quay.requests)


@pytest.mark.parametrize(
    ("habits", "path"),
    [
        (Habits(aggregated_log_count_retrieval=False), "organization/acme/aggregatelogs"),
        (Habits(super_users=False), "superuser/logs"),
        (Habits(), "organization/acme/exportlogs"),
        (Habits(), "nosuch"),
        (Habits(), "superuser/users"),
    ],
)
def test_a_path_without_a_route_redirects_to_itself_with_a_slash(habits: Habits, path: str) -> None:
    answer = ask(small_store(), path, {"a": "b"}, habits=habits)
    assert (answer.status_code, answer.headers["location"]) == (308, f"http://quay.test/api/v1/{path}/?a=b")


def test_behind_that_redirect_is_a_page_for_people() -> None:
    answer = ask(small_store(), "organization/acme/aggregatelogs/")
    assert (answer.status_code, answer.text[:15]) == (404, "<!DOCTYPE html>")
    assert "set-cookie" in answer.headers


@pytest.mark.parametrize("habits", [Habits(log_export=False), Habits(super_users=False)])
def test_posting_where_no_route_is_is_refused_as_html(habits: Habits) -> None:
    path = "organization/acme/exportlogs" if not habits.log_export else "superuser/logs"
    answer = ask(small_store(), path, method="POST", habits=habits, json={})
    assert (answer.status_code, answer.headers["content-type"]) == (405, "text/html; charset=utf-8")


def test_other_methods_on_a_log_are_refused_as_json_before_anybody_is_asked_for_a_token() -> None:
    answer = ask(small_store(), LOGS, method="POST", token=None)
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, GET, HEAD")
    assert set(answer.json()) == {"message"}


def test_head_is_get_without_a_body() -> None:
    got, headed = (ask(small_store(), LOGS, method=method) for method in ("GET", "HEAD"))
    assert headed.content == b""
    assert headed.headers["content-length"] == str(len(got.content))


def test_a_browser_must_say_that_a_script_asks() -> None:
    bare = ask(small_store(), LOGS, headers={"user-agent": FIREFOX})
    script = ask(small_store(), LOGS, headers={"user-agent": FIREFOX, "x-requested-with": "XMLHttpRequest"})
    off = ask(
        small_store(), LOGS, headers={"user-agent": FIREFOX}, habits=Habits(browser_calls_xhr_only=False)
    )
    assert (bare.status_code, script.status_code, off.status_code) == (400, 200, 200)
    assert set(bare.json()) == {"error"}


def test_without_anonymous_access_nothing_is_shown_to_nobody() -> None:
    answer = ask(small_store(), "messages", token=None, habits=Habits(anonymous_access=False))
    assert (answer.status_code, answer.json()) == (401, {"error": "Anonymous access is not allowed"})
    assert ask(small_store(), "messages", token=None).status_code == 200


def test_a_read_only_registry_shows_logs_and_refuses_exports() -> None:
    habits = Habits(registry_state=RegistryState.READ_ONLY)
    assert ask(small_store(), LOGS, habits=habits).status_code == 200
    refused = ask(small_store(), "organization/acme/exportlogs", method="POST", json={}, habits=habits)
    assert (refused.status_code, refused.json()["is_readonly"]) == (503, True)


def test_a_request_line_that_is_too_long_is_refused_by_the_server_process() -> None:
    answer = ask(small_store(), LOGS, {"x": "y" * 5000})
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")
    assert "Request Line is too large" in answer.text


@pytest.mark.parametrize("retry_after", [None, 3])
def test_what_exceeds_the_burst_is_refused_until_time_has_passed(retry_after: int | None) -> None:
    now = [NOW]
    limit = RateLimit(per_second=5, burst=3, retry_after_seconds=retry_after)
    quay = FakeQuay(small_store(), habits=Habits(rate_limit=limit), clock=lambda: now[0])
    with client_of(quay) as client:
        burst = [client.get(LOGS) for _ in range(6)]
        now[0] += timedelta(seconds=0.2)
        later = [client.get(LOGS).status_code for _ in range(2)]
    assert [answer.status_code for answer in burst] == [200, 200, 200, 200, 429, 429]
    assert later == [200, 429]
    assert burst[-1].headers.get("retry-after") == (None if retry_after is None else "3")
    assert burst[-1].headers["server"] == "nginx"


def test_the_same_requests_over_the_same_store_get_the_same_bytes() -> None:
    def answers() -> list[bytes]:
        store = small_store()
        for i in range(45):
            store.log("push_repo", NOW - timedelta(seconds=i), "acme", metadata={"i": i})
        with client_of(FakeQuay(store, clock=clock, seed=3)) as client:
            posted = client.post("organization/acme/exportlogs", json={})
            return [posted.content, *(client.get(LOGS).content for _ in range(3))]

    assert answers() == answers()


def test_the_clock_dates_every_answer() -> None:
    quay = FakeQuay(small_store(), clock=lambda: datetime.fromisoformat("2026-11-23T14:00:00+01:00"))
    with client_of(quay) as client:
        assert client.get("messages").headers["date"] == "Mon, 23 Nov 2026 13:00:00 GMT"


def test_a_function_can_be_mounted_without_a_client() -> None:
    store: Store = small_store()
    request = httpx2.Request("GET", "http://quay.test/api/v1/messages")
    assert FakeQuay(store, clock=clock)(request).json() == {"messages": []}
