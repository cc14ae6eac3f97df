"""What holds for every test: the same examples each run, no setting from outside, no traffic but to this machine."""

import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pipeline.lake.layout import Layout

settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("repeatable")

for _variable in list(os.environ):
    if _variable.startswith("QUAY_AUDIT_") or _variable.lower().endswith("_proxy"):
        del os.environ[_variable]


def _refuse_traffic_elsewhere(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple) and not _is_this_machine(args[1][0]):
        raise AssertionError(f"a test connects to {args[1][0]}; tests talk to 127.0.0.1 alone")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


sys.addaudithook(_refuse_traffic_elsewhere)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty lake."""
    return Layout(tmp_path / "lake")
