"""The events of an entity, each in a row: the newest of the period, and whether there are more."""

from typing import Any

import pandas as pd
import streamlit as st

from app import blocks, data
from app.subjects import Subject
from app.views.entity.tables import COLUMNS

MOST_EVENTS = 5_000


def newest_events(bound: dict[str, Any], days: pd.DataFrame) -> pd.DataFrame:
    """One more than are shown, where there are more; read from as few days as hold enough, by the counts of `days`.

    Shape of `days`: day, and columns of counts that together are no more than the events of that day.
    """
    counts = days.set_index("day").sum(axis=1).sort_index(ascending=False).cumsum()
    enough = pd.to_datetime(counts[counts > MOST_EVENTS].index)
    since = enough[0].date() if len(enough) and not bound["namespace"] else bound["since"]
    return data.answer("entity_events", **{**bound, "since": since}, most=MOST_EVENTS + 1)


def limits_of(events: pd.DataFrame) -> str:
    """What to say of anything that is made from these events."""
    return f"Of the newest {MOST_EVENTS:,} events alone." if len(events) > MOST_EVENTS else ""


def draw_events(subject: Subject, events: pd.DataFrame) -> None:
    """The table of events, with a download of all of them."""
    st.subheader("Events", anchor=False)
    if limits_of(events):
        blocks.note(f"There are more: these are the newest {MOST_EVENTS:,}. Shorter periods show the others.")
    blocks.table(
        events.head(MOST_EVENTS),
        "events",
        columns=COLUMNS,
        empty="The log has no event in this period that names it so.",
        key=f"events-{subject.text}",
    )
