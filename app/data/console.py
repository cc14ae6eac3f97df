"""Questions of people's own, and those that ship with the product."""

import threading

import pandas as pd
import streamlit as st

from app.data.warehouse import source
from pipeline.bundle import bundled
from pipeline.errors import UsageError
from pipeline.warehouse.desk import DeskQuestion, read_desk
from pipeline.warehouse.query import asked

CONSOLE_ROWS = 10_000
CONSOLE_SECONDS = 20.0


def console(sql: str) -> tuple[pd.DataFrame, bool]:
    """The answer to somebody's own SELECT, and whether it was cut off; read-only, without files or network.

    Raises: UsageError for anything else, and for what takes too long.
    """
    where, places = source(), _console_places()
    if not places.acquire(timeout=CONSOLE_SECONDS):
        raise UsageError("others are asking long questions just now", hint="run it again in a moment")
    try:
        with asked(
            where.layout,
            where.warehouse,
            sql,
            timeout_seconds=CONSOLE_SECONDS,
            row_limit=CONSOLE_ROWS + 1,
            memory_limit="300MB",
        ) as reply:
            frame: pd.DataFrame = reply.batches().read_pandas()
    except (ValueError, NotImplementedError, OverflowError) as error:
        # Arrow's own errors are of these kinds.
        hint = "cast such columns: cast(name as varchar)"
        raise UsageError("the answer holds values that no table here can show", hint=hint) from error
    finally:
        places.release()
    return frame.head(CONSOLE_ROWS), len(frame) > CONSOLE_ROWS


@st.cache_resource
def saved_queries() -> list[DeskQuestion]:
    """The questions that ship with the product, by title."""
    return read_desk(bundled("sql"))


@st.cache_resource
def _console_places() -> threading.BoundedSemaphore:
    """So many questions of people's own at a time: each may hold its memory limit."""
    return threading.BoundedSemaphore(2)
