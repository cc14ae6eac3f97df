"""Promises about memory: who builds keeps what it frees, told before a library looks; who stays long gives it back."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.allocators import KEEP_FREED_MEMORY, keep_freed_memory
from tests.commands import NO_SETTINGS, ROOT

# Says what a process that loads the first big library, or becomes another program, was told, and ends it there.
WATCHED = """
import json, os, sys

def watch(event, arguments):
    if event == "import" and arguments[0] in ("duckdb", "numpy", "pyarrow"):
        said = arguments[0], dict(os.environ)
    elif event == "os.exec":
        said = "exec", arguments[2]
    else:
        return
    print(json.dumps(said), flush=True)
    os._exit(0)

sys.addaudithook(watch)
from pipeline.cli import main
main(sys.argv[1:])
"""
SERVER = {
    "QUAY_AUDIT_URL": "http://127.0.0.1:9",
    "QUAY_AUDIT_ALLOW_PLAIN_HTTP": "true",
    "QUAY_AUDIT_TOKEN": "t",
}


def told(folder: Path, *words: str, **environ: str) -> tuple[str, dict[str, str]]:
    """What a command loads first, or becomes, and which of the variables stand then."""
    inherited = {name: value for name, value in os.environ.items() if name not in KEEP_FREED_MEMORY}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *words],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **NO_SETTINGS, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    what, variables = json.loads(done.stdout)
    return what, {name: variables[name] for name in KEEP_FREED_MEMORY if name in variables}


@given(st.dictionaries(st.sampled_from([*KEEP_FREED_MEMORY, "HOME"]), st.text()))
def test_what_the_user_set_stays_and_the_rest_is_set(users: dict[str, str]) -> None:
    environment = dict(users)
    keep_freed_memory(environment)
    assert environment == {**KEEP_FREED_MEMORY, **users}


@pytest.mark.parametrize("words", [["build", "--full"], ["demo"], ["nightly", "--skip", "extract"]])
def test_who_builds_is_told_before_the_first_library_is_loaded(words: list[str], tmp_path: Path) -> None:
    what, variables = told(tmp_path, *words, **SERVER)
    assert what in {"duckdb", "numpy", "pyarrow"}
    assert variables == KEEP_FREED_MEMORY


def test_a_build_leaves_alone_what_the_user_set(tmp_path: Path) -> None:
    _, variables = told(tmp_path, "build", MIMALLOC_PURGE_DELAY="10")
    assert variables == {**KEEP_FREED_MEMORY, "MIMALLOC_PURGE_DELAY": "10"}


def test_the_dashboard_stays_long_and_is_told_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, "app") == ("exec", {})


def test_a_command_that_only_asks_is_told_nothing(tmp_path: Path) -> None:
    what, variables = told(tmp_path, "query", "select 1")
    assert what in {"duckdb", "numpy", "pyarrow"}
    assert variables == {}


# Takes and frees in libc what an engine's answer takes, twice, and says how many pages had to be found for the second.
TWICE = """
import ctypes, os, resource
from pipeline.allocators import keep_freed_memory

if os.environ.get("KEEP"):
    keep_freed_memory({**os.environ})
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
for _ in range(2):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    places = [libc.malloc(4 << 20) for _ in range(20)]
    for place in places:
        ctypes.memset(place, 1, 4 << 20)
    for place in places:
        libc.free(place)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
_IS_GLIBC = platform.libc_ver()[0] == "glibc"


def faults(**environ: str) -> int:
    """The page faults of a process that takes 80 MB again which it had before."""
    left_out = ("GLIBC_TUNABLES", *(name for name in os.environ if name.startswith("MALLOC_")))
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    command = [sys.executable, "-c", TWICE]
    environment = {**inherited, "PYTHONPATH": str(ROOT), **environ}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not _IS_GLIBC, reason="another libc has other ways")
def test_what_libc_is_given_back_it_keeps() -> None:
    pages = (80 << 20) // os.sysconf("SC_PAGESIZE")
    assert faults(KEEP="yes") < pages // 100
    assert faults() > pages // 2


@pytest.mark.skipif(not _IS_GLIBC, reason="another libc has other ways")
@pytest.mark.parametrize(
    "users",
    [
        {"GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=1048576"},
        {"MALLOC_MMAP_THRESHOLD_": "1048576"},
    ],
)
def test_libc_does_as_the_user_says(users: dict[str, str]) -> None:
    assert faults(KEEP="yes", **users) > (80 << 20) // os.sysconf("SC_PAGESIZE") // 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere DuckDB comes without an allocator of its own")
def test_the_libraries_look_for_these_names() -> None:
    """A misspelt name, or a library that no longer asks for it, would go unseen: nothing fails without it."""
    program = (
        "import pyarrow, numpy, duckdb, sys\n"
        "print(pyarrow.default_memory_pool().backend_name)\n"
        "print(*{line.split()[-1] for line in open('/proc/self/maps') if '.so' in line}, sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    backend, *files = done.stdout.splitlines()
    assert backend == "mimalloc"
    contents = [Path(file).read_bytes() for file in files if "duckdb" in file or "blas" in file.lower()]
    for name in ("DUCKDB_JE_MALLOC_CONF", "OPENBLAS_NUM_THREADS"):
        assert any(name.encode() in content for content in contents), name
