"""Tables of the screen Coverage: one way of telling each column."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from app import blocks

_TITLES: Final = {
    "window_count": "windows",
    "verified_count": "verified",
    "short_count": "short",
    "unverified_count": "unverified",
    "open_count": "open",
    "missing_day_count": "days without a window",
    "row_count": "entries read",
    "expected_count": "entries Quay counts",
    "missing_count": "missing entries",
    "excess_count": "entries too many",
    "event_count": "of these in events",
    "request_count": "requests",
    "first_day": "first day",
    "last_day": "last day",
    "last_read_at": "read last (UTC)",
    "read_at": "read at (UTC)",
    "detection_id": "detection",
}


def draw(frame: pd.DataFrame, name: str, empty: str = "") -> None:
    """Draw a table whose columns have the names that questions give them."""
    blocks.table(frame, name, columns={each: _column(each) for each in frame.columns}, empty=empty)


def _column(name: str) -> Any:
    title = _TITLES.get(name, name.replace("_", " "))
    if name.endswith("_count"):
        return st.column_config.NumberColumn(title, format="localized")
    if name.endswith("_at"):
        return st.column_config.DatetimeColumn(title, format="YYYY-MM-DD HH:mm:ss")
    if name == "day" or name.endswith("_day"):
        return st.column_config.DateColumn(f"{title} (UTC)", format="YYYY-MM-DD")
    return st.column_config.TextColumn(title, width="large" if name == "reasons" else None)
