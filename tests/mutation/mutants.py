"""The mutants of a detection: its query, or its parameters, with one small wrong each."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from itertools import chain
from typing import NamedTuple

import sqlglot
from msgspec.structs import replace
from sqlglot import exp

from pipeline.detect.rules import Detection, Parameter
from tests.mutation.changes import DIALECT, OPERATORS, Change, moved_number

PARAMETER = "moved_parameters"
LAST_SELECT = "select"


class Mutant(NamedTuple):
    """One wrong. `place` is the CTE that it is in; `number` tells apart those that are said alike, from 0."""

    operator: str
    place: str
    said: str
    number: int
    change: Change | None = None
    params: dict[str, Parameter] | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.said}" + (f" ({self.number + 1})" if self.number else "")


class Breeding:
    """Makes the mutants of one detection, and writes them out."""

    def __init__(self, detection: Detection) -> None:
        self.detection = detection
        self._tree = sqlglot.parse_one(detection.query, dialect=DIALECT)

    def original(self) -> Detection:
        """The detection without a wrong, written by the same hand as its mutants."""
        return replace(self.detection, query=self._tree.sql(dialect=DIALECT))

    def mutants(self) -> list[Mutant]:
        """Every mutant, in the order of the query; those of the parameters come last."""
        met: Counter[tuple[str, str, str]] = Counter()
        mutants = []
        for mutant in chain(self._changed(), self._moved()):
            name = mutant.operator, mutant.place, mutant.said
            mutants.append(mutant._replace(number=met[name]))
            met[name] += 1
        return mutants

    def written(self, mutant: Mutant) -> Detection:
        """The detection with this wrong in it."""
        params = self.detection.params | (mutant.params or {})
        return replace(self.detection, query=self._query(mutant.change), params=params)

    def _query(self, change: Change | None) -> str:
        if change is None:
            return self._tree.sql(dialect=DIALECT)
        path = list(_path(change.node))
        tree = self._tree.copy()
        node = tree
        for key, index in reversed(path):
            below = node.args[key]
            node = below if index is None else below[index]
        if change.new is None:
            node.pop()
        else:
            node.replace(change.new.copy())
        return tree.sql(dialect=DIALECT)

    def _changed(self) -> Iterator[Mutant]:
        for node in self._tree.dfs():
            for operator in OPERATORS:
                for change in operator(node):
                    yield Mutant(operator.__name__, _place(node), change.said, 0, change)

    def _moved(self) -> Iterator[Mutant]:
        for name, value in self.detection.params.items():
            for moved in _moved_parameter(value):
                yield Mutant(PARAMETER, "params", f"{name} = {value} -> {moved}", 0, params={name: moved})


def sample(detection: Detection, mutants: list[Mutant], size: int) -> list[Mutant]:
    """So many of them, drawn by what they say: a change to one place of a query leaves the draw elsewhere alone."""
    return sorted(mutants, key=lambda mutant: sha256(f"{detection.id} {mutant}".encode()).digest())[:size]


def _moved_parameter(value: Parameter) -> Iterator[Parameter]:
    match value:
        case bool():
            yield not value
        case int():
            yield from (int(moved) for moved in moved_number(Decimal(value)))
        case float():
            yield from (float(moved) for moved in moved_number(Decimal(str(value))))
        case list():
            yield from (value[:n] + value[n + 1 :] for n in range(len(value)))


def _path(node: exp.Expr) -> Iterator[tuple[str, int | None]]:
    """How a node is found from the root, from its end on."""
    while node.parent:
        yield str(node.arg_key), node.index
        node = node.parent


def _place(node: exp.Expr) -> str:
    cte = node.find_ancestor(exp.CTE)
    return cte.alias if cte else LAST_SELECT
