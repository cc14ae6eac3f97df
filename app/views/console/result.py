"""What a query of somebody's own gave: its rows for download, or in words why it was refused."""

import time
from typing import Any, Final, NamedTuple

import pandas as pd
import streamlit as st

from app import blocks, data, words

KEY: Final = "console-result"


class Result(NamedTuple):
    """What the last run gave: rows, or in words why there are none."""

    sql: str
    frame: pd.DataFrame
    is_cut: bool
    seconds: float
    refusal: str


def answered(sql: str) -> Result:
    """What the warehouse says to a query; never an error."""
    begun = time.monotonic()
    if not sql.strip():
        return Result(
            sql, pd.DataFrame(), False, 0, "There is no query: write one, or choose a question above."
        )
    try:
        frame, is_cut = data.console(sql)
    except data.QuayAuditError as error:
        hint = f" {error.hint[0].upper()}{error.hint[1:]}." if error.hint else ""
        return Result(sql, pd.DataFrame(), False, 0, f"No answer: {error.what}.{hint}")
    return Result(sql, frame, is_cut, time.monotonic() - begun, "")


def show() -> None:
    """Draw what the last run of this visitor gave."""
    result: Result | None = st.session_state.get(KEY)
    if result is None:
        return
    st.header("Result")
    if result.refusal:
        st.error(words.plain(result.refusal), icon=":material/block:")
        return
    cut = f" The answer is longer: these are its first {data.CONSOLE_ROWS:,} rows." if result.is_cut else ""
    blocks.note(f"Answered in {result.seconds:.2f} s.{cut}")
    blocks.table(
        result.frame, "result", empty="The query was run, and no row answers it.", columns=_columns(result)
    )


def _columns(result: Result) -> dict[str, Any]:
    moments = result.frame.select_dtypes(include=["datetime", "datetimetz"]).columns
    return {name: st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss") for name in moments}
