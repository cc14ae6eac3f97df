"""What matters now: cases to settle, what is more or less than usual, who changed, and what nobody could see."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import streamlit as st

from app import charts, data, words
from app.blocks import note, nothing, screen_link
from app.filters import View
from app.views.cases import filters as case_filters
from app.views.overview import activity as overview_activity

TOP_CASES = 5
_GAPS: Final = {
    "missing": ("day", "not read at all"),
    "open": ("window", "of a day that was not over when it was read"),
    "short": ("window", "short of what Quay itself counts"),
    "unverified": ("window", "that nothing could be compared with"),
}


def show() -> None:
    """Draw the screen."""
    view: View = st.session_state.view
    book = data.casebook()
    newest = max((day for day in book.judged_days if view.since <= day <= view.until), default=None)
    st.header("Cases to settle")
    if newest:
        pages = [page for page in book.pages if page.case and case_filters.is_in_view(page, view)]
        _show_counts(pages, newest)
        _show_unsettled([page for page in pages if page.needs_a_look])
    elif book.judged_days:
        nothing("No day of this period was judged yet: run `quay-audit detect`, or choose another period.")
    else:
        nothing("No cases, since no day was ever judged: run `quay-audit detect`, then reload.")
    st.header("Activity against what is usual")
    overview_activity.show_activity(view)
    st.header("Who changed most")
    overview_activity.show_changes(view)
    st.header("What is not covered")
    _show_gaps(view, newest)


def _show_counts(pages: Sequence[data.Page], newest: date) -> None:
    """What is to settle, by severity; below each number, how much of it is of the newest day."""
    for column, severity in zip(st.columns(len(charts.SEVERITIES)), charts.SEVERITIES, strict=True):
        found = [page for page in pages if page.note.severity == severity]
        lately = sum(page.note.day == newest for page in found)
        with column:
            st.metric(
                severity.capitalize(),
                words.count(sum(page.needs_a_look for page in found)),
                delta=f"{words.count(lately)} on {newest:%b %d}",
                delta_color="off",
                delta_arrow="off",
                border=True,
            )
    with st.container(horizontal=True):
        last = {"since": newest.isoformat(), "until": newest.isoformat()}
        screen_link("cases", f"Cases of {newest}, the newest day judged", state="all", **last)
        screen_link("cases", f"All {words.count(len(pages), 'case')} of the period", state="all")


def _show_unsettled(pages: Sequence[data.Page]) -> None:
    if not pages:
        nothing("Nothing to settle: this period has no case, or every one is closed.")
        return
    st.markdown(f"**{words.count(len(pages), 'case')} to settle, the weightiest first**")
    for page in sorted(pages, key=lambda each: (each.note.score, each.note.day), reverse=True)[:TOP_CASES]:
        case = page.note
        with st.container(border=True, gap="xxsmall"):
            screen_link("cases", case.title, case=case.case_id)
            subject = words.plain(case.subject)
            note(f"**{case.severity}** · {case.score:,.0f} points · {subject} · {case.day} · {page.words}")


def _show_gaps(view: View, newest: date | None) -> None:
    told = []
    for gap in data.rows("overview_gaps", **view.bound):
        what, why = _GAPS[gap.state]
        days = words.span(gap.first_day, gap.last_day)
        lost = f", by {words.count(gap.missing_entry_count, 'entry')}" if gap.missing_entry_count else ""
        told.append(f"{words.count(gap.window_count, what)} {why}{lost}: {days}")
    told = told or ["Every window of this period equals Quay's own counts."]
    lacking = data.rows("overview_readiness", **view.bound)
    for verdict in lacking:
        detection = data.detections().get(verdict.detection_id)
        title = f" ({words.plain(detection.title)})" if detection else ""
        reasons = words.plain(verdict.reasons)
        told.append(f"{verdict.detection_id}{title} was **{verdict.readiness}** on {newest}: {reasons}")
    if not lacking:
        told.append(
            f"Every detection could see what it needs on {newest}." if newest else "Nothing was judged."
        )
    st.markdown("\n".join(f"- {line}" for line in told))
    note("Windows and detections are of the whole registry, whatever namespace is chosen.")
    screen_link("coverage", "Coverage, window by window")
