"""Files that reports left in the lake: listed without following a link, read only when somebody asks for one."""

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from app.data.warehouse import source

REPORT_TYPES = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".json": "application/json",
    ".zip": "application/zip",
}
_DAY = r"\d{4}-?\d{2}-?\d{2}"
_PERIOD = re.compile(
    rf"(?<!\d)({_DAY})(?:(?:_to_|-to-|\.\.|_|--)({_DAY}))?(?!\d)|(?<!\d)(\d{{4}}-(?:\d{{2}}|W\d{{2}}))(?!\d)"
)


class Report(NamedTuple):
    """One file that was made. `name` is its path below the reports' folder; `made_at` is UTC."""

    name: str
    kind: str
    period: str
    size: int
    made_at: datetime


def reports() -> list[Report]:
    """What `quay-audit report` has made in this lake, the newest first."""
    return reports_in(_folder())


def report_content(name: str) -> bytes:
    """The bytes of one of `reports()`. Raises: OSError where it is gone."""
    return content_of(_folder(), name)


@st.cache_data(max_entries=200, show_spinner="Reading the file for its SHA-256")
def report_digest(report: Report) -> str:
    """The SHA-256 of one of `reports()`. Raises: OSError where it is gone."""
    return digest_of(_folder(), report.name)


def reports_in(folder: Path) -> list[Report]:
    """What was made, the newest first; no link is followed, and nothing is read."""
    found = [_report(file, folder) for file in _plain_files(folder) if file.suffix.lower() in REPORT_TYPES]
    return sorted(found, key=lambda report: (report.made_at, report.name), reverse=True)


def content_of(folder: Path, name: str) -> bytes:
    """The bytes of one of `reports_in(folder)`.

    Raises: OSError where it is gone, or has become a link.
    """
    with os.fdopen(os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read()


def digest_of(folder: Path, name: str) -> str:
    """The SHA-256 of one of `reports_in(folder)`, read piece by piece.

    Raises: OSError where it is gone, or has become a link.
    """
    with os.fdopen(os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder() -> Path:
    return source().layout.reports


def _plain_files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder, followlinks=False):
        for name in names:
            file = Path(place, name)
            if file.is_file() and not file.is_symlink():
                yield file


def _report(file: Path, folder: Path) -> Report:
    status = file.stat(follow_symlinks=False)
    found = _PERIOD.search(str(file.relative_to(folder)))
    period = " to ".join(filter(None, found.groups())) if found else ""
    made_at = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
    return Report(str(file.relative_to(folder)), file.suffix[1:].lower(), period, status.st_size, made_at)
