"""Charts: pure functions from a frame to an Altair chart; units and zones are in the titles of the axes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import altair as alt
import pandas as pd

# Every colour has a contrast of at least 3 to the grounds of both themes.
SEVERITIES = ("critical", "high", "medium", "low", "informational")
SEVERITY_COLORS = ("#c9184a", "#d95f28", "#a88400", "#3a6ea5", "#6b7280")
FAMILY_COLORS = (
    "#1f6fb2",
    "#c2410c",
    "#2f855a",
    "#7c3aed",
    "#b83280",
    "#0e7490",
    "#a16207",
    "#64748b",
    "#be3455",
    "#4d7c0f",
)
INCIDENT_COLOR = "#d98c1f"
BASELINE_COLORS = ("#1f6fb2", "#c2410c", "#64748b")
HEIGHT = 260
_MOST_SERIES = 6
_LEGEND_LINE = 18
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"

Chart = Any

# A letter and a colour by state, the best first; on each of them white has a contrast of at least 4.5.
Marks = Mapping[str, tuple[str, str]]
WINDOW_MARKS: Marks = {
    "verified": ("V", "#2c7a51"),
    "open": ("O", "#3a6ea5"),
    "unverified": ("U", "#8f5a00"),
    "short": ("S", "#b3123f"),
    "missing": ("M", "#5b6472"),
}
READINESS_MARKS: Marks = {
    "ready": ("R", "#2c7a51"),
    "degraded": ("D", "#8f5a00"),
    "blind": ("B", "#b3123f"),
}
_MOST_CELLS = 62
_CALENDAR_HEIGHT = 150  # of its legend and axis


def daily_lines(frame: pd.DataFrame, value: str, by: str, title: str) -> Chart:
    """A line for each `by` over `day`. Shape: day (date), `by` (text), `value` (number)."""
    return (
        alt.Chart(_dated(frame))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("day:T", title="day (UTC)", axis=alt.Axis(format="%b %d", labelOverlap=True)),
            y=alt.Y(f"{value}:Q", title=title, axis=alt.Axis(format=",d")),
            color=alt.Color(
                f"{by}:N",
                title=None,
                scale=alt.Scale(range=list(FAMILY_COLORS)),
                legend=alt.Legend(orient="bottom", columns=4),
            ),
            tooltip=[
                alt.Tooltip("day:T", title="day (UTC)", format="%Y-%m-%d"),
                f"{by}:N",
                alt.Tooltip(f"{value}:Q", title=title, format=","),
            ],
        )
        .properties(height=HEIGHT)
    )


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


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as the midnight that Vega reads as one in UTC, whatever the browser's zone is."""
    return (
        frame.assign(day=pd.to_datetime(frame["day"]).dt.strftime("%Y-%m-%dT00:00:00"))
        if "day" in frame
        else frame
    )


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


def step_of(day_count: int) -> str:
    """How many days one cell of a calendar is for, so that its letter can be read: day, week or month."""
    return "day" if day_count <= _MOST_CELLS else "week" if day_count <= 7 * _MOST_CELLS else "month"


def calendar(frame: pd.DataFrame, row: str, state: str, marks: Marks, step: str) -> Chart:
    """A cell for each `row` and step of time, coloured and lettered by its state.

    Shape: step_date (date), `row` and `state` (text), told (text for people). Rows stay in their order. `marks` has a
    letter and a colour by state, the best one first.
    """
    keys = {name: f"{letter}  {name}" for name, (letter, _) in marks.items()}
    cells = frame.assign(
        step_date=_day_names(frame["step_date"]),
        letter=frame[state].map({name: letter for name, (letter, _) in marks.items()}),
        key=frame[state].map(keys),
    )
    base = alt.Chart(cells).encode(
        x=_day_axis("step_date", f"{step} (UTC)"),
        y=alt.Y(f"{row}:N", title=None, sort=list(cells[row].unique()), axis=alt.Axis(labelLimit=110)),
        tooltip=[
            alt.Tooltip("step_date:O", title=f"{step} (UTC)"),
            alt.Tooltip(f"{row}:N"),
            alt.Tooltip(f"{state}:N"),
            alt.Tooltip("told:N", title="of it"),
        ],
    )
    scale = alt.Scale(domain=list(keys.values()), range=[color for _, color in marks.values()])
    legend = alt.Legend(orient="top", title=None, symbolType="square", symbolStrokeWidth=0, columns=3)
    squares = base.mark_rect(stroke="white", strokeWidth=0.6).encode(
        color=alt.Color("key:N", scale=scale, legend=legend)
    )
    size = alt.ExprRef(f"max(5, min(12, 1.1 * width / {max(cells['step_date'].nunique(), 1)}))")
    letters = base.mark_text(color="white", fontWeight="bold", size=size).encode(text="letter:N")
    return (squares + letters).properties(height=_CALENDAR_HEIGHT + 24 * cells[row].nunique())


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


