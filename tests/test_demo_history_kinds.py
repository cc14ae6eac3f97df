"""The demo history writes every kind of row in every variant that Quay has, and nothing that Quay would not write."""

from collections import defaultdict
from collections.abc import Iterator

import pytest

from pipeline.demo.history.journal import Row
from pipeline.quay.kinds import FAMILY_BY_KIND
from tests.demo_month import demo_month
from tests.kinds_table import OAUTH_KEYS, Variant, read_variants, type_of

VARIANTS = read_variants()
VARIANTS_BY_KIND: dict[str, list[Variant]] = defaultdict(list)
for _variant in VARIANTS:
    VARIANTS_BY_KIND[_variant.kind].append(_variant)
SUPERUSERS = ("admin", "olga")


def is_written_as(row: Row, variant: Variant) -> bool:
    """Whether Quay could have written this row in this way."""
    return (
        variant.describes(row.metadata)
        and (row.ip is not None) == variant.has_ip
        and (row.repository is not None) == variant.has_repository
        and _is_booked_on(row, variant.account)
        and _is_performed_by(row, variant.performer)
        and _tells_tag_from_digest(row, variant.name)
    )


def _is_booked_on(row: Row, account: str) -> bool:
    match account:
        case "SERVICE_LOG_ACCOUNT_ID or the smallest user id":
            return row.namespace is None
        case "superuser":
            return row.namespace in SUPERUSERS
        case "robot owner namespace":
            robot: str = row.metadata["robot"]
            return row.namespace == robot.partition("+")[0]
        case "the user":
            return row.namespace is not None and "+" not in row.namespace
        case "token owner":
            return row.namespace == row.performer
        case "repository namespace":
            return row.namespace is not None and row.namespace == row.metadata.get("namespace", row.namespace)
    return row.namespace is not None


def _is_performed_by(row: Row, performer: str) -> bool:
    match performer:
        case "absent":
            return row.performer is None
        case "caller or absent (anonymous)":
            return True
        case "robot":
            return row.performer is not None and "+" in row.performer
        case "superuser":
            return row.performer in SUPERUSERS
        case "the user":
            return row.performer == row.namespace
        case "granting user" | "token owner":
            return row.performer is not None and row.performer == row.metadata.get("username", row.performer)
        case "BUG:user whose id==token id":
            owner = demo_month()[0].accounts[row.metadata["oauth_token_id"]].name
            return row.performer == owner and owner != row.metadata["username"]
    return row.performer is not None and "+" not in row.performer


def _tells_tag_from_digest(row: Row, name: str) -> bool:
    if "digest" not in row.metadata:
        return True
    digest: str = row.metadata["digest"]
    return ("by digest" in name) == digest.startswith("sha256:")


def rows_of(kind: str) -> Iterator[Row]:
    """The month's rows of one kind."""
    return (row for row in demo_month()[0].told if row.kind == kind)


def test_the_table_has_the_kinds_that_the_families_have() -> None:
    assert VARIANTS_BY_KIND.keys() == FAMILY_BY_KIND.keys()
    assert len(VARIANTS_BY_KIND) == 146


def test_no_month_has_a_kind_that_quay_does_not_know() -> None:
    assert {row.kind for row in demo_month()[0].told} == VARIANTS_BY_KIND.keys()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: f"{variant.kind}-{variant.name}")
def test_every_variant_of_every_kind_occurs_in_a_month(variant: Variant) -> None:
    assert any(is_written_as(row, variant) for row in rows_of(variant.kind))


@pytest.mark.parametrize("kind", sorted(VARIANTS_BY_KIND))
def test_every_row_is_written_in_one_of_the_ways_of_its_kind(kind: str) -> None:
    variants = VARIANTS_BY_KIND[kind]
    strange = [row for row in rows_of(kind) if not any(is_written_as(row, each) for each in variants)]
    assert strange == []


@pytest.mark.parametrize(
    "variant",
    [variant for variant in VARIANTS if any(len(types) > 1 for types in variant.types.values())],
    ids=lambda variant: f"{variant.kind}-{variant.name}",
)
def test_every_type_of_a_key_occurs_where_it_may_have_several(variant: Variant) -> None:
    found = defaultdict(set)
    for row in rows_of(variant.kind):
        for key, value in row.metadata.items():
            found[key].add(type_of(value))
    for key, types in variant.types.items():
        assert found[key] >= set(types), key


def test_an_api_call_with_an_oauth_token_names_the_token_and_most_calls_use_none() -> None:
    api_kinds = {variant.kind for variant in VARIANTS if variant.takes_oauth_keys}
    rows = [row for row in demo_month()[0].told if row.kind in api_kinds]
    named = [row for row in rows if OAUTH_KEYS.keys() <= row.metadata.keys()]
    assert 20 < len(named) < len(rows) / 2


def test_registry_events_say_where_the_address_is() -> None:
    rows = [row for row in demo_month()[0].told if "user-agent" in row.metadata]
    keys = {"provider", "service", "sync_token", "country_iso_code", "aws_region", "continent"}
    assert len(rows) > 20_000
    assert all(row.metadata["resolved_ip"].keys() == keys for row in rows)
    assert {row.metadata["resolved_ip"]["provider"] for row in rows} == {"internet", "aws"}
