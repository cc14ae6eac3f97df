"""What an evaluation says, as numbers: the shape of its JSON."""

from datetime import datetime

import msgspec

from pipeline.demo.scenarios.trials import ShiftResult


class Share(msgspec.Struct, frozen=True):
    """A share, of how many, with its 95 % interval."""

    share: float
    found: int
    total: int
    low: float
    high: float


class Mean(msgspec.Struct, frozen=True):
    """A mean over worlds with its 95 % interval."""

    mean: float
    low: float
    high: float


class FamilyFigures(msgspec.Struct, frozen=True):
    """What the product finds of one family. `recall` is by cases a day; hours are of the attacks found."""

    attacks: int
    recall: dict[int, Share]
    median_hours: float | None


class TimeFigures(msgspec.Struct, frozen=True):
    """How soon: hours from the first act to the end of the day judged; shares are of all attacks, by days."""

    median_hours: float | None
    within_days: dict[int, Share]


class AblationFigures(msgspec.Struct, frozen=True):
    """What is lost without a detection: attacks no longer found, by pack, and cases a day that go away."""

    attacks_lost: dict[str, int]
    recall_lost: dict[str, float]
    cases_a_day_less: float


class Line(msgspec.Struct, frozen=True):
    """One line of what was asked for: the figure, its interval where it has one, and whether it is reached."""

    name: str
    wanted: str
    found: str
    is_met: bool


class Missed(msgspec.Struct, frozen=True):
    """One attack that nobody sees who looks at so many cases; `best_rank` is that of its best case, if it has any."""

    seed: int
    pack: str
    family: str
    first_at: datetime
    last_at: datetime
    subjects: tuple[str, ...]
    best_rank: int | None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an evaluation says. `recall` is by pack, detector and cases a day."""

    seeds: list[int]
    days_judged: int
    entries: dict[str, int]
    attacks: dict[str, int]
    lines: list[Line]
    recall: dict[str, dict[str, dict[int, Share]]]
    families: dict[str, dict[str, FamilyFigures]]
    cases_a_day: dict[str, dict[str, Mean]]
    information_a_day: dict[str, Mean]
    time_to_detect: dict[str, TimeFigures]
    ablation: dict[str, AblationFigures]
    shifts: list[ShiftResult]
    missed: list[Missed]
    false_cases: list[str]
    digests: dict[str, str]
    is_identical: bool | None
    seconds: dict[str, float]
    cpu_seconds: float
    wall_seconds: float
