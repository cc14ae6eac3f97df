"""The dashboard as people start it: `quay-audit app`, a process of its own."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from tests.commands import NO_SETTINGS, ROOT
from tests.gateways import closed_port

SECONDS_TO_START = 60
SECONDS_BETWEEN_LOOKS = 0.05


@dataclass(frozen=True)
class App:
    """A dashboard that answers. `pid` is its process, `output` what it prints."""

    lake: Path
    port: int
    pid: int
    output: IO[bytes]

    def url(self, screen: str = "", **address: str) -> str:
        """The address of a screen."""
        query = f"?{urlencode(address)}" if address else ""
        return f"http://127.0.0.1:{self.port}/{screen}{query}"

    @property
    def said(self) -> str:
        """What it printed up to now: nothing but its address, as long as all is well."""
        return Path(self.output.name).read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(
    lake: Path, *words: str, port: int | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[App]:
    """The dashboard on a lake, with more `words` on its command line, as long as the block lasts."""
    port = port or closed_port()
    command = [sys.executable, "-m", "pipeline", "app", "--lake", str(lake)]
    command += ["--listen", f"127.0.0.1:{port}", *words]
    environment = os.environ | NO_SETTINGS | dict(environ or {})
    with (
        tempfile.NamedTemporaryFile() as output,
        subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env=environment
        ) as process,
    ):
        app = App(lake, port, process.pid, output)
        try:
            _await_health(app, process)
            yield app
        finally:
            process.kill()


def _await_health(app: App, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _is_healthy(app.port):
        assert process.poll() is None, f"the dashboard ended: {app.said}"
        assert time.monotonic() < deadline, f"the dashboard does not answer: {app.said}"
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _is_healthy(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
