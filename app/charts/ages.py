"""How old credentials are."""

import altair as alt
import pandas as pd

from app.charts.colours import FAMILY_COLORS, HEIGHT, Chart

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
