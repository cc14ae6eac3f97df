"""Promises of the step from Quay's documents to rows: times in UTC, addresses without secrets, no e-mail."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UnexpectedShape
from pipeline.quay.registry import documents
from pipeline.quay.registry.conversions import (
    address_without_secrets,
    domain_from_address,
    moment_from_text,
    row_from_app_token,
    row_from_application_token,
    row_from_permission,
    rows_from_quotas,
)
from pipeline.quay.registry.rows import Quota
from pipeline.quay.registry.tables import TABLE_BY_NAME, place_of

HOSTS = st.from_regex(r"[a-z]{1,8}(\.[a-z]{2,5}){0,2}(:[0-9]{2,4})?", fullmatch=True)
PATHS = st.from_regex(r"(/[a-z0-9._-]{1,6}){0,3}", fullmatch=True)
SCHEMES = st.sampled_from(["", "https://", "http://", "oci://"])
SECRET = "SECRET"
PASSWORDS = st.text(st.sampled_from("ab1:/?#@% "), max_size=8).map(lambda text: f"{text}{SECRET}{text}")


@given(SCHEMES, HOSTS, PATHS)
def test_an_address_without_secrets_stays_as_it_is(scheme: str, host: str, path: str) -> None:
    assert address_without_secrets(f"{scheme}{host}{path}") == f"{scheme}{host}{path}"


@given(SCHEMES, HOSTS, PATHS, st.from_regex(r"[a-z]{1,6}(:[a-z0-9]{1,6})?", fullmatch=True))
def test_user_and_password_are_cut_off_an_address(scheme: str, host: str, path: str, user: str) -> None:
    assert address_without_secrets(f"{scheme}{user}@{host}{path}") == f"{scheme}{host}{path}"


@given(SCHEMES, HOSTS, PATHS, st.sampled_from("?#"), st.text(max_size=12))
def test_query_and_fragment_are_cut_off_or_the_address_is_not_kept(
    scheme: str, host: str, path: str, mark: str, hidden: str
) -> None:
    assert address_without_secrets(f"{scheme}{host}{path}{mark}{hidden}") in (f"{scheme}{host}{path}", None)


@given(SCHEMES, HOSTS, PATHS, PASSWORDS)
def test_a_password_that_holds_what_ends_a_host_is_not_kept(
    scheme: str, host: str, path: str, password: str
) -> None:
    assert SECRET not in (address_without_secrets(f"{scheme}user:{password}@{host}{path}") or "")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (None, None),
        ("", None),
        ("quay.io/library/nginx", "quay.io/library/nginx"),
        ("quay.io/library/nginx@sha256:0123abcd", "quay.io/library/nginx@sha256:0123abcd"),
        ("https://app.example/cb?email=a@b.example", "https://app.example/cb"),
        ("https://bob:s3cret@[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
        ("https://a:b@c/d@e", None),
        ("/only/a/path", None),
    ],
)
def test_addresses_of_every_form_are_kept_as_far_as_they_can_be(
    address: str | None, kept: str | None
) -> None:
    assert address_without_secrets(address) == kept


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("alice@Example.COM", "example.com"),
        ('"odd@local"@example.org', "example.org"),
        ("no address", None),
        ("", None),
        (None, None),
    ],
)
def test_only_the_domain_of_an_email_address_is_kept(address: str | None, domain: str | None) -> None:
    assert domain_from_address(address) == domain


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 (what is stored has no zone)
def test_a_time_reads_the_same_in_each_of_quays_three_forms(at: datetime) -> None:
    second = at.replace(microsecond=0)
    assert moment_from_text(format_datetime(second)) == second
    assert moment_from_text(format_datetime(second.replace(tzinfo=UTC), usegmt=True)) == second
    assert moment_from_text(f"{at.isoformat()}Z") == at
    east = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=5)))
    assert moment_from_text(east.isoformat()) == at


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01T00:00:00Z", "9", "Mon, 99 Nov 2026 00:00:00 -0000"]
)
def test_text_that_is_no_time_is_refused_rather_than_taken_for_never(text: str) -> None:
    with pytest.raises(UnexpectedShape):
        moment_from_text(text)
    token = documents.AppTokenDocument("u", "t", expiration=text)
    with pytest.raises(UnexpectedShape):
        row_from_app_token(token, None)


@given(st.permutations(["org:admin", "repo:read", "user:admin"]), st.sampled_from([" ", ",", ", "]))
def test_scopes_in_any_order_and_notation_are_the_same_scopes(scopes: list[str], between: str) -> None:
    token = documents.ApplicationTokenDocument("u", between.join(scopes))
    assert row_from_application_token("acme", "C", token).scopes == "org:admin repo:read user:admin"


def test_a_quota_names_its_thresholds_in_an_order_that_does_not_change() -> None:
    limits = [documents.QuotaThreshold("Warning", 80), documents.QuotaThreshold("Reject", 100)]
    document = documents.QuotaDocument(3, 1024, limits)
    assert rows_from_quotas("acme", [document]) == [Quota("acme", "3", 1024, "Reject 100, Warning 80")]
    assert rows_from_quotas("acme", None) == []


@pytest.mark.parametrize(("is_robot", "is_team", "kind"), [(0, 0, "user"), (1, 0, "robot"), (0, 1, "team")])
def test_a_team_and_a_user_of_one_name_are_told_apart(is_robot: bool, is_team: bool, kind: str) -> None:
    permission = documents.PermissionDocument("dev", "read", bool(is_robot))
    assert row_from_permission("acme", "web", permission, is_team=bool(is_team)).grantee_kind == kind


PARTS = st.lists(st.text(st.sampled_from("ab/%2F ")), min_size=2, max_size=2)


@given(PARTS, PARTS)
def test_different_places_never_have_the_same_text(one: list[str], other: list[str]) -> None:
    assert (place_of(*one) == place_of(*other)) == (one == other)


def test_a_place_reads_as_people_write_it() -> None:
    assert (place_of(), place_of("acme"), place_of("acme", "team/nested")) == ("", "acme", "acme/team/nested")


def test_no_two_tables_have_one_name_and_keys_places_and_moving_columns_are_columns() -> None:
    for table in TABLE_BY_NAME.values():
        columns = {column.name: column for column in table.columns}
        assert {*table.key, *table.place, *table.moving} <= columns.keys()
        assert all(columns[name].kind is str and not columns[name].is_nullable for name in table.key)
        assert not table.moving.intersection(table.key)
        assert [field.name for field in msgspec.structs.fields(table.row)] == list(columns)
    rows = [table.row for table in TABLE_BY_NAME.values()]
    assert not [pair for pair in combinations(rows, 2) if pair[0] is pair[1]]


def test_no_column_is_named_like_a_secret() -> None:
    names = {column.name for table in TABLE_BY_NAME.values() for column in table.columns}
    secretive = ("secret", "password", "hash", "email", "description", "code", "jwk")
    allowed = {"has_external_password", "email_domain"}
    assert not [name for name in names - allowed if any(word in name for word in secretive)]
