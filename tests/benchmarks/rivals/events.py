"""Events in polars: who acted, by what credential, on what, from where."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import polars as pl

from pipeline.quay.kinds import FAMILY_BY_KIND
from tests.benchmarks.rivals.cells import listed

_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_KINDS = pl.DataFrame({"kind": list(FAMILY_BY_KIND), "kind_family": list(FAMILY_BY_KIND.values())})
_SIGNED_OUT = listed(
    "build_dockerfile delete_tag delete_tag_failed federated_robot_token_exchange service_key_create "
    "service_key_delete service_key_rotate user_create"
)
_NAMES_THE_ACTOR = listed(
    "repo_mirror_config_changed create_prototype_permission modify_prototype_permission delete_prototype_permission"
)

_col, _first, _when = pl.col, pl.coalesce, pl.when


def placed(entries: pl.DataFrame, scope: str) -> pl.DataFrame:
    """With the account, the family of the kind and the network."""
    kind, _, name = scope.partition("/")
    is_all = scope == "all"
    account = _col("namespace_name") if is_all else pl.lit(name)
    is_gone = account.is_null() | account.str.contains(_UUID) if is_all else pl.lit(value=False)
    addresses = entries["ip"].drop_nulls().unique()
    networks = pl.DataFrame({"ip": addresses, "network": [_network(each) for each in addresses]})
    return (
        entries.with_columns(
            pl.lit(scope).alias("scope"),
            account.alias("account_name"),
            (_col("namespace_kind") if is_all else pl.lit(kind)).alias("namespace_kind"),
            _when(is_gone).then(_first("namespace", account)).otherwise(account).alias("namespace_name"),
        )
        .join(_KINDS, on="kind", how="left", maintain_order="left")
        .with_columns(_col("kind_family").fill_null("unknown"))
        .join(networks, on="ip", how="left", maintain_order="left")
    )


def _network(ip: str) -> str | None:
    """The /24 or /64 around an address."""
    text = ip[7:] if ip.lower().startswith("::ffff:") and "." in ip else ip
    try:
        address = ip_address(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(address, IPv4Address):
        return f"{text.rpartition('.')[0]}.0/24"
    return None if "%" in text else _network_of_ipv6(address)


def _network_of_ipv6(address: IPv6Address) -> str:
    groups = [f"{int(group, 16):x}" for group in address.exploded.split(":")[:4]]
    return f"{':'.join(groups)}::/64"


def events_of(entries: pl.DataFrame) -> pl.DataFrame:
    """Who acted, by what credential, on what."""
    family, kind, performer = _col("kind_family"), _col("kind"), _col("performer_name")
    told_actor = (
        _when(family.is_in(["pull", "push", "tag"]) | kind.is_in(_NAMES_THE_ACTOR))
        .then(_col("username"))
        .when(kind == "login_success")
        .then(_first("d_robot", "account_name"))
    )
    acted = entries.with_columns(
        told_actor.alias("actor"),
        _first("oauth_token_application", "d_application_name").alias("application"),
    ).with_columns(_performer_kind(family, kind, performer).alias("performer_kind"))
    is_uuid = performer.str.contains(_UUID)
    holder = _when(performer.is_null() | is_uuid).then(_first("actor", performer)).otherwise(performer)
    known = acted.with_columns(
        _credential_kind(family, kind).alias("credential_kind"), holder.alias("holder")
    )
    digest = _first("manifest_digest", "digest")
    return known.with_columns(
        _by_credential("oauth_token_id", "app_specific_token").alias("credential_id"),
        _by_credential("application", "app_specific_token_title").alias("credential_name"),
        _when(digest.str.contains(":", literal=True)).then(digest).alias("manifest_digest"),
        _target(family).alias("target_name"),
        _col("repo").alias("repository_name"),
    )


def _performer_kind(family: pl.Expr, kind: pl.Expr, performer: pl.Expr) -> pl.Expr:
    is_robot = _first("performer_is_robot", performer.str.contains("+", literal=True))
    is_robot_actor = (_col("is_robot") == "true").fill_null(value=False) | (
        (kind == "login_success") & _col("d_robot").is_not_null()
    )
    outside = family.is_in(["pull", "push", "login"])
    return (
        _when(performer.is_not_null() & is_robot)
        .then(pl.lit("robot"))
        .when(performer.is_not_null())
        .then(pl.lit("user"))
        .when(is_robot_actor)
        .then(pl.lit("robot"))
        .when(_col("actor").is_not_null() | _col("oauth_token_id").is_not_null())
        .then(pl.lit("user"))
        .when(_col("ip").is_null() & ~outside)
        .then(pl.lit("worker"))
        .when(outside | (family == "unknown") | kind.is_in(_SIGNED_OUT))
        .then(pl.lit("anonymous"))
        .otherwise(pl.lit("user"))
    )


def _credential_kind(family: pl.Expr, kind: pl.Expr) -> pl.Expr:
    is_user = _col("performer_kind") == "user"
    registry = family.is_in(["pull", "push"]) | (kind == "delete_tag")
    by_app_token = (_col("app_specific_token").is_not_null() & (family != "token")) | (
        (_col("d_kind") == "app_specific_token") & is_user
    )
    return (
        _when(_col("oauth_token_id").is_not_null() | ((_col("d_kind") == "oauth") & is_user))
        .then(pl.lit("oauth_token"))
        .when(by_app_token)
        .then(pl.lit("app_specific_token"))
        .when(_col("token").is_not_null() & registry)
        .then(pl.lit("access_token"))
        .when(is_user)
        .then(pl.lit("password_or_session"))
        .otherwise(_col("performer_kind"))
    )


def _by_credential(oauth: str, app: str) -> pl.Expr:
    kind = _col("credential_kind")
    return (
        _when(kind == "oauth_token")
        .then(_col(oauth))
        .when(kind == "app_specific_token")
        .then(_col(app))
        .when(kind == "access_token")
        .then(_col("token"))
        .when(kind.is_in(["robot", "password_or_session"]))
        .then(_col("holder"))
    )


def _target(family: pl.Expr) -> pl.Expr:
    by_family = {
        "permission": _first("d_delegate_user", "d_delegate_team", "d_team", "username"),
        "team": _first("d_member", "d_user", "d_email", "d_team"),
        "robot": _col("d_robot"),
        "login": _first("d_robot", "username"),
        "token": _first(
            "app_specific_token_title",
            *(
                f"d_{name}"
                for name in ("token_display_name", "oauth_token_uuid", "assigned_user", "application")
            ),
            "token",
        ),
        "application": _first("d_application_name", "d_name"),
        "service_key": _first(_when(_col("d_name") != "").then(_col("d_name")), "d_kid"),
        "user": _first("username", "account_name"),
        "organization": _first("namespace", "account_name"),
    }
    things = listed(
        "notification_id webhook_id trigger_id build_id build_uuid policy_uuid external_reference changed "
        "upstream_registry tag_pattern key url email plan"
    )
    chosen: Any = pl
    for name, target in by_family.items():
        chosen = chosen.when(family == name).then(target)
    told: pl.Expr = chosen.otherwise(_first(*(f"d_{name}" for name in things)))
    return told


def order_of(events: pl.DataFrame) -> pl.Series:
    """By namespace, performer and place, as one number: the entries of one window are in the order of time."""
    ranks = [_rank(events[name]) for name in ("namespace_name", "performer_name")]
    return ((ranks[0] * 2**24 + ranks[1]) * 2**28 + events["position"].cast(pl.UInt64)).arg_sort()


def _rank(names: pl.Series) -> pl.Series:
    """The place of each name among all names, nulls first: few names are compared."""
    numbers = names.cast(pl.Categorical(pl.Categories.random())).to_physical()
    first = numbers.arg_unique()
    order = names.gather(first).rank("dense").cast(pl.UInt64).fill_null(0)
    known = pl.DataFrame({"number": numbers.gather(first), "rank": order})
    return numbers.to_frame("number").join(known, on="number", nulls_equal=True, maintain_order="left")[
        "rank"
    ]
