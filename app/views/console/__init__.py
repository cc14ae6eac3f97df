"""SQL: one's own questions to the warehouse and the events, read-only, with what can be asked and questions to begin with."""

from typing import Final

import streamlit as st

from app import blocks, data, words
from app.views.console import result as console_result

MOST_IN_ADDRESS = 3_000
_FIRST: Final = """select
    kind,
    count(*) as event_count
from events
group by kind
order by event_count desc"""


def show() -> None:
    """Draw the console, and beside it what can be asked."""
    _take_from_address()
    left, right = st.columns([3, 2], gap="large")
    with left:
        _offer_questions()
        _ask()
    with right:
        _explain()
    console_result.show()


def _take_from_address() -> None:
    """A query in the address is shown and never run by itself: who follows a link reads it first."""
    given, state = st.query_params.get("sql"), st.session_state
    if given and given != state.get("console-address"):
        state["console-sql"] = state["console-address"] = given
        state.pop(console_result.KEY, None)
    # What a widget held is forgotten on other screens; this is not.
    state.setdefault("console-sql", _FIRST)
    state.setdefault("sql-text", state["console-sql"])


def _put_into_address(sql: str) -> None:
    st.session_state["console-sql"] = sql
    if len(sql) <= MOST_IN_ADDRESS:
        st.query_params["sql"] = st.session_state["console-address"] = sql
    else:
        st.query_params.pop("sql", None)


def _offer_questions() -> None:
    saved = {query.name: query for query in data.saved_queries()}

    def take() -> None:
        if (name := st.session_state["console-question"]) is None:
            return
        st.session_state["sql-text"] = saved[name].example
        st.session_state.pop(console_result.KEY, None)
        _put_into_address(st.session_state["sql-text"])

    name = st.selectbox(
        "A question to begin with",
        list(saved),
        index=None,
        format_func=lambda each: saved[each].head.title,
        placeholder="choose one, then change its values",
        key="console-question",
        on_change=take,
    )
    if name:
        blocks.note(words.plain(saved[name].head.why))


def _ask() -> None:
    with st.form("console", border=False):
        sql = st.text_area("Query (one SELECT, in DuckDB's SQL)", height=300, key="sql-text")
        is_run = st.form_submit_button("Run (Ctrl+Enter)", icon=":material/play_arrow:")
    blocks.note(
        f"It can read the warehouse and this lake's events, entries and inventory, and nothing else: no write, no other "
        f"file, no network. At most {data.CONSOLE_ROWS:,} rows and {data.CONSOLE_SECONDS:g} seconds. A query of up to "
        f"{MOST_IN_ADDRESS:,} characters is kept in the address: share the link."
    )
    if is_run:
        _put_into_address(sql or "")
        with st.spinner("Asking"):
            st.session_state[console_result.KEY] = console_result.answered(sql or "")


def _explain() -> None:
    schema = data.answer("console_schema")
    names = sorted(schema["table_name"].unique(), key=lambda name: (name != "events", name))
    chosen = st.selectbox("What can be asked: tables", names, key="table", bind="query-params")
    columns = schema[schema["table_name"] == chosen].map(words.plain, na_action="ignore").to_dict("records")
    if not columns:
        blocks.nothing("The warehouse holds no table.")
        return
    blocks.note(columns[0]["table_meaning"])
    listed = (
        f"- **{each['column_name']}** {each['column_type']}: {each['column_meaning']}" for each in columns
    )
    # Once there is an answer, it is what somebody looks for below.
    with st.expander("Columns", expanded=console_result.KEY not in st.session_state):
        st.markdown("\n".join(listed))
