"""The analyst's desk: questions that people ask of the log, one SELECT a file in `sql/questions/`."""

import re
from pathlib import Path

import msgspec

from pipeline.errors import UsageError
from pipeline.warehouse.models import head_and_query

FOLDER = "questions"
EVERY_EVENT = "events"
"""The one thing that any tool reads from the lake's files alone; all else stands in the warehouse."""

_PARAMETER = re.compile(r"\$([a-z][a-z_]*)")


class DeskHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the TOML above a question says; `title` is the question, `parameters` have an example each, as SQL."""

    title: str
    why: str
    reads: list[str]
    parameters: dict[str, str]


class DeskQuestion(msgspec.Struct, frozen=True):
    """One question. `name` is that of its file; `query` takes its parameters as `$name`."""

    name: str
    head: DeskHead
    query: str

    @property
    def example(self) -> str:
        """The query with the examples in place of its parameters: to be pasted anywhere, and changed there."""
        return _PARAMETER.sub(lambda found: self.head.parameters[found[1]], self.query)

    @property
    def needs_files_alone(self) -> bool:
        """Whether the Parquet files of the events answer it, without a warehouse."""
        return self.head.reads == [EVERY_EVENT]


def read_desk(sql: Path) -> list[DeskQuestion]:
    """Every question below `sql`, in the order of their titles.

    Raises: UsageError naming the file and what is wrong with its head or its parameters.
    """
    questions = [_question_from_file(file) for file in (sql / FOLDER).glob("*.sql")]
    return sorted(questions, key=lambda question: question.head.title)


def view_of_files(lake: str) -> str:
    """The statement that shows the events of a lake to any DuckDB: without our program, and without a warehouse."""
    files = f"read_parquet('{lake}/events/**/*.parquet', hive_partitioning = true)"
    return f"create view {EVERY_EVENT} as from {files}"


def markdown_from_desk(questions: list[DeskQuestion]) -> str:
    """The questions as commands, each folded below its title."""
    return "\n\n".join(_markdown(question) for question in questions)


def _markdown(question: DeskQuestion) -> str:
    also = " Reads events alone: answered by the plain shell as well." if question.needs_files_alone else ""
    return (
        f"<details><summary>{question.head.title}</summary>\n\n"
        f"{question.head.why}{also}\n\n"
        f'```sh\nquay-audit query "\n{question.example}"\n```\n\n</details>'
    )


def _question_from_file(file: Path) -> DeskQuestion:
    try:
        toml, query = head_and_query(file.read_text(encoding="utf-8"))
        head = msgspec.convert(toml, DeskHead)
    except (ValueError, msgspec.ValidationError) as error:
        hint = "the head is TOML in `-- ` lines: title, why, reads and [parameters]"
        raise UsageError(
            f"the head of this question is malformed ({error})", where=str(file), hint=hint
        ) from error
    if differing := set(_PARAMETER.findall(query)) ^ head.parameters.keys():
        raise UsageError(
            f"the head and the query differ in their parameters ({', '.join(sorted(differing))})",
            where=str(file),
            hint="each $name of the query has an example under [parameters], and no other",
        )
    return DeskQuestion(file.stem, head, query)
