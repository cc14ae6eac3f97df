"""Promises of the evaluation as a program: it runs from a shell, in workers of its own, and says what it found."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from pipeline.demo.scenarios.figures import Figures

ROOT = Path(__file__).parents[1]
ONE_DAY = ("--seeds", "1", "--days", "31", "--family", "log silenced", "--pack", "overt", "--processes", "1")


@pytest.mark.slow
def test_a_short_evaluation_says_in_text_and_in_json_what_it_tried(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "pipeline.demo.scenarios", *ONE_DAY, "--no-shifts", "--no-again"]
    done = subprocess.run(
        [*command, "--json", str(file)], capture_output=True, text=True, check=False, cwd=ROOT, timeout=600
    )
    assert done.returncode in (0, 1), done.stderr
    assert "1 of 1 done" in done.stderr
    assert "from start to end" in done.stdout
    figures = msgspec.json.decode(file.read_bytes(), type=Figures)
    assert (figures.seeds, figures.days_judged) == ([1], 1)
    assert set(figures.entries) == {"seed 1 clean", "seed 1 overt"}
    assert min(figures.entries.values()) > 10_000
