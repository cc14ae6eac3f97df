"""The same for what the lake and the auditor's bundle hold: any other byte than what was written is told, or refused."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from pipeline.custody.proofs import EventKey, bytes_from_proof, proof_of, verified_proof
from pipeline.custody.verification import verified
from pipeline.errors import QuayAuditError
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger
from pipeline.lake.snapshots import snapshot_from_bytes
from tests.bundles import KEY, SINCE, fill, seal
from tests.fuzz.contract import must

EVENT = EventKey(SINCE, "all", 0)


@cache
def scene() -> tuple[Path, dict[str, Path]]:
    """A folder with a lake and a bundle of it, made once, and the files that are written over."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    layout = fill(Layout(folder / "lake"), Random(3), SINCE, SINCE)
    # A second link, so that the first is vouched for.
    fill(layout, Random(4), SINCE, SINCE)
    (folder / "sealed").mkdir()
    bundle = seal(folder / "sealed", Random(3), with_rows=True, until=SINCE).file
    state = next(iter(sorted(layout.log_entries.glob("scope=*/day=*/_window.json"))))
    rows = state.with_name(ENTRIES_FILE)
    files = {"rows": rows, "window": state, "manifest": Ledger(layout).manifest_files()[0], "bundle": bundle}
    return folder, files


@cache
def written(name: str) -> bytes:
    """What a file held before anything was written over it."""
    return scene()[1][name].read_bytes()


@cache
def proof() -> bytes:
    """A proof that holds."""
    folder, files = scene()
    written("bundle")
    return bytes_from_proof(proof_of(EVENT, files["bundle"], Layout(folder / "lake")))


def windows(data: bytes) -> bool:
    """The state of a window."""
    return _is_unharmed("window", data, lambda layout: Ledger(layout).windows())


def rows(data: bytes) -> bool:
    """The rows of a window, in Parquet."""
    return _is_unharmed("rows", data, lambda layout: None)


def manifests(data: bytes) -> bool:
    """A link of the chain that another link follows."""
    return _is_unharmed("manifest", data, lambda layout: Ledger(layout).sealed())


def snapshots(data: bytes) -> bool:
    """The state of a snapshot."""
    try:
        snapshot_from_bytes(data, Path("snapshot.json"))
    except QuayAuditError:
        return False
    return True


def bundles(data: bytes) -> bool:
    """A bundle, verified, and asked for a proof."""
    folder, files = scene()
    is_same = data == written("bundle")
    files["bundle"].write_bytes(data)
    verdict = verified(files["bundle"], KEY.public)
    must("any other bundle is told", is_same == (not verdict.findings))
    try:
        proof_of(EVENT, files["bundle"], Layout(folder / "lake"))
    except QuayAuditError:
        must("a bundle that is as it was proves its rows", not is_same)
    return is_same


def proofs(data: bytes) -> bool:
    """A proof."""
    verdict = verified_proof(data, KEY.public)
    must("any other proof is told", (data == proof()) == (not verdict.findings))
    return not verdict.findings


def _is_unharmed(name: str, data: bytes, read: Callable[[Layout], object]) -> bool:
    folder, files = scene()
    layout, is_same = Layout(folder / "lake"), data == written(name)
    files[name].write_bytes(data)
    try:
        must("any other byte is found", is_same == (not inspect(layout).findings))
        read(layout)
    except QuayAuditError:
        return False
    finally:
        files[name].write_bytes(written(name))
    return is_same
