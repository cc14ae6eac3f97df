"""What a subject did around a case, hour by hour or day by day."""

from datetime import date, datetime, timedelta
from typing import Any

import altair as alt
import pandas as pd

from app.charts.colours import FAMILY_COLORS, HEIGHT, INCIDENT_COLOR, Chart

_MOST_SERIES = 6


_LEGEND_LINE = 18


_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def case_timeline(
    frame: pd.DataFrame, span: tuple[date, date], incident: tuple[datetime, datetime], is_daily: bool
) -> Chart:
    """Events by hour, or by day, stacked by series; the time of the incident is a band behind them.

    Shape: began_at (UTC), series (text), event_count. `span` is the first and the last day shown, `incident` its first
    and its last moment.
    """
    length = pd.Timedelta(days=1) if is_daily else pd.Timedelta(hours=1)
    begun = pd.to_datetime(frame["began_at"])
    bars = frame.assign(
        began_at=begun.dt.strftime(_INSTANT),
        utc=begun.dt.strftime("%Y-%m-%d" if is_daily else "%Y-%m-%d %H:%M"),
        series=_busiest(frame, _MOST_SERIES),
    )
    first, last = incident
    ends = [span[0].strftime(_INSTANT), (span[1] + timedelta(days=1)).strftime(_INSTANT)]
    scale = alt.Scale(type="utc", domain=ends)
    band = pd.DataFrame(
        {
            "from": [pd.Timestamp(first).floor(length).strftime(_INSTANT)],
            "to": [(pd.Timestamp(last).floor(length) + length).strftime(_INSTANT)],
            "incident": [f"{first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC"],
        }
    )
    marked = (
        alt.Chart(band)
        .mark_rect(color=INCIDENT_COLOR, opacity=0.35, stroke=INCIDENT_COLOR, strokeWidth=2)
        .encode(x=alt.X("from:T", scale=scale), x2="to:T", tooltip=["incident:N"])
    )
    height = HEIGHT + _LEGEND_LINE * bars["series"].nunique()
    return alt.layer(marked, _stacked(bars, scale, is_daily)).properties(height=height)


def _stacked(bars: pd.DataFrame, scale: alt.Scale, is_daily: bool) -> Chart:
    unit: Any = "utcyearmonthdate" if is_daily else "utcyearmonthdatehours"
    length = "day" if is_daily else "hour"
    return (
        alt.Chart(bars)
        .mark_bar(binSpacing=0)
        .encode(
            x=alt.X(
                "began_at:T",
                timeUnit=unit,
                title=f"{length} (UTC)",
                scale=scale,
                axis=alt.Axis(format="%b %d", labelOverlap=True, tickCount="day"),
            ),
            y=alt.Y("sum(event_count):Q", title="events a day" if is_daily else "events an hour"),
            color=alt.Color(
                "series:N",
                title=None,
                scale=alt.Scale(range=list(FAMILY_COLORS)),
                legend=alt.Legend(orient="bottom", columns=1, labelLimit=320),
            ),
            tooltip=[
                alt.Tooltip("utc:N", title=f"{length} (UTC)"),
                alt.Tooltip("began_at:T", title="your time", format="%Y-%m-%d %H:%M"),
                alt.Tooltip("series:N"),
                alt.Tooltip("sum(event_count):Q", title="events", format=","),
            ],
        )
    )


def _busiest(frame: pd.DataFrame, most: int) -> pd.Series:
    """The series of each row; all but the `most` busiest are one."""
    kept = frame.groupby("series")["event_count"].sum().nlargest(most).index
    return frame["series"].where(frame["series"].isin(kept), "others")
