"""Which rows a range of dates holds, and how they are counted by kind and day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.fakequay import Habits
from pipeline.demo.store import Store
from tests.asking import NOW, ask, small_store
from tests.worlds import ALICE, SUPERUSER

LOGS = "organization/acme/logs"
COUNTS = "organization/acme/aggregatelogs"
DEFAULT = ("Sun, 22 Nov 2026 13:30:00 -0000", "Tue, 24 Nov 2026 13:30:00 -0000")


def _echo(query: dict[str, str]) -> tuple[str, str]:
    page = ask(small_store(), LOGS, query).json()
    return page["start_time"], page["end_time"]


def _store(*moments: datetime, kind: str = "push_repo") -> Store:
    store = small_store()
    for i, at in enumerate(moments):
        store.log(kind, at, "acme", metadata={"i": i})
    return store


def _counts(store: Store, start: str, end: str, path: str = COUNTS, **query: str) -> Counter[tuple[str, str]]:
    response = ask(store, path, {"starttime": start, "endtime": end, **query})
    assert response.status_code == 200, response.text
    return Counter(
        {(each["kind"], each["datetime"][5:16]): each["count"] for each in response.json()["aggregated"]}
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-01",
        "2026-11-01T00:00:00Z",
        "11/01/26",
        "11/01/2026 UTC",
        "11/01/2026 EST",
        "11/01/2026 10:00",
        "25/10/2026",
        "1793000000",
        " 11/01/2026",
        "banana",
        "",
    ],
)
def test_any_date_but_month_day_year_is_silently_replaced_by_the_default_range(text: str) -> None:
    assert _echo({"starttime": text, "endtime": text}) == DEFAULT


@pytest.mark.parametrize("text", ["11/01/2026", "11/1/2026", "11/01/2026 "])
def test_zeros_may_be_missing_and_blanks_may_follow(text: str) -> None:
    assert _echo({"starttime": text, "endtime": "11/01/2026"})[0] == "Sun, 01 Nov 2026 00:00:00 -0000"


def test_no_dates_are_from_a_day_ago_to_a_day_ahead_with_the_time_of_day() -> None:
    assert _echo({}) == DEFAULT


def test_the_end_day_is_wholly_included_and_the_next_midnight_is_not() -> None:
    midnight = datetime(2026, 11, 5, tzinfo=UTC)
    tick = timedelta(microseconds=1)
    store = _store(
        midnight - tick, midnight, midnight + timedelta(days=1) - tick, midnight + timedelta(days=1)
    )
    page = ask(store, LOGS, {"starttime": "11/05/2026", "endtime": "11/05/2026"}).json()
    assert [row["metadata"]["i"] for row in page["logs"]] == [2, 1]
    assert page["end_time"] == "Fri, 06 Nov 2026 00:00:00 -0000"


def test_an_end_one_day_before_the_start_is_an_empty_range_and_earlier_is_refused() -> None:
    day_before = ask(small_store(), LOGS, {"starttime": "11/05/2026", "endtime": "11/04/2026"})
    two_before = ask(small_store(), LOGS, {"starttime": "11/05/2026", "endtime": "11/03/2026"})
    assert (day_before.status_code, day_before.json()["logs"]) == (200, [])
    assert two_before.status_code == 400
    assert "could not understand" in two_before.json()["message"]


@pytest.mark.parametrize("query", [{"endtime": "10/05/2026"}, {"starttime": "12/05/2026"}])
def test_one_date_alone_meets_the_default_of_the_other(query: dict[str, str]) -> None:
    assert ask(small_store(), LOGS, query).status_code == 400


def test_the_superusers_log_takes_a_backward_range_for_an_empty_one() -> None:
    query = {"starttime": "11/05/2026", "endtime": "11/01/2026"}
    assert ask(small_store(), "superuser/logs", query).json()["logs"] == []
    assert ask(small_store(), "superuser/aggregatelogs", query).json() == {"aggregated": []}


@pytest.mark.parametrize("path", [LOGS, COUNTS])
def test_the_last_day_of_the_calendar_fails_the_server(path: str) -> None:
    answer = ask(small_store(), path, {"starttime": "11/05/2026", "endtime": "12/31/9999"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html")


def test_thirty_one_days_of_counts_are_allowed_and_thirty_two_are_not() -> None:
    assert ask(small_store(), COUNTS, {"starttime": "10/01/2026", "endtime": "10/31/2026"}).status_code == 200
    refused = ask(small_store(), COUNTS, {"starttime": "10/01/2026", "endtime": "11/01/2026"})
    assert (refused.status_code, refused.json()) == (400, {"message": "Invalid date range for logs"})


def test_too_many_days_of_the_superusers_counts_fail_the_server() -> None:
    query = {"starttime": "10/01/2026", "endtime": "11/01/2026"}
    assert ask(small_store(), "superuser/aggregatelogs", query, token=SUPERUSER).status_code == 500


@given(
    st.lists(st.tuples(st.integers(0, 30 * 24 - 1), st.sampled_from(["push_repo", "pull_repo"])), max_size=60)
)
def test_counts_inside_one_month_are_those_of_the_rows(rows: list[tuple[int, str]]) -> None:
    store = small_store()
    expected: Counter[tuple[str, str]] = Counter()
    for hours, kind in rows:
        at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hours)
        store.log(kind, at, "acme", metadata={})
        expected[kind, f"{at:%d %b %Y}"] += 1
    assert _counts(store, "11/01/2026", "11/30/2026") == expected


def test_counts_over_two_months_are_right_while_no_day_number_comes_twice() -> None:
    store = _store(
        *(datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((10, 20), (10, 31), (11, 10)))
    )
    found = _counts(store, "10/20/2026", "11/10/2026")
    assert found == {("push_repo", f"{day} 2026"): 1 for day in ("20 Oct", "31 Oct", "10 Nov")}


def test_counts_of_days_with_one_number_fall_on_one_day_of_the_first_month() -> None:
    store = _store(datetime(2026, 2, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert _counts(store, "02/01/2026", "03/03/2026") == {("push_repo", "01 Feb 2026"): 2}


def test_counts_of_a_day_that_the_first_month_does_not_have_fail_the_server() -> None:
    query = {"starttime": "02/27/2026", "endtime": "03/29/2026"}
    assert ask(_store(datetime(2026, 3, 29, tzinfo=UTC)), COUNTS, query).status_code == 500
    assert ask(_store(datetime(2026, 3, 28, tzinfo=UTC)), COUNTS, query).status_code == 200


def test_counts_cross_the_end_of_a_year() -> None:
    store = _store(datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC))
    found = _counts(store, "12/31/2025", "01/05/2026")
    assert found == {("push_repo", "31 Dec 2025"): 1, ("push_repo", "01 Jan 2026"): 1}


def test_counts_sum_all_three_tables() -> None:
    store = small_store()
    for table in (3, 2, 1):
        store.log("push_repo", datetime(2026, 11, 5, tzinfo=UTC), "acme", metadata={}, table=table)
    assert _counts(store, "11/05/2026", "11/05/2026") == {("push_repo", "05 Nov 2026"): 3}


def test_an_unknown_performer_fails_the_log_and_counts_everybody() -> None:
    store = small_store()
    store.log("push_repo", datetime(2026, 11, 5, tzinfo=UTC), "acme", performer="alice", metadata={})
    query = {"starttime": "11/05/2026", "endtime": "11/05/2026", "performer": "nobody"}
    assert ask(store, LOGS, query).status_code == 500
    assert _counts(store, "11/05/2026", "11/05/2026", performer="nobody").total() == 1
    assert _counts(store, "11/05/2026", "11/05/2026", performer="bob").total() == 0


@pytest.mark.parametrize("name", ["acme", "ALICE", "alice@example.com", "a\0b", "anonymous", "acme%2Bci"])
def test_only_the_exact_name_of_a_user_or_robot_filters_a_log(name: str) -> None:
    assert ask(small_store(), LOGS, {"performer": name}).status_code == 500
    assert ask(small_store(), LOGS, {"performer": "acme+ci"}).status_code == 200


def test_mariadb_finds_names_whatever_their_case() -> None:
    habits = Habits(ignore_case=True)
    assert ask(small_store(), LOGS, {"performer": "ALICE "}, habits=habits).status_code == 200
    assert ask(small_store(), "organization/ACME/logs", habits=habits).status_code == 200
    assert ask(small_store(), "repository/Acme/WEB/logs", habits=habits).status_code == 200
    assert ask(small_store(), "organization/ACME/logs").status_code == 400


def test_a_performer_is_ignored_in_the_log_of_a_repository() -> None:
    store = small_store()
    at = datetime(2026, 11, 5, tzinfo=UTC)
    store.log("push_repo", at, "acme", performer="alice", repository="web", metadata={})
    query = {"starttime": "11/05/2026", "endtime": "11/05/2026", "performer": "bob"}
    assert len(ask(store, "repository/acme/web/logs", query).json()["logs"]) == 1


def test_service_keys_are_hidden_from_the_own_log_and_shown_in_the_namespace() -> None:
    store = small_store()
    for kind in ("service_key_create", "push_repo"):
        store.log(kind, NOW, "alice", metadata={})
    shown = {
        path: [row["kind"] for row in ask(store, path, token=ALICE).json()["logs"]]
        for path in ("user/logs", "organization/alice/logs")
    }
    assert shown["user/logs"] == ["push_repo"]
    assert sorted(shown["organization/alice/logs"]) == ["push_repo", "service_key_create"]
    assert len(ask(store, "user/aggregatelogs", token=ALICE).json()["aggregated"]) == 1


def test_a_store_that_lists_ten_kinds_leaves_the_rarer_ones_out_of_the_counts() -> None:
    store = small_store()
    for number in range(12):
        for _ in range(number + 1):
            store.log(f"kind_{number}", datetime(2026, 11, 5, tzinfo=UTC), "acme", metadata={})
    query = {"starttime": "11/05/2026", "endtime": "11/05/2026"}
    aggregated = ask(store, COUNTS, query, habits=Habits(aggregate_kind_limit=10)).json()["aggregated"]
    assert {each["kind"] for each in aggregated} == {f"kind_{number}" for number in range(2, 12)}


def test_a_log_store_that_cannot_be_searched_looks_empty_and_says_so() -> None:
    store = _store(NOW)
    page = ask(store, LOGS, habits=Habits(search_unavailable=True)).json()
    counts = ask(store, COUNTS, habits=Habits(search_unavailable=True)).json()
    assert (page["logs"], page["search_unavailable"], "search_token" in page["message"]) == ([], True, True)
    assert (counts["aggregated"], counts["search_unavailable"]) == ([], True)


def test_whole_second_storage_cuts_what_microsecond_storage_keeps() -> None:
    day = date(2026, 11, 5)
    shown = {}
    for whole_seconds in (False, True):
        store = small_store(whole_seconds=whole_seconds)
        for i in range(3):
            at = datetime(day.year, day.month, day.day, 12, 0, 0, 900_000 - i, tzinfo=UTC)
            store.log("push_repo", at, "acme", metadata={"i": i})
        rows = ask(store, LOGS, {"starttime": "11/05/2026", "endtime": "11/05/2026"}).json()["logs"]
        assert {row["datetime"] for row in rows} == {"Thu, 05 Nov 2026 12:00:00 -0000"}
        shown[whole_seconds] = [row["metadata"]["i"] for row in rows]
    assert shown == {False: [0, 1, 2], True: [2, 1, 0]}
