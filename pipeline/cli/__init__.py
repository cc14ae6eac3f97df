"""The command line: `main`, and one module for each group of commands, in the order data flows.

A module of commands makes them with `options.command` and lists them in `COMMANDS`. Nothing here imports more than
click, the settings and the errors until a command runs: `quay-audit --help` is to cost nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from pipeline import __version__
from pipeline.cli.options import quiet_option
from pipeline.cli.output import abandon_closed_streams, prepare_streams
from pipeline.cli.status import MEANINGS, Status, status_from_run
from pipeline.errors import UsageError

GROUPS = (
    "demo",
    "doctor",
    "extract",
    "capacity",
    "ingest",
    "verify",
    "custody",
    "inventory",
    "warehouse",
    "detect",
    "cases",
    "export",
    "report",
    "app",
    "notify",
    "sigma",
    "nightly",
)


class CommandLine(click.Group):
    """The group of all commands: keeps their order, refuses a token, and ends the process with its status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the flow."""
        return list(self.commands)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Ends in SystemExit with a status of `status.MEANINGS`; those that click itself would choose are not used."""

        def run() -> Any:
            return click.Group.main(self, args, prog_name, complete_var, standalone_mode=False, **extra)

        if not standalone_mode:
            return run()
        prepare_streams()
        try:
            raise SystemExit(status_from_run(run))
        finally:
            abandon_closed_streams()

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> click.Context:
        """As click does it, without a token among the arguments."""
        _refuse_token(args)
        with _a_gone_reader_has_its_status():
            return super().make_context(info_name, args, *rest, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """As click does it, with a status of our own for a reader that has gone."""
        with _a_gone_reader_has_its_status():
            return super().invoke(ctx)


def _refuse_token(args: Sequence[str]) -> None:
    if any(arg == "--token" or arg.startswith("--token=") for arg in args):
        raise UsageError(
            "a token on the command line is refused: every process of this machine can read it there",
            where="--token",
            hint="give it in QUAY_AUDIT_TOKEN or in a file that --token-file names; revoke the one just typed, "
            "the shell's history may hold it",
        )


@contextmanager
def _a_gone_reader_has_its_status() -> Iterator[None]:
    """Click would end with 1, which here means findings."""
    try:
        yield
    except BrokenPipeError:
        raise click.exceptions.Exit(Status.READER_GONE) from None


def _statuses() -> str:
    return "\n".join(
        ["\b", "Exit status:", *(f"  {status:>3}  {meaning}" for status, meaning in MEANINGS.items())]
    )


@click.group(
    "quay-audit",
    cls=CommandLine,
    epilog=_statuses(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Every audit log entry of a Red Hat Quay registry in Parquet, proven against Quay's own counts.

    Begin with `quay-audit demo`: the whole flow on an embedded Quay, without a server or a token.
    """


main.params.append(quiet_option())

for group in GROUPS:
    for command in import_module(f"pipeline.cli.{group}").COMMANDS:
        main.add_command(command)
