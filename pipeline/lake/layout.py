"""Where each file of the lake is: the only place that spells its paths."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.quay.scopes import Scope, scope_from_folder


@dataclass(frozen=True)
class Layout:
    """The files below one lake folder."""

    root: Path

    @property
    def log_entries(self) -> Path:
        """The evidence: one folder a window."""
        return self.root / "log_entries"

    @property
    def events(self) -> Path:
        """Canonical, typed events: one folder a day."""
        return self.root / "events"

    @property
    def packed(self) -> Path:
        """Copies of small windows, many in one file: one folder a day."""
        return self.root / "packed"

    @property
    def inventory(self) -> Path:
        """Snapshots of who and what there is: one folder a table, one below it a day."""
        return self.root / "inventory"

    @property
    def snapshots(self) -> Path:
        """The states of the snapshots: one file a day, without which the lake holds none of that day."""
        return self.inventory / "_snapshots"

    @property
    def manifests(self) -> Path:
        """The chain of what each run wrote."""
        return self.root / "manifests"

    @property
    def triage(self) -> Path:
        """The journal of what people decided about cases."""
        return self.root / "triage"

    @property
    def reports(self) -> Path:
        """What was made for people: reports and their bundles."""
        return self.root / "reports"

    @property
    def nightly(self) -> Path:
        """What nights leave beside the evidence."""
        return self.root / "nightly"

    @property
    def nightly_journal(self) -> Path:
        """Which nights there were: append-only."""
        return self.nightly / "journal"

    @property
    def staging(self) -> Path:
        """Unfinished work of a running process; nothing here is evidence."""
        return self.root / ".staging"

    @property
    def warehouse(self) -> Path:
        """The default place of the DuckDB file."""
        return self.root / "warehouse.duckdb"

    def window(self, scope: Scope, day: date) -> Path:
        """The folder of one window."""
        return self.log_entries / f"scope={scope.folder}" / f"day={day.isoformat()}"

    def events_file(self, day: date) -> Path:
        """The events of one day."""
        return self.events / f"day={day.isoformat()}" / "events.parquet"

    def pack_file(self, day: date, key: str) -> Path:
        """The pack of those windows of a day that `key` tells."""
        return self.packed / f"day={day.isoformat()}" / f"{key}.parquet"

    def inventory_file(self, table: str, day: date) -> Path:
        """One table of the snapshot of a day."""
        return self.inventory / table / f"snapshot_date={day.isoformat()}" / f"{table}.parquet"

    def snapshot_file(self, day: date) -> Path:
        """The state of the snapshot of a day."""
        return self.snapshots / f"{day.isoformat()}.json"

    def window_of(self, folder: Path) -> tuple[Scope, date]:
        """The inverse of `window`; raises ValueError or UsageError when `folder` is none."""
        scope, day = folder.parts[-2:]
        return scope_from_folder(scope.removeprefix("scope=")), date.fromisoformat(day.removeprefix("day="))
