"""All printing: data on stdout, words for people on stderr, and nothing of either from any other module.

Text from Quay is written by whoever can push a tag, so no control character of it reaches a terminal.
"""

import io
import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO

import click

from pipeline.cli.pace import Pace
from pipeline.errors import QuayAuditError, UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

_QUIET = "pipeline.cli.quiet"
_SECONDS_BETWEEN_LINES = 5.0

# Controls, surrogates, and what turns or hides text; the two joiners that scripts and emoji need are left alone.
_UNSAFE_CHARACTERS = (
    "\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f"
)
_UNSAFE = re.compile(f"[{_UNSAFE_CHARACTERS}]")
_UNSAFE_WITHIN_LINES = re.compile(f"(?![\\t\\n])[{_UNSAFE_CHARACTERS}]")


def visible(text: str) -> str:
    """The text with every unsafe character as its escape: one line, whatever it held."""
    return _UNSAFE.sub(_escape, text)


def be_quiet() -> None:
    """From here on, the running command tells people nothing but errors."""
    click.get_current_context().meta[_QUIET] = True


def is_quiet() -> bool:
    """Whether people are told errors alone. Asked in the command's own thread; other threads have no context."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_QUIET))


def tell(text: str) -> None:
    """A line for people; nothing when they asked for quiet."""
    if not is_quiet():
        _write([f"{visible(text)}\n"], sys.stderr)


def print_error(error: QuayAuditError) -> None:
    """Two lines for people: what failed and where, and what to do."""
    where = f" ({visible(error.where)})" if error.where else ""
    hint = f"hint: {visible(error.hint)}\n" if error.hint else ""
    _write([f"error: {visible(error.what)}{where}\n{hint}"], sys.stderr)


def print_text(text: str) -> None:
    """One line of data."""
    _write([f"{visible(text)}\n"], sys.stdout)


def print_json(value: Any) -> None:
    """One JSON document in ASCII, its keys sorted: equal values give equal bytes."""
    _write([f"{_json(value, indent=2)}\n"], sys.stdout)


def print_ndjson(values: Iterable[Any]) -> None:
    """One JSON document a line, in ASCII, its keys sorted."""
    _write((f"{_json(value)}\n" for value in values), sys.stdout)


def print_chunks(chunks: Iterable[str]) -> None:
    """Rendered data (CSV and the like): as it is into a file or pipe, without unsafe characters on a terminal."""
    if sys.stdout.isatty():
        chunks = (_UNSAFE_WITHIN_LINES.sub(_escape, chunk) for chunk in chunks)
    _write(chunks, sys.stdout)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows under their column names, never cut; numbers to the right, an absent value as nothing."""
    from rich.cells import cell_len

    body = list(rows)
    to_right = [all(_is_number(row[at]) for row in body) for at in range(len(columns))]
    lines = [[visible(name) for name in columns]]
    lines += [["" if cell is None else visible(str(cell)) for cell in row] for row in body]
    widths = [max(cell_len(line[at]) for line in lines) for at in range(len(columns))]
    lines.insert(1, ["-" * width for width in widths])

    def padded(cell: str, at: int) -> str:
        space = " " * (widths[at] - cell_len(cell))
        return space + cell if to_right[at] else cell + space

    texts = ("  ".join(padded(cell, at) for at, cell in enumerate(line)) for line in lines)
    _write((f"{text.rstrip()}\n" for text in texts), sys.stdout)


def prepare_streams() -> None:
    """From here on both streams take any text, and stdout takes it whole.

    Files and pipes get UTF-8, a terminal its own encoding with escapes.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and isinstance(sys.stdout.buffer, io.FileIO):
        # Under PYTHONUNBUFFERED a write that the system takes in part is not continued: data would be lost in silence.
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(sys.stdout.detach()))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def abandon_closed_streams() -> None:
    """What is still buffered for a reader that has gone, or a full disk, goes nowhere; so the exit cannot fail."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Progress:
    """Shows how far a piece of work is: a bar on a terminal, else a line at most every five seconds; quiet when asked.

    Used in a `with`; `advance` and `say` may be called from any thread.
    """

    def __init__(self, what: str, *, unit: str = "rows", clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._pace = Pace(unit, clock)
        self._clock = clock
        self._next_line_at = clock() + _SECONDS_BETWEEN_LINES
        self._lock = threading.Lock()
        self._is_quiet = is_quiet()
        self._is_over = False
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if not self._is_quiet and sys.stderr.isatty():
            self._live = self._live_bar()
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._is_over = True
        if self._live:
            self._live.stop()
        elif not self._is_quiet:
            self._line(self._pace.summary())

    def expect(self, total: int) -> None:
        """From now on it is known how much there is in all."""
        with self._lock:
            self._pace.total = total

    def advance(self, count: int, pages: int = 0) -> None:
        """So many units, and pages, more are done."""
        with self._lock:
            self._pace.advance(count, pages)
            is_due = self._clock() >= self._next_line_at
            if is_due:
                self._next_line_at = self._clock() + _SECONDS_BETWEEN_LINES
            words = self._pace.words() if is_due else ""
        if words and not self._live and not self._is_quiet:
            self._line(words)

    def say(self, text: str) -> None:
        """A line for people, above the bar where there is one."""
        if self._live:
            self._live.console.print(visible(text), markup=False, highlight=False, soft_wrap=True)
        elif not self._is_quiet:
            self._line(text)

    def _line(self, text: str) -> None:
        _write([f"{visible(f'{self._what}: {text}')}\n"], sys.stderr)

    def _live_bar(self) -> "Live | None":
        from rich.console import Console
        from rich.live import Live

        console = Console(file=sys.stderr)
        if console.is_dumb_terminal:
            return None
        return Live(
            console=console,
            get_renderable=self._bar,
            refresh_per_second=4,
            # Redirected, data printed meanwhile would end on stderr.
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def _bar(self) -> "RenderableType":
        """Drawn in a thread of its own, so that a server that stands still is seen to."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        with self._lock:
            share = self._pace.share or 0.0
            words = self._pace.summary() if self._is_over else self._pace.words()
        room = (self._live.console.width if self._live else 0) - len(self._what) - len(words) - 3
        grid = Table.grid(padding=(0, 1))
        grid.add_row(self._what, ProgressBar(total=1.0, completed=share, width=max(5, min(30, room))), words)
        return grid


def _write(texts: Iterable[str], stream: TextIO) -> None:
    """Raises BrokenPipeError when the reader has gone, UsageError when the place takes no more."""
    for text in texts:
        with _failing_as_usage():
            stream.write(text)
    with _failing_as_usage():
        stream.flush()


@contextmanager
def _failing_as_usage() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(
            f"the output cannot be written: {error.strerror}", hint="make room, or write to another place"
        ) from error


def _json(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, sort_keys=True, allow_nan=False, indent=indent, default=_plain)
    return text.replace("\x7f", "\\u007f")


def _plain(value: Any) -> str:
    """What JSON has no word for and is safe to show; a Secret is not."""
    match value:
        case date():
            return value.isoformat()
        case Path():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _is_number(cell: Any) -> bool:
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
