"""The habits of credentials in polars: eight are made of cells, hours and versions of the events."""

from datetime import date

import polars as pl

from tests.benchmarks.rivals.cells import (
    CREDENTIAL,
    CREDENTIAL_KEYS,
    EVENT_COUNT,
    EVENTS,
    IS_CHANGE,
    IS_FAILURE,
    IS_PULL,
    IS_PUSH,
    REPOSITORY,
    TIMES,
    col,
    dated,
    spans,
    when,
)

_NAMES = (
    "client",
    "country",
    "ip_block",
    "kind",
    "namespace",
    "network",
    "pushed_repository",
    "repository",
)


def habits_of(events: pl.DataFrame, cells: pl.DataFrame, day: date) -> pl.DataFrame:
    """Every habit of every credential on the day."""
    traces = _traces(cells)
    habits = pl.concat([*(_habit(traces, name) for name in _NAMES), _hours(events, day)])
    keys = ["credential", "performer_name", "habit", "habit_value"]
    kind = col("credential").str.extract("^([^:]*)")
    return dated(
        habits.join(_versions(events), on=keys, how="left", nulls_equal=True).with_columns(
            when(kind == "user").then(pl.lit("password_or_session")).otherwise(kind).alias("credential_kind"),
            col("performer_rank")
            .replace_strict({2: "robot", 1: "user"}, default="anonymous", return_dtype=pl.String)
            .alias("performer_kind"),
        ),
        day,
    )


def _traces(cells: pl.DataFrame) -> pl.DataFrame:
    rank = col("performer_kind").replace_strict({"robot": 2, "user": 1}, default=0).alias("performer_rank")
    lasting = when(~IS_FAILURE)
    half = (
        when(col("network").str.ends_with("/24"))
        .then(col("network").str.extract(r"^(\d+\.\d+)\.") + ".0.0/16")
        .otherwise(col("network").str.extract("^([^:]*:[^:]*:[^:]*)") + "::/48")
    )
    return cells.filter(col("performer_kind") != "worker").select(
        "credential",
        "performer_name",
        rank,
        EVENTS,
        when(IS_PULL).then(EVENTS).otherwise(0).alias("pulls"),
        when(IS_PUSH).then(EVENTS).otherwise(0).alias("pushes"),
        when("is_change").then(EVENTS).otherwise(0).alias("changes"),
        "first_at",
        "last_at",
        col("kind"),
        lasting.then(col("user_agent_family")).alias("client"),
        lasting.then(col("country_code")).alias("country"),
        lasting.then(half).alias("ip_block"),
        lasting.then(col("namespace_name")).alias("namespace"),
        lasting.then(col("network")).alias("network"),
        when(IS_PUSH).then(col("repository")).alias("pushed_repository"),
        when(IS_PULL).then(col("repository")).alias("repository"),
    )


def _habit(traces: pl.DataFrame, name: str) -> pl.DataFrame:
    keys = ["credential", "performer_name", name]
    return _sums(traces.filter(col(name).is_not_null()), keys, name).rename({name: "habit_value"})


def _sums(traces: pl.DataFrame, keys: list[str], name: str) -> pl.DataFrame:
    return traces.group_by(keys).agg(
        pl.lit(name).alias("habit"),
        col("performer_rank").max(),
        EVENT_COUNT,
        col("pulls").sum().cast(pl.Int64).alias("pull_count"),
        col("pushes").sum().cast(pl.Int64).alias("push_count"),
        col("changes").sum().cast(pl.Int64).alias("change_count"),
        *TIMES,
    )


def _hours(events: pl.DataFrame, day: date) -> pl.DataFrame:
    hour = col("occurred_at").dt.hour().alias("hour")
    counted = (
        events.lazy()
        .filter((col("performer_kind") != "worker") & ~IS_FAILURE)
        .group_by(*CREDENTIAL_KEYS, "performer_kind", "kind", "kind_family", hour)
        .agg(pl.len().alias("events"), *spans())
        .collect()
    )
    traces = counted.select(
        CREDENTIAL.alias("credential"),
        "performer_name",
        (col("hour").cast(pl.Int64) + day.weekday() * 24).cast(pl.String).alias("hour"),
        col("performer_kind").replace_strict({"robot": 2, "user": 1}, default=0).alias("performer_rank"),
        EVENTS,
        when(IS_PULL).then(EVENTS).otherwise(0).alias("pulls"),
        when(IS_PUSH).then(EVENTS).otherwise(0).alias("pushes"),
        when(IS_CHANGE).then(EVENTS).otherwise(0).alias("changes"),
        "first_at",
        "last_at",
    )
    return _habit(traces, "hour")


def _versions(events: pl.DataFrame) -> pl.DataFrame:
    keys = [*CREDENTIAL_KEYS, "namespace_name", "repository_name"]
    kept = events.lazy().filter(
        IS_PULL & col("repository_name").is_not_null() & col("namespace_name").is_not_null()
    )
    by_version = kept.select(*keys, "tag", "manifest_digest").unique()
    counts = by_version.group_by(keys).agg(
        pl.max_horizontal(col("tag").drop_nulls().n_unique(), col("manifest_digest").drop_nulls().n_unique())
        .cast(pl.Int64)
        .alias("version_count")
    )
    return counts.select(
        CREDENTIAL.alias("credential"),
        "performer_name",
        pl.lit("repository").alias("habit"),
        REPOSITORY.alias("habit_value"),
        "version_count",
    ).collect()
