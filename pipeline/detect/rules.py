"""Detections: one file each in `sql/detections/`, with a head, one query, and the cases that it must get right."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from pipeline.detect.signals import Family, Severity
from pipeline.errors import UsageError
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.registry.tables import TABLE_BY_NAME

Parameter = bool | int | float | str | list[str]

FOLDER = "detections"
READABLE_PREFIXES = ("int_acts", "mart_", "base_", "stg_inventory_", "stg_windows")
DAY = "day"
"""The parameter that every query may use: the UTC day judged."""

SIGMA_ID = re.compile(r"SIGMA-[0-9a-f]{8}")
"""The id of a detection that was read from a Sigma rule; no file in the folder has such a one."""

_COMMENT = "--"
_FIRST_CASE = "[[cases]]"
_ID = re.compile(r"QD-\d\d")
_WRITTEN = "the head and the cases are TOML in `-- ` lines, above and below one query"


class Needs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must be there for a detection to see anything.

    `kinds`: any of these must be logged; `failure_kinds`: those that exist only where Quay's failure logging is on.
    `inventory`: tables without which it sees less, or nothing where `inventory_required`. `network`: client addresses
    that tell clients apart. `superuser`: the scope `all`.
    """

    kinds: list[str] = []
    failure_kinds: list[str] = []
    inventory: list[str] = []
    inventory_required: bool = False
    network: bool = False
    superuser: bool = False
    history_days: int = 0


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case that a detection must get right: what happened around `day`, and the signals that are to come of it.

    Shape: `fires` names of each signal only the columns that matter; empty for a near miss. `events`, `windows`,
    `inventory` (rows by table) and `inventory_changes` are templates: `pipeline.detect.examples` spells them out.
    """

    name: str
    day: date
    fires: list[dict[str, Any]]
    events: list[dict[str, Any]] = []
    windows: list[dict[str, Any]] = []
    inventory: dict[str, list[dict[str, Any]]] = {}
    inventory_changes: list[dict[str, Any]] = []


class SigmaRuleForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule in Sigma's terms: a `detection` of single events, or a `correlation` of such rules by their `name`."""

    title: str
    name: str = ""
    detection: dict[str, Any] = {}
    correlation: dict[str, Any] = {}


class SigmaForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A detection as far as Sigma can say it, to be exported; `without` tells what is lost.

    `louder_in` and `quieter_in`: the detection's own cases in which these rules answer otherwise for that reason.
    """

    without: str
    rules: list[SigmaRuleForm]
    louder_in: list[str] = []
    quieter_in: list[str] = []


class Detection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One detection. `name` is that of its file; `keys` are the metadata keys that its query reads, by kind.

    `sigma` is None where nothing is left of it in Sigma's terms.
    """

    id: str
    title: str
    family: Family
    severity: Severity
    why: str
    tactics: list[str]
    techniques: list[str]
    reads: list[str]
    next_steps: list[str]
    false_positives: list[str]
    needs: Needs
    keys: dict[str, list[str]] = {}
    params: dict[str, Parameter] = {}
    sigma: SigmaForm | None = None
    name: str
    query: str
    cases: list[Example]


def read_detections(folder: Path, ids: Sequence[str] = ()) -> list[Detection]:
    """Every detection below `folder` (the folder `sql`), or those with these ids, by id.

    Raises: UsageError naming the file and what is wrong with it, or the id that no file has.
    """
    files = sorted((folder / FOLDER).glob("*.sql"))
    prefixes = {_prefix_from_id(each): each for each in ids}
    chosen = [file for file in files if not ids or file.stem.startswith(tuple(prefixes))]
    for prefix, wanted in prefixes.items():
        if not any(file.stem.startswith(prefix) for file in chosen):
            known = ", ".join(_id_from_stem(file.stem) for file in files) or "none"
            raise UsageError(f"{wanted} is no detection", hint=f"the detections are {known}")
    detections = [read_detection(file) for file in chosen]
    _refuse_twins(detections)
    return detections


def read_detection(file: Path) -> Detection:
    """The detection that one file holds; raises UsageError naming the file and what is wrong with it."""
    try:
        detection = detection_from_text(file.stem, file.read_text(encoding="utf-8"))
    except (ValueError, msgspec.ValidationError) as error:
        raise UsageError(f"this detection is malformed ({error})", where=str(file), hint=_WRITTEN) from error
    if not file.stem.startswith(_prefix_from_id(detection.id)):
        raise UsageError(
            f"a file of {detection.id} is called {_prefix_from_id(detection.id)}...", where=str(file)
        )
    return detection


def detection_from_text(name: str, text: str) -> Detection:
    """The detection that a text spells.

    Raises: ValueError, or what TOML and msgspec raise, with what is wrong.
    """
    lines = text.splitlines()
    first_line = next((n for n, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
    first_case = next(
        (n for n, line in enumerate(lines) if n >= first_line and _uncommented(line).strip() == _FIRST_CASE),
        len(lines),
    )
    query = "\n".join(lines[first_line:first_case]).strip()
    if not query:
        raise ValueError("there is no query below the head")
    if strange := next(
        (n for n, line in enumerate(lines[first_case:], first_case + 1) if line and line[:2] != _COMMENT), 0
    ):
        raise ValueError(f"line {strange} stands among the cases and is no comment")
    head = _toml(lines[:first_line])
    given = {"name": name, "query": query, "cases": _toml(lines[first_case:]).get("cases", [])}
    if both := sorted(head.keys() & given.keys()):
        raise ValueError(f"a head has no {both[0]}")
    detection = msgspec.convert(head | given, Detection)
    _check(detection)
    return detection


def _check(detection: Detection) -> None:
    """Refuses what no other part would notice before the first run."""
    if not _ID.fullmatch(detection.id):
        raise ValueError(f"an id is QD- and two digits, not {detection.id!r}")
    for read in detection.reads:
        if not read.startswith(READABLE_PREFIXES):
            raise ValueError(f"a detection reads only {', '.join(READABLE_PREFIXES)}; not {read}")
    needs = detection.needs
    _known("kind", [*needs.kinds, *needs.failure_kinds, *detection.keys], FAMILY_BY_KIND)
    _known("table of the inventory", needs.inventory, TABLE_BY_NAME)
    for case in detection.cases:
        _known("table of the inventory", case.inventory, TABLE_BY_NAME)
    if DAY in detection.params:
        raise ValueError(f"${DAY} is given to every query: no parameter may be called that")


def _known(what: str, words: Iterable[str], known: Iterable[str]) -> None:
    if strange := sorted(set(words) - set(known)):
        raise ValueError(f"{strange[0]!r} is no {what}")


def _refuse_twins(detections: Sequence[Detection]) -> None:
    by_id: dict[str, Detection] = {}
    for detection in detections:
        twin = by_id.setdefault(detection.id, detection)
        if twin is not detection:
            raise UsageError(f"two files have the id {detection.id}: {twin.name} and {detection.name}")


def _toml(lines: Sequence[str]) -> dict[str, Any]:
    return tomllib.loads("\n".join(map(_uncommented, lines)))


def _uncommented(line: str) -> str:
    return line.removeprefix(_COMMENT).removeprefix(" ")


def _prefix_from_id(detection_id: str) -> str:
    return f"{detection_id.lower().replace('-', '')}_"


def _id_from_stem(stem: str) -> str:
    return f"QD-{stem.partition('_')[0][2:]}"
