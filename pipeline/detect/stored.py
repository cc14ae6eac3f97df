"""What judging leaves in the warehouse: signals, cases, which signal is in which case, and how ready each day was."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.detect.cases import Case
from pipeline.detect.readiness import Verdict
from pipeline.detect.scoring import ScoredSignal
from pipeline.detect.signals import Signal
from pipeline.warehouse.records import RecordTable, read_rows, read_tables

Row = dict[str, Any]

_TEXT, _TEXTS, _COUNT, _TIME = "varchar", "varchar[]", "bigint", "timestamp"
_DAY = ("date", "the UTC day judged")

SIGNALS: Final = RecordTable(
    "signals",
    "What the detections said: one firing about one subject on one day. One row: day, signal_id. Units: scores are"
    " points, 12 for each power of ten of rarity; times are UTC. Source: detect",
    {
        "day": _DAY,
        "signal_id": (_TEXT, "the same in every run"),
        "detection_id": (_TEXT, "which detection: QD-01 and so on"),
        "title": (_TEXT, "its title"),
        "family": (_TEXT, "what sort of misuse it looks for"),
        "subject": (_TEXT, "who or what it is about: robot:acme+ci, user:bob, network:192.0.2.0/24, ..."),
        "performer_name": (_TEXT, "the performer; null where there is none or several"),
        "credential": (_TEXT, "the credential, as kind:id; null where there is none or several"),
        "network": (_TEXT, "the network; null where there is none or several"),
        "namespace_name": (_TEXT, "the namespace; null where there is none or several"),
        "repository": (_TEXT, "the repository, as namespace/name; null where there is none or several"),
        "shared": (_TEXT, "what several subjects would have in common if this was one harmless event"),
        "severity": (_TEXT, "informational, low, medium, high or critical"),
        "score": ("double", "points"),
        "reason": (_TEXT, "why it fired, with the numbers"),
        "first_at": (_TIME, "the first of its events"),
        "last_at": (_TIME, "the last of its events"),
        "event_count": (_COUNT, "events behind it"),
        "evidence": (_TEXTS, "keys of at most 20 of them: day, scope, place in the window"),
        "suppression_id": (_TEXT, "the suppression that takes it out; null where it counts"),
    },
)
CASES: Final = RecordTable(
    "cases",
    "What a person triages: signals about one subject on one day. One row: day, case_id. Units: scores are points;"
    " times are UTC. Source: detect",
    {
        "day": _DAY,
        "rank": (_COUNT, "its place among the cases of the day, from 1"),
        "case_id": (_TEXT, "the same in every run"),
        "linked_ids": (
            _TEXTS,
            "the ids it would have under each of its subjects: triage under any of them holds",
        ),
        "subject": (_TEXT, "who or what it is mainly about"),
        "performer_name": (_TEXT, "the performer; null where there is none"),
        "subjects": (_TEXTS, "all that it is about"),
        "severity": (_TEXT, "informational, low, medium, high or critical"),
        "score": ("double", "points of its signals, those of one family capped"),
        "title": (_TEXT, "what it is, in short"),
        "sentence": (_TEXT, "why it is a case"),
        "families": (_TEXTS, "the sorts of misuse"),
        "detection_ids": (_TEXTS, "the detections that fired"),
        "shared": (_TEXTS, "what a collective event has in common"),
        "first_at": (_TIME, "the first of its events"),
        "last_at": (_TIME, "the last of its events"),
        "event_count": (_COUNT, "the least number of events behind it"),
        "evidence": (_TEXTS, "keys of some of them: day, scope, place in the window"),
        "is_collective": ("boolean", "whether it is one event that moved many, for information"),
        "signal_count": (_COUNT, "signals in it"),
    },
)
CASE_SIGNALS: Final = RecordTable(
    "case_signals",
    "Which signals make up which case. One row: day, case_id, signal_id. Units: points. Source: detect",
    {
        "day": _DAY,
        "case_id": (_TEXT, "the case"),
        "signal_id": (_TEXT, "the signal"),
        "rank": (_COUNT, "its place in the case, from 1"),
        "points": ("double", "what it adds to the case's score"),
    },
)
READINESS: Final = RecordTable(
    "detection_readiness",
    "Whether a detection could have seen anything on a day. One row: day, detection_id. Units: none. Source: detect",
    {
        "day": _DAY,
        "detection_id": (_TEXT, "the detection"),
        "readiness": (_TEXT, "ready, degraded or blind: a blind one was not run"),
        "reasons": (_TEXTS, "what was seen in the data that says so"),
    },
)
STATE: Final = RecordTable(
    "detect_state",
    "What each day was judged from: a day whose key has changed is judged again. One row: day. Units: none."
    " Source: detect",
    {
        "day": _DAY,
        "judged_key": (_TEXT, "a hash of all that its signals and cases depend on"),
        "signal_count": (_COUNT, "signals of the day, with suppressed ones"),
        "case_count": (_COUNT, "cases of the day"),
    },
)
TABLES: Final = (SIGNALS, CASES, CASE_SIGNALS, READINESS, STATE)


def rows_from_day(
    signals: Sequence[tuple[Signal, str | None]], cases: Sequence[Case], verdicts: Sequence[Verdict]
) -> dict[str, list[Row]]:
    """A judged day as rows by table. `signals` come with the id of the suppression that takes them out."""
    return {
        SIGNALS.name: [
            {**_row(signal), "signal_id": signal.signal_id, "suppression_id": suppression_id}
            for signal, suppression_id in signals
        ],
        CASES.name: [
            {**_row(case), "rank": rank, "signal_count": len(case.signals)}
            for rank, case in enumerate(cases, 1)
        ],
        CASE_SIGNALS.name: [
            {
                "day": case.day,
                "case_id": case.case_id,
                "signal_id": part.signal.signal_id,
                "rank": rank,
                "points": part.points,
            }
            for case in cases
            for rank, part in enumerate(case.signals, 1)
        ],
        READINESS.name: [_row(verdict) for verdict in verdicts],
    }


def read_signals(
    warehouse: Path, since: date | None = None, until: date | None = None
) -> list[tuple[Signal, str | None]]:
    """The signals of these days, both included, each with the suppression that takes it out; none before `detect`.

    Raises: UsageError where there is no warehouse yet or it is in use.
    """
    rows = read_rows(warehouse, SIGNALS, "day, detection_id, score desc, signal_id", since, until)
    return [(msgspec.convert(row, Signal), row["suppression_id"]) for row in rows]


def read_cases(warehouse: Path, since: date | None = None, until: date | None = None) -> list[Case]:
    """The cases of these days, both included, in the order of their rank, with their signals; none before `detect`.

    Raises: UsageError where there is no warehouse yet or it is in use.
    """
    orders = {CASES: "day, rank", CASE_SIGNALS: "day, case_id, rank", SIGNALS: "day, signal_id"}
    cases, parts, signals = read_tables(warehouse, orders, since, until)
    held = {(row["day"], row["signal_id"]): msgspec.convert(row, Signal) for row in signals}
    scored: defaultdict[tuple[date, str], list[ScoredSignal]] = defaultdict(list)
    for part in parts:
        signal = held[part["day"], part["signal_id"]]
        scored[part["day"], part["case_id"]].append(ScoredSignal(signal, part["points"]))
    return [_case_from_row(row, scored[row["day"], row["case_id"]]) for row in cases]


def read_verdicts(warehouse: Path, since: date | None = None, until: date | None = None) -> list[Verdict]:
    """How ready each detection was on these days, both included; none before `detect`."""
    rows = read_rows(warehouse, READINESS, "day, detection_id", since, until)
    return [msgspec.convert(row, Verdict) for row in rows]


def read_last_verdicts(warehouse: Path) -> list[Verdict]:
    """How ready each detection was on the last day judged, by id; none before `detect`."""
    verdicts = read_verdicts(warehouse)
    last = max((verdict.day for verdict in verdicts), default=None)
    return [verdict for verdict in verdicts if verdict.day == last]


def _case_from_row(row: Mapping[str, Any], parts: Sequence[ScoredSignal]) -> Case:
    fields = {name: value for name, value in row.items() if name not in ("rank", "signal_count")}
    case = msgspec.convert({**fields, "signals": ()}, Case)
    return msgspec.structs.replace(case, signals=tuple(parts))


def _row(struct: msgspec.Struct) -> Row:
    return {name: _plain(value) for name, value in msgspec.structs.asdict(struct).items()}


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case tuple():
            return [_plain(item) for item in value]
        case _:
            return value
