"""Promises of the analyst's desk: each question has the answer that a hand count gives, by every way to ask it."""

import re
import shlex
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.bundle import bundled
from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.warehouse.desk import markdown_from_desk, read_desk, view_of_files
from pipeline.warehouse.query import asked
from tests.commands import quay_audit
from tests.demo_lake import shared_demo
from tests.desk_days import AFTER, BEFORE, HOSTILE, THEN, desk_lake
from tests.lakes import Built, Rows
from tests.sql_trees import tables_in

QUESTIONS = {question.name: question for question in read_desk(bundled("sql"))}
FROM_FILES = [name for name, question in QUESTIONS.items() if question.needs_files_alone]
HOME, AWAY, OFFICE = "203.0.113.0/24", "192.0.2.0/24", "198.51.100.0/24"

# Of each question: what is asked, the columns looked at, and the answer.
Answer = tuple[dict[str, Any], str, Rows]
ANSWERS: dict[str, Answer] = {
    "who_pulled": (
        {"namespace": "acme", "repository": "web", "since": BEFORE},
        "performer_name, credential_kind, credential_name, network, pull_count, image_count",
        [
            ("bob", "app_specific_token", "laptop", HOME, 2, 1),
            ("acme+ci", "robot", "acme+ci", OFFICE, 2, 1),
            ("carol", "oauth_token", "dashboard", HOME, 1, 0),
            ("bob", "app_specific_token", "laptop", AWAY, 1, 1),
            ("bob", "password_or_session", "bob", HOME, 1, 0),
        ],
    ),
    "token_deeds": (
        {"token": "laptop"},
        "day, performer_name, kind, repository_name, network, event_count",
        [
            (BEFORE, "bob", "pull_repo", "web", HOME, 2),
            (THEN, "bob", "pull_repo", "web", AWAY, 1),
            (THEN, "bob", "push_repo", "web", AWAY, 1),
        ],
    ),
    "new_networks": (
        {"since": THEN},
        "performer_name, network, is_new_to_all, event_count, repository_count",
        [("bob", AWAY, True, 2, 1), ("acme+ci", AWAY, False, 4, 4), ("dave", HOME, False, 2, 1)],
    ),
    "grants": (
        {"namespace": "acme", "since": BEFORE},
        "performer_name, kind, grantee_name, team_name, role_name, repository_name",
        [
            ("alice", "change_repo_permission", "mallory", None, "admin", "web"),
            ("alice", "org_add_team_member", "mallory", "owners", None, None),
            ("alice", "org_add_team_member", None, None, None, None),  # its details are no JSON
        ],
    ),
    "deletions": (
        {"since": THEN},
        "performer_name, kind, repository_name, deletion_count, thing_names",
        [("alice", "delete_tag", "web", 2, f"{HOSTILE}, v1"), ("alice", "delete_robot", None, 1, "old")],
    ),
    "robots_on_networks": (
        {"networks": 1, "since": BEFORE},
        "robot_name, network_count, networks, event_count",
        [("acme+ci", 2, f"{AWAY}, {OFFICE}", 7)],
    ),
    "unused_credentials": (
        {"days": 90},
        "credential_kind, credential_id, owner_name, proven_day_count, is_proven",
        [
            ("app_specific_token", "uuid-2", "bob", 2, True),  # Quay records uses of such tokens
            ("oauth_token", "uuid-5", "dave", 2, False),
            ("robot", "acme+old", "acme", 2, False),
        ],
    ),
    "anonymous_private_pulls": (
        {"since": BEFORE},
        "repository_name, visibility, changed_by, pull_count, networks",
        [
            ("plans", "private", None, 1, AWAY),
            ("plans", "opened", "dave", 2, f"{AWAY}, {HOME}"),
            ("plans", "private", "dave", 1, AWAY),
            ("vault", "private", None, 1, AWAY),
            ("gone", "unknown", None, 1, AWAY),
        ],
    ),
    "around_a_case": (
        {"hours": 2},
        "strftime(occurred_at, '%H:%M'), moment, is_evidence, repository_name",
        [
            *[(f"10:0{n}", "during", True, f"secret-{n}") for n in range(4)],
            ("11:45", "after", False, "web"),
        ],
    ),
    "unproven_days": (
        {"since": date(2026, 11, 19), "until": AFTER},
        "day, scope, state, row_count, missing_count",
        [(date(2026, 11, 19), "all", "not read", None, None), (AFTER, "all", "short", 1, 2)],
    ),
}


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A few days of a small registry, built and judged."""
    made = Layout(tmp_path_factory.mktemp("desk") / "lake")
    desk_lake(Built(made))
    return made


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The demo's lake, which is only read."""
    return shared_demo(tmp_path_factory)


def ask(layout: Layout, sql: str, values: dict[str, Any] | None = None) -> Rows:
    with asked(layout, layout.warehouse, sql, values) as answer:
        return list(answer.rows())


# What is there --------------------------------------------------------------------------------------------------------


def test_analysts_find_ten_questions_and_each_has_an_answer_here() -> None:
    assert len(QUESTIONS) == 10
    assert QUESTIONS.keys() == ANSWERS.keys()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_head_is_a_question_with_its_reason_and_names_just_the_tables_that_are_read(name: str) -> None:
    head = QUESTIONS[name].head
    assert head.title.endswith("?")
    assert head.why.endswith(".")
    assert sorted(tables_in(QUESTIONS[name].query)) == head.reads


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('-- title = "Who?"\nselect 1', "malformed"),
        ('-- title = "Who?"\n-- why = "."\n-- reads = []\n-- [parameters]\nselect $day', "parameters (day)"),
        (
            '-- title = "Who?"\n-- why = "."\n-- reads = []\n-- [parameters]\n-- day = "1"\nselect 1',
            "parameters (day)",
        ),
    ],
)
def test_a_question_that_is_not_well_formed_is_named(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "questions" / "who.sql"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=re.escape(told)) as raised:
        read_desk(tmp_path)
    assert raised.value.where == str(file)


