"""What a process that builds and then ends tells the allocators of its libraries: to keep what is freed for what comes."""

import ctypes
from collections.abc import Mapping, MutableMapping
from typing import Final

KEEP_FREED_MEMORY: Final[Mapping[str, str]] = {
    # pyarrow's gives pages back soon, and a build would fault the same ones in again for every day.
    "MIMALLOC_PURGE_DELAY": "-1",
    # DuckDB's gives them back after a second; this is a minute, and a day of a million events takes three seconds.
    "DUCKDB_JE_MALLOC_CONF": "dirty_decay_ms:60000",
    # numpy, which pyarrow loads, would start a thread for every core, and nothing here multiplies matrices.
    "OPENBLAS_NUM_THREADS": "1",
}
"""Ten days of a million are built with 2 to 4 CPU s in the system, not 8, and with 1.6 to 1.9 GB at the peak, not 1.2."""

_OPTION_BY_VARIABLE: Final = {"MALLOC_TRIM_THRESHOLD_": -1, "MALLOC_MMAP_THRESHOLD_": -3}
"""Those of glibc's `mallopt`: what it holds free before it gives memory back, and what it asks the system for each time."""
_NEVER: Final = 2**31 - 1


def keep_freed_memory(environment: MutableMapping[str, str]) -> None:
    """Set these variables in this process's own environment, and the like in its libc; what the user set stays.

    The libraries look once, as they are loaded: after duckdb, pyarrow or numpy is imported, this does nothing. Not for a
    process that lives long beside others: it would hold its peak for good.
    """
    for name, value in KEEP_FREED_MEMORY.items():
        environment.setdefault(name, value)
    # What DuckDB answers is in memory of glibc, which looked at its environment before this program could set anything.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt and "GLIBC_TUNABLES" not in environment:
        for variable, option in _OPTION_BY_VARIABLE.items():
            if variable not in environment:
                mallopt(option, _NEVER)
