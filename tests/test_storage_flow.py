"""Promises of the whole flow over QUAY_AUDIT_LAKE=s3://...: every command on a machine of its own says what it says of a folder."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.history import TOKENS, build_history
from pipeline.demo.server import serve
from pipeline.demo.store import Store as Registry
from pipeline.lake import storage
from pipeline.lake.layout import Layout
from pipeline.nightly.lock import Holder, held
from pipeline.nightly.nights import read_nights
from tests.archives import accounts_csv, kinds_csv, rows_by_id, write_archives
from tests.commands import Ended, quay_audit
from tests.extracts import NOW, TOKEN, files_of
from tests.s3 import ADDRESS, Store, s3_server, store
from tests.small_quay import at, log, small_store
from tests.worlds import DATA

__all__ = ["s3_server", "store"]

pytestmark = pytest.mark.slow

EXPORT = DATA / "corpus-mariadb" / "export" / "small-2026-11-10.json.gz"
LAST = NOW.date() - timedelta(days=1)
FIRST = LAST - timedelta(days=1)
DAYS = ("--since", str(FIRST), "--until", str(LAST))
PERIOD = ("--period", f"{FIRST}..{LAST}", "--format", "csv,json")
QUESTIONS = (
    "select kind, count(*) as entry_count from events group by kind order by all",
    "select scope, day, count(*) as entry_count from log_entries group by all order by all",
    "select * from mart_kind_daily order by all",
    "select count(*) as user_count from inventory_users",
)


class Office:
    """Somebody who gives one command after another, each on a machine of its own, over a lake that they share."""

    def __init__(self, folder: Path, url: str, lake: str) -> None:
        folder.mkdir()
        self.folder = folder
        self._machines = count()
        self._told = {
            "QUAY_AUDIT_URL": url,
            "QUAY_AUDIT_TOKEN": TOKENS["auditor"].secret,
            "QUAY_AUDIT_LAKE": lake or str(folder / "lake"),
            "QUAY_AUDIT_WAREHOUSE": str(folder / "warehouse.duckdb"),
        }

    def ask(self, *words: str, status: int = 0) -> str:
        """What a command prints; it ends with `status`."""
        cache = str(self.folder / f"machine{next(self._machines)}")
        ended = quay_audit(*words, **self._told, QUAY_AUDIT_LAKE_CACHE=cache)
        assert ended.status == status, (words, ended.stdout, ended.stderr)
        return ended.stdout

    def json(self, *words: str, status: int = 0) -> Any:
        """The same of a command that gives JSON."""
        return json.loads(self.ask(*words, "--json", status=status))


@pytest.fixture(scope="module")
def registry() -> Registry:
    """A small demo registry."""
    registry = Registry()
    build_history(registry, days=2, until=LAST, seed=5, scale=0.05)
    return registry


def flow(office: Office, registry: Registry, keys: Path) -> dict[str, Any]:
    """Every command of the flow, in its order; gives what they said."""
    said = {"files": ingested(office, registry), "extract": office.json("extract", *DAYS)["windows"]}
    said["inventory"] = office.json("inventory")
    said["verify"] = verified(office)
    said["build"] = office.ask("build").partition("\n")[0]
    said["tables"] = [office.ask("query", "--format", "csv", question) for question in QUESTIONS]
    said["detect"] = office.json("detect")
    said["findings"] = office.ask("export", "--findings")
    (case, *_) = office.json("cases", "list")
    office.ask("cases", "close", case["case_id"], "--disposition", "benign", "--note", "x", "--by", "bob")
    said["cases"] = office.json("cases", "list", "--state", "all")
    said["events"] = office.ask("export", "--format", "ndjson")
    said["aggregate"] = office.ask("aggregate", "--scope", "all", *DAYS)
    said["evidence"] = evidence(office, keys)
    said["offline"] = office.json("verify", "--offline")
    return said


def ingested(office: Office, registry: Registry) -> list[Any]:
    """Archives, the same again, and a file of an export."""
    rotated = write_archives(office.folder / "rotated", rows_by_id(registry), size=300)
    kinds, accounts = office.folder / "kinds.csv", office.folder / "accounts.csv"
    kinds.write_text(kinds_csv())
    accounts.write_text(accounts_csv(registry))
    archives = ("--kinds", str(kinds), "--accounts", str(accounts), *map(str, rotated))
    of_an_export = ("--scope", "org/small", str(EXPORT))
    return [office.json("ingest", "--offline", *words) for words in (archives, archives, of_an_export)]


def verified(office: Office) -> Any:
    """What verify says of a sample, its windows in the order of their days."""
    said = office.json("verify", "--sample", "2")
    said["drift"]["windows"].sort(key=lambda window: window["day"])
    return said


def evidence(office: Office, keys: Path) -> list[Any]:
    """What the bundle of a report proves, and what a proof of one entry does."""
    bundle, proof = office.folder / "bundle.zip", office.folder / "proof.json"
    office.ask("report", *PERIOD, "--bundle", str(bundle), "--key", str(keys / "quay-audit.key"))
    office.ask("prove", f"{LAST} all #00000003", "--bundle", str(bundle), "--out", str(proof))
    public = ("--public-key", str(keys / "quay-audit.pub"))
    return [office.json("verify", str(file), *public) | {"file": ""} for file in (bundle, proof)]


def test_every_command_on_a_machine_of_its_own_says_what_it_says_of_a_folder(
    registry: Registry, store: Store, tmp_path: Path
) -> None:
    quay_audit("keys", "new", "--out", str(tmp_path / "keys"))
    with serve(FakeQuay(registry, clock=lambda: NOW)) as url:
        here = flow(office := Office(tmp_path / "here", url, ""), registry, tmp_path / "keys")
        there = flow(Office(tmp_path / "there", url, str(ADDRESS)), registry, tmp_path / "keys")
    for command, said in here.items():
        assert there[command] == said, command
    held_there = store.content()
    assert held_there.keys() == {name for name in files_of(office.folder / "lake") if "/" in name}
    assert len([name for name in held_there if name.startswith("reports/")]) > 10


# Nights ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def yesterday() -> Iterator[str]:
    """A Quay with entries of yesterday: the command's clock is the real one."""
    small = small_store()
    day = datetime.now(UTC).date() - timedelta(days=1)
    for n in range(30):
        log(small, at(day, 100 + 61 * n), tag=f"v{n}")
    with serve(FakeQuay(small, clock=lambda: datetime.now(UTC))) as url:
        yield url


