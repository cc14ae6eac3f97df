"""A report as files in a folder: whole or not there, and left alone where they already say the same."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from pipeline.lake.files import disk_troubles_told, remove, write_bytes
from pipeline.reports.document import Report
from pipeline.reports.places import POPULATIONS, Whole, csv_name_of


def written(report: Report, folder: Path, formats: Collection[str] = ()) -> list[Path]:
    """Writes the report into `folder` in these formats, or in all; gives the files, new or already as they should be.

    Where CSV is among them, files of populations that the report does not have go.
    Raises: UsageError where the disk is full or closed to this account.
    """
    asked = [each for each in FORMATS if not formats or each in formats]
    files = []
    for name, content in contents_of(report, asked):
        file = folder / name
        _put(file, content)
        files.append(file)
    if "csv" in asked:
        for stray in set((folder / POPULATIONS).glob("*.csv")) - set(files):
            remove(stray)
    return files


def contents_of(report: Report, formats: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """The name below the report's folder, and the bytes, of every file of these formats."""
    whole = Whole(formats)
    for each in formats:
        yield from _FILES_BY_FORMAT[each](report, whole)


def _put(file: Path, content: bytes) -> None:
    """A file that is right keeps its time: what was made anew can be told from what was not."""
    with disk_troubles_told(file):
        if file.is_file() and file.read_bytes() == content:
            return
    write_bytes(file, content)


def _pdf(report: Report, whole: Whole) -> Iterator[tuple[str, bytes]]:
    from pipeline.reports.formats.typeset import pdf_from_report

    yield "report.pdf", pdf_from_report(report, whole)


def _html(report: Report, whole: Whole) -> Iterator[tuple[str, bytes]]:
    from pipeline.reports.formats.page import html_from_report

    yield "report.html", html_from_report(report, whole)


def _xlsx(report: Report, whole: Whole) -> Iterator[tuple[str, bytes]]:
    from pipeline.reports.formats.workbook import xlsx_from_report

    yield "report.xlsx", xlsx_from_report(report, whole)


def _csv(report: Report, whole: Whole) -> Iterator[tuple[str, bytes]]:
    from pipeline.reports.formats.populations import csv_from_population

    for section in report.sections:
        for population in section.populations:
            yield csv_name_of(section, population), csv_from_population(population)


def _json(report: Report, whole: Whole) -> Iterator[tuple[str, bytes]]:
    from pipeline.reports.formats.machine import json_from_report

    yield "report.json", json_from_report(report)


_FILES_BY_FORMAT: Mapping[str, Callable[[Report, Whole], Iterator[tuple[str, bytes]]]] = {
    "pdf": _pdf,
    "html": _html,
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
}
FORMATS = tuple(_FILES_BY_FORMAT)
"""The formats a report can be written in."""
