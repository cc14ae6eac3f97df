"""Colours, letters and sizes that charts share."""

from collections.abc import Mapping
from typing import Any

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

INCIDENT_COLOR = "#b8720f"

BASELINE_COLORS = ("#1f6fb2", "#c2410c", "#64748b")

HEIGHT = 260

Chart = Any

# A letter and a colour by state, the best first; on each of them white has a contrast of at least 4.5.
Marks = Mapping[str, tuple[str, str]]

WINDOW_MARKS: Marks = {
    "verified": ("V", "#2c7a51"),
    "open": ("O", "#3a6ea5"),
    "unverified": ("U", "#8f5a00"),
    "short": ("S", "#c62a55"),
    "missing": ("M", "#5b6472"),
}

READINESS_MARKS: Marks = {
    "ready": ("R", "#2c7a51"),
    "degraded": ("D", "#8f5a00"),
    "blind": ("B", "#c62a55"),
}
