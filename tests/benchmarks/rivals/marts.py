"""The marts in polars, each a function of the day's events and its cells."""

from collections.abc import Callable
from datetime import date

import polars as pl

from tests.benchmarks.rivals.cells import (
    ACCOUNT,
    CREDENTIAL,
    CREDENTIAL_KEYS,
    EVENT_COUNT,
    EVENTS,
    IS_CHANGE,
    IS_DELETION,
    IS_FAILURE,
    IS_PULL,
    IS_PUSH,
    REPOSITORY,
    TIMES,
    col,
    dated,
    readable,
    spans,
    when,
)
from tests.benchmarks.rivals.habits import habits_of


def _count(condition: pl.Expr, name: str) -> pl.Expr:
    return EVENTS.filter(condition).sum().cast(pl.Int64).alias(name)


def _distinct(column: str, name: str) -> pl.Expr:
    return col(column).drop_nulls().n_unique().cast(pl.Int64).alias(name)


def _kinds(_: pl.DataFrame, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    return dated(cells.group_by("scope", "kind").agg(EVENT_COUNT), day)


def _namespace_kinds(_: pl.DataFrame, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    return dated(cells.group_by("namespace_name", "kind").agg(EVENT_COUNT), day)


def _performer_kinds(_: pl.DataFrame, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    keys = ["scope", "account_name", "performer_name", "performer_kind", "kind"]
    return dated(cells.group_by(keys).agg(EVENT_COUNT).rename({"account_name": "namespace_name"}), day)


def _credentials(_: pl.DataFrame, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    counts = [
        EVENT_COUNT,
        _count(IS_PULL, "pull_count"),
        _count(IS_PUSH, "push_count"),
        _count(IS_DELETION, "tag_deletion_count"),
        _count(IS_FAILURE, "failure_count"),
        _count(~col("kind_family").is_in(["pull", "push", "login"]), "change_count"),
        _distinct("namespace_name", "namespace_count"),
        _distinct("repository", "repository_count"),
        _distinct("network", "network_count"),
        _distinct("ip", "ip_count"),
        _distinct("country_code", "country_count"),
        _distinct("user_agent_family", "user_agent_family_count"),
    ]
    return dated(cells.group_by(*CREDENTIAL_KEYS, "credential_name").agg(*counts, *TIMES), day)


def _networks(_: pl.DataFrame, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    counts = [
        col("country_code").max(),
        EVENT_COUNT,
        _count(IS_FAILURE, "failure_count"),
        _count(col("kind") == "login_failure", "login_failure_count"),
        _distinct("ip", "ip_count"),
        _distinct("account", "credential_count"),
        _distinct("namespace_name", "namespace_count"),
        _distinct("user_agent_family", "user_agent_family_count"),
    ]
    return dated(cells.with_columns(ACCOUNT.alias("account")).group_by("network").agg(*counts, *TIMES), day)


def _repositories(events: pl.DataFrame, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    keys = ["namespace_name", "repository_name"]
    is_named = col("repository_name").is_not_null()
    tags = (
        events.lazy()
        .filter(is_named)
        .select(*keys, "tag")
        .unique()
        .group_by(keys)
        .agg(col("tag").count().cast(pl.Int64).alias("tag_count"))
    )
    counts = [
        EVENT_COUNT,
        _count(IS_PULL, "pull_count"),
        _count(IS_PULL & (col("credential_kind") == "anonymous"), "anonymous_pull_count"),
        _count(IS_PUSH, "push_count"),
        _count(IS_DELETION, "tag_deletion_count"),
        _count(IS_FAILURE & (col("kind") != "login_failure"), "failure_count"),
        _count(col("kind_family") == "permission", "permission_change_count"),
        _distinct("account", "credential_count"),
        _distinct("network", "network_count"),
    ]
    named = cells.filter(is_named).with_columns(ACCOUNT.alias("account")).group_by(keys).agg(*counts, *TIMES)
    return dated(named.join(tags.collect(), on=keys, nulls_equal=True), day)


def _tag_pushes(events: pl.DataFrame, _: pl.DataFrame, day: date) -> pl.DataFrame:
    pushes = events.filter(IS_PUSH & col("repository_name").is_not_null() & col("tag").is_not_null())
    name = pl.coalesce("credential_id", "credential_name").alias("credential_name")
    keys = ["namespace_name", "repository_name", "tag", "credential_kind", name, "performer_name"]
    return dated(pushes.group_by(keys).agg(pl.len().cast(pl.Int64).alias("push_count"), *spans()), day)


def _failures(events: pl.DataFrame, _: pl.DataFrame, day: date) -> pl.DataFrame:
    details = col("metadata").map_elements(readable, return_dtype=pl.String)
    refusals = events.filter(IS_FAILURE).with_columns(
        details, (col("kind") == "login_failure").alias("is_login")
    )

    def said(key: str) -> pl.Expr:
        return col("metadata").str.json_path_match(f"$.{key}")

    tried = when("is_login").then(pl.coalesce("robot:" + said("robot"), "user:" + said("username")))
    asked = when(~col("is_login")).then(said("namespace") + "/" + said("repo"))
    return dated(
        refusals.with_columns(
            tried.alias("tried"),
            tried.str.extract("(?s)^[^:]*:(.*)$").alias("tried_name"),
            CREDENTIAL.alias("credential"),
            asked.alias("repository"),
            when(~col("is_login")).then(said("namespace")).alias("namespace_name"),
            said("message").str.ends_with("does not exist").alias("is_missing"),
        )
        .group_by("kind", "tried", "tried_name", "credential", "performer_name", "network", "repository")
        .agg(
            col("namespace_name").min(),
            pl.len().cast(pl.Int64).alias("event_count"),
            col("is_missing").sum().cast(pl.Int64).alias("missing_count"),
            *spans(),
        ),
        day,
    )


def _changes(events: pl.DataFrame, _: pl.DataFrame, day: date) -> pl.DataFrame:
    place = col("position").cast(pl.String).str.zfill(8)
    return dated(
        events.filter(IS_CHANGE & (col("performer_kind") != "worker")).with_columns(
            (pl.lit(f"{day} ") + col("scope") + " #" + place).alias("event_key"),
            pl.lit(value=True).alias("is_change"),
            REPOSITORY.alias("repository"),
            CREDENTIAL.alias("credential"),
            col("user_agent_family").alias("client"),
            col("metadata").map_elements(readable, return_dtype=pl.String),
        ),
        day,
    )


MARTS: dict[str, Callable[[pl.DataFrame, pl.DataFrame, date], pl.DataFrame]] = {
    "mart_change_events": _changes,
    "mart_credential_daily": _credentials,
    "mart_credential_habit_daily": habits_of,
    "mart_failure_daily": _failures,
    "mart_kind_daily": _kinds,
    "mart_namespace_kind_daily": _namespace_kinds,
    "mart_network_daily": _networks,
    "mart_performer_kind_daily": _performer_kinds,
    "mart_repository_daily": _repositories,
    "mart_tag_push_daily": _tag_pushes,
}
"""Each by its name; columns in any order."""
