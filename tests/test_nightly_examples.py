"""Promises of `quay-audit nightly --example`: each file is what its reader takes, and asks for nothing we do not have."""

import ast
import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.cli.nightly import nightly
from pipeline.config import SETTING_BY_NAME
from pipeline.nightly.examples import example, example_names
from tests.commands import quay_audit

PROGRAM = "quay-audit"
SUMMARY = '{"until": "2026-11-24", "rows_read": 5}'


def unit(name: str) -> configparser.RawConfigParser:
    """A unit file; keys that stand in it several times have their last value."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(example(name))
    return parser


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(example("cronjob")))


def container() -> dict[str, Any]:
    job: dict[str, Any] = manifests()[1]["spec"]["jobTemplate"]["spec"]
    (only,) = job["template"]["spec"]["containers"]
    return dict(only)


def texts_of(name: str) -> Iterator[str]:
    """Every text in a Python file."""
    for node in ast.walk(ast.parse(example(name))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def command_lines() -> dict[str, list[str]]:
    """How each example calls us."""
    lines = {
        "systemd": shlex.split(unit("systemd")["Service"]["ExecStart"]),
        "cronjob": [*container()["command"], *container()["args"]],
    }
    for name in ("airflow", "dagster"):
        (line,) = (text for text in texts_of(name) if text.startswith(f"{PROGRAM} nightly --"))
        lines[name] = shlex.split(line)
    return lines


def test_every_example_is_printed_and_nothing_else_is_done(tmp_path: Path) -> None:
    assert example_names() == ["airflow", "cronjob", "dagster", "systemd", "systemd-timer"]
    for name in example_names():
        answer = quay_audit("nightly", "--example", name, "--lake", str(tmp_path / "lake"))
        assert (answer.status, answer.stdout, answer.stderr) == (0, example(name), "")
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("name", ["systemd", "cronjob", "airflow", "dagster"])
def test_every_command_line_is_one_that_we_take(name: str) -> None:
    program, command, *options = command_lines()[name]
    assert (program, command) == (PROGRAM, "nightly")
    context = nightly.make_context("nightly", options)
    assert context.params["deadline"] == "240"
    assert context.params["log_format"] == "json"


def test_an_option_that_we_do_not_have_would_be_noticed() -> None:
    with pytest.raises(Exception, match="No such option"):
        nightly.make_context("nightly", ["--no-such"])


@pytest.mark.parametrize("name", example_names())
def test_every_setting_that_is_named_is_one_of_ours(name: str) -> None:
    named = set(re.findall(r"QUAY_AUDIT_[A-Z_]+", example(name)))
    assert named <= {setting.variable for setting in SETTING_BY_NAME.values()}


@pytest.mark.parametrize("name", example_names())
def test_no_secret_stands_on_a_command_line_or_in_an_example(name: str) -> None:
    assert not re.search(r"QUAY_AUDIT_(TOKEN|NOTIFY)=(?!\.\.\.)\S", example(name))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    service, timer = tmp_path / "quay-audit-nightly.service", tmp_path / "quay-audit-nightly.timer"
    service.write_text(example("systemd").replace("ExecStart=quay-audit", f"ExecStart={sys.executable}"))
    timer.write_text(example("systemd-timer"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", service, timer],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert [line for line in done.stderr.splitlines() if "quay-audit" in line] == []
    assert done.returncode == 0, done.stderr


def test_the_units_belong_together_and_stop_later_than_the_deadline() -> None:
    assert example("systemd").startswith("# /etc/systemd/system/quay-audit-nightly.service\n")
    assert example("systemd-timer").startswith("# /etc/systemd/system/quay-audit-nightly.timer\n")
    assert unit("systemd-timer")["Timer"]["OnCalendar"].endswith(" UTC")
    assert unit("systemd")["Service"]["TimeoutStartSec"] == "6h"
    assert manifests()[1]["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 6 * 3600


def test_the_cronjob_runs_once_at_a_time_and_mounts_what_it_claims() -> None:
    claim, job = manifests()
    spec = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert (job["apiVersion"], job["kind"], job["spec"]["concurrencyPolicy"]) == (
        "batch/v1",
        "CronJob",
        "Forbid",
    )
    assert spec["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert {mount["name"] for mount in container()["volumeMounts"]} == {
        volume["name"] for volume in spec["volumes"]
    }
    (lake,) = (each["value"] for each in container()["env"] if each["name"] == "QUAY_AUDIT_LAKE")
    assert lake.startswith(container()["volumeMounts"][0]["mountPath"] + "/")


@pytest.mark.parametrize("name", ["airflow", "dagster"])
def test_the_python_examples_are_clean(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E4,E7,E9,F,I,B", "-"],
        input=example(name),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout


# Dagster as far as the asset needs it: what it decorates is called as it is.
DAGSTER = """
from types import SimpleNamespace as Definitions, SimpleNamespace as MaterializeResult, SimpleNamespace as ScheduleDefinition
AssetExecutionContext = object
class Failure(Exception):
    def __init__(self, text, metadata):
        super().__init__(text)
def asset(**about):
    return lambda function: function
def define_asset_job(name, selection):
    return selection
"""
RUN = """
from types import SimpleNamespace
import example
context = SimpleNamespace(log=SimpleNamespace(info=print))
try:
    print(example.quay_audit_lake(context).metadata["rows_read"])
except example.dg.Failure as failure:
    print(failure)
"""


@pytest.mark.parametrize(
    ("status", "last"), [(0, "5"), (1, "5"), (3, "quay-audit nightly ended with status 3")]
)
def test_the_asset_of_dagster_runs_the_night_and_fails_with_it(
    status: int, last: str, tmp_path: Path
) -> None:
    (tmp_path / "dagster.py").write_text(DAGSTER)
    (tmp_path / "example.py").write_text(example("dagster"))
    program = tmp_path / PROGRAM
    program.write_text(f"#!/bin/sh\necho '{SUMMARY}'\nexit {status}\n")
    program.chmod(0o755)
    environ = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", RUN], env=environ, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == last
