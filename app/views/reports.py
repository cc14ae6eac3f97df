"""Reports: what was made in this lake, with its SHA-256, for download."""

from typing import Final

import pandas as pd
import streamlit as st

from app import blocks, data, words

MOST_BYTES: Final = 500_000_000


def show() -> None:
    """Draw the list, and the report that the address names."""
    reports = data.reports()
    if not reports:
        blocks.nothing(
            "No report has been made yet. `quay-audit report` writes them to this lake's folder `reports`."
        )
        return
    blocks.note("Every report in this lake's folder `reports`, the newest first, whatever period is chosen.")
    blocks.table(_frame(reports), "reports", columns=_COLUMNS)
    names = {report.name: report for report in reports}
    chosen = st.selectbox(
        "Report to download",
        list(names),
        index=None,
        format_func=words.visible,
        placeholder="choose one",
        key="report",
        bind="query-params",
    )
    if chosen:
        _show_one(names[chosen])


_COLUMNS = {
    "kind": "format",
    "size": st.column_config.NumberColumn("size (bytes)", format="localized"),
    "made_at": st.column_config.DatetimeColumn("made at (UTC)", format="YYYY-MM-DD HH:mm:ss"),
}


def _frame(reports: list[data.Report]) -> pd.DataFrame:
    return pd.DataFrame(reports, columns=list(data.Report._fields))


def _show_one(report: data.Report) -> None:
    period = f" · {report.period}" if report.period else ""
    blocks.note(
        f"{words.plain(report.name)}{words.plain(period)} · {words.count(report.size, 'byte')} · made "
        f"{words.moment(report.made_at)}"
    )
    try:
        digest = data.report_digest(report)
    except OSError:
        st.error("This report is gone, or cannot be read any more. Reload to see what there is.")
        return
    blocks.note("SHA-256")
    st.code(digest, language=None, wrap_lines=True)
    if report.size > MOST_BYTES:
        blocks.nothing(f"It is larger than {MOST_BYTES:,} bytes: copy it from the lake's folder `reports`.")
        return
    st.download_button(
        "Download",
        data=lambda: data.report_content(report.name),
        file_name=report.name.rpartition("/")[2],
        mime=data.REPORT_TYPES[f".{report.kind}"],
        key="download-report",
        on_click="ignore",
        icon=":material/download:",
    )
