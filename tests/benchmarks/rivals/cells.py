"""What the marts in polars have in common: the cells that most of them are made of, and words for conditions."""

import re
from datetime import date

import polars as pl

LONE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
col, when, listed = pl.col, pl.when, str.split
_FAILED = ["pull_repo_failed", "push_repo_failed", "delete_tag_failed", "login_failure"]
_BY_ITSELF = listed(
    "autoprune_tag_delete build_dockerfile delete_tag_failed federated_robot_token_exchange start_build_trigger "
    "tag_made_immutable_by_policy tags_made_immutable_by_policy"
)
_BY_REQUEST = ["org_mirror_sync_cancelled", "org_mirror_sync_now_requested", "repo_mirror_sync_now_requested"]
_CELL = listed(
    "scope account_name kind kind_family namespace_name repository_name performer_name performer_kind credential_kind "
    "credential_id credential_name ip network country_code user_agent_family"
)
CREDENTIAL_KEYS = ["credential_kind", "credential_id", "performer_name"]

EVENTS = col("events")
EVENT_COUNT = EVENTS.sum().cast(pl.Int64).alias("event_count")
TIMES = [col("first_at").min(), col("last_at").max()]
IS_PULL = col("kind").is_in(["pull_repo", "repo_verb"])
IS_PUSH = col("kind") == "push_repo"
IS_FAILURE = col("kind").is_in(_FAILED)
IS_DELETION = col("kind").is_in(["delete_tag", "permanently_delete_tag"])
ACCOUNT = pl.concat_str(
    col("credential_kind"), pl.lit("/"), pl.coalesce("credential_id", "credential_name", pl.lit(""))
)
REPOSITORY = col("namespace_name") + "/" + col("repository_name")
CREDENTIAL = when(col("credential_kind") == "password_or_session").then(pl.lit("user")).otherwise(
    "credential_kind"
) + pl.coalesce(":" + col("credential_id"), pl.lit(""))
IS_CHANGE = col("kind").is_in(_BY_REQUEST) | (
    ~col("kind").is_in(_BY_ITSELF)
    & ~col("kind_family").is_in(["pull", "push", "login", "unknown"])
    & ((col("kind_family") != "mirror") | ~col("kind").str.contains("_sync_", literal=True))
)


def readable(text: str) -> str:
    """The text without the characters that no reader takes."""
    return LONE_SURROGATE.sub(r"\\ufffd", text)


def cells_of(events: pl.DataFrame) -> pl.DataFrame:
    """The events counted by all that marts ask for, but the hour and the tag."""
    return (
        events.lazy()
        .group_by(_CELL)
        .agg(pl.len().alias("events"), *spans())
        .with_columns(
            CREDENTIAL.alias("credential"), REPOSITORY.alias("repository"), IS_CHANGE.alias("is_change")
        )
        .collect()
    )


def spans() -> list[pl.Expr]:
    """From when to when the events of a group happened."""
    return [col("occurred_at").min().alias("first_at"), col("occurred_at").max().alias("last_at")]


def dated(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """The rows with their day."""
    return rows.with_columns(pl.lit(day).alias("day"))
