"""Charts: pure functions from a frame to an Altair chart; units and zones are in the titles of the axes."""

from app.charts.ages import AGE_LIMITS, OLDER, credential_ages
from app.charts.colours import (
    BASELINE_COLORS,
    FAMILY_COLORS,
    HEIGHT,
    INCIDENT_COLOR,
    READINESS_MARKS,
    SEVERITIES,
    SEVERITY_COLORS,
    WINDOW_MARKS,
    Chart,
    Marks,
)
from app.charts.days import baseline_band, daily_sorts, daily_stack
from app.charts.grids import WEEKDAYS, calendar, hours_from_times, step_of, week_hours
from app.charts.timeline import case_timeline

__all__ = [
    "AGE_LIMITS",
    "BASELINE_COLORS",
    "FAMILY_COLORS",
    "HEIGHT",
    "INCIDENT_COLOR",
    "OLDER",
    "READINESS_MARKS",
    "SEVERITIES",
    "SEVERITY_COLORS",
    "WEEKDAYS",
    "WINDOW_MARKS",
    "Chart",
    "Marks",
    "baseline_band",
    "calendar",
    "case_timeline",
    "credential_ages",
    "daily_sorts",
    "daily_stack",
    "hours_from_times",
    "step_of",
    "week_hours",
]
