"""Asking for an export: what is checked, what is recorded, and which row it leaves."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from pipeline.demo.fakequay import ExportJob, FakeQuay, Habits
from pipeline.demo.store import Store
from tests.asking import NOW, ask, client_of, clock, small_store
from tests.worlds import ALICE, AUDITOR, SUPERUSER

PATH = "organization/acme/exportlogs"
RANGE = {"starttime": "11/20/2026", "endtime": "11/20/2026"}


def _post(
    store: Store,
    body: Any,
    *,
    path: str = PATH,
    query: dict[str, str] | None = None,
    token: str | None = ALICE,
    habits: Habits | None = None,
) -> tuple[httpx2.Response, list[ExportJob]]:
    quay = FakeQuay(store, habits=habits, clock=clock)
    with client_of(quay, token) as client:
        response = client.post(path, params=RANGE if query is None else query, json=body)
    return response, quay.export_jobs


def _rows(store: Store, namespace: str = "acme") -> list[tuple[str, dict[str, Any]]]:
    page = ask(store, f"organization/{namespace}/logs", {"starttime": "11/23/2026", "endtime": "11/23/2026"})
    return [(row["kind"], row["metadata"]) for row in page.json()["logs"]]


def test_an_accepted_export_is_recorded_with_a_day_added_to_its_end() -> None:
    store = small_store()
    response, jobs = _post(store, {"callback_email": "ops@example.com"})
    assert jobs == [
        ExportJob(
            export_id=response.json()["export_id"],
            server="http://quay.test",
            namespace_id=store.account("acme").id,
            namespace="acme",
            repository_id=None,
            repository=None,
            start=datetime(2026, 11, 20, tzinfo=UTC),
            end=datetime(2026, 11, 21, tzinfo=UTC),
            callback_url=None,
            callback_email="ops@example.com",
        )
    ]


def test_an_accepted_export_leaves_a_row_of_success() -> None:
    store = small_store()
    application = store.add_application("acme", "ci", client_id="CI")
    store.add_token("with-application", "alice", ("org:admin",), application=application)
    response, _ = _post(store, {"callback_url": "https://cb.example.com/x"}, token="with-application")
    assert _rows(store) == [
        (
            "export_logs_success",
            {
                "date/time": int(NOW.timestamp()),
                "export_id": response.json()["export_id"],
                "message": "queued for export",
                "url": "https://cb.example.com/x",
                "email": None,
                "oauth_token_id": 4,
                "oauth_token_application_id": "CI",
                "oauth_token_application": "ci",
            },
        )
    ]


def test_an_export_of_a_repository_is_not_shown_in_the_repositorys_log() -> None:
    store = small_store()
    response, jobs = _post(store, {}, path="repository/acme/web/exportlogs")
    assert (response.status_code, jobs[0].repository) == (200, "web")
    ((kind, metadata),) = _rows(store)
    assert (kind, metadata["repo"]) == ("export_logs_success", "web")
    shown = ask(store, "repository/acme/web/logs", {"starttime": "11/23/2026", "endtime": "11/23/2026"})
    assert shown.json()["logs"] == []


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"callback_url": "http://127.0.0.1:9100/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://10.1.2.3/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://[::1]/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://localhost:9100/cb"}, "Invalid callback URL"),
        (
            {"callback_url": "ftp://example.com/x"},
            "Invalid URL scheme 'ftp': only HTTP and HTTPS are allowed",
        ),
        ({"callback_url": "not a url"}, "Invalid URL scheme '': only HTTP and HTTPS are allowed"),
        ({"callback_url": "http://nosuch.invalid/cb"}, "Cannot resolve hostname 'nosuch.invalid'"),
        ({"callback_url": "http://[::ffff:10.0.0.1]/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://[64:ff9b::1]/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://224.0.0.1/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://quay.internal/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://printer.local/cb"}, "Invalid callback URL"),
        ({"callback_url": "http://kubernetes.default.svc/cb"}, "Invalid callback URL"),
        (
            {"callback_url": "http://me:secret@example.com/cb"},
            "URLs with embedded credentials are not allowed",
        ),
        ({"callback_url": "http:///cb"}, "URL must include a hostname"),
        ({"callback_url": "http://[/cb"}, "Invalid URL format"),
        ({"callback_email": "nobody"}, "Invalid callback e-mail"),
    ],
)
def test_a_bad_callback_is_refused_and_leaves_a_row_of_failure(body: dict[str, str], detail: str) -> None:
    store = small_store()
    response, jobs = _post(store, body)
    assert (response.status_code, response.json()["detail"], jobs) == (400, detail, [])
    ((kind, metadata),) = _rows(store)
    assert (kind, metadata["error"]) == ("export_logs_failure", "invalid request")


@pytest.mark.parametrize(
    ("allowed", "host", "is_accepted"),
    [
        (("127.0.0.0/8",), "127.0.0.1", True),
        (("127.0.0.0/8",), "127.8.9.10", True),
        (("127.0.0.0/8",), "10.0.0.1", False),
        (("10.1.2.3",), "10.1.2.3", True),
        (("10.1.2.3/24",), "10.1.2.250", True),
        (("fc00::/7",), "[fd12::1]", True),
        (("localhost",), "localhost", True),
        (("LocalHost",), "LOCALHOST", True),
        (("127.0.0.0/8",), "localhost", False),  # it is an address of IPv6 too
        (("127.0.0.0/8", "::1"), "localhost", True),
        (("audit.internal",), "audit.internal", True),
        (("1.0.0.0/8",), "audit.internal", True),  # a blocked name at an allowed address
    ],
)
def test_a_callback_host_that_is_not_public_is_accepted_where_its_name_or_network_is_allowed(
    allowed: tuple[str, ...], host: str, is_accepted: bool
) -> None:
    habits = Habits(ssrf_allowed_hosts=frozenset(allowed))
    response, jobs = _post(small_store(), {"callback_url": f"http://{host}:9100/cb"}, habits=habits)
    assert (response.status_code, len(jobs)) == ((200, 1) if is_accepted else (400, 0))


@pytest.mark.parametrize(
    ("addresses", "is_accepted"),
    [(("1.1.1.1",), True), (("1.1.1.1", "192.168.0.1"), False), (("2001:db8::1",), False)],
)
def test_a_name_is_refused_when_any_of_its_addresses_is_private(
    addresses: tuple[str, ...], is_accepted: bool
) -> None:
    habits = Habits(addresses_of=lambda name: addresses)
    response, _ = _post(small_store(), {"callback_url": "https://cb.example.com/"}, habits=habits)
    assert response.status_code == (200 if is_accepted else 400)


@pytest.mark.parametrize(("end", "status"), [("11/20/2026", 200), ("11/19/2026", 200), ("11/18/2026", 400)])
def test_an_end_of_one_day_before_the_start_asks_for_one_day_and_earlier_is_refused(
    end: str, status: int
) -> None:
    response, jobs = _post(small_store(), {}, query={"starttime": "11/20/2026", "endtime": end})
    assert (response.status_code, len(jobs)) == (status, status == 200)


def test_dates_in_the_body_and_unknown_keys_are_ignored() -> None:
    _, jobs = _post(small_store(), {"starttime": "11/01/2026", "more": 1})
    assert jobs[0].start == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"", "", 415),
        (b"{}", "text/plain", 415),
        (b"{bad", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b'{"callback_url": 5}', "application/json", 400),
        (b"{}", "application/json; charset=utf-8", 200),
    ],
)
def test_a_body_must_be_a_json_object_of_texts_and_say_so(
    content: bytes, content_type: str, status: int
) -> None:
    store = small_store()
    headers = {"content-type": content_type} if content_type else {}
    response = ask(store, PATH, RANGE, method="POST", token=ALICE, content=content, headers=headers)
    assert response.status_code == status
    assert len(_rows(store)) == (status == 200)


def test_a_wrong_type_is_explained_in_the_words_of_the_validator() -> None:
    response, _ = _post(small_store(), {"callback_url": 5})
    assert response.json()["detail"].startswith(
        "5 is not of type 'string'\n\nFailed validating 'type' in schema"
    )


def test_a_missing_organization_fails_the_server_where_its_log_is_only_forbidden() -> None:
    path = "organization/nosuch/exportlogs"
    assert _post(small_store(), {}, path=path)[0].status_code == 500
    assert ask(small_store(), "organization/nosuch/logs", token=ALICE).status_code == 403


def test_a_missing_repository_is_missing_and_leaves_a_row_of_failure() -> None:
    store = small_store()
    response, _ = _post(store, {}, path="repository/acme/nosuch/exportlogs")
    assert response.status_code == 404
    ((kind, metadata),) = _rows(store)
    assert (kind, metadata["error"]) == ("export_logs_failure", "non-existent repository")
    assert metadata["repo"] == "nosuch"


def test_nobody_is_asked_for_a_csrf_token() -> None:
    response, _ = _post(small_store(), {}, token=None)
    assert (response.status_code, response.json()) == (403, {"error": "CSRF token was invalid or missing."})


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        (AUDITOR, PATH, 200),
        (AUDITOR, "repository/acme/web/exportlogs", 403),
        (SUPERUSER, PATH, 403),
        (ALICE, "user/exportlogs", 200),
        (ALICE, "organization/globex/exportlogs", 403),
        (SUPERUSER, "superuser/exportlogs", 405),
    ],
)
def test_an_export_needs_the_rights_of_an_administrator(token: str, path: str, status: int) -> None:
    assert _post(small_store(), {}, path=path, token=token)[0].status_code == status


def test_a_forbidden_export_leaves_a_row_in_the_log_it_was_not_to_read() -> None:
    store = small_store()
    _post(store, {}, path="organization/globex/exportlogs")
    ((kind, metadata),) = _rows(store, "globex")
    assert (kind, metadata["error"]) == ("export_logs_failure", "unauthorized")


def test_the_row_of_an_export_is_json_that_a_page_carries() -> None:
    store = small_store()
    _post(store, {"callback_email": "é@example.com"})
    page = ask(store, "organization/acme/logs")
    assert page.content.isascii()
    assert json.loads(page.content)["logs"][0]["metadata"]["email"] == "é@example.com"
