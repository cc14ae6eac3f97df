"""The command line as tests call it: within this process, or as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from pipeline.cli import main

ROOT = Path(__file__).parents[1]
NO_SETTINGS = {
    "XDG_CONFIG_HOME": "/dev/null"
}  # where no settings file of the account that runs the tests can be
_SAYS = ("error: ", "hint: ", "Traceback")


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def error(self) -> str:
        """The one line that says what failed. Beside it stand one hint and progress, and nothing else, on stderr."""
        return self._last_lines()[0].removeprefix("error: ")

    @property
    def hint(self) -> str:
        """The one line that says what to do."""
        return self._last_lines()[1].removeprefix("hint: ")

    def _last_lines(self) -> tuple[str, str]:
        *progress, error, hint = self.stderr.splitlines()
        assert error.startswith("error: "), self.stderr
        assert hint.startswith("hint: "), self.stderr
        assert not [line for line in progress if line.startswith(_SAYS)], self.stderr
        return error, hint


def quay_audit(*args: str, **environ: str) -> Ended:
    """What a command does and says, run within this process."""
    result = CliRunner().invoke(main, args, env=NO_SETTINGS | environ, catch_exceptions=False)
    return Ended(result.exit_code, result.stdout, result.stderr)


def start(*args: str, **environ: str) -> "subprocess.Popen[str]":
    """The command as a process of its own, its output in pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | NO_SETTINGS | environ,
    )


def ended(process: "subprocess.Popen[str]") -> Ended:
    """How a process ended; a minute is enough for each."""
    with process:
        stdout, stderr = process.communicate(timeout=60)
    return Ended(process.returncode, stdout, stderr)


def assert_nowhere(secret: str, command: Ended, folder: Path) -> None:
    """The secret is in nothing that a command printed, and in no file below a folder, nor in a file's name."""
    assert secret not in command.stdout
    assert secret not in command.stderr
    for path in folder.rglob("*"):
        assert secret not in path.name
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path
