"""The demo's lake, which tests of one run make together once, and only read."""

from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.lake.layout import Layout
from tests.browser.lakes import folder_of_the_run, made_once


def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The lake with its warehouse, where the tests of the dashboard find it too."""
    return Layout(made_once(folder_of_the_run(tmp_path_factory), "demo"))


def content_of(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
