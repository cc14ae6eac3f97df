"""What stands in the way of a build: said once every other day is built."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from pipeline.errors import DataError
from pipeline.warehouse.workbench import Failure


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a day or a snapshot, where, and what to do."""

    what: str
    where: str
    hint: str


def problem_from_file(file: Path) -> Problem:
    """A file that is not the one that its window describes."""
    hint = "run verify to see what else differs; restore the file, or remove its folder and extract again"
    return Problem(
        "this file is not the one that its window describes, so its day was left as it was", str(file), hint
    )


def problem_from_failure(failure: Failure, day: date) -> Problem:
    """A check that found rows it should not have."""
    hint = "the day is in the warehouse as it is: look at it with query; if it is wrong, extract it again"
    return Problem(
        f"{failure.check}: not so: {failure.title!r}: {'; '.join(failure.rows)}", f"day {day}", hint
    )


def error_from_problems(problems: Sequence[Problem]) -> DataError:
    """The first of them, and how many more there are."""
    first, *others = problems
    more = f" (and {len(others)} more like it)" if others else ""
    return DataError(f"{first.what}{more}", where=first.where, hint=first.hint)
