"""OpenTelemetry: one span a night, one below it a step. Nothing where opentelemetry is not installed.

Where they go is set up by `opentelemetry-instrument`, or by whoever runs a night from a program of their own.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.nightly.outcomes import Figure

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_NANOSECONDS = 1_000_000_000


class Span(Protocol):
    """One piece of work, as it is traced."""

    def tell(self, figures: Mapping[str, Figure], failed: str | None) -> None:
        """What came of it; `failed` says why it did not go well, None where it did."""


Spans = Callable[[str], AbstractContextManager[Span]]
"""Begins a span of that name, below the one that is open."""


class _NoSpan:
    def tell(self, figures: Mapping[str, Figure], failed: str | None) -> None:
        pass


@contextmanager
def no_spans(name: str) -> Iterator[Span]:
    """Traces nothing."""
    yield _NoSpan()


def installed_spans(now: Callable[[], datetime]) -> Spans:
    """Spans of the tracer that this process has been given; none where opentelemetry is not installed."""
    try:
        from opentelemetry.trace import get_tracer
    except ModuleNotFoundError:
        return no_spans
    return spans_of(get_tracer("quay-audit"), now)


def spans_of(tracer: "Tracer", now: Callable[[], datetime]) -> Spans:
    """Spans of this tracer, timed by the night's own clock."""
    from opentelemetry.trace import use_span

    @contextmanager
    def open_span(name: str) -> Iterator[Span]:
        span = tracer.start_span(name, start_time=_nanoseconds(now()))
        try:
            with use_span(span, record_exception=False):
                yield _OpenSpan(span)
        finally:
            span.end(_nanoseconds(now()))

    return open_span


class _OpenSpan:
    def __init__(self, span: Any) -> None:
        self._span = span

    def tell(self, figures: Mapping[str, Figure], failed: str | None) -> None:
        from opentelemetry.trace import StatusCode

        for name, value in figures.items():
            if value is not None:
                self._span.set_attribute(f"quay_audit.{name}", value)
        if failed is not None:
            self._span.set_status(StatusCode.ERROR, failed)


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp()) * _NANOSECONDS + at.microsecond * 1_000
