"""What shows a case: its subject over time, the signals with their points, and single events."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app import blocks, charts, data, words

_ACTORS_BY_DAY = ("network:", "repository:")
_MOMENT = "YYYY-MM-DD HH:mm:ss"
_SIGNALS = {
    "points": st.column_config.NumberColumn("points", format="%.1f"),
    "reason": st.column_config.TextColumn("reason", width="large"),
    "events": st.column_config.NumberColumn("events", format="localized"),
    "first_at": st.column_config.DatetimeColumn("first at (UTC)", format=_MOMENT),
    "last_at": st.column_config.DatetimeColumn("last at (UTC)", format=_MOMENT),
}
_EVENTS = {
    "occurred_at": st.column_config.DatetimeColumn("occurred at (UTC)", format=_MOMENT),
    "metadata": st.column_config.TextColumn("details", width="medium"),
}


def show(page: data.Page) -> None:
    """Draw signals and events as tables."""
    _show_signals(page)
    _show_events(page)


def show_timeline(page: data.Page) -> None:
    """Draw what the subject did around that day, by hour where it acts itself, with the incident marked."""
    case = page.case
    if case is None:
        return
    is_daily = case.subject.startswith(_ACTORS_BY_DAY)
    before, after = (28, 7) if is_daily else (7, 2)
    span = (case.day - timedelta(days=before), case.day + timedelta(days=after))
    frame = data.answer(
        "case_timeline",
        subject=case.subject,
        performer_name=None if is_daily else case.performer_name,
        since=span[0],
        until=span[1],
    )
    st.subheader("Over time", anchor=False)
    if frame.empty:
        blocks.nothing("No event of this subject is counted around that day.")
        return
    whose = "this subject" if is_daily else "every credential of the performer"
    blocks.note(
        f"Events of {whose}, {before} days before to {after} after; the band is the incident."
        + ("" if is_daily else " What was refused is not in it.")
    )
    frame["series"] = frame["series"].map(words.visible)
    blocks.chart(
        charts.case_timeline(frame, span, (case.first_at, case.last_at), is_daily),
        alt=f"{words.count(frame['event_count'].sum(), 'event')} by {'day' if is_daily else 'hour'} (UTC) of"
        f" {words.visible(case.subject)}; the incident is marked from {words.moment(case.first_at)} to"
        f" {words.moment(case.last_at)}",
    )


def _show_signals(page: data.Page) -> None:
    case, known = page.case, data.detections()
    assert case is not None
    rows = [
        {
            "detection": part.signal.detection_id,
            "points": part.points,
            "severity": part.signal.severity.value,
            "subject": part.signal.subject,
            "reason": part.signal.reason,
            "events": part.signal.event_count,
            "first_at": part.signal.first_at,
            "last_at": part.signal.last_at,
            "title": part.signal.title,
            "techniques": list(found.techniques) if (found := known.get(part.signal.detection_id)) else [],
        }
        for part in case.signals
    ]
    st.subheader("Signals", anchor=False)
    blocks.table(pd.DataFrame(rows), "signals of the case", columns=_SIGNALS, key="case-signals")
    hidden = data.answer("case_suppressed", day=case.day, subjects=list(case.subjects))
    if not hidden.empty:
        blocks.note("Signals about the same subjects that a suppression takes out:")
        blocks.table(hidden, "suppressed signals", key="case-suppressed")


def _show_events(page: data.Page) -> None:
    case = page.case
    assert case is not None
    st.subheader("Evidence", anchor=False)
    if not case.evidence:
        blocks.nothing("No single event shows this case: its signals come of counts alone.")
        return
    days = [date.fromisoformat(key[:10]) for key in case.evidence]
    frame = data.answer("case_evidence", event_keys=list(case.evidence), since=min(days), until=max(days))
    named = [
        [part.signal.detection_id for part in case.signals if key in part.signal.evidence]
        for key in frame["event_key"]
    ]
    frame.insert(2, "shows", named)
    gone = len(case.evidence) - len(frame)
    if gone:
        blocks.note(f"{words.count(gone, 'event')} of it are no longer in the lake.")
    blocks.table(
        frame[[*frame.columns[1:], "event_key"]].dropna(axis=1, how="all"),
        "evidence",
        columns=_EVENTS,
        empty="The events that show it are no longer in the lake.",
        key="case-evidence",
    )
