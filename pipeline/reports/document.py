"""A report as values, before anybody renders it: sections of statements, exceptions and populations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

import msgspec

Value = str | int | float | bool | date | datetime | None
"""What a cell holds. Times are UTC; text comes from Quay or from people, and every renderer guards it."""


class Sort(StrEnum):
    """What a column holds, by which renderers align and format it."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    DAY = "day"
    TIME = "time"
    FLAG = "flag"


class Control(msgspec.Struct, frozen=True):
    """A control that a section supports; never one that it proves to be met. `framework` is soc2, pci, ..."""

    framework: str
    reference: str


class Column(msgspec.Struct, frozen=True):
    """One column of a population: its name for machines, its heading, what it means, and what it holds."""

    name: str
    heading: str
    meaning: str
    sort: Sort


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """Every row that a table of the report is about, none left out, in a fixed order.

    `query` is the SQL that gives it from the warehouse, or says in words where it comes from; `parameters` what was
    bound. `empty` says why there are no rows, where there are none. `sampled` are the numbers, from 1, of the rows of
    the sample, empty without one.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    query: str
    parameters: Mapping[str, Value]
    empty: str
    sampled: Sequence[int] = ()


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One section: what an auditor asks, what the lake answers in sentences, and the rows behind them.

    `exceptions` are what somebody has to look at: gaps, blind spots, overdue reviews. `limits` are what this section
    cannot show, as Quay does not log it.
    """

    letter: str
    name: str
    title: str
    question: str
    controls: Sequence[Control]
    statements: Sequence[str]
    exceptions: Sequence[str]
    limits: Sequence[str]
    populations: Sequence[Population]


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """What the report is about, and what it was made from. Nothing here depends on when or where it was made.

    `manifest_sha256` is of the newest manifest that covers the period, None without one; `frameworks` are those
    asked for; `pseudonymized` tells whether people and addresses are replaced.
    """

    title: str
    frameworks: Sequence[str]
    since: date
    until: date
    server_urls: Sequence[str]
    event_count: int
    window_count: int
    exception_count: int
    tool_version: str
    manifest_number: int | None
    manifest_sha256: str | None
    pseudonymized: bool = False


class Sample(msgspec.Struct, frozen=True):
    """How the rows of a sample were chosen: so many of each population, by a seed that the auditor names."""

    count: int
    seed: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole report, ready to be rendered: the same lake and period give the same one.

    `not_logged` is what Quay never logs; `sample` is None where no rows were sampled.
    """

    cover: Cover
    sections: Sequence[Section]
    not_logged: Sequence[str]
    sample: Sample | None = None
