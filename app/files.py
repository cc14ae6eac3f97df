"""Files that screens show: reports that were made, and the questions that ship with the product."""

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

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
_PARAMETER = re.compile(r"\$([a-z][a-z_]*)")


class Report(NamedTuple):
    """One file that was made. `name` is its path below the reports' folder; `made_at` is UTC."""

    name: str
    kind: str
    period: str
    size: int
    made_at: datetime


class SavedQuery(NamedTuple):
    """A question that ships with the product; `parameters` are SQL texts that stand for `$name` in `query`."""

    name: str
    title: str
    why: str
    parameters: dict[str, str]
    query: str


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


def saved_queries(folder: Path) -> list[SavedQuery]:
    """The questions in a folder, by title: a head of TOML in `-- ` lines, then the query."""
    files = sorted(folder.glob("*.sql")) if folder.is_dir() else []
    return sorted(map(_saved_query, files), key=lambda query: query.title)


def sql_from_saved(query: SavedQuery, since: str) -> str:
    """A question as it can be run and changed: its examples in their places, days on which it begins from `since`."""
    days = {
        name: f"date '{since}'" if name == "since" and text.startswith("date ") else text
        for name, text in query.parameters.items()
    }
    return _PARAMETER.sub(lambda found: days.get(found[1], found[0]), query.query)


def _plain_files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder, followlinks=False):
        for name in names:
            file = Path(place, name)
            if file.is_file() and not file.is_symlink():
                yield file


def _report(file: Path, folder: Path) -> Report:
    status = file.stat(follow_symlinks=False)
    found = _PERIOD.search(file.name)
    period = " to ".join(filter(None, found.groups())) if found else ""
    made_at = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
    return Report(str(file.relative_to(folder)), file.suffix[1:].lower(), period, status.st_size, made_at)


def _saved_query(file: Path) -> SavedQuery:
    lines = file.read_text(encoding="utf-8").splitlines()
    count = next((at for at, line in enumerate(lines) if not line.startswith("--")), len(lines))
    head = tomllib.loads("\n".join(line.removeprefix("--").removeprefix(" ") for line in lines[:count]))
    query = "\n".join(lines[count:]).strip()
    return SavedQuery(file.stem, head["title"], head["why"], head.get("parameters", {}), query)
