"""Promises of the notebooks: stored without output, they run from the first cell to the last, and show what they say."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from pipeline.lake.layout import Layout
from tests.commands import NO_SETTINGS, ROOT
from tests.demo_lake import content_of, shared_demo

FOLDER = ROOT / "notebooks"
CHART = "application/vnd.vegalite.v5+json"
SECONDS_A_CELL = 300
HUNT, COMPLETENESS, DETECTION = (
    "hunt_for_token_misuse",
    "how_completeness_is_proven",
    "writing_a_detection",
)
NOTEBOOKS = sorted(file.stem for file in FOLDER.glob("*.ipynb"))
_LINK = re.compile(r"\[[^]]*\]\(([^)]+)\)")
_MARKS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Run:
    """A notebook that has run: what its cells show."""

    def __init__(self, notebook: Any) -> None:
        self.cells = {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}

    def text(self, cell: str) -> str:
        """What a cell prints and answers, as text."""
        outputs = self.cells[cell].outputs
        parts = [output.get("text") or output.data["text/plain"] for output in outputs]
        return _MARKS.sub("", "\n".join(parts))

    def charts(self) -> dict[str, Any]:
        """The charts by the cell that draws them."""
        return {
            name: output.data[CHART]
            for name, cell in self.cells.items()
            for output in cell.outputs
            if CHART in output.get("data", {})
        }


@cache
def stored(name: str) -> Any:
    """A notebook as it is kept."""
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The demo's lake, which is only read."""
    return shared_demo(tmp_path_factory)


def run(name: str, demo: Layout, folder: Path) -> Run:
    """Run a notebook as `jupyter execute` does, in a process of its own that writes below `folder` alone."""
    own = {
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "TMPDIR": "",
    }
    told = {key: str(folder / place) for key, place in own.items()} | {"QUAY_AUDIT_LAKE": str(demo.root)}
    result = folder / "result.ipynb"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from nbclient.cli import main; main()",
            str(FOLDER / f"{name}.ipynb"),
            f"--output={result}",
            f"--timeout={SECONDS_A_CELL}",
        ],
        env=os.environ | NO_SETTINGS | told | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, _MARKS.sub("", done.stderr)
    return Run(nbformat.read(result, as_version=nbformat.NO_CONVERT))  # type: ignore[no-untyped-call]


# As they are kept -----------------------------------------------------------------------------------------------------


def test_there_are_three_tours() -> None:
    assert set(NOTEBOOKS) == {HUNT, COMPLETENESS, DETECTION}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_kept_without_output_or_trace_of_who_ran_it(name: str) -> None:
    notebook = stored(name)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_tour_begins_with_its_title_and_says_something_before_nearly_every_step(name: str) -> None:
    kinds = [cell.cell_type for cell in stored(name).cells]
    assert kinds[0] == "markdown"
    assert stored(name).cells[0].source.startswith("# ")
    assert kinds.count("markdown") >= kinds.count("code") * 2 / 3


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_a_tour_links_to_is_there(name: str) -> None:
    texts = [cell.source for cell in stored(name).cells if cell.cell_type == "markdown"]
    links = [link for text in texts for link in _LINK.findall(text)]
    assert links
    assert [link for link in links if not (FOLDER / link).exists()] == []


# As they run ----------------------------------------------------------------------------------------------------------


def assert_charts_can_be_read(charts: dict[str, Any]) -> None:
    """Every chart has data, a title, and words at its axes."""
    for cell, chart in charts.items():
        layers = chart.get("layer", [chart])
        assert all(chart["datasets"].values()), cell
        assert chart.get("title"), cell
        axes = layers[0]["encoding"]
        assert axes["x"]["title"], cell
        assert "title" in axes["y"], cell
        assert axes["x"]["type"] != "temporal" or "UTC" in axes["x"]["title"], cell


@pytest.mark.slow
def test_the_hunt_finds_the_token_that_was_planted(demo: Layout, tmp_path: Path) -> None:
    before = content_of(demo.root)
    hunt = run(HUNT, demo, tmp_path)
    assert "backup" in hunt.text("choose")
    assert "mallory" in hunt.text("choose")
    assert re.search(r"\b[1-9]\d* of \d+ repositories were new to mallory", hunt.text("share"))
    assert "'network known to the owner': True" in hunt.text("place-and-tool-answer")
    assert "'client known to the owner': False" in hunt.text("place-and-tool-answer")
    assert "next steps:" in hunt.text("show")
    assert "during" in hunt.text("after")
    assert "ready" in hunt.text("readiness")
    assert hunt.charts().keys() == {"strip-chart", "rhythm-chart", "around-chart"}
    assert_charts_can_be_read(hunt.charts())
    assert content_of(demo.root) == before


@pytest.mark.slow
def test_completeness_is_shown_by_losing_rows_and_by_forging_them(demo: Layout, tmp_path: Path) -> None:
    before = content_of(demo.root)
    shown = run(COMPLETENESS, demo, tmp_path)
    read, truth = re.findall(r"([\d,]+) of ([\d,]+) entries came", shown.text("plain-reader"))[0]
    assert int(read.replace(",", "")) < int(truth.replace(",", ""))
    assert re.search(r"exit status: [04]", shown.text("extract"))
    assert "exit status: 0" in shown.text("exported")
    readers = next(
        rows for rows in shown.charts()["three-readers"]["datasets"].values() if "reader" in rows[0]
    )
    assert [row["said"] for row in readers][0::2] == ["nothing", "verified"]
    assert readers[2]["entries"] == int(truth.replace(",", ""))
    assert "Empty DataFrame" in shown.text("differences")
    agreed, days = re.findall(r"(\d+) of (\d+) days agree", shown.text("agree"))[0]
    assert agreed == days
    assert "False" not in shown.text("chain")
    assert "its rows differ" in shown.text("tamper")
    assert "exit status: 5" in shown.text("tamper")
    assert "not the state that the chain names" in shown.text("tamper-more")
    assert "not read" in shown.text("unproven")
    assert shown.charts().keys() == {"plain-chart", "three-readers", "calendar", "witnesses"}
    assert_charts_can_be_read(shown.charts())
    assert content_of(demo.root) == before


@pytest.mark.slow
def test_the_detection_that_is_written_fails_a_case_is_mended_and_finds_something(
    demo: Layout, tmp_path: Path
) -> None:
    before = content_of(demo.root)
    written = run(DETECTION, demo, tmp_path)
    assert "came unasked" in written.text("first-trial")
    assert "False" not in written.text("fix")
    assert re.search(r"(\d+) of \1 cases as they should be", written.text("shipped-trial"))
    assert written.text("mutant").count("False") == 1
    assert "made a token and revoked it after" in written.text("run")
    assert "QD-90" in {row.get("detection_id") for row in rows_of(written.charts()["points-chart"])}
    assert "ready" in written.text("readiness")
    assert_charts_can_be_read(written.charts())
    assert content_of(demo.root) == before


def rows_of(chart: Any) -> list[dict[str, Any]]:
    """The rows that a chart draws."""
    return [row for rows in chart["datasets"].values() for row in rows]
