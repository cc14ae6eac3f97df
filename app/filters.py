"""Which period and namespace every screen shows: chosen in the sidebar, kept in the address, so that a link shows the same."""

from datetime import date, timedelta
from typing import Any, NamedTuple

import streamlit as st

from app import data

EVERYTHING = "all namespaces"
_USUAL_DAYS = 30


class View(NamedTuple):
    """What is shown: both days are included; `namespace` is None for all of them."""

    since: date
    until: date
    namespace: str | None

    @property
    def bound(self) -> dict[str, object]:
        """What questions bind."""
        return {"since": self.since, "until": self.until, "namespace": self.namespace}

    @property
    def address(self) -> dict[str, str]:
        """What a link to another screen carries along."""
        kept = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return kept | ({"namespace": self.namespace} if self.namespace else {})


def choose_view() -> View | None:
    """Draw the choice, and give what is chosen; None where the warehouse holds no day."""
    days = data.first_and_last_day()
    if days is None:
        return None
    first, last = days
    _take_from_address(first, last)
    with st.sidebar:
        period: Any = st.date_input(
            "Period (UTC, both days included)",
            min_value=first,
            max_value=last,
            key="period",
            format="YYYY-MM-DD",
        )
        names = [str(name) for name in data.answer("shell_namespaces")["namespace_name"]]
        chosen = st.session_state.namespace
        if chosen not in (EVERYTHING, *names):
            names.insert(0, chosen)
        namespace = st.selectbox("Namespace", [EVERYTHING, *names], key="namespace")
    # Between two clicks there is one day alone: it is both.
    since, until = (period[0], period[-1]) if isinstance(period, tuple) and period else (first, last)
    view = View(since, until, None if namespace == EVERYTHING else namespace)
    _put_into_address(view)
    return view


def _take_from_address(first: date, last: date) -> None:
    """An address counts when it is not the one that we wrote ourselves."""
    given = {
        name: st.query_params[name] for name in ("since", "until", "namespace") if name in st.query_params
    }
    state = st.session_state
    if "period" not in state or (given and given != state.get("written_address")):
        usual = max(first, last - timedelta(days=_USUAL_DAYS - 1))
        since = _day(given.get("since"), usual, first, last)
        until = _day(given.get("until"), last, first, last)
        state.period = (min(since, until), max(since, until))
        state.namespace = given.get("namespace", EVERYTHING)


def _put_into_address(view: View) -> None:
    if "namespace" in st.query_params and view.namespace is None:
        del st.query_params["namespace"]
    # Also where nothing changes: after a link to the screen that is shown, the browser still has the address before.
    st.query_params.update(view.address)
    st.session_state.written_address = view.address


def _day(text: str | None, otherwise: date, first: date, last: date) -> date:
    try:
        day = date.fromisoformat(text) if text else otherwise
    except ValueError:
        return otherwise
    return min(max(day, first), last)
