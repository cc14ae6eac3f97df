"""Archives as Quay's rotation writes them, made from the rows of a store."""

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipeline.demo.log_tables import CURRENT_TABLE, LogRow, datetime_from_moment
from pipeline.demo.records import AccountKind
from pipeline.demo.store import Store
from pipeline.quay.kinds import FAMILY_BY_KIND

ROWS_OF_A_FILE = 5_000
KIND_IDS = {kind: number for number, kind in enumerate(sorted(FAMILY_BY_KIND), 17)}


def archived(row: LogRow) -> dict[str, Any]:
    """A row as log_dict of Quay's worker gives it."""
    return {
        "kind_id": KIND_IDS[row.kind],
        "account_id": row.account_id,
        "performer_id": row.performer_id,
        "repository_id": row.repository_id,
        "datetime": str(datetime_from_moment(row.moment).replace(tzinfo=None)),
        "ip": str(row.ip),
        "metadata_json": json.loads(row.metadata),
    }


def packed(rows: Iterable[dict[str, Any]]) -> bytes:
    """The bytes of an archive."""
    return gzip.compress(json.dumps(list(rows)).encode(), compresslevel=1, mtime=0)


def rows_by_id(store: Store) -> list[LogRow]:
    """Every row of the current table, in the order in which they were written."""
    return sorted(store.tables[CURRENT_TABLE].rows(), key=lambda row: row.id)


def write_archives(folder: Path, rows: Sequence[LogRow], *, size: int = ROWS_OF_A_FILE) -> list[Path]:
    """The archives that rotation makes of rows, so many in each."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        file = folder / f"{batch[0].id}-{batch[-1].id}-logentry3.txt.gz"
        file.write_bytes(packed(map(archived, batch)))
        files.append(file)
    return files


def kinds_csv() -> str:
    """Quay's table of kinds, as psql writes it."""
    return "id,name\n" + "".join(f"{id},{kind}\n" for kind, id in KIND_IDS.items())


def accounts_csv(store: Store) -> str:
    """Quay's table of accounts, as psql writes it."""

    def flag(value: bool) -> str:
        return "t" if value else "f"

    rows = (
        f"{each.id},{each.name},{flag(each.kind is AccountKind.ORGANIZATION)},{flag(each.kind is AccountKind.ROBOT)}\n"
        for each in store.accounts.values()
    )
    return "id,username,organization,robot\n" + "".join(rows)
