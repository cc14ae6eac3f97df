"""Grids of cells: a calendar by state, the hours of a week."""

import altair as alt
import pandas as pd

from app.charts.colours import FAMILY_COLORS, HEIGHT, Chart, Marks
from app.charts.days import _day_axis, _day_names

_MOST_CELLS = 62


_CALENDAR_HEIGHT = 150  # of its legend and axis


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
