"""Which cases the queue shows: by state, severity and text, all kept in the address."""

from typing import Any

import streamlit as st

from app import data
from app.filters import View

STATES = ("unsettled", "open", "acknowledged", "closed", "withdrawn", "all")
SEVERITIES = ("informational", "low", "medium", "high", "critical")
_USUAL = {"state": "unsettled", "severity": "informational", "text": ""}
_ALLOWED = {"state": STATES, "severity": SEVERITIES}


def draw() -> None:
    """Widgets that show what the address says, and write there what somebody chooses."""
    left, middle, right = st.columns([2, 2, 3])
    left.selectbox("State", STATES, **_bound("state"))
    middle.selectbox("Severity at least", SEVERITIES, **_bound("severity"))
    right.text_input("Subject or title contains", **_bound("text"))


def address() -> dict[str, str]:
    """What a link carries along that keeps the choice."""
    return {name: _given(name) for name in _USUAL if _given(name) != _USUAL[name]}


def is_wanted(page: data.Page, view: View) -> bool:
    """Whether a case fits the choice, the period and the namespace."""
    note = page.note
    return (
        is_in_view(page, view)
        and _is_in_state(page, _given("state"))
        and note.severity.rank >= SEVERITIES.index(_given("severity"))
        and _given("text").casefold() in f"{note.subject}\n{note.title}\n{note.case_id}".casefold()
    )


def is_in_view(page: data.Page, view: View) -> bool:
    """A case belongs to a namespace if one of its signals does; what is withdrawn has no signals any more."""
    parts = page.case.signals if page.case else ()
    return view.since <= page.note.day <= view.until and (
        view.namespace is None or any(part.signal.namespace_name == view.namespace for part in parts)
    )


def _is_in_state(page: data.Page, state: str) -> bool:
    if state == "unsettled":
        return page.needs_a_look
    if state == "withdrawn":
        return page.case is None
    return state in ("all", page.standing.state.value)


def _bound(name: str) -> dict[str, Any]:
    """A widget's key, with the address as the only place where its value is kept."""
    key = f"cases-{name}"
    st.session_state[key] = _given(name)

    def write() -> None:
        if st.session_state[key] == _USUAL[name]:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = st.session_state[key]

    return {"key": key, "on_change": write}


def _given(name: str) -> str:
    value = str(st.query_params.get(name, _USUAL[name]))
    return value if value in _ALLOWED.get(name, (value,)) else _USUAL[name]