def _day_names(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days).dt.strftime("%Y-%m-%d")


def _day_axis(name: str, title: str) -> Any:
    """Days by their names: no zone can move them."""
    axis = alt.Axis(labelExpr="slice(datum.label, 5)", labelOverlap=True, labelAngle=0)
    return alt.X(f"{name}:O", title=title, axis=axis)


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def week_hours(frame: pd.DataFrame) -> Chart:
    """How much happens in each hour of the week, as 7 x 24 cells, in UTC.

    Shape: hour_of_week (0 is Monday 00 UTC; also as text), event_count. Hours without events are drawn as well.
    """
    sums = (
        frame.assign(hour_of_week=frame["hour_of_week"].astype(int))
        .groupby("hour_of_week")["event_count"]
        .sum()
    )
    cells = sums.reindex(range(7 * 24), fill_value=0).rename_axis("hour_of_week").reset_index()
    cells["hour"] = cells["hour_of_week"] % 24
    cells["weekday"] = [WEEKDAYS[hour // 24] for hour in cells["hour_of_week"]]
    # How dense, not which colour: that reads on a light and on a dark ground.
    density = alt.Scale(range=[0.06, 1.0], domain=[0, max(1, int(cells["event_count"].max()))])
    return (
        alt.Chart(cells[["weekday", "hour", "event_count"]])
        .mark_rect(color=FAMILY_COLORS[0])
        .encode(
            x=alt.X("hour:O", title="hour of the day (UTC)", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("weekday:O", title="day of the week (UTC)", sort=list(WEEKDAYS)),
            opacity=alt.Opacity(
                "event_count:Q",
                title="events",
                scale=density,
                legend=alt.Legend(orient="top", format=",d", tickCount=4),
            ),
            tooltip=[
                alt.Tooltip("weekday:O", title="day of the week (UTC)"),
                alt.Tooltip("hour:O", title="hour of the day (UTC)"),
                alt.Tooltip("event_count:Q", title="events", format=","),
            ],
        )
        .properties(height=HEIGHT + 60)
    )


def hours_from_times(frame: pd.DataFrame) -> pd.DataFrame:
    """Single events as `week_hours` takes them. Shape: occurred_at (UTC) to hour_of_week, event_count."""
    times = pd.to_datetime(frame["occurred_at"])
    return pd.DataFrame({"hour_of_week": times.dt.weekday * 24 + times.dt.hour, "event_count": 1})


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


AGE_LIMITS = {"up to 30": 30, "31 to 90": 90, "91 to 180": 180, "181 to 365": 365, "1 to 2 years": 730}
OLDER = "over 2 years"


def credential_ages(frame: pd.DataFrame) -> Chart:
    """How many credentials are how old, by kind. Shape: age_days (whole days; null is left out), kind (text)."""
    known = frame.dropna(subset=["age_days"])
    labels = [*AGE_LIMITS, OLDER]
    bounds = [float("-inf"), *AGE_LIMITS.values(), float("inf")]
    ages = pd.cut(known["age_days"].astype(float), bounds, labels=labels).astype(str)
    counted = known.assign(age=ages).groupby(["age", "kind"]).size().reset_index(name="credential_count")
    return (
        alt.Chart(counted)
        .mark_bar()
        .encode(
            x=alt.X(
                "age:O",
                title="age (days)",
                sort=labels,
                scale=alt.Scale(domain=labels),
                axis=alt.Axis(labelAngle=0),
            ),
            y=alt.Y("credential_count:Q", title="credentials", axis=alt.Axis(format=",d", tickMinStep=1)),
            color=alt.Color(
                "kind:N",
                title=None,
                scale=alt.Scale(range=list(FAMILY_COLORS)),
                legend=alt.Legend(orient="top", columns=2),
            ),
            tooltip=[
                alt.Tooltip("age:O", title="age (days)"),
                alt.Tooltip("kind:N", title="kind"),
                alt.Tooltip("credential_count:Q", title="credentials", format=","),
            ],
        )
        .properties(height=HEIGHT)
    )
