"""Promises of the report on the demo's lake: every count is that of the marts, and what was planted there is found."""

from datetime import date

import msgspec
import pytest

from pipeline.lake.layout import Layout
from pipeline.reports.document import Report
from tests.audited import is_told, lines_of, report_on, section_of
from tests.demo_lake import content_of, shared_demo
from tests.lakes import Built

pytestmark = pytest.mark.slow

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return shared_demo(tmp_path_factory)


@pytest.fixture(scope="module")
def report(lake: Layout) -> Report:
    return report_on(lake, since=YEAR[0], until=YEAR[1])


def test_every_count_is_that_of_the_marts(lake: Layout, report: Report) -> None:
    built = Built(lake)
    ((event_count,),) = built.rows("select count(*) from events")
    assert report.cover.event_count == event_count
    assert [
        (line["scope"], line["day"], line["kind"], line["row_count"])
        for line in lines_of(report, "B", "kind_days")
    ] == built.rows("select scope, day, kind, event_count from mart_kind_daily order by day, scope, kind")
    assert [
        (line["kind"], line["event_count"])
        for line in sorted(lines_of(report, "A", "kinds"), key=lambda line: str(line["kind"]))
        if line["event_count"]
    ] == built.rows("select kind, count(*) from events group by kind order by kind")
    left_out = (
        "kind_family in ('pull', 'login', 'audit') or kind in ('push_repo_failed', 'delete_tag_failed')"
    )
    ((changes,),) = built.rows(f"select count(*) from events where not ({left_out})")  # noqa: S608 (ours)
    assert sum(int(str(line["event_count"])) for line in lines_of(report, "K", "daily")) == changes
    refused = sum(int(str(line["event_count"])) for line in lines_of(report, "H", "refusals"))
    assert built.rows("select cast(sum(event_count) as bigint) from mart_failure_daily") == [(refused,)]


def test_what_was_planted_is_among_the_exceptions(report: Report) -> None:
    assert is_told(report, "G", "took over the namespace")
    assert is_told(report, "K", "public")
    assert is_told(report, "L", "Nobody looked at case")
    assert section_of(report, "B").exceptions == []


def test_a_report_reads_the_lake_and_writes_nothing_there(lake: Layout, report: Report) -> None:
    before = content_of(lake.root)
    assert msgspec.json.encode(report_on(lake, since=YEAR[0], until=YEAR[1])) == msgspec.json.encode(report)
    assert content_of(lake.root) == before
