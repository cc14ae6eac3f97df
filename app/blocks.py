"""Parts that screens share: tables with a download, empty states, links between screens, and what is not covered."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from app import data, words
from app.filters import View

MOST_SHOWN_ROWS = 1_000


def screen_link(path: str, label: str, **address: str) -> None:
    """A link to another screen that keeps the period and the namespace. `label` shows as it is."""
    view: View = st.session_state.view
    st.page_link(
        st.session_state.pages[path], label=words.plain(label), query_params={**view.address, **address}
    )


def entity_link(subject: str, label: str | None = None) -> None:
    """A link to what is known about `robot:acme+ci`, `user:bob`, `network:192.0.2.0/24`, `repository:acme/web`, ..."""
    screen_link("entity", label or subject, subject=subject)


def table(
    frame: pd.DataFrame,
    name: str,
    *,
    columns: Mapping[str, Any] | None = None,
    empty: str = "",
    key: str | None = None,
    select: bool = False,
) -> int | None:
    """A table with its row count and a download of all of it as CSV; where it is empty, why it is.

    `name` says what the rows are and names the file; `columns` are Streamlit's configurations by column. Gives the
    number of the row that somebody selected, where `select` allows that.
    """
    if frame.empty:
        nothing(empty or f"No {name} in this period.")
        return None
    shown = frame.head(MOST_SHOWN_ROWS)
    listing: dict[str, Any] = {
        "data": shown.assign(**{name: shown[name].map(_seen) for name in _texts(shown)}),
        "hide_index": True,
        "column_config": dict(columns or {}),
        "placeholder": "–",
        "key": key,
        "alt": f"{name}: {words.count(len(frame), 'row')}",
    }
    if select:
        listing |= {"on_select": "rerun", "selection_mode": "single-row"}
    chosen: Any = st.dataframe(**listing)
    _offer_download(frame, name, key or name)
    rows = chosen.selection.rows if select else []
    return rows[0] if rows else None


def _offer_download(frame: pd.DataFrame, name: str, key: str) -> None:
    """How many rows there are, how many of them are shown, and all of them as a file."""
    more = f"; the first {MOST_SHOWN_ROWS:,} are shown" if len(frame) > MOST_SHOWN_ROWS else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        note(f"{words.count(len(frame), 'row')}{more}")
        st.download_button(
            "Download CSV",
            data=lambda: csv_from_frame(frame),
            file_name=f"{name.replace(' ', '-')}.csv",
            mime="text/csv",
            key=f"download-{key}",
            on_click="ignore",
            icon=":material/download:",
        )


def table_of_entities(frame: pd.DataFrame, subjects: Iterable[Any], name: str, **looks: Any) -> None:
    """A table as `table` draws it, of which each row, once selected, opens what is known about its subject."""
    if not frame.empty:
        note("Select a row to open it.")
    chosen = table(frame, name, select=True, **looks)
    if chosen is not None:
        view: View = st.session_state.view
        st.switch_page(
            st.session_state.pages["entity"],
            query_params={**view.address, "subject": list(subjects)[chosen]},
        )


def kept_choice(name: str, allowed: Collection[str]) -> dict[str, Any]:
    """What a widget that chooses one of `allowed`, or none, takes to keep that in the address as `name`."""
    key = f"kept-{name}"
    given = st.query_params.get(name)
    st.session_state[key] = given if given in allowed else None

    def write() -> None:
        if st.session_state[key] is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = st.session_state[key]

    return {"key": key, "on_change": write}


def count_columns(**labels: str) -> dict[str, Any]:
    """Columns of numbers, by name, with their labels: thousands separators as the reader writes them."""
    return {name: st.column_config.NumberColumn(label, format="localized") for name, label in labels.items()}


def time_columns(**labels: str) -> dict[str, Any]:
    """Columns of times in UTC, by name, with their labels, which should say so."""
    return {
        name: st.column_config.DatetimeColumn(label, format="YYYY-MM-DD HH:mm:ss")
        for name, label in labels.items()
    }


def chart(drawing: Any, alt: str, **looks: Any) -> None:
    """A chart with its text in the colour of text: of what Streamlit would make of it, the light one is too pale."""
    st.altair_chart(drawing, theme=None, alt=alt, **looks)


def csv_from_frame(frame: pd.DataFrame) -> bytes:
    """The rows as CSV in UTF-8; what a spreadsheet would run as a formula begins with an apostrophe."""
    text: str = frame.map(words.guarded).to_csv(index=False)
    return text.encode()


def nothing(why: str) -> None:
    """Instead of something empty: why it is empty."""
    st.info(why, icon=":material/info:")


def note(markdown: str) -> None:
    """A small remark, in the colour of text: Streamlit's captions are too pale to read for many."""
    st.markdown(f":small[{markdown}]")


def what_is_missing(view: View) -> None:
    """One line on every screen: which period it covers, and what of that is not proven."""
    (gaps,) = data.rows("shell_gaps", **view.bound)
    where = f" · {words.plain(view.namespace)}" if view.namespace else ""
    told = [
        f"{words.count(gaps.day_count - gaps.read_day_count, 'day')} not read"
        if gaps.day_count > gaps.read_day_count
        else "",
        f"{words.count(gaps.short_count, 'window')} short of {words.count(gaps.missing_entry_count, 'entry')}"
        if gaps.short_count
        else "",
        f"{words.count(gaps.unverified_count, 'window')} unverified" if gaps.unverified_count else "",
        f"{words.count(gaps.open_count, 'window')} of a day that is not over" if gaps.open_count else "",
    ]
    missing = "; ".join(filter(None, told)) or "nothing: every window equals Quay's own counts"
    note(f"{words.span(view.since, view.until)} UTC{where} · Missing: {missing}")


def _texts(frame: pd.DataFrame) -> list[str]:
    return list(frame.select_dtypes(include=["object", "string"]).columns)


def _seen(value: Any) -> Any:
    """Text, alone or in a list, without what hides; what is no text stays as it is."""
    if isinstance(value, str):
        return words.visible(value)
    return [_seen(item) for item in value] if isinstance(value, list) else value
