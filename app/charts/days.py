"""Charts over days: a band of what is usual, stacks by sort."""

from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from app.charts.colours import BASELINE_COLORS, FAMILY_COLORS, HEIGHT, Chart


def baseline_band(frame: pd.DataFrame, what: str) -> Chart:
    """What happened a day as a line, over what was usual in the 28 days before each: median, 10th to 90th percentile.

    Shape: day (date), event_count, median_count, low_count, high_count (numbers, or null where nothing is known).
    """
    titles = {
        "event_count": what,
        "median_count": "median before",
        "low_count": "10th percentile before",
        "high_count": "90th percentile before",
    }
    tooltip = [
        alt.Tooltip("day:T", title="day (UTC)", format="%Y-%m-%d"),
        *(alt.Tooltip(f"{name}:Q", title=title, format=",.0f") for name, title in titles.items()),
    ]
    color = alt.Color(
        "line:N",
        title=None,
        scale=alt.Scale(domain=[what, "median", "p10 to p90"], range=list(BASELINE_COLORS)),
        legend=alt.Legend(orient="bottom", columns=3, symbolOpacity=1),
    )
    base = alt.Chart(_dated(frame)).encode(
        x=alt.X("day:T", title="day (UTC)", axis=alt.Axis(format="%b %d", labelOverlap=True)),
        color=color,
        tooltip=tooltip,
    )
    band = base.transform_calculate(line="'p10 to p90'").mark_area(opacity=0.35)
    median = base.transform_calculate(line="'median'").mark_line(strokeDash=[5, 4], strokeWidth=1.5)
    line = base.transform_calculate(line=f"'{what}'").mark_line(point=True, strokeWidth=2)
    count = alt.Y("low_count:Q", title=f"{what} a day", axis=alt.Axis(format=",d"))
    layers = [band.encode(y=count, y2="high_count:Q"), median.encode(y="median_count:Q")]
    return alt.layer(*layers, line.encode(y="event_count:Q")).properties(height=HEIGHT)


def daily_stack(frame: pd.DataFrame, value: str, by: str, title: str) -> Chart:
    """Bars by day, stacked by `by`. Shape: day (date), `by` (text), `value` (number)."""
    return (
        alt.Chart(frame.assign(day=_day_names(frame["day"])))
        .mark_bar()
        .encode(
            x=_day_axis("day", "day (UTC)"),
            y=alt.Y(f"sum({value}):Q", title=title, axis=alt.Axis(format=",d")),
            color=alt.Color(
                f"{by}:N",
                title=None,
                scale=alt.Scale(range=list(FAMILY_COLORS)),
                legend=alt.Legend(orient="bottom", columns=2),
            ),
            tooltip=[
                alt.Tooltip("day:O", title="day (UTC)"),
                alt.Tooltip(f"{by}:N"),
                alt.Tooltip(f"sum({value}):Q", title=title, format=","),
            ],
        )
        .properties(height=HEIGHT + 60)
    )


def daily_sorts(frame: pd.DataFrame, since: date, until: date) -> Chart:
    """Stacked bars of each day from `since` to `until`. Shape: day (date), and counts for each sort of event."""
    long = frame.melt("day", var_name="sort", value_name="event_count")
    sorts = [name for name in frame.columns if name != "day"]
    return (
        alt.Chart(_dated(long[long["event_count"] > 0]))
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonthdate(day):T",
                title="day (UTC)",
                axis=alt.Axis(format="%b %d", labelOverlap=True),
                scale=alt.Scale(domain=[f"{since}T00:00:00", f"{until + timedelta(days=1)}T00:00:00"]),
            ),
            y=alt.Y("event_count:Q", title="events", axis=alt.Axis(format=",d", tickMinStep=1)),
            color=alt.Color(
                "sort:N",
                title=None,
                scale=alt.Scale(domain=sorts, range=list(FAMILY_COLORS[: len(sorts)])),
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("day:T", title="day (UTC)", format="%Y-%m-%d"),
                alt.Tooltip("sort:N", title="sort"),
                alt.Tooltip("event_count:Q", title="events", format=","),
            ],
        )
        .properties(height=HEIGHT + 60)
    )


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as the midnight that Vega reads as one in UTC, whatever the browser's zone is."""
    return (
        frame.assign(day=pd.to_datetime(frame["day"]).dt.strftime("%Y-%m-%dT00:00:00"))
        if "day" in frame
        else frame
    )


def _day_names(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days).dt.strftime("%Y-%m-%d")


def _day_axis(name: str, title: str) -> Any:
    """Days by their names: no zone can move them."""
    axis = alt.Axis(labelExpr="slice(datum.label, 5)", labelOverlap=True, labelAngle=0)
    return alt.X(f"{name}:O", title=title, axis=axis)
