"""Exit statuses: the table, and the one place where an error, an interrupt or a bug becomes one."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from types import FrameType, TracebackType
from typing import NoReturn

import click

from pipeline.cli.output import print_error
from pipeline.errors import DataError, Incomplete, QuayAuditError, ServerError, UsageError


class Status(IntEnum):
    """What a script can tell from the exit status."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    SERVER = 3
    INCOMPLETE = 4
    DATA = 5
    BUG = 70
    INTERRUPTED = 130
    READER_GONE = 141


MEANINGS = {
    Status.DONE: "done, everything complete",
    Status.FINDINGS: "findings at or above --fail-on",
    Status.USAGE: "usage or settings",
    Status.SERVER: "Quay refused, is out of reach, or answered another shape",
    Status.INCOMPLETE: "incomplete: windows are left or short",
    Status.DATA: "data: a check failed, a file does not match",
    Status.BUG: "a bug: the traceback is on stderr, please report it",
    Status.INTERRUPTED: "interrupted; what was finished is kept",
    Status.READER_GONE: "whoever read the output stopped reading",
}

_STATUS_BY_KIND_OF_ERROR = {
    UsageError: Status.USAGE,
    ServerError: Status.SERVER,
    Incomplete: Status.INCOMPLETE,
    DataError: Status.DATA,
}


_OF_THE_ENGINE = "Query interrupted"
"""All that DuckDB says where a KeyboardInterrupt came while it worked out a query."""


def status_from_error(error: QuayAuditError) -> Status:
    """The status of an error, by its branch of the tree; an error outside every branch is a bug."""
    kinds = type(error).__mro__
    return next((status for kind, status in _STATUS_BY_KIND_OF_ERROR.items() if kind in kinds), Status.BUG)


def markdown_from_statuses() -> str:
    """The statuses as a Markdown table, a row each."""
    rows = (f"| {status.value} | {meaning} |" for status, meaning in MEANINGS.items())
    return "\n".join(["| status | meaning |", "|---|---|", *rows])


def status_from_run(work: Callable[[], int | None]) -> Status:
    """The status of what `work` returned or raised; an error is said in two lines on stderr.

    SIGTERM interrupts, like Ctrl-C. A bug shows its traceback, and has a status of its own.
    """
    with _BugsToldApart():
        try:
            with _sigterm_interrupts():
                return Status(work() or Status.DONE)
        except QuayAuditError as error:
            _say(error)
            return status_from_error(error)
        except click.ClickException as error:
            error.show()
            return Status.USAGE
        except (KeyboardInterrupt, click.Abort):
            return _interrupted()
        except RuntimeError as error:
            if str(error) != _OF_THE_ENGINE:
                raise
            return _interrupted()
        except BrokenPipeError:
            return Status.READER_GONE
        except OSError as error:
            if error.filename is None:
                raise  # not about a file that somebody named
            _say(_error_from_file_trouble(error))
            return Status.USAGE


def _interrupted() -> Status:
    hint = "what was finished is kept; run the same command to go on"
    _say(QuayAuditError("interrupted", hint=hint))
    return Status.INTERRUPTED


def _error_from_file_trouble(error: OSError) -> UsageError:
    hint = "check the path, and whether this account may read and write there"
    return UsageError(error.strerror or str(error), where=str(error.filename), hint=hint)


def _say(error: QuayAuditError) -> None:
    """The status counts, even where nobody listens any more."""
    with suppress(BrokenPipeError):
        print_error(error)


class _BugsToldApart:
    """Python ends a traceback with status 1, which here means findings: so a bug is given another."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind and isinstance(error, Exception):
            sys.excepthook(kind, error, traceback)
            raise SystemExit(Status.BUG)


@contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # Python takes signals in the main thread alone.
        return
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
