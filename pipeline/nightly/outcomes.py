"""How a step ends, and how a night ends that was made of such steps."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from pipeline.errors import DataError, Incomplete, QuayAuditError, ServerError, UsageError

Figure = int | float | str | None


class Ending(StrEnum):
    """How something ended, the lightest first. Each has an exit status of the same name."""

    DONE = "done"
    FINDINGS = "findings"
    INCOMPLETE = "incomplete"
    SERVER = "server"
    USAGE = "usage"
    DATA = "data"


_BY_KIND_OF_ERROR = {
    UsageError: Ending.USAGE,
    ServerError: Ending.SERVER,
    Incomplete: Ending.INCOMPLETE,
    DataError: Ending.DATA,
}
_WEIGHTS = {ending: weight for weight, ending in enumerate(Ending)}


class Outcome(StrEnum):
    """Whether a step did its work."""

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Trouble(msgspec.Struct, frozen=True):
    """What went wrong, where, and what to do."""

    what: str
    where: str
    hint: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a step says of its work. It may have done it and have to say that something is wrong."""

    words: str
    figures: Mapping[str, Figure] = {}
    error: QuayAuditError | None = None
    is_found: bool = False
    """Whether there is a case that is to be noticed."""


class StepResult(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a night. Times are UTC."""

    step: str
    outcome: Outcome
    ending: Ending
    begun_at: datetime
    seconds: float
    words: str
    figures: Mapping[str, Figure] = {}
    trouble: Trouble | None = None


def ending_from_error(error: QuayAuditError) -> Ending:
    """The ending that an error makes; an error outside every branch of the tree is a bug, and raised again."""
    kinds = type(error).__mro__
    for kind, ending in _BY_KIND_OF_ERROR.items():
        if kind in kinds:
            return ending
    raise error


def worst(endings: Iterable[Ending]) -> Ending:
    """The one that somebody should hear of first: what a person must mend outweighs what another night mends."""
    return max(endings, key=_WEIGHTS.__getitem__, default=Ending.DONE)


def trouble_from_error(error: QuayAuditError) -> Trouble:
    """The same three parts, as data."""
    return Trouble(error.what, error.where, error.hint)
