"""Promises of samples: an auditor draws the same rows again with SHA-256 alone."""

import json
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from pipeline.reports.folder import FORMATS, contents_of
from pipeline.reports.sample import sample_of, sampled
from tests.report_values import population_of, report_of, row_of, section_of


def test_a_sample_is_the_rows_with_the_smallest_digests_of_seed_population_and_number() -> None:
    ranked = sorted(range(1, 101), key=lambda n: sha256(f"7/E-access_changes/{n}".encode()).hexdigest())
    assert sample_of("E-access_changes", 100, 10, "7") == tuple(sorted(ranked[:10]))


def test_a_sample_is_the_same_on_every_platform_and_in_every_version() -> None:
    assert sample_of("E-access_changes", 10_000, 5, "acme-2026") == (2633, 3566, 4059, 5698, 5810)


@given(st.integers(0, 300), st.integers(1, 40), st.integers(0, 40), st.text())
def test_a_larger_sample_holds_the_smaller_one(total: int, count: int, more: int, seed: str) -> None:
    small, large = sample_of("A-kinds", total, count, seed), sample_of("A-kinds", total, count + more, seed)
    assert len(small) == min(count, total)
    assert set(small) <= set(large) <= set(range(1, total + 1))


def test_another_seed_or_population_draws_other_rows() -> None:
    drawn = {sample_of(key, 10_000, 5, seed) for key in ("A-kinds", "B-windows") for seed in ("1", "2", "3")}
    assert len(drawn) == 6


def test_a_sample_is_marked_in_every_format_and_says_how_it_was_drawn() -> None:
    rows = [row_of(f"user-{number}", number) for number in range(1, 2_001)]
    report = sampled(report_of(section_of([population_of(rows)])), 3, "42")
    files = {name: content for each in FORMATS for name, content in contents_of(report, [each])}
    numbers = report.sections[0].populations[0].sampled
    assert len(numbers) == 3
    document = json.loads(files["report.json"])
    assert document["sample"] == {"count": 3, "seed": "42"}
    assert document["sections"][0]["populations"][0]["sampled"] == list(numbers)
    lines = files["populations/E-access_changes.csv"].decode().splitlines()
    assert [int(line.split(",")[0]) for line in lines if ",true," in line[:10]] == list(numbers)
    page = files["report.html"].decode()
    assert page.count('<tr class="sampled">') == 3
    assert all(f'<td class="n">{number:,}<br>sampled</td>' in page for number in numbers)
    assert "42/E-access_changes/1" in page
