"""One attack put into a healthy registry: what it adds, what it takes away, and under which names it counts as found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from operator import attrgetter

from pipeline.demo.scenarios.acts import Act


@dataclass(frozen=True, slots=True)
class Removal:
    """Entries that are no longer logged: of a namespace, of some kinds where given, for a time [since, until)."""

    namespace: str | None
    kinds: frozenset[str] | None
    since: datetime
    until: datetime

    def takes(self, act: Act) -> bool:
        """Whether this act is one that goes missing."""
        return (
            self.since <= act.at < self.until
            and self.namespace in (None, act.namespace)
            and (self.kinds is None or act.kind in self.kinds)
        )


@dataclass(frozen=True, slots=True)
class Injection:
    """One attack. `subjects` are the names, in the words of signals and cases, under which it counts as found.

    Acts before `first_at` are what made it possible and is no attack yet, such as a token in honest use.
    """

    family: str
    pack: str
    subjects: frozenset[str]
    first_at: datetime
    last_at: datetime
    added: tuple[Act, ...]
    removal: Removal | None = None


def attacked(acts: Sequence[Act], injections: Iterable[Injection]) -> list[Act]:
    """The acts of the registry with the attacks among them, in the order of time.

    What an attacker does is never removed: a removal silences the registry, and runs beside no other attack on
    the same namespace.
    """
    injections = list(injections)
    removals = [each.removal for each in injections if each.removal]
    added = sorted((act for each in injections for act in each.added), key=attrgetter("at"))
    left = [act for act in acts if not any(removal.takes(act) for removal in removals)]
    return list(merge(left, added, key=attrgetter("at")))
