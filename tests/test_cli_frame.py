"""Promises of the command line's frame: one status for each end, two lines for each error, settings as flags, quiet."""

import threading
from collections.abc import Callable
from datetime import date

import click
import pytest
from click.testing import CliRunner, Result

from pipeline import __version__, errors
from pipeline.cli import CommandLine, main
from pipeline.cli.options import CALLBACKS, SERVER, SPARK, STORE, Day, command
from pipeline.cli.output import print_json, tell
from pipeline.cli.status import MEANINGS, Status, markdown_from_statuses, status_from_error
from pipeline.config import SETTINGS, Secret, Settings

TOKEN = "s3cr3tTokenOfForty"


def line_with(callback: Callable[[], Status | None]) -> CommandLine:
    """A command line whose only command, `act`, does this."""
    group = CommandLine("quay-audit", context_settings=main.context_settings)
    group.params = list(main.params)
    group.add_command(command(name="act", examples=["quay-audit act"])(lambda as_json: callback()))
    return group


def run(callback: Callable[[], Status | None], *args: str, **environ: str) -> Result:
    """What `quay-audit ARGS` answers, where `act` does this."""
    return CliRunner().invoke(line_with(callback), args or ("act",), env=environ)


def ends_with(error: BaseException) -> Result:
    """What a command answers that raises this."""

    def act() -> None:
        raise error

    return run(act)


def every_kind_of(error: type[Exception]) -> list[type[Exception]]:
    """The error's own branch, leaves included."""
    return [error, *(leaf for branch in error.__subclasses__() for leaf in every_kind_of(branch))]


@pytest.mark.parametrize(
    ("branch", "status"),
    [(errors.UsageError, 2), (errors.ServerError, 3), (errors.Incomplete, 4), (errors.DataError, 5)],
)
def test_every_error_of_a_branch_has_the_branchs_status(branch: type[Exception], status: int) -> None:
    for kind in every_kind_of(branch):
        error = kind.__new__(kind)
        assert isinstance(error, errors.QuayAuditError)
        assert status_from_error(error) == status


def test_no_error_of_the_tree_is_without_a_status() -> None:
    leaves = [kind for kind in every_kind_of(errors.QuayAuditError) if kind is not errors.QuayAuditError]
    assert not [kind for kind in leaves if status_from_error(kind.__new__(kind)) is Status.BUG]  # type: ignore[arg-type]
    assert len(leaves) >= 13


def test_an_error_is_two_lines_on_stderr_whatever_it_holds() -> None:
    result = ends_with(
        errors.DataError("tag \x1b[2J\nevil\u202e", where="org/acme 2026-11-20", hint="run\rverify")
    )
    assert result.stderr == "error: tag \\x1b[2J\\nevil\\u202e (org/acme 2026-11-20)\nhint: run\\rverify\n"
    assert result.stdout == ""
    assert result.exit_code == 5


def test_an_error_without_place_or_hint_is_one_line() -> None:
    assert ends_with(errors.Incomplete("3 windows are short")).stderr == "error: 3 windows are short\n"


@pytest.mark.parametrize("answer", [Status.DONE, None, Status.FINDINGS, Status.INCOMPLETE])
def test_what_a_command_returns_is_the_status(answer: Status | None) -> None:
    assert run(lambda: answer).exit_code == (answer or 0)


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_ends_with_130_and_without_a_traceback(interrupt: BaseException) -> None:
    result = ends_with(interrupt)
    assert result.exit_code == 130
    assert "error: interrupted\n" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bug_is_a_traceback_with_a_status_of_its_own_and_no_secret() -> None:
    secret = Secret(TOKEN)

    def act() -> None:
        raise RuntimeError(f"with {secret} in hand")

    result = run(act)
    assert "Traceback (most recent call last)" in result.stderr
    assert "RuntimeError: with Secret(...) in hand" in result.stderr
    assert result.exit_code == 70
    assert TOKEN not in result.output


@pytest.mark.parametrize("args", [["nothing"], ["act", "--nothing"], ["act", "more"], []])
def test_what_click_refuses_ends_with_2(args: list[str]) -> None:
    result = CliRunner().invoke(line_with(lambda: None), args)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_clicks_own_errors_never_end_as_findings() -> None:
    assert ends_with(click.ClickException("no")).exit_code == 2


