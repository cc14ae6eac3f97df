"""What each detection could see, day by day, and what stood in its way."""

import streamlit as st

from app import blocks, charts, data, words
from app.filters import View
from app.views.coverage import tables as coverage_tables

ALL = "all detections"


def show(view: View) -> None:
    """Draw the calendar of readiness, and the reasons with the newest day first."""
    step = charts.step_of((view.until - view.since).days + 1)
    cells = data.answer("coverage_readiness_calendar", step=step, **view.bound)
    if cells.empty:
        blocks.nothing("No day of this period was judged yet. Run `quay-audit detect`.")
        return
    blocks.note(
        "Ready: it could have fired. Degraded: part of what it needs was not there. Blind: it was not run. "
        "Silence of a detection means something only where it was ready."
    )
    told = [
        f"{row['ready_count']:,} of {words.count(row['day_count'], 'day')} ready"
        for row in cells.to_dict("records")
    ]
    chart = charts.calendar(
        cells.assign(told=told), "detection_id", "readiness", charts.READINESS_MARKS, step
    )
    blocks.chart(chart, alt=f"How ready each detection was, by {step}")
    st.header("Why, the newest day first")
    ids = list(cells["detection_id"].unique())
    chosen = st.selectbox("Detection", [ALL, *ids], key="detection", bind="query-params")
    if chosen != ALL:
        blocks.note(words.plain(_title(chosen)))
    only = st.toggle("Only what was not ready", value=True, key="unready", bind="query-params")
    frame = data.answer("coverage_readiness", **view.bound)
    wanted = frame[
        ((frame["detection_id"] == chosen) | (chosen == ALL)) & ~(only & (frame["readiness"] == "ready"))
    ]
    titled = wanted.assign(title=[_title(name) for name in wanted["detection_id"]])
    order = ["day", "readiness", "detection_id", "title", "reasons"]
    coverage_tables.draw(titled[order], "readiness by day", "It was ready on every day of the period.")


def _title(detection_id: str) -> str:
    known = data.detections().get(detection_id)
    return known.title if known else "not known to this version"
