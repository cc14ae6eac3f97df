"""What commands share: `command` makes one, with its settings as options, `--json`, `-q` and an example in its help."""

import os
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from pipeline.allocators import keep_freed_memory
from pipeline.cli.output import be_quiet
from pipeline.cli.status import Status
from pipeline.config import SETTING_BY_NAME, Setting, Settings, load_settings, user_folder_from_environment
from pipeline.config.catalogue import PREFIX

STORE = ("lake", "warehouse")
SERVER = (
    "url",
    "token_file",
    "ca_file",
    "proxy",
    "allow_plain_http",
    "concurrency",
    "rate",
    "timeout_seconds",
    "tries",
)
SPARK = ("spark_remote", "spark_lake")
CALLBACKS = ("callback_listen", "callback_url", "callback_certificate")


class Day(click.ParamType[date]):
    """A day of the calendar, in UTC, written YYYY-MM-DD."""

    name = "day"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """How the help names such a value."""
        return "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; a usage error for any other form, and for a day that no calendar has."""
        # Python 3.11 reads 20261101 and 2026-W44-7 too: one form is enough, and shorter to explain.
        text = value if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)) else ""
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.fail(f"{value!r} is no day; write it as YYYY-MM-DD, for example 2026-11-01", param, ctx)


def command(
    *, settings: Sequence[str] = (), examples: Sequence[str], name: str | None = None, builds: bool = False
) -> Callable[[Callable[..., Status | None]], click.Command]:
    """Makes a function a command: its docstring is the help, what it returns is the exit status (None: done).

    The function is given `settings: Settings` where it names any (each becomes a flag), and `as_json: bool`. Where it
    `builds`, and ends with that, its process keeps the memory that it frees.
    """

    def command_from_callback(callback: Callable[..., Status | None]) -> click.Command:
        @wraps(callback)
        def run(**given: Any) -> Status | None:
            if builds:
                keep_freed_memory(os.environ)
            if not settings:
                return callback(**given)
            loaded = given["settings"] = _settings({each: given.pop(each) for each in settings})
            if loaded.lake_store is None or "lake" not in settings:
                return callback(**given)
            from pipeline.lake.storage import opened

            with opened(loaded.lake, loaded.lake_store):
                return callback(**given)

        made = click.command(name, epilog=_epilog(examples))(run)
        made.params += [_option(SETTING_BY_NAME[each]) for each in settings]
        made.params += [_json_option(), quiet_option()]
        return made

    return command_from_callback


def words_of_settings() -> list[str]:
    """The settings that the running command's line gives, as they were typed there, to give them again."""
    context = click.get_current_context()
    words = []
    for name, value in context.params.items():
        setting = SETTING_BY_NAME.get(name)
        if setting and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            words += [setting.flag] if setting.is_switch else [setting.flag, value]
    return words


def quiet_option() -> click.Option:
    """`-q`, before or after the command's name."""
    return click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=lambda context, option, is_set: be_quiet() if is_set else None,
        help="Tell nothing on stderr but errors.",
    )


def _json_option() -> click.Option:
    return click.Option(
        ["--json", "as_json"], is_flag=True, help="Print a machine-readable summary on stdout."
    )


def environment_without_settings() -> dict[str, str]:
    """What another program may inherit: this process's environment without our settings, some of which are secret."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _option(setting: Setting) -> click.Option:
    default = setting.default_words or setting.default
    return click.Option(
        [setting.flag, setting.name],
        is_flag=setting.is_switch,
        default=None,
        metavar=None if setting.is_switch else setting.metavar,
        help=f"{setting.help} [{setting.variable}{f'; default: {default}' if default else ''}]",
    )


def _settings(flags: dict[str, Any]) -> Settings:
    return load_settings(flags, os.environ, Path.cwd(), user_folder_from_environment(os.environ))


def _epilog(examples: Sequence[str]) -> str:
    # A line with \b alone keeps click from filling the paragraph.
    return "\n".join(
        ["\b", "Example:" if len(examples) == 1 else "Examples:", *(f"  {line}" for line in examples)]
    )
