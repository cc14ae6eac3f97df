"""What runs make that nobody kills: the lakes to compare with, and the moments at which such a run could be killed."""

import json
import random
import shutil
from pathlib import Path
from typing import NamedTuple

from tests.crashes import Moment, Shooter

_TWO_DAYS = shutil.ignore_patterns("day=2026-10-31", "day=2026-11-01")  # a build costs what its days cost


class Undisturbed(NamedTuple):
    """Lakes of runs that nobody killed, and how often the run that made each of them ran each line.

    `noon` and `later` are extracts, the later one a day after the other; `built` is a build over two days of `noon`, and
    `updated` one over the same days of `later`, of which one has changed.
    """

    folder: Path
    lines: dict[str, dict[str, int]]

    def lake(self, name: str) -> Path:
        """One of the lakes, or what a run began with: `unbuilt`, `outdated`."""
        return self.folder / name

    def moments(self, name: str, count: int) -> list[Moment]:
        """Random moments of a run: first any line that it runs, then any of the times that it runs it."""
        return moments_of(self.lines[name], name, count)


def moments_of(lines: dict[str, int], seed: str, count: int) -> list[Moment]:
    """Random moments of a run that ran each line so often."""
    chance = random.Random(seed)
    chosen = chance.sample(sorted(lines), count)
    return [Moment("line", line, chance.randint(1, lines[line])) for line in chosen]


def undisturbed_in(folder: Path, shooter: Shooter) -> Undisturbed:
    """All of it, made in `folder`."""
    noon, later, unbuilt, built, outdated, updated = (
        folder / name for name in ("noon", "later", "unbuilt", "built", "outdated", "updated")
    )
    lines = {"noon": tallied(shooter, "extract", noon)}
    shutil.copytree(noon, later)
    lines["later"] = tallied(shooter, "extract_later", later)
    shutil.copytree(noon, unbuilt, ignore=_TWO_DAYS)
    shutil.copytree(unbuilt, built)
    lines["built"] = tallied(shooter, "build", built)
    shutil.copytree(built, outdated)
    shutil.copytree(later, outdated, ignore=_TWO_DAYS, dirs_exist_ok=True)
    shutil.copytree(outdated, updated)
    lines["updated"] = tallied(shooter, "build", updated)
    return Undisturbed(folder, lines)


def tallied(shooter: Shooter, run: str, lake: Path) -> dict[str, int]:
    """A run, and how often it ran each line."""
    tally = lake.with_suffix(".tally")
    assert shooter.run(run, lake, tally=tally) == 0
    lines: dict[str, int] = json.loads(tally.read_bytes())
    return lines
