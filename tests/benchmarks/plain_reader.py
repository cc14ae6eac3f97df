"""What people write to get a log into Parquet: a loop of requests, a list of dicts, one file a day. No proof.

python -m tests.benchmarks.plain_reader URL 2025-10-01 2025-10-31 FOLDER
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import requests


def read_day(session: requests.Session, url: str, day: date) -> list[dict[str, Any]]:
    """Every entry of one day."""
    dates = day.strftime("%m/%d/%Y")
    params = {"starttime": dates, "endtime": dates}
    entries: list[dict[str, Any]] = []
    while True:
        response = session.get(f"{url}/api/v1/organization/acme/logs", params=params, timeout=60)
        response.raise_for_status()
        page = response.json()
        entries += page["logs"]
        if "next_page" not in page:
            return entries
        params["next_page"] = page["next_page"]


def main() -> None:
    """Read every day from `since` to `until`; print how many rows there were."""
    url, since, until, folder = sys.argv[1:]
    day, rows = date.fromisoformat(since), 0
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer plain"
        while day <= date.fromisoformat(until):
            entries = read_day(session, url, day)
            for entry in entries:
                entry["metadata"] = json.dumps(entry["metadata"])
                entry["performer"] = entry.get("performer", {}).get("name")
            if entries:
                pq.write_table(pa.Table.from_pylist(entries), Path(folder) / f"{day}.parquet")
            rows += len(entries)
            day += timedelta(days=1)
    print(rows)


if __name__ == "__main__":
    main()
