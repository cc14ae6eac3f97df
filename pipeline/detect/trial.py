"""A detection on trial: its own cases, each with the signals that are to come of it and no other."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from pipeline.detect.examples import given_from_example
from pipeline.detect.firing import COLUMNS, signals_from_found
from pipeline.detect.rules import Detection, Example
from pipeline.detect.signals import Signal
from pipeline.errors import QuayAuditError, UsageError
from pipeline.warehouse.given import GivenBench, given_bench

_SMALLEST_DIFFERENCE = 0.005


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How one case went. `complaints` is empty where it went as it should; `signals` is what came of it."""

    detection_id: str
    case: str
    complaints: list[str]
    signals: list[Signal]


def try_detections(detections: Sequence[Detection], sql: Path) -> Iterator[Verdict]:
    """Every case of these detections, run over the models below `sql`; nothing else is read, nothing stored."""
    with trial_bench(sql) as bench:
        for detection in detections:
            for example in detection.cases:
                yield _verdict(bench, detection, example)


@contextmanager
def trial_bench(sql: Path) -> Iterator[GivenBench]:
    """Where cases are mounted, one after the other, for any number of queries."""
    with given_bench(sql) as bench:
        yield bench


def mount_case(bench: GivenBench, detection: Detection, example: Example) -> None:
    """Make what the case says happened the days that are judged.

    Raises: UsageError naming the detection and the case, where its templates are malformed or a model is missing.
    """
    where = f"{detection.id}, case {example.name!r}"
    try:
        bench.mount(given_from_example(example), example.day, detection.reads)
    except (ValueError, KeyError, msgspec.ValidationError) as error:
        raise UsageError(f"a template of this case is malformed ({error!r})", where=where) from error
    except UsageError as error:
        raise UsageError(error.what, where=where, hint=error.hint) from error


def run_case(
    bench: GivenBench, detection: Detection, example: Example, query: str | None = None
) -> list[Signal]:
    """The signals that the detection gives over the case that is mounted, or that `query` gives in its place.

    Raises: UsageError for a query that fails, DataError for rows that are no signals.
    """
    found = bench.judge.find(query or detection.query, detection.reads, detection.params)
    return signals_from_found(detection, example.day, found)


def complaints_about(signals: Sequence[Signal], fires: Sequence[Mapping[str, Any]]) -> list[str]:
    """What differs between the signals that came and those that a case names; nothing where they are the same.

    Each signal answers one that is named; their order counts for nothing, nor do columns that are not named.
    """
    for expected in fires:
        if strange := sorted(expected.keys() - set(COLUMNS)):
            raise UsageError(f"a case names {strange[0]}, which is no column of a signal")
    answers = _matched(signals, fires)
    lines = [f"did not come: {_words(fires[n])}" for n in range(len(fires)) if n not in answers.values()]
    unasked = [signal for n, signal in enumerate(signals) if n not in answers]
    return lines + [f"came unasked: {_words(_shown(signal))}" for signal in unasked]


def _verdict(bench: GivenBench, detection: Detection, example: Example) -> Verdict:
    signals: list[Signal] = []
    try:
        mount_case(bench, detection, example)
        signals = run_case(bench, detection, example)
        complaints = complaints_about(signals, example.fires)
    except QuayAuditError as error:
        complaints = [str(error)]
    return Verdict(detection_id=detection.id, case=example.name, complaints=complaints, signals=signals)


def _matched(signals: Sequence[Signal], fires: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """As many pairs as there can be: the place of a signal to the place of what it answers."""
    answers: dict[int, int] = {}

    def answer(wanted: int, tried: set[int]) -> bool:
        for n, signal in enumerate(signals):
            if n in tried or not _answers(signal, fires[wanted]):
                continue
            tried.add(n)
            if n not in answers or answer(answers[n], tried):
                answers[n] = wanted
                return True
        return False

    for wanted in range(len(fires)):
        answer(wanted, set())
    return answers


def _answers(signal: Signal, expected: Mapping[str, Any]) -> bool:
    return all(_is_same(getattr(signal, name), value) for name, value in expected.items())


def _is_same(actual: Any, expected: Any) -> bool:
    match expected:
        case float():
            return actual is not None and math.isclose(actual, expected, abs_tol=_SMALLEST_DIFFERENCE)
        case datetime() if expected.tzinfo:
            return bool(actual == expected.astimezone(UTC).replace(tzinfo=None))
        case list():
            return list(actual) == expected
        case "":  # TOML has no null, and no signal an empty text
            return actual is None
        case _:
            return bool(actual == expected)


def _shown(signal: Signal) -> dict[str, Any]:
    values = {name: getattr(signal, name) for name in COLUMNS}
    return {name: value for name, value in values.items() if value is not None}


def _words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {_word(value)}" for name, value in values.items())


def _word(value: Any) -> str:
    match value:
        case str():
            return repr(str(value))
        case tuple() | list():
            return f"{len(value)} keys" if len(value) > 3 else repr(list(value))
        case float():
            return f"{value:g}"
        case _:
            return str(value)
