"""The least that a threaded reader can do: one httpx2 client in four threads, pages read, counted and dropped. No proof, no file.

python -m tests.benchmarks.bare_reader URL 2025-10-01 2025-10-31
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial

import httpx2

THREADS = 4


def count_day(client: httpx2.Client, day: date) -> int:
    """How many entries one day has."""
    dates = day.strftime("%m/%d/%Y")
    params = {"starttime": dates, "endtime": dates}
    rows = 0
    while True:
        page = client.get("/api/v1/organization/acme/logs", params=params).raise_for_status().json()
        rows += len(page["logs"])
        if "next_page" not in page:
            return rows
        params["next_page"] = page["next_page"]


def main() -> None:
    """Read every day from `since` to `until`; print how many rows there were."""
    url, since, until = sys.argv[1:]
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    headers = {"Authorization": "Bearer bare"}
    with (
        httpx2.Client(base_url=url, headers=headers, timeout=60) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        print(sum(pool.map(partial(count_day, client), days)))


if __name__ == "__main__":
    main()
