"""Cases: the queue of what has to be looked at, and, where the address names one, that case."""

import pandas as pd
import streamlit as st

from app import blocks, data, words
from app.filters import View
from app.views.cases import case
from app.views.cases import filters as case_filters

COLUMNS = {
    "day": st.column_config.DateColumn("day (UTC)", format="YYYY-MM-DD"),
    "score": st.column_config.NumberColumn("score (points)", format="%.0f"),
    "title": st.column_config.TextColumn("title", width="large"),
    "detections": st.column_config.ListColumn("detections"),
}


def show() -> None:
    """Draw the queue, or the case in the address; the queue's filters tell which case is the next."""
    book, view = data.casebook(), st.session_state.view
    # Stable: within a day the weightiest stays first.
    ordered = sorted(book.pages, key=lambda page: page.note.day, reverse=True)
    chosen = [page for page in ordered if case_filters.is_wanted(page, view)]
    if "case" in st.query_params:
        case.show(st.query_params["case"], ordered, [page.note.case_id for page in chosen])
    elif book.judged_days:
        case_filters.draw()
        _show_queue(chosen, _why_empty(ordered, view))
    else:
        blocks.nothing("No day is judged yet. Run `quay-audit detect`, then reload.")


def _show_queue(pages: list[data.Page], why_empty: str) -> None:
    if pages:
        _choose_by_name(pages)
    row = blocks.table(
        _frame(pages), "cases", columns=COLUMNS, empty=why_empty, key="case-queue", select=True
    )
    if row is not None:
        _open(pages[row])


def _choose_by_name(pages: list[data.Page]) -> None:
    """The way in without a mouse: type a few letters, or a key for the first one."""
    # The button is on the left: what Streamlit lays over a table's upper right corner would cover it.
    left, right = st.columns([1, 4], vertical_alignment="bottom")
    names = {page.note.case_id: page for page in pages}
    chosen = right.selectbox(
        "Open a case, or select its row below",
        list(names),
        index=None,
        placeholder="Type a day, a subject or a title",
        format_func=lambda case_id: _name(names[case_id]),
        key="case-by-name",
    )
    is_first = left.button("Open the first", shortcut="J", key="first-case")
    if chosen or is_first:
        _open(names[chosen] if chosen else pages[0])


def _name(page: data.Page) -> str:
    note = page.note
    return words.visible(
        f"{note.day} · {note.severity.value} {note.score:.0f} · {note.subject} · {note.title}"
    )


def _open(page: data.Page) -> None:
    st.query_params["case"] = page.note.case_id
    st.rerun()


def _frame(pages: list[data.Page]) -> pd.DataFrame:
    rows = [
        {
            "day": page.note.day,
            "severity": page.note.severity.value,
            "score": page.note.score,
            "state": page.words,
            "subject": page.note.subject,
            "title": page.note.title,
            "detections": case.detection_ids(page),
        }
        for page in pages
    ]
    return pd.DataFrame(rows)


def _why_empty(pages: list[data.Page], view: View) -> str:
    here = sum(case_filters.is_in_view(page, view) for page in pages)
    if not here:
        return "No case in this period and namespace: choose a longer period in the sidebar."
    verb = "fits" if here == 1 else "fit"
    return f"No case is left with these filters; {words.count(here, 'case')} of this period {verb} others."
