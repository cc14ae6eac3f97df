"""From what a detection's query gave to signals: every detection answers in the same columns, and they are checked."""

import math
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from pipeline.detect.rules import Detection
from pipeline.detect.signals import Signal
from pipeline.errors import DataError
from pipeline.warehouse.judging import Found

COLUMNS = (
    "subject",
    "performer_name",
    "credential",
    "network",
    "namespace_name",
    "repository",
    "shared",
    "severity",
    "score",
    "reason",
    "first_at",
    "last_at",
    "event_count",
    "evidence",
)
MOST_EVIDENCE = 20

_DIGITS = 2


def signals_from_found(detection: Detection, day: date, found: Found) -> list[Signal]:
    """The signals of one detection on one day, in an order of their own: strongest first, then by subject.

    Rows about one subject with the same first moment are one signal: that of the strongest, with the evidence of all.
    Raises: DataError for other columns, a value of another type, evidence that is too long or not in order.
    """
    where = f"{detection.id}, {day}"
    if tuple(found.columns) != COLUMNS:
        hint = f"the columns are {', '.join(COLUMNS)}"
        raise DataError(f"it gives the columns {', '.join(found.columns)}", where=where, hint=hint)
    said = {"day": day, "detection_id": detection.id, "title": detection.title, "family": detection.family}
    signals = []
    for row in found.rows:
        try:
            signal = msgspec.convert(said | _values(row), Signal)
            _check(signal)
            # Sums of fractions differ in their last digits with the order of the rows.
            signal = replace(signal, score=round(signal.score, _DIGITS))
        except (ValueError, msgspec.ValidationError) as error:
            raise DataError(f"it gives a row that is no signal: {error}", where=where) from error
        signals.append(signal)
    return sorted(
        _without_twins(signals), key=lambda signal: (-signal.score, signal.subject, signal.first_at)
    )


def _without_twins(signals: Iterable[Signal]) -> Iterator[Signal]:
    """Whoever can do two things in one second must not be able to stop a detection by it."""
    twins: dict[str, Signal] = {}
    for signal in sorted(signals, key=lambda each: (-each.score, msgspec.json.encode(each))):
        first = twins.setdefault(signal.signal_id, signal)
        if first is not signal:
            twins[signal.signal_id] = replace(
                first,
                last_at=max(first.last_at, signal.last_at),
                event_count=max(first.event_count, signal.event_count),
                evidence=tuple(sorted({*first.evidence, *signal.evidence})[:MOST_EVIDENCE]),
            )
    yield from twins.values()


def _values(row: tuple[Any, ...]) -> dict[str, Any]:
    """The row by column; exact fractions, as SQL's literals are, become ordinary ones."""
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in zip(COLUMNS, row, strict=True)
    }


def _check(signal: Signal) -> None:
    if not signal.subject or not signal.reason:
        raise ValueError("the subject or the reason is empty")
    if not math.isfinite(signal.score) or signal.score < 0:
        raise ValueError(f"the score is {signal.score}")
    if signal.first_at > signal.last_at:
        raise ValueError("it ends before it begins")
    if len(signal.evidence) > MOST_EVIDENCE or list(signal.evidence) != sorted(signal.evidence):
        raise ValueError(f"evidence is at most {MOST_EVIDENCE} event keys in order")
