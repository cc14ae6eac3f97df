"""The command line as tests call it: within this process, or as a process of its own."""

import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from pipeline.cli import main

ROOT = Path(__file__).parents[1]
NO_SETTINGS = {
    "XDG_CONFIG_HOME": "/dev/null"
}  # where no settings file of the account that runs the tests can be


class Ended(NamedTuple):
    """How a command ended. `trace` is the traceback of whatever ended it, with every local variable."""

    status: int
    stdout: str
    stderr: str
    trace: str = ""

    @property
    def error(self) -> str:
        """The one line that says what failed. Nothing but that line, one hint and progress may stand on stderr."""
        *progress, error, hint = self.stderr.splitlines()
        assert error.startswith("error: "), self.stderr
        assert hint.startswith("hint: "), self.stderr
        assert not [line for line in progress if line.startswith(("error: ", "hint: ", "Traceback"))], (
            self.stderr
        )
        return error.removeprefix("error: ")

    @property
    def hint(self) -> str:
        """The one line that says what to do."""
        assert self.error
        return self.stderr.splitlines()[-1].removeprefix("hint: ")


def quay_audit(*args: str, **environ: str) -> Ended:
    """What a command does and says, run within this process."""
    result = CliRunner().invoke(main, args, env=NO_SETTINGS | environ, catch_exceptions=False)
    assert result.exc_info
    told = traceback.TracebackException(*result.exc_info, capture_locals=True)
    return Ended(result.exit_code, result.stdout, result.stderr, "".join(told.format()))


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
