"""What happens against what is usual: by kind family, and by who acts with what."""

from datetime import timedelta
from typing import Final

import streamlit as st

from app import blocks, charts, data, words
from app.blocks import entity_link, note, nothing, table
from app.filters import View

CHART_HEIGHT = 320
TOTAL = "all families"
_USUAL: Final = {
    "event_count": "events",
    "median_count": "usual (median)",
    "low_count": "usual from (10th percentile)",
    "high_count": "usual to (90th percentile)",
}


def show_activity(view: View) -> None:
    """Events a day of one kind family, or of all, over the band of the 28 days before each day."""
    frame = data.answer("overview_activity", **view.bound, **data.kind_families())
    frame["kind_family"] = frame["kind_family"].fillna(TOTAL)
    sums = frame.groupby("kind_family")["event_count"].sum().sort_values(ascending=False, kind="stable")
    if not sums.sum():
        nothing("No event in this period: its days were not read, or nothing was logged in this namespace.")
        return
    families = [TOTAL, *(str(name) for name in sums.index if name != TOTAL)]
    chosen = st.selectbox("Kind family", families, key="family", bind="query-params")
    told = f"Events a day of {chosen}, with the median and the 10th to 90th percentile of the 28 days before"
    blocks.chart(
        charts.baseline_band(frame[frame["kind_family"] == chosen], "events"), alt=told, height=CHART_HEIGHT
    )
    note(
        "Median, and 10th to 90th percentile, are those of the 28 days before each day, where at least 7 of"
        " them were read."
    )
    last = frame.loc[frame["event_count"].notna(), "day"].max()
    number = st.column_config.NumberColumn
    columns = {name: number(title, format="localized") for name, title in _USUAL.items()}
    with st.expander(f"Every kind family on {last}, the last day read"):
        newest = frame[frame["day"] == last].drop(columns="day").round()
        table(newest, "kind families", columns={"kind_family": "kind family", **columns})


def show_changes(view: View) -> None:
    """Performers and credentials with the greatest change against the period of the same length before."""
    before = view.since - (view.until - view.since + timedelta(days=1))
    found = data.rows("overview_changes", before=before, **view.bound)
    if not found:
        nothing("Nobody acted in this period or in the one before.")
        return
    read, read_before = found[0].day_count, found[0].before_day_count
    told = f"Against the period before, {words.span(before, view.since - timedelta(days=1))}"
    if not read_before:
        told += ", of which nothing was read: the busiest are shown"
    elif read != read_before:
        told += f", projected from the {words.count(read_before, 'day')} read of it to the {read} of this one"
    refused = "; what was refused does not count" if view.namespace else ""
    note(f"{told}{refused}. What chance explains least comes first.")
    for column, what in zip(st.columns(2), ("performer", "credential"), strict=True):
        with column:
            st.markdown(f"**{what.capitalize()}s**")
            for row in (each for each in found if each.what == what):
                with st.container(gap="xxsmall"):
                    entity_link(
                        row.subject, f"{row.token_title} ({row.subject})" if row.token_title else None
                    )
                    note(words.change(row.event_count, row.expected_count, bool(row.is_new)))
