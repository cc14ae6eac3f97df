"""The only door to the pipeline: questions to the warehouse as frames, cases and triage, people's own SQL, reports."""

from app.data.console import CONSOLE_ROWS, CONSOLE_SECONDS, console, saved_queries
from app.data.reports import REPORT_TYPES, Report, report_content, report_digest, reports
from app.data.triage import casebook, decide, decisions_about, next_steps, suppress, suppressions_to_come
from app.data.warehouse import answer, detections, first_and_last_day, kind_families, rows
from pipeline.detect.casebook import Page, page_of
from pipeline.detect.cases import Case
from pipeline.detect.suppressions import ANY_DETECTION
from pipeline.errors import QuayAuditError

__all__ = [
    "ANY_DETECTION",
    "CONSOLE_ROWS",
    "CONSOLE_SECONDS",
    "REPORT_TYPES",
    "Case",
    "Page",
    "QuayAuditError",
    "Report",
    "answer",
    "casebook",
    "console",
    "decide",
    "decisions_about",
    "detections",
    "first_and_last_day",
    "kind_families",
    "next_steps",
    "page_of",
    "report_content",
    "report_digest",
    "reports",
    "rows",
    "saved_queries",
    "suppress",
    "suppressions_to_come",
]
