"""Rows against Quay's own counts, kind by kind. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.lake.ledger import State

UNLISTED_KINDS = (
    "the aggregate does not list every row that the log holds (a server on Elasticsearch lists its ten most frequent kinds "
    "alone): those kinds are unverified"
)
"""What to tell people about excess."""


class Verdict(NamedTuple):
    """How rows compare with the aggregate: `missing` and `excess` by kind, exact, without zeros."""

    state: State
    missing: dict[str, int]
    excess: dict[str, int]


def reconcile(rows: Mapping[str, int], expected: Mapping[str, int] | None) -> Verdict:
    """Verified only where every kind is equal.

    One missing row makes it short. Rows that the aggregate does not list (a server on Elasticsearch lists its ten most
    frequent kinds alone) make it unverified: they may all be right, and nothing proves it.
    """
    if expected is None:
        return Verdict(State.UNVERIFIED, {}, {})
    kinds = sorted(rows.keys() | expected.keys())
    difference = {kind: rows.get(kind, 0) - expected.get(kind, 0) for kind in kinds}
    missing = {kind: -more for kind, more in difference.items() if more < 0}
    excess = {kind: more for kind, more in difference.items() if more > 0}
    state = State.SHORT if missing else State.UNVERIFIED if excess else State.VERIFIED
    return Verdict(state, missing, excess)
