"""What the whole history shares: the random source, the journal, the estate, and what becomes of things at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count, cycle
from operator import itemgetter
from random import Random
from typing import Final

from pipeline.demo.history import hostile
from pipeline.demo.history.estate import Choice, Estate, Repository, new_digest
from pipeline.demo.history.hours import is_at_work
from pipeline.demo.history.journal import Journal
from pipeline.demo.history.people import PEOPLE, Person
from pipeline.demo.store import Store

Ending = Callable[[Store], None]
STILL_MARKED: Final = 2  # deletions that Quay's garbage worker has not come to yet


@dataclass
class World:
    """Promises one thing: with the same random source everything in it comes out the same.

    Units: `scale` multiplies the traffic of people and machines, not the stories and incidents.
    """

    store: Store
    rng: Random
    journal: Journal
    estate: Estate
    scale: float
    leaves: dict[str, frozenset[date]]
    choices: dict[str, Choice] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _texts: dict[str, "cycle[str]"] = field(default_factory=dict)
    _endings: list[tuple[datetime, Ending]] = field(default_factory=list)
    _deletions: list[tuple[datetime, Ending]] = field(default_factory=list)

    @property
    def first(self) -> datetime:
        """The first moment of the history."""
        return self.journal.first

    @property
    def end(self) -> datetime:
        """The moment after its last."""
        return self.journal.end

    def name(self, stem: str) -> str:
        """A name that nothing has had before."""
        return f"{stem}-{next(self._numbers):02d}"

    def free_text(self, place: str) -> str:
        """What somebody wrote where texts are free: each place sees all hostile texts in turn."""
        return next(self._texts.setdefault(place, cycle(hostile.TEXTS)))

    def newcomer(self, at: datetime, stem: str = "contractor") -> Person:
        """A new user who works like one of the others."""
        person = replace(self.rng.choice(PEOPLE), name=self.name(stem), organizations=())
        self.store.add_user(person.name, created_at=at)
        return person

    def new_repository(self, namespace: str, stem: str = "spike") -> Repository:
        """A new private repository with a first tag."""
        repository = Repository(namespace, self.name(stem), tags=["latest"], digests=[new_digest(self.rng)])
        self.store.add_repository(namespace, repository.name)
        return repository

    def is_present(self, person: Person, day: date) -> bool:
        """Whether this person works on that day and is not on leave."""
        return is_at_work(person, day) and day not in self.leaves[person.name]

    def at_end(self, at: datetime, ending: Ending) -> None:
        """What `at` changes in the store. It waits until all rows are stored, because rows go by first names."""
        self._endings.append((at, ending))

    def delete_at_end(self, at: datetime, deletion: Ending) -> None:
        """The same for the deletion of a user or an organization, which comes after all else."""
        self._deletions.append((at, deletion))

    def settle(self) -> None:
        """Let everything come to its end. Garbage is collected, but for the last deleted accounts."""
        for _, ending in sorted(self._endings, key=itemgetter(0)):
            ending(self.store)
        deletions = [deletion for _, deletion in sorted(self._deletions, key=itemgetter(0))]
        for deletion in deletions[:-STILL_MARKED]:
            deletion(self.store)
        self.store.collect_garbage()
        for deletion in deletions[-STILL_MARKED:]:
            deletion(self.store)


def leaves_between(rng: Random, first: date, last: date) -> dict[str, frozenset[date]]:
    """Who is on leave when: a week for about one person in six each month."""
    leaves: dict[str, frozenset[date]] = {}
    days = (last - first).days + 1
    for person in PEOPLE:
        starts = [first + timedelta(days=n) for n in range(days) if rng.random() < 1 / 180]
        leaves[person.name] = frozenset(start + timedelta(days=n) for start in starts for n in range(7))
    return leaves
