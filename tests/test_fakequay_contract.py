"""Every request that was sent to a running Quay is sent to FakeQuay, and the answers are compared."""

import json
from collections import Counter
from typing import Any

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay
from tests.asking import client_of
from tests.contract import (
    AS_SENT,
    EMPTYORG_DAYS,
    TOKEN_FROM,
    answer_to,
    canonical,
    recorded_body,
    shape,
    time_recorded,
)
from tests.worlds import little_world, recordings

NOT_CONTRACTED = {
    "delete_org": "FakeQuay deletes through its store, not by DELETE",
    "delete_repo": "FakeQuay deletes through its store, not by DELETE",
    "delete_robot": "FakeQuay deletes through its store, not by DELETE",
    "export_callback_repo": "what Quay sends, compared in test_fakequay_export_callbacks",
    "export_callback_success": "what Quay sends, compared in test_fakequay_export_callbacks",
    "export_callback_timedout": "what Quay sends, compared in test_fakequay_export_callbacks",
    "export_callback_user": "what Quay sends, compared in test_fakequay_export_callbacks",
    "export_download": "a file, compared in test_fakequay_export_files",
    "export_download_localstorage_CORRUPT": "a file, compared in test_fakequay_export_files",
    "fresh_login_required": "session cookies are no way in for machines",
    "session_cookie_headers": "session cookies are no way in for machines",
    "row_org_deleted_after_gc": "one row, no answer; its own test is below",
    "row_org_deleted_marked": "one row, no answer; its own test is below",
    "row_performer_deleted_after_gc": "one row, no answer; its own test is below",
    "row_performer_deleted_marked_not_gc": "one row, no answer; its own test is below",
    "row_robot_deleted": "one row, no answer; its own test is below",
}
CONTRACTED = sorted(recordings().keys() - NOT_CONTRACTED.keys())

# Answers whose values are not compared, only their keys and types.
SHAPE_ONLY = {
    "agg_performer_gone_user": "the export that the world is made of no longer tells what this account did",
    "matrix_suagg_readonly_superuser": "the world holds three namespaces whole, not the registry",
    "matrix_suagg_superuser": "the world holds three namespaces whole, not the registry",
    "matrix_suagg_superuser_only_super_scope": "the world holds three namespaces whole, not the registry",
    "matrix_useragg_orgadmin_globex": "the world holds three namespaces whole, and not bob's",
    "superuser_aggregate": "the world holds three namespaces whole, not the registry",
    "org_robots_limit": "with a limit the database picks which robot",
    "tie_page1": "within one datetime the database picks the order",
    "tie_page2": "within one datetime the database picks the order",
}

COMPARED_HEADERS = (
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-max-age",
    "cache-control",
    "connection",
    "content-type",
    "etag",
    "link",
    "location",
    "retry-after",
    "server",
    "vary",
    "www-authenticate",
    "x-frame-options",
)
COOKIE_DIFFERS = {"auth_basic_password": "Quay starts a session for a password; FakeQuay has no sessions"}


@pytest.mark.parametrize("name", CONTRACTED)
def test_a_recorded_request_gets_the_recorded_answer(name: str) -> None:
    recorded = recordings()[name]["response"]
    answer = answer_to(name)
    assert answer.status_code == recorded["status"], answer.text[:300]
    _compare_headers(name, recorded["headers"], answer)
    body = recorded_body(name)
    if name in SHAPE_ONLY:
        body.pop("__trimmed_aggregated", None)
        assert shape(answer.json()) == shape(body)
    elif isinstance(body, dict) and "__trimmed_aggregated" in body:
        _compare_trimmed(body, answer.json())
    elif isinstance(body, dict):
        assert canonical(answer.json()) == canonical(body)
    elif recordings()[name].get("cut"):
        assert answer.text[:15] == body[:15]
    else:
        assert answer.text == body


def _compare_headers(name: str, recorded: dict[str, str], answer: httpx2.Response) -> None:
    given = {key: answer.headers[key] for key in COMPARED_HEADERS if key in answer.headers}
    assert given == {key: recorded[key] for key in COMPARED_HEADERS if key in recorded}
    assert _names_in(answer.headers.get("allow")) == _names_in(recorded.get("allow"))
    if name not in COOKIE_DIFFERS:
        assert ("set-cookie" in answer.headers) == ("set-cookie" in recorded)


def _names_in(allow: str | None) -> set[str]:
    return set((allow or "").split(", "))


def _compare_trimmed(recorded: dict[str, Any], given: dict[str, Any]) -> None:
    """The recording kept twenty of so many counts, in no order."""
    total = int(recorded["__trimmed_aggregated"].split()[0])
    held = Counter(json.dumps(each, sort_keys=True) for each in given["aggregated"])
    missing = Counter(json.dumps(each, sort_keys=True) for each in recorded["aggregated"]) - held
    assert (missing, len(given["aggregated"])) == (Counter(), total)


def test_the_tables_of_exceptions_name_only_recordings_that_exist() -> None:
    tables = (NOT_CONTRACTED, SHAPE_ONLY, COOKIE_DIFFERS, AS_SENT, TOKEN_FROM, EMPTYORG_DAYS)
    assert {name for table in tables for name in table} <= recordings().keys()


def test_more_than_three_hundred_and_thirty_recordings_are_contracted() -> None:
    assert len(CONTRACTED) > 330


def test_the_little_world_shows_what_the_recordings_show_of_a_day() -> None:
    recorded = recorded_body("matrix_su_readonly_superuser")
    quay = FakeQuay(little_world(), clock=lambda: time_recorded("matrix_su_readonly_superuser"))
    with client_of(quay) as client:
        page = client.get(
            "superuser/logs", params=recordings()["matrix_su_readonly_superuser"]["request"]["query"]
        )
    assert canonical(page.json()) == canonical(recorded)
