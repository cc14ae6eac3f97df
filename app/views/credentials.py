"""Credentials: those that the newest inventory lists, with their age, end, last use and rights."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from app import blocks, charts, data, words
from app.subjects import SORTS

SOON_DAYS = 30
IDLE_DAYS = 90
MANY_NETWORKS = 3

# What an address says, what people read, and which rows it keeps.
FILTERS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "expired": ("expired", lambda rows: rows["days_to_expiry"] < 0),
    "expiring": (f"ends within {SOON_DAYS} days", lambda rows: rows["days_to_expiry"].between(0, SOON_DAYS)),
    "endless": ("no expiry", lambda rows: rows["never_expires"] & (rows["credential_kind"] != "robot")),
    "unused": ("never used", lambda rows: rows["is_use_recorded"] & rows["last_used_at"].isna()),
    "idle": (f"idle over {IDLE_DAYS} days", lambda rows: rows["idle_days"] > IDLE_DAYS),
    "unseen": ("not in the log", lambda rows: rows["is_in_log_by_id"] & rows["seen_at"].isna()),
    "shared": (f"{MANY_NETWORKS} networks or more", lambda rows: rows["network_count"] >= MANY_NETWORKS),
}
COLUMNS: dict[str, Any] = {
    "kind": st.column_config.TextColumn("kind"),
    "credential_name": st.column_config.TextColumn("name"),
    "owner_name": st.column_config.TextColumn("owner"),
    **blocks.count_columns(age_days="age (days)", days_to_expiry="ends in (days)", idle_days="idle (days)"),
    **blocks.count_columns(network_count="networks in the period"),
    "rights": st.column_config.TextColumn("scope or rights"),
    **blocks.count_columns(repository_count="repositories"),
    **blocks.time_columns(
        last_used_at="last use, by Quay (UTC)",
        seen_at="last in the log (UTC)",
        created_at="made (UTC)",
        expires_at="ends (UTC)",
    ),
    "credential_id": st.column_config.TextColumn("id"),
}


def show() -> None:
    """Draw the inventory of credentials, narrowed by what the address says."""
    (taken,) = data.rows("credentials_snapshots")
    if taken.newest_date is None:
        blocks.nothing(
            "There is no inventory yet, and the log alone does not tell which credentials exist. "
            "Run `quay-audit inventory`, then `quay-audit build`, and reload."
        )
        return
    view = st.session_state.view
    rows = data.answer("credentials_list", **view.bound)
    blocks.note(
        f"The inventory of {taken.newest_date:%Y-%m-%d} (UTC), the newest of"
        f" {words.count(taken.snapshot_count, 'snapshot')}. Networks and the last use in the log are of the period above."
    )
    if rows.empty:
        blocks.nothing(
            "That inventory lists no credential here; tokens of users are in no namespace but theirs."
        )
        return
    rows["kind"] = rows["credential_kind"].map(SORTS)
    chosen = _narrowed(rows)
    _draw_limits(rows)
    _draw_ages(chosen)
    blocks.table_of_entities(
        chosen[list(COLUMNS)],
        chosen["credential_kind"] + ":" + chosen["credential_id"],
        "credentials",
        columns=COLUMNS,
        empty="No credential is like this.",
        key="credentials",
    )


def _narrowed(rows: pd.DataFrame) -> pd.DataFrame:
    kinds = rows["credential_kind"].value_counts()
    kind = st.pills(
        "Kind",
        sorted(kinds.index),
        format_func=lambda name: f"{SORTS[name]} ({words.count(kinds[name])})",
        **blocks.kept_choice("kind", list(kinds.index)),
    )
    of_kind = rows[rows["credential_kind"] == kind] if kind else rows
    kept = {name: keeps(of_kind).fillna(False).astype(bool) for name, (_, keeps) in FILTERS.items()}
    only = st.pills(
        "Only those that are",
        list(FILTERS),
        format_func=lambda name: f"{FILTERS[name][0]} ({words.count(kept[name].sum())})",
        **blocks.kept_choice("only", FILTERS),
    )
    return of_kind[kept[only]] if only else of_kind


def _draw_ages(rows: pd.DataFrame) -> None:
    if rows["age_days"].notna().any():
        blocks.chart(charts.credential_ages(rows), alt="how many credentials are how old, by kind")


def _draw_limits(rows: pd.DataFrame) -> None:
    """What is blank, and why: nobody should take it for a no."""
    blank = sorted(set(rows.loc[~rows["is_use_recorded"], "kind"]))
    told = (
        f"No use is recorded of any {words.listed(blank)}: whether they are idle or never used is not told. "
        if blank
        else ""
    )
    blocks.note(
        f"{told}The log has the number of an OAuth token and the inventory its UUID, and service keys act in no log: "
        "their networks stay blank. Robots have no end, and so do not count as without expiry."
    )
