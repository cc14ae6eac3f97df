"""What dlt's REST source makes of Quay's log: declared as its documentation has it, a resource a day, into Parquet files.

    python -m tests.benchmarks.dlt_reader URL 2025-10-01 2025-10-31 FOLDER TOKEN

Runs in an environment of its own, which `make bench` sets up. Prints how many rows were loaded.
"""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dlt
from dlt.sources.rest_api import rest_api_resources


def resource_of(day: date) -> dict[str, Any]:
    """The log of one day, page by page until there is no next page."""
    dates = day.strftime("%m/%d/%Y")
    return {
        "name": f"logs_{day:%Y%m%d}",
        "table_name": "log_entries",
        "max_table_nesting": 0,
        "parallelized": True,
        "endpoint": {
            "path": "organization/acme/logs",
            "params": {"starttime": dates, "endtime": dates},
            "data_selector": "logs",
            "paginator": {"type": "cursor", "cursor_path": "next_page", "cursor_param": "next_page"},
        },
    }


def main() -> None:
    """Load every day from `since` to `until`; print how many rows there were."""
    url, first, last, folder, token = sys.argv[1:]
    since, until = date.fromisoformat(first), date.fromisoformat(last)
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    resources = rest_api_resources(
        {
            "client": {"base_url": f"{url}/api/v1/", "auth": {"type": "bearer", "token": token}},
            "resources": [resource_of(day) for day in days],
        }
    )
    pipeline = dlt.pipeline(
        "quay_logs",
        pipelines_dir=str(Path(folder) / "state"),
        destination=dlt.destinations.filesystem(bucket_url=str(Path(folder) / "loaded")),
        dataset_name="quay",
    )
    pipeline.run(resources, loader_file_format="parquet")
    print(pipeline.last_trace.last_normalize_info.row_counts.get("log_entries", 0))


if __name__ == "__main__":
    main()
