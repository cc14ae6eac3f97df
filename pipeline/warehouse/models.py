"""Models: one SELECT a file in `sql/`, under a head that says what a row is and what each column means."""

import hashlib
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal

import msgspec

from pipeline.errors import UsageError

_COMMENT = "--"
_RAW = "raw_"
_STAGING = "stg_"


class Layer(StrEnum):
    """How far from the lake a model is; also its folder, and what it may read."""

    STAGING = "staging"
    INTERMEDIATE = "intermediate"
    MARTS = "marts"
    CHECKS = "checks"
    BASELINES = "baselines"


class Period(StrEnum):
    """What the lake is worked through by, one after the other; also the column that says which."""

    DAY = "day"
    SNAPSHOT = "snapshot_date"


PREFIXES = {
    Layer.STAGING: _STAGING,
    Layer.INTERMEDIATE: "int_",
    Layer.MARTS: "mart_",
    Layer.CHECKS: "check_",
    Layer.BASELINES: "base_",
}
READABLE_PREFIXES = {
    Layer.STAGING: (_RAW,),
    Layer.INTERMEDIATE: (_STAGING, "int_"),
    Layer.MARTS: (_STAGING, "int_"),
    Layer.CHECKS: (_STAGING, "int_", "mart_"),
    # No events: what a baseline costs must not grow with the days that it looks back on.
    Layer.BASELINES: ("stg_inventory_", "stg_windows", "mart_", "base_"),
}


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the TOML above a query says. `publish` puts a staging model into the warehouse.

    `keep` has a step's rows worked out once for all marts that read it.
    """

    title: str
    grain: list[str]
    reads: list[str]
    units: str
    source: str
    columns: dict[str, str]
    publish: Literal["table", "view"] | None = None
    keep: bool = False


class Model(msgspec.Struct, frozen=True):
    """One model. `name` is that of its file."""

    name: str
    layer: Layer
    head: Head
    query: str

    @property
    def published_name(self) -> str | None:
        """The name it has in the warehouse; None for a step on the way."""
        if self.layer is Layer.MARTS:
            return self.name
        return self.name.removeprefix(_STAGING) if self.head.publish else None

    @property
    def is_stored(self) -> bool:
        """Whether its rows are kept in the warehouse, period by period."""
        return self.layer is Layer.MARTS or self.head.publish == "table"

    @property
    def period(self) -> Period | None:
        """Whether its rows are made from days of the log, or from snapshots of the inventory.

        None for a baseline: it is worked out anew for each day judged, from many days before it.
        """
        if self.layer is Layer.BASELINES:
            return None
        return Period.SNAPSHOT if Period.SNAPSHOT in self.head.columns else Period.DAY

    @property
    def description(self) -> str:
        """The head in words, for the warehouse's own documentation."""
        grain = ", ".join(self.head.grain)
        return f"{self.head.title}. One row: {grain}. Units: {self.head.units}. Source: {self.head.source}."


def read_models(folder: Path) -> list[Model]:
    """Every model below `folder`, each after those it reads; the same files give the same order.

    Raises: UsageError naming the file and what is wrong with its head, name or layer.
    """
    models = {}
    for layer in Layer:
        for file in sorted((folder / layer).glob("*.sql")):
            model = _model_from_file(file, layer)
            models[model.name] = model
    for model in models.values():
        _check_reads(model, models)
    order = TopologicalSorter({name: model.head.reads for name, model in models.items()})
    try:
        return [models[name] for name in order.static_order() if name in models]
    except CycleError as error:
        raise UsageError(f"models read one another in a circle: {' -> '.join(error.args[1])}") from error


def upstream(models: Iterable[Model], *names: str) -> list[Model]:
    """The models with these names and all that they read, directly or not, in order."""
    by_name = {model.name: model for model in models}
    wanted = set(names)
    for model in reversed(by_name.values()):
        if model.name in wanted:
            wanted.update(model.head.reads)
    return [model for model in by_name.values() if model.name in wanted]


def fingerprint(models: Iterable[Model]) -> str:
    """A hash that changes when a query does, and not when only its description does."""
    digest = hashlib.sha256()
    for model in models:
        digest.update(f"{model.name}\0{model.query}\0".encode())
    return digest.hexdigest()


def model_from_text(name: str, layer: Layer, text: str) -> Model:
    """The model that a file holds.

    Raises: ValueError, or what TOML and msgspec raise, where its head is malformed.
    """
    toml, query = head_and_query(text)
    head = msgspec.convert(toml, Head)
    if not query:
        raise ValueError("there is no query below the head")
    return Model(name, layer, head, query)


def head_and_query(text: str) -> tuple[dict[str, Any], str]:
    """The TOML in the `-- ` lines that a file of SQL begins with, and the query below.

    Raises: ValueError where those lines are no TOML.
    """
    lines = text.splitlines()
    count = next((at for at, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
    toml = "\n".join(line.removeprefix(_COMMENT).removeprefix(" ") for line in lines[:count])
    return tomllib.loads(toml), "\n".join(lines[count:]).strip()


def _model_from_file(file: Path, layer: Layer) -> Model:
    if not file.stem.startswith(PREFIXES[layer]):
        raise UsageError(f"a model in {layer}/ is called {PREFIXES[layer]}...", where=str(file))
    try:
        return model_from_text(file.stem, layer, file.read_text(encoding="utf-8"))
    except (ValueError, msgspec.ValidationError) as error:
        hint = "the head is TOML in `-- ` lines: title, grain, reads, units, source and a [columns] table"
        raise UsageError(
            f"the head of this model is malformed ({error})", where=str(file), hint=hint
        ) from error


def _check_reads(model: Model, models: dict[str, Model]) -> None:
    for read in model.head.reads:
        if not read.startswith(READABLE_PREFIXES[model.layer]):
            allowed = ", ".join(READABLE_PREFIXES[model.layer])
            raise UsageError(f"a model in {model.layer}/ reads only {allowed}; not {read}", where=model.name)
        if not read.startswith(_RAW) and read not in models:
            raise UsageError(f"it reads {read}, which is no model", where=model.name)
