"""A sample that an auditor can draw again with nothing but SHA-256: no generator, no library, no platform decides."""

import heapq
from collections.abc import Sequence
from hashlib import sha256

from msgspec.structs import replace

from pipeline.reports.document import Population, Report, Sample, Section
from pipeline.reports.places import key_of

HOW = (
    "the rows of a population are numbered from 1 in the order given; the sample is the rows with the smallest "
    "SHA-256, in hexadecimal, of the text seed/population/number, for example: printf %s '{seed}/{key}/1' | sha256sum"
)
"""How to draw a sample again, in words. `{seed}` and `{key}` are to be filled in."""


def sampled(report: Report, count: int, seed: str) -> Report:
    """The report with `count` rows of each population marked, all of them where it has no more."""
    sections = [
        replace(section, populations=[_marked(section, each, count, seed) for each in section.populations])
        for section in report.sections
    ]
    return replace(report, sections=sections, sample=Sample(count, seed))


def sample_of(key: str, total: int, count: int, seed: str) -> Sequence[int]:
    """The numbers, from 1 and in order, of the rows that are drawn from `total` rows of the population `key`.

    A larger sample with the same seed holds the smaller one.
    """

    def rank(number: int) -> bytes:
        text = f"{seed}/{key}/{number}"
        return sha256(text.encode("utf-8", "surrogatepass")).digest()

    return tuple(sorted(heapq.nsmallest(count, range(1, total + 1), key=rank)))


def _marked(section: Section, population: Population, count: int, seed: str) -> Population:
    numbers = sample_of(key_of(section, population), len(population.rows), count, seed)
    return replace(population, sampled=numbers)
