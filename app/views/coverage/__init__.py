"""Coverage: what was read, how far it is proven, exactly what is missing, and what detections could see."""

from typing import Final

import streamlit as st

from app import blocks, charts, data, words
from app.filters import View
from app.views.coverage import readiness as coverage_readiness
from app.views.coverage import tables as coverage_tables

MOST_SCOPES = 40
_STATES: Final = (
    "A window is one scope on one UTC day. Verified: equals what Quay itself counts, kind by kind. Open: read before the "
    "day was over. Unverified: nothing to compare with. Short: entries are missing. Missing: never read."
)


def show() -> None:
    """Draw the part that the address names."""
    view: View = st.session_state.view
    parts = {
        "Windows": _windows,
        "Days and routes": _days,
        "Missing entries": _missing,
        "Readiness": coverage_readiness.show,
    }
    part = st.segmented_control(
        "Show", list(parts), default="Windows", required=True, key="aspect", bind="query-params"
    )
    parts[str(part)](view)


def _windows(view: View) -> None:
    step = charts.step_of((view.until - view.since).days + 1)
    cells = data.answer("coverage_calendar", step=step, most=MOST_SCOPES, **view.bound)
    if cells.empty:
        blocks.nothing(
            "No window: nothing was read of this period that covers this namespace. Run `quay-audit extract`."
        )
        return
    blocks.note(_STATES if step == "day" else f"{_STATES} A cell shows the worst window of its {step}.")
    told = [
        f"{each['verified_count']:,} of {words.count(each['day_count'], 'day')} verified, "
        f"{words.count(each['row_count'], 'entry')}, {each['missing_entry_count']:,} missing"
        for each in cells.to_dict("records")
    ]
    shown = cells.assign(told=told, scope=cells["scope"].map(words.visible))
    chart = charts.calendar(shown, "scope", "state", charts.WINDOW_MARKS, step)
    blocks.chart(
        chart, alt=f"The state of the windows of {words.count(shown['scope'].nunique(), 'scope')} by {step}"
    )
    if (total := int(cells["scope_count"].iloc[0])) > MOST_SCOPES:
        blocks.note(
            f"The calendar shows {MOST_SCOPES} of {total:,} scopes: all, then those with most entries. "
            "Choose a namespace in the sidebar for its own; the table has every scope."
        )
    st.header("Scopes, and when they were read last")
    coverage_tables.draw(data.answer("coverage_scopes", **view.bound), "scopes")


def _days(view: View) -> None:
    routes = data.answer("coverage_routes", **view.bound)
    if routes.empty:
        blocks.nothing(
            "Nothing was read of this period that covers this namespace. Run `quay-audit extract`."
        )
        return
    blocks.note(
        "Pages: the log's own pages. Export: the file that Quay sends. Archive: rotated logs. Scopes overlap."
    )
    chart = charts.daily_stack(routes, "row_count", "routes", "entries read a day")
    blocks.chart(chart, alt="Entries read by day (UTC) and route")
    st.header("Each day, the newest first")
    days = data.answer("coverage_days", **view.bound)
    unread = int((days["window_count"] == 0).sum())
    if unread:
        blocks.note(f"{words.count(unread, 'day')} of the period without any window.")
    coverage_tables.draw(days, "days")


def _missing(view: View) -> None:
    blocks.note("By window and kind: what Quay counts against what was read, where the two differ.")
    empty = (
        "No entry is known to be missing. Unverified and open windows, and days never read, may hide some."
    )
    coverage_tables.draw(data.answer("coverage_missing", **view.bound), "missing entries by kind", empty)
    blocks.note("`quay-audit extract --retry` reads short windows again.")
