"""Promises of the command line as a process: what it loads, how it ends on a signal, a closed pipe and a full disk."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"httpx2", "httpcore2", "duckdb", "pyarrow", "rich", "pandas", "numpy", "msgspec", "asyncio", "ssl"}


def run(program: str, stdout: "int | IO[str]" = subprocess.PIPE) -> "subprocess.CompletedProcess[str]":
    """A program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", program],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )


def test_the_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom pipeline.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = run(program)
    assert "Exit status:" in done.stdout, done.stderr
    loaded = set(done.stdout.splitlines()[-1].split())
    assert loaded & HEAVY == set()
    assert {"click", "pipeline"} <= loaded


ACT = """
import os, signal, sys
import click
from pipeline.cli import CommandLine
from pipeline.cli.options import command
from pipeline.cli.output import print_ndjson, tell
@command(examples=[""])
def act(as_json):
    {body}
group = CommandLine()
group.add_command(act)
group(["act"])
"""


def test_sigterm_ends_like_an_interrupt_after_the_last_steps() -> None:
    body = (
        "try:\n        os.kill(os.getpid(), signal.SIGTERM)\n    finally:\n        tell('finished the page')"
    )
    done = run(ACT.format(body=body))
    assert done.returncode == 130
    assert "finished the page" in done.stderr
    assert "error: interrupted" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_a_query_like_an_interrupt(sent: str) -> None:
    endless = "select sum(range * range) from range(10_000_000_000_000)"
    lines = [
        "import duckdb, threading",
        f"threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.{sent})).start()",
        f"duckdb.connect().execute({endless!r}).fetchall()",
    ]
    body = "\n    ".join(lines)
    done = run(ACT.format(body=body))
    assert done.returncode == 130, done.stderr
    assert "error: interrupted" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("body", ["print_ndjson(range(10**6))", "click.echo('x' * 10**6)"])
def test_a_reader_that_leaves_is_neither_an_error_nor_a_success(body: str, unbuffered: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ACT.format(body=body)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        cwd=ROOT,
    )
    assert process.stdout
    process.stdout.read(1)
    process.stdout.close()
    assert process.stderr
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(60) == 141


def test_a_place_that_takes_no_more_is_a_usage_error() -> None:
    with Path("/dev/full").open("w") as full:
        done = run(ACT.format(body="print_ndjson([1])"), full)
    assert done.returncode == 2
    assert done.stderr.startswith("error: the output cannot be written: No space left on device\nhint: ")
