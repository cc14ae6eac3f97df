"""The demo's lake, which tests of one run make together once, and only read."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.lake.layout import Layout
from tests.browser.lakes import made_once


def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The lake with its warehouse, where the tests of the dashboard find it too."""
    base = tmp_path_factory.getbasetemp()
    # Beside each other below one folder run the processes of one run.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return Layout(made_once(shared / "lakes", "demo"))


def content_of(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    return {
        str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
