"""The only door to the pipeline: questions to the warehouse as frames, cases with where they stand, and triage."""

import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from app import files
from pipeline.bundle import bundled
from pipeline.detect.casebook import Casebook, Page, page_of, read_casebook
from pipeline.detect.cases import Case, merged_next_steps
from pipeline.detect.decisions import Acknowledged, Closed, Decision, Disposition, Reopened, Suppressed
from pipeline.detect.rules import Detection, read_detections
from pipeline.detect.stored import TABLES
from pipeline.detect.suppressions import ANY_DETECTION, Coverage, Suppression, check_coverage
from pipeline.detect.triage import check_decision, suppression_id_of
from pipeline.errors import QuayAuditError, UsageError
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.warehouse.query import asked
from pipeline.warehouse.reader import Reader

__all__ = [
    "ANY_DETECTION",
    "Case",
    "Casebook",
    "Page",
    "QuayAuditError",
    "Source",
    "answer",
    "casebook",
    "console",
    "decide",
    "detections",
    "page_of",
    "rows",
    "source",
]

CONSOLE_ROWS = 10_000
CONSOLE_SECONDS = 20.0
_KEPT_ANSWERS = 300


@dataclass(frozen=True)
class Source:
    """The lake and the warehouse that this process shows, and whether triage is asked to name who signed in."""

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


def casebook() -> Casebook:
    """Every case with where it stands now: as of the warehouse, and of every decision up to this moment."""
    where = source()
    return _casebook(stamp(), Journal(where.layout.triage).count())


# As it is, and not as a copy for each look: thousands of cases are read by every screen, and changed by none.
@st.cache_resource(max_entries=4, show_spinner=False)
def _casebook(stamp: str, decisions: int) -> Casebook:
    where = source()
    return read_casebook(where.layout, where.warehouse)


@st.cache_resource
def detections() -> dict[str, Detection]:
    """The detections by id: what they look for, what they need, and what to do when one fires."""
    return {detection.id: detection for detection in read_detections(bundled("sql"))}


def decide(case_id: str, action: str, by: str, note: str, disposition: str = "") -> None:
    """Write down what was decided about a case: acknowledge, close (with a disposition) or reopen.

    Raises: UsageError where the case has moved on since it was shown, and makes that void; and where nothing is said.
    """
    if action not in ("acknowledge", "close", "reopen"):
        raise UsageError("no decision is chosen", hint="choose one above the note")
    where = source()
    note = note.strip() if action == "acknowledge" else _said(note)
    page = page_of(case_id, read_casebook(where.layout, where.warehouse).pages)
    at = datetime.now(UTC)
    decision: Decision
    if action == "close":
        decision = Closed(by=by, at=at, case=page.note, note=note, disposition=Disposition(disposition))
    elif action == "reopen":
        decision = Reopened(by=by, at=at, case=page.note, note=note)
    else:
        decision = Acknowledged(by=by, at=at, case=page.note, note=note)
    check_decision(type(decision), page.note, page.standing)
    Journal(where.layout.triage).append(decision)


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


def first_and_last_day() -> tuple[date, date] | None:
    """The range of days in the warehouse; None where there is none."""
    (row,) = rows("shell_days")
    return None if row.first_day is None else (row.first_day, row.last_day)


def suppress(coverage: Mapping[str, Any], by: str, why: str) -> str:
    """Have signals not count until a day: detection_id, subject, since and until of `coverage`; gives its id.

    Raises: UsageError for what would never end, never begin or cover everything, and where no reason is given.
    """
    at = datetime.now(UTC)
    covered = Coverage(**coverage)
    check_coverage(covered, at.date())
    record = Suppressed(by=by, at=at, coverage=covered, why=_said(why))
    return suppression_id_of(Journal(source().layout.triage).append(record))


class Decided(NamedTuple):
    """One decision about a case, in words."""

    decided_at: datetime
    decision: str
    decided_by: str
    note: str


def decisions_about(page: Page) -> list[Decided]:
    """What was decided about a case, oldest first."""
    return [
        Decided(each.at, _words_from_decision(each), each.by, each.note) for each in page.standing.decisions
    ]


def _words_from_decision(decision: Decision) -> str:
    if isinstance(decision, Closed):
        return f"closed as {decision.disposition.value}"
    return "acknowledged" if isinstance(decision, Acknowledged) else "reopened"


def suppressions_to_come(page: Page) -> list[Suppression]:
    """Suppressions that cover signals which still count in a case: the next detect takes those out."""
    signals = [part.signal for part in page.case.signals] if page.case else []
    return [each for each in casebook().triage.suppressions if any(map(each.covers, signals))]


def next_steps(page: Page) -> list[str]:
    """What to do about a case, each step once; nothing where nobody has to act."""
    case, known = page.case, detections()
    if case is None or case.is_collective:
        return []
    # A case is shown even where this version has its detection no more.
    steps = {each: known[each].next_steps for each in case.detection_ids if each in known}
    return merged_next_steps(case.detection_ids, steps)


def _said(text: str) -> str:
    if not text.strip():
        raise UsageError("nothing is said", hint="write a few words: somebody will read them later")
    return text.strip()


def kind_families() -> dict[str, list[str]]:
    """Every kind that is known, and the family of each in the same order: what questions about families bind."""
    return {"kinds": list(FAMILY_BY_KIND), "families": list(FAMILY_BY_KIND.values())}


@st.cache_resource
def _console_places() -> threading.BoundedSemaphore:
    """So many questions of people's own at a time: each may hold its memory limit."""
    return threading.BoundedSemaphore(2)


def saved_queries() -> list[files.SavedQuery]:
    """The questions that ship with the product, by title."""
    return files.saved_queries(bundled("sql") / "questions")


def reports() -> list[files.Report]:
    """What `quay-audit report` has made in this lake, the newest first."""
    return files.reports_in(_reports_folder())


def report_content(name: str) -> bytes:
    """The bytes of one of `reports()`. Raises: OSError where it is gone."""
    return files.content_of(_reports_folder(), name)


@st.cache_data(max_entries=200, show_spinner="Reading the file for its SHA-256")
def report_digest(report: files.Report) -> str:
    """The SHA-256 of one of `reports()`. Raises: OSError where it is gone."""
    return files.digest_of(_reports_folder(), report.name)


def _reports_folder() -> Path:
    return source().lake / "reports"
