"""Promises of the house: the wheel works anywhere, nothing points at one machine, the layers hold, the lock is whole."""

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline import __version__

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LONGEST_FILE, LONGEST_FUNCTION = 300, 40

# What is longer than the house allows, and why it is better whole.
_ONE_ABUSE = "one sort of abuse, each way of it beside the others: they share its acts and its scale"
LONG_FILES: dict[str, str] = {
    "sql/detections/qd01_concurrent_networks.sql": _ONE_ABUSE,
    "sql/detections/qd02_unusual_network.sql": _ONE_ABUSE,
    "sql/detections/qd22_grant_chain.sql": _ONE_ABUSE,
    "sql/detections/qd26_account_takeover.sql": _ONE_ABUSE,
    "sql/detections/qd27_login_attack.sql": _ONE_ABUSE,
    "sql/detections/qd31_log_gap.sql": _ONE_ABUSE,
}
LONG_FUNCTIONS: dict[str, str] = {}

_MACHINE_PATH = re.compile(r"(?<![\w.~<>}-])/(?:work|root|tmp|opt|home|Users|workspace)/[\w.]")
_REGISTRY_HOST = re.compile(
    r"py[p]i\.org|pythonh[o]sted|registry\.n[p]mjs|deb\.d[e]bian|(?:extra-)?ind[e]x-url|f[i]nd-links|f[i]le:///"
)


