"""The questions that the dashboard asks: one SELECT a file in `sql/screens/`, with bound parameters, over marts."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from pipeline.errors import UsageError
from pipeline.warehouse.models import head_and_query

FOLDER = "screens"


class QuestionHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the TOML above a question says; `parameters` and `columns` have a name and what it means."""

    title: str
    reads: list[str]
    parameters: dict[str, str] = {}
    columns: dict[str, str]


class Question(msgspec.Struct, frozen=True):
    """One question. `name` is that of its file."""

    name: str
    head: QuestionHead
    query: str


def read_questions(sql: Path) -> dict[str, Question]:
    """Every question below `sql`, by name.

    Raises: UsageError naming the file and what is wrong with its head.
    """
    return {file.stem: _question_from_file(file) for file in sorted((sql / FOLDER).glob("*.sql"))}


def values_for(question: Question, given: Mapping[str, object]) -> dict[str, object]:
    """What to bind: those of `given` that the question takes.

    Raises: UsageError for one that it takes and nobody gave.
    """
    if lacking := sorted(question.head.parameters.keys() - given.keys()):
        raise UsageError(f"it needs {', '.join(lacking)}", where=question.name)
    return {name: given[name] for name in question.head.parameters}


def _question_from_file(file: Path) -> Question:
    try:
        toml, query = head_and_query(file.read_text(encoding="utf-8"))
        head = msgspec.convert(toml, QuestionHead)
    except (ValueError, msgspec.ValidationError) as error:
        hint = "the head is TOML in `-- ` lines: title, reads, [parameters] and [columns]"
        raise UsageError(
            f"the head of this question is malformed ({error})", where=str(file), hint=hint
        ) from error
    return Question(file.stem, head, query)