# What the answers are -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_the_answer_of_a_count_by_hand(layout: Layout, name: str) -> None:
    values, columns, expected = ANSWERS[name]
    if name == "around_a_case":
        ((case_id,),) = ask(layout, "select case_id from cases")
        values = values | {"case_id": case_id}
    assert ask(layout, f"select {columns} from ({QUESTIONS[name].query})", values) == expected  # noqa: S608 (of tests)


def test_the_days_of_unused_credentials_count_to_the_day(layout: Layout) -> None:
    query = QUESTIONS["unused_credentials"].query
    counts = {
        days: len(ask(layout, query, {"days": days})) for days in (1, 2, 9, 10, 20, 21, 90, 91, 324, 325)
    }
    # Robot and laptop were used the day before the snapshot, carol's token nine days, one twenty and one ninety; one
    # robot is twenty days old, all else 324 days. Of eight:
    assert counts == {1: 8, 2: 6, 9: 6, 10: 5, 20: 5, 21: 3, 90: 3, 91: 2, 324: 2, 325: 0}


def test_that_a_credential_was_not_used_is_proven_by_every_day_or_by_quay(layout: Layout) -> None:
    query = (
        f"select credential_id from ({QUESTIONS['unused_credentials'].query}) where is_proven order by all"  # noqa: S608
    )
    recorded = [("uuid-1",), ("uuid-2",), ("uuid-3",)]
    unrecorded = [("acme+ci",), ("acme+new",), ("acme+old",), *recorded, ("uuid-4",), ("uuid-5",)]
    assert ask(layout, query, {"days": 1}) == unrecorded
    assert ask(layout, query, {"days": 2}) == recorded[1:]


def test_what_is_given_is_a_value_and_never_sql(layout: Layout) -> None:
    query = QUESTIONS["who_pulled"].query
    given = {"namespace": HOSTILE, "repository": "web' or true --", "since": BEFORE}
    assert ask(layout, query, given) == []
    assert ask(layout, QUESTIONS["token_deeds"].query, {"token": HOSTILE}) == []


@pytest.mark.parametrize("name", FROM_FILES)
def test_the_plain_shell_answers_from_the_files_alone(layout: Layout, name: str) -> None:
    values, _, _ = ANSWERS[name]
    with duckdb.connect() as connection:
        connection.execute(view_of_files(str(layout.root)))
        assert connection.execute(QUESTIONS[name].query, values).fetchall() == ask(
            layout, QUESTIONS[name].query, values
        )


def test_most_questions_need_the_files_alone() -> None:
    assert len(FROM_FILES) == 6


# On the demo's lake ---------------------------------------------------------------------------------------------------


def commands() -> dict[str, list[str]]:
    """The commands in the README's chapter, as a shell would hand them over, by the question's name."""
    texts = re.findall(r"^```sh\n(.*?)\n```$", markdown_from_desk(list(QUESTIONS.values())), re.DOTALL | re.M)
    return dict(zip(QUESTIONS, map(shlex.split, texts), strict=True))


def test_a_shell_changes_nothing_within_a_command() -> None:
    for program, _, sql in commands().values():
        assert program == "quay-audit"
        assert not re.search(r'[`"\\!]|\$[\w({]', sql)


@pytest.mark.slow
@pytest.mark.parametrize("name", QUESTIONS)
def test_each_command_of_the_readme_gives_rows_on_the_demo_by_every_way_to_ask(
    demo: Layout, name: str
) -> None:
    question = QUESTIONS[name]
    values = {key: ask(demo, f"select {example}")[0][0] for key, example in question.head.parameters.items()}
    rows = ask(demo, question.query, values)
    assert rows
    _, *arguments = commands()[name]
    ended = quay_audit(*arguments, "--lake", str(demo.root), "--format", "ndjson")
    assert (ended.status, len(ended.stdout.splitlines())) == (0, len(rows))
    with duckdb.connect(str(demo.warehouse), read_only=True) as shell:
        assert shell.execute(question.example).fetchall() == rows
    if question.needs_files_alone:
        with duckdb.connect() as shell:
            shell.execute(view_of_files(str(demo.root)))
            assert shell.execute(question.example).fetchall() == rows


@pytest.mark.slow
def test_the_demo_answers_with_what_was_planted_in_it(demo: Layout) -> None:
    def found(name: str, column: str) -> set[Any]:
        return {value for (value,) in ask(demo, f"select {column} from ({QUESTIONS[name].example})")}  # noqa: S608

    assert found("anonymous_private_pulls", "namespace_name || '/' || repository_name") == {
        "acme/billing",
        "globex/pricing-model",
    }
    assert found("token_deeds", "performer_name") == {"mallory"}
    assert "initech+legacy" in found("unused_credentials", "credential_id")
    assert ("olga", "olga") in found("grants", "(performer_name, grantee_name)")
    assert "acme+deploy" in found("new_networks", "performer_name")
    assert "acme+deploy" in found("robots_on_networks", "robot_name")
    assert "victor" in found("deletions", "performer_name")
    assert {"before", "during"} <= found("around_a_case", "moment")
    assert found("unproven_days", "state") == {"not read"}
    assert all(isinstance(at, datetime) for at in found("who_pulled", "first_at"))