def run(*command: str | Path, cwd: Path = ROOT, **environ: str) -> "subprocess.CompletedProcess[str]":
    """A command that must succeed, without what this process was told for Python or by make."""
    inherited = ("PYTHON", "MAKE", "MFLAGS")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(inherited)}
    done = subprocess.run(
        command, cwd=cwd, env=clean | environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@cache
def tracked() -> list[Path]:
    """Every file that is, or is about to be, under version control."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z").stdout
    return [ROOT / name for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).is_file()]


def tracked_texts() -> Iterator[tuple[str, str]]:
    """The name and text of every tracked file that is text."""
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            yield str(path.relative_to(ROOT)), content.decode("utf-8", "replace")


def modules() -> list[Path]:
    """Every Python file of the package and the tests."""
    return [path for path in tracked() if path.suffix == ".py"]


# The wheel ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment's scripts folder: the wheel installed, its requirements lent by the running environment."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, symlinks=True)
    scripts = folder / "bin"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        scripts / "python",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        wheel,
    )
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


def test_the_wheel_puts_one_package_into_site_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names} == {
        "pipeline",
        f"quay_audit_pipeline-{__version__}.dist-info",
    }
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_wheel_carries_every_module_every_model_and_the_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {str(path.relative_to(ROOT)) for path in tracked()}
    expected = {name for name in sources if name.startswith("pipeline/")}
    expected |= {f"pipeline/_bundle/{name}" for name in sources if name.startswith(("app/", "sql/"))}
    assert expected <= names
    assert f"quay_audit_pipeline-{__version__}.dist-info/licenses/LICENSE" in names


def test_the_installed_command_runs_from_another_folder(elsewhere: Path, tmp_path: Path) -> None:
    done = run(elsewhere / "quay-audit", "--help", cwd=tmp_path)
    assert "Exit status:" in done.stdout
    where = run(elsewhere / "python", "-c", "import pipeline; print(pipeline.__file__)", cwd=tmp_path).stdout
    assert Path(where.strip()).is_relative_to(elsewhere.parent)
    assert run(elsewhere / "python", "-m", "pipeline", "--version", cwd=tmp_path).stdout.endswith(
        f"{__version__}\n"
    )


@pytest.mark.slow
def test_the_installed_demo_runs_the_whole_flow_from_another_folder(elsewhere: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    run(elsewhere / "quay-audit", "demo", "--dir", folder, cwd=tmp_path)
    assert list(folder.rglob("entries.parquet"))
    assert list(folder.rglob("events.parquet"))
    assert list(folder.rglob("warehouse.duckdb"))


# What is written down -------------------------------------------------------------------------------------------------


def test_no_tracked_file_names_a_path_of_one_machine_or_a_host_of_a_package_registry() -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in tracked_texts()
        for match in [*_MACHINE_PATH.finditer(text), *_REGISTRY_HOST.finditer(text)]
    ]
    assert found == []


def test_the_search_for_machine_paths_and_hosts_finds_them() -> None:
    def spelt(text: str) -> str:
        return text.replace(
            "~", ""
        )  # here they are broken in two, so that this file does not name one itself

    for text in ("cd /w~ork/main", "'/ro~ot/.cache'", "=/t~mp/x", "/ho~me/bob/lake"):
        assert _MACHINE_PATH.search(spelt(text)), text
    for text in ("org/root/x", "https://quay.example.com/work/x", "./tmp/x", "$HOME/tmp/x", "<lake>/home/x"):
        assert not _MACHINE_PATH.search(text), text
    for text in ("https://py~pi.org/simple", "--extra-in~dex-url x", "fi~le:///mirror"):
        assert _REGISTRY_HOST.search(spelt(text)), text


def test_the_lock_pins_every_requirement_with_hashes_and_names_no_place() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(#|--(?!hash=sha256:))", text, re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    pinned = {}
    for entry in entries:
        name, _, rest = entry.partition("==")
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), name
        pinned[canonicalize_name(name)] = re.split(r"[ ;\\]", rest)[0]
    wanted = [*PYPROJECT["project"]["dependencies"], *PYPROJECT["dependency-groups"]["dev"]]
    wanted += PYPROJECT["build-system"]["requires"]
    for requirement in map(Requirement, wanted):
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, requirement.name


def test_the_changelog_keeps_its_form_and_its_top_version_is_ours() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog\n")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    if headings[0] == "[Unreleased]":
        headings.pop(0)
    matches = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", heading) for heading in headings]
    releases = [
        (tuple(map(int, match.groups()[:3])), date.fromisoformat(match[4])) for match in matches if match
    ]
    assert len(releases) == len(headings) > 0
    assert releases == sorted(releases, reverse=True)
    assert ".".join(map(str, releases[0][0])) == __version__
    sections = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules()
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def length_of(source: Path) -> int:
    """Lines to read: of a detection its query, as its head and its cases are data, looked up one by one."""
    lines = source.read_text().splitlines()
    return sum(not line.startswith("--") for line in lines) if source.suffix == ".sql" else len(lines)


def test_no_file_is_too_long_to_read_without_a_reason() -> None:
    sources = [*modules(), *(path for path in tracked() if path.suffix == ".sql")]
    long = {str(path.relative_to(ROOT)) for path in sources if length_of(path) > LONGEST_FILE}
    assert long == LONG_FILES.keys()
    assert all(LONG_FILES.values())


def test_no_function_is_too_long_to_read_without_a_reason() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    }
    assert long == LONG_FUNCTIONS.keys()
    assert all(LONG_FUNCTIONS.values())


def test_the_layers_and_doors_hold() -> None:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    assert "0 broken" in run(sys.executable, "-c", code).stdout


# The two commands -----------------------------------------------------------------------------------------------------


def test_make_installs_nothing_but_what_the_lock_pins() -> None:
    commands = run("make", "--always-make", "--dry-run", "demo").stdout
    installs = [line for line in commands.splitlines() if " install " in line and "pip" in line]
    assert len(installs) == 2
    assert "--no-deps --require-hashes --requirement requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation --editable ." in installs[1]
    assert commands.rstrip().endswith("quay-audit demo")


def test_continuous_integration_runs_what_a_person_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    run("bash", "-n", script)
    assert script.read_text().rstrip().endswith("make test")
    assert "pytest" in run("make", "--dry-run", "test").stdout.splitlines()[-1]
