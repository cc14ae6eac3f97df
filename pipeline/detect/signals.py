"""What a detection says when it fires: a signal, with its reason and the events that show it."""

import hashlib
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

import msgspec


class Severity(StrEnum):
    """How much it matters, in ascending order."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Its place in the order, from 0."""
        return list(Severity).index(self)


class Family(StrEnum):
    """What sort of misuse a detection looks for; points of one family are capped in a case."""

    CREDENTIAL_MISUSE = "credential_misuse"
    EXFILTRATION = "exfiltration"
    SUPPLY_CHAIN = "supply_chain"
    PRIVILEGE = "privilege"
    AUTHENTICATION = "authentication"
    DESTRUCTION = "destruction"


class Signal(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One detection firing about one subject on one UTC day.

    `score` is in points: 12 for each power of ten by which a healthy registry shows this more rarely, per credential
    and day. `evidence` are event keys, at most 20, in order. `shared` is what several subjects have in common if it
    was one harmless event that moved them all.
    """

    day: date
    detection_id: str
    title: str
    family: Family
    subject: str
    performer_name: str | None
    credential: str | None
    network: str | None
    namespace_name: str | None
    repository: str | None
    shared: str | None
    severity: Severity
    score: float
    reason: str
    first_at: datetime
    last_at: datetime
    event_count: int
    evidence: tuple[str, ...]

    @cached_property
    def signal_id(self) -> str:
        """The same for the same day, detection, subject and first moment, in every run."""
        parts = (self.day.isoformat(), self.detection_id, self.subject, self.first_at.isoformat())
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
