"""The benchmark of routes runs, and its figures are of what it says: seen at a size that takes a moment."""

import pytest

from pipeline.extract.routes import Route
from tests.benchmarks.bench_routes import measure


@pytest.mark.slow
def test_both_routes_bring_every_row_and_exports_cost_the_server_less() -> None:
    figures = measure(rows=2_000, days=3)
    exports, pages = (figures["routes"][route.value] for route in (Route.EXPORT, Route.PAGES))
    for route in (exports, pages):
        assert (route["rows"], route["windows"]["verified"], route["notes"]) == (2_000, 3, [])
        assert route["client_cpu_seconds"] > 0
        assert route["client_peak_rss_bytes"] > 10_000_000
    assert (exports["exports"], exports["pages"], pages["exports"]) == (1, 0, 0)
    assert exports["server_seconds"] == pytest.approx(0.3 * (exports["counts"] + 1) + 2_000 / 2_900, abs=0.31)
    assert pages["server_seconds"] == pytest.approx(0.3 * pages["oauth_requests"])
    assert figures["pages_to_exports"]["server_seconds"] > 10