def test_nights_on_two_machines_are_one_story_and_never_at_once(
    yesterday: str, store: Store, tmp_path: Path
) -> None:
    def night(machine: str) -> Ended:
        told = {"QUAY_AUDIT_LAKE": str(ADDRESS), "QUAY_AUDIT_LAKE_CACHE": str(tmp_path / machine)}
        words = ("--json", "--keep-days", "2", "--close-after-minutes", "0", "--report-format", "json")
        return quay_audit("nightly", "--url", yesterday, *words, **told, QUAY_AUDIT_TOKEN=TOKEN)

    first, second = (json.loads(night(machine).stdout) for machine in ("one", "other"))
    assert [each["exit_status"] for each in (first, second)] == [0, 0]
    assert [each["rows_read"] for each in (first, second)] == [30, 0]
    assert second["coverage"] == first["coverage"]
    with storage.opened(tmp_path / "third", ADDRESS, store.bucket()):
        assert [night.is_success for night in read_nights(Layout(tmp_path / "third"))] == [True, True]
        here = Holder(by="cron", host="audit-3", process=7, since=NOW)
        with held(Layout(tmp_path / "third"), here):
            refused = night("one")
    assert refused.status == 2
    assert refused.error.startswith("another nightly run of this lake is under way on another machine")
    assert "process 7 of cron on audit-3" in refused.hint
