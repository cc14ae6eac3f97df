"""Promises of the dashboard's house: short screens, one door to the pipeline, no way for text to become HTML, colours."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.bundle import bundled

APP = bundled("app")
MODULES = {str(path.relative_to(APP)): ast.parse(path.read_text()) for path in sorted(APP.rglob("*.py"))}
SCREENS = sorted((APP / "views").rglob("*.py"))
LONGEST_SCREEN = 120
LEAST_CONTRAST = 4.5
# What the charts and frames of screens are made of; everything else comes from the standard library.
LENT = {"altair", "pandas", "streamlit"}
NEVER = {"html", "iframe", "components", "caption"}


def imported(tree: ast.Module) -> Iterator[str]:
    """The full names of the modules that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def roots(tree: ast.Module) -> set[str]:
    """The packages that a module imports from."""
    return {name.partition(".")[0] for name in imported(tree)}


def test_every_screen_is_short_enough_to_be_read_at_once() -> None:
    lengths = {str(screen.relative_to(APP)): len(screen.read_text().splitlines()) for screen in SCREENS}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_SCREEN} == {}


@pytest.mark.parametrize("module", MODULES)
def test_only_data_imports_the_pipeline_and_nobody_a_third_library(module: str) -> None:
    allowed = LENT | {"app"} | ({"pipeline"} if module.startswith("data/") else set())
    assert roots(MODULES[module]) - set(sys.stdlib_module_names) <= allowed


def test_charts_and_words_are_pure_and_know_no_streamlit() -> None:
    pure = {"words.py", *(module for module in MODULES if module.startswith("charts/"))}
    assert len(pure) > 1
    assert not [module for module in pure if roots(MODULES[module]) & {"streamlit", "pipeline"}]
    assert not [name for module in pure for name in imported(MODULES[module]) if name.startswith("app.data")]


@pytest.mark.parametrize("package", ["streamlit", "altair", "pandas"])
def test_the_pipeline_knows_nothing_of_what_the_dashboard_is_made_of(package: str) -> None:
    files = Path(bundled("app").parent / "pipeline").rglob("*.py")
    assert not [str(file) for file in files if package in roots(ast.parse(file.read_text()))]


@pytest.mark.parametrize("module", MODULES)
def test_no_screen_draws_html_or_pale_text(module: str) -> None:
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in NEVER, ast.unparse(node)
        assert not (isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html")


def test_charts_are_drawn_in_one_place_which_sees_to_the_colour_of_their_text() -> None:
    drawing = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "altair_chart"
    }
    assert drawing == {"blocks.py"}


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_every_text_of_the_theme_stands_out_from_every_ground(shade: str) -> None:
    colours = tomllib.loads((APP / "theme.toml").read_text())[shade]
    texts = [colours[name] for name in ("textColor", "linkColor", "primaryColor")]
    grounds = [colours[name] for name in ("backgroundColor", "secondaryBackgroundColor")]
    told = {(text, ground): contrast(text, ground) for text in texts for ground in grounds}
    assert {pair: ratio for pair, ratio in told.items() if ratio < LEAST_CONTRAST} == {}
