"""Which lake is shown, and questions to its warehouse as frames."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pipeline.bundle import bundled
from pipeline.detect.rules import Detection, read_detections
from pipeline.detect.stored import TABLES
from pipeline.lake.layout import Layout
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.warehouse.reader import Reader

_KEPT_ANSWERS = 300


@dataclass(frozen=True)
class Source:
    """The lake and the warehouse that this process shows."""

    lake: Path
    warehouse: Path

    @property
    def layout(self) -> Layout:
        """Where the files of the lake are."""
        return Layout(self.lake)


@st.cache_resource
def source() -> Source:
    """What the command line named: the lake, then the warehouse."""
    lake, warehouse = sys.argv[1:3]
    return Source(Path(lake), Path(warehouse))


@st.cache_resource
def _reader(where: Source) -> Reader:
    return Reader(where.layout, where.warehouse, TABLES)


def stamp() -> str:
    """Another text whenever a build or detect has put another warehouse in place; empty before the first."""
    return _reader(source()).stamp()


def answer(question: str, **given: Any) -> pd.DataFrame:
    """The rows of a question in `sql/screens`, as a frame of your own; it takes what it needs of `given`.

    Raises: QuayAuditError with words for people.
    """
    return _answered(stamp(), question, given).copy(deep=False)


def rows(question: str, **given: Any) -> list[Any]:
    """As `answer`, each row with its columns as attributes; what is null is None."""
    frame = answer(question, **given)
    return list(frame.astype(object).where(frame.notna(), None).itertuples(index=False))


@st.cache_data(max_entries=_KEPT_ANSWERS, show_spinner=False)
def _answered(stamp: str, question: str, given: Mapping[str, Any]) -> pd.DataFrame:
    frame: pd.DataFrame = _reader(source()).answer(question, given).to_pandas()
    return frame


def first_and_last_day() -> tuple[date, date] | None:
    """The range of days in the warehouse; None where there is none."""
    (row,) = rows("shell_days")
    return None if row.first_day is None else (row.first_day, row.last_day)


@st.cache_resource
def detections() -> dict[str, Detection]:
    """The detections by id: what they look for, what they need, and what to do when one fires."""
    return {detection.id: detection for detection in read_detections(bundled("sql"))}


def kind_families() -> dict[str, list[str]]:
    """Every kind that is known, and the family of each in the same order: what questions about families bind."""
    return {"kinds": list(FAMILY_BY_KIND), "families": list(FAMILY_BY_KIND.values())}
