"""Sigma rules that tests write, and events that they are tried on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from sigma.collection import SigmaCollection
from sigma.rule import SigmaRule

from pipeline.detect.examples import event_from_columns
from pipeline.detect.rules import Detection, Example
from pipeline.detect.sigma.correlation import condition_of_rule
from pipeline.detect.sigma.fields import Bindings
from pipeline.detect.sigma.imported import read_sigma
from pipeline.detect.signals import Signal
from pipeline.detect.trial import run_case
from pipeline.warehouse.given import GivenBench, GivenDays

DAY = date(2026, 3, 3)
MIDNIGHT = datetime.combine(DAY, time())
Event = dict[str, Any]


def single(selection: Any, condition: str = "selection", **more: Any) -> dict[str, Any]:
    """A rule about single events."""
    return {
        "title": "A rule",
        "logsource": {"product": "quay"},
        "detection": {"selection": selection, "condition": condition},
        **more,
    }


def named(name: str, selection: Any) -> dict[str, Any]:
    """A rule that a correlation names."""
    return single(selection, name=name, title=name)


def correlation(kind: str, rules: Sequence[str | int], **more: Any) -> dict[str, Any]:
    """A correlation of such rules within ten minutes, unless told otherwise; `_` stands for `-` in a key."""
    said = {key.replace("_", "-"): value for key, value in more.items()}
    return {
        "title": "A correlation",
        "correlation": {"type": kind, "rules": list(rules), "timespan": "10m", **said},
    }


def write(folder: Path, *documents: Mapping[str, Any], name: str = "rules.yml") -> Path:
    """A file that holds these rules."""
    file = folder / name
    file.write_text(yaml.safe_dump_all(documents, allow_unicode=True), "utf-8")
    return file


def read_one(folder: Path, *documents: Mapping[str, Any]) -> Detection:
    """The detection that the last of these rules is."""
    detections = read_sigma([write(folder, *documents)])
    return next(each for each in detections if each.title == documents[-1]["title"])


def events_at(events: Sequence[tuple[int, Event]]) -> list[Event]:
    """Events so many seconds after the midnight that begins the day judged, each in its place."""
    rows = [event_from_columns(columns, MIDNIGHT + timedelta(seconds=at)) for at, columns in events]
    return [{**row, "position": n} for n, row in enumerate(rows)]


def mount(bench: GivenBench, events: Sequence[Event]) -> None:
    """Make these the events of the two days at hand."""
    bench.mount(GivenDays(events=events), DAY, ["int_acts"])


def signals_of(bench: GivenBench, detection: Detection) -> list[Signal]:
    """What a detection says of what is mounted."""
    return run_case(bench, detection, Example(name="what is mounted", day=DAY, fires=[]))


def places_that_fit(bench: GivenBench, document: Mapping[str, Any]) -> list[int]:
    """Of the mounted events, the places of those that fit a rule about single events."""
    (rule,) = SigmaCollection.from_dicts([dict(document)]).rules
    assert isinstance(rule, SigmaRule)
    bindings = Bindings()
    condition = condition_of_rule(rule, bindings)
    query = f"select position from int_acts where {condition} order by position"  # noqa: S608
    found = bench.judge.find(query, ["int_acts"], bindings.params)
    return [place for (place,) in found.rows]