@pytest.mark.parametrize(
    "args",
    [
        ["--token", TOKEN, "act"],
        ["act", "--token", TOKEN],
        ["act", f"--token={TOKEN}"],
        [f"--token={TOKEN}"],
        ["nothing", "--token", TOKEN],
    ],
)
def test_a_token_among_the_arguments_is_refused_unseen_wherever_it_stands(args: list[str]) -> None:
    result = CliRunner().invoke(line_with(lambda: None), args)
    assert result.exit_code == 2
    assert "a token on the command line is refused" in result.stderr
    assert "QUAY_AUDIT_TOKEN" in result.stderr
    assert TOKEN not in result.output


def test_settings_are_flags_of_the_commands_that_name_them_and_win_over_the_environment() -> None:
    seen: list[Settings] = []

    @command(settings=SERVER + STORE, examples=["quay-audit act"])
    def act(settings: Settings, as_json: bool) -> None:
        seen.append(settings)

    group = CommandLine()
    group.add_command(act)
    environ = {"QUAY_AUDIT_RATE": "5", "QUAY_AUDIT_TRIES": "3", "QUAY_AUDIT_TOKEN": TOKEN}
    result = CliRunner().invoke(group, ["act", "--rate", "2", "--allow-plain-http"], env=environ)
    assert result.exit_code == 0, result.output
    assert (seen[0].rate, seen[0].tries, seen[0].allow_plain_http) == (2, 3, True)
    assert seen[0].sources["rate"] == "--rate"
    assert seen[0].require_token() == Secret(TOKEN)

    refused = CliRunner().invoke(group, ["act", "--concurrency", "99"])
    assert refused.exit_code == 2
    assert refused.stderr == (
        "error: concurrency is '99' (--concurrency)\nhint: give a whole number from 1 to 32\n"
    )


def test_every_setting_that_has_a_flag_is_offered_and_explained() -> None:
    assert set(SERVER) | set(STORE) | set(CALLBACKS) | set(SPARK) | {"close_after_minutes", "sigma"} == {
        setting.name for setting in SETTINGS if setting.flag
    }
    every = [setting.name for setting in SETTINGS if setting.flag]
    made = command(settings=every, examples=["quay-audit act"])(lambda **given: None)
    help_text = made.get_help(click.Context(made, max_content_width=1000, terminal_width=1000))
    for setting in SETTINGS:
        assert (setting.help in help_text) is bool(setting.flag)
        assert not setting.flag or f"[{setting.variable}" in help_text


@pytest.mark.parametrize("args", [["-q", "act"], ["act", "-q"], ["act", "--quiet"]])
def test_quiet_hushes_words_but_neither_data_nor_errors(args: list[str]) -> None:
    def act() -> None:
        tell("forty of ninety")
        print_json({"rows": 40})
        raise errors.Incomplete("fifty are missing")

    quiet, loud = run(act, *args), run(act)
    assert quiet.stderr == "error: fifty are missing\n"
    assert loud.stderr == "forty of ninety\nerror: fifty are missing\n"
    assert quiet.stdout == loud.stdout == '{\n  "rows": 40\n}\n'


def test_a_day_has_one_form_and_must_exist() -> None:
    assert Day().convert("2026-11-20", None, None) == date(2026, 11, 20)
    for text in ("20261120", "2026-W47-5", "11/20/2026", "2026-02-30", "2026-11-20 ", "٢٠٢٦-١١-٢٠", ""):
        with pytest.raises(click.BadParameter, match="YYYY-MM-DD"):
            Day().convert(text, None, None)


def test_the_help_tells_the_statuses_and_every_command_shows_an_example() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for status, meaning in MEANINGS.items():
        assert f"{status.value:>3}  {meaning}" in result.stdout
        assert f"| {status.value} | {meaning} |" in markdown_from_statuses()
    assert set(MEANINGS) == set(Status)
    for name, each in main.commands.items():
        assert each.get_short_help_str(), name
        leaves = each.commands if isinstance(each, click.Group) else {"": each}
        for leaf in leaves.values():
            assert f"  quay-audit {name}" in (leaf.epilog or ""), name
            assert "--json" in [option for parameter in leaf.params for option in parameter.opts], name


def test_the_version_is_told_in_one_line() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout == f"quay-audit {__version__}\n"


def test_a_command_runs_in_any_thread() -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run(lambda: Status.FINDINGS).exit_code))
    thread.start()
    thread.join(60)
    assert codes == [1]
