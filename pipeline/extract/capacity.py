"""From a registry's size to what an audit of it takes: server, hours, disk, memory, and what gives way first. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from pipeline.extract import measured
from pipeline.extract.slice_plan import ROWS_AT_MOST
from pipeline.quay.logs import PAGE_ROWS

DAY_SECONDS = 86_400
NIGHT_SECONDS = 8 * 3_600
"""How long the work of one day may take."""

SERVER_SHARE = 0.1
"""Of the CPU of Quay's servers, all day long: what an audit may take of it."""

DISK_BYTES = 2e12
FILE_BYTES = 5e11
SPILL_BYTES = 1e11
_MILLION = 1_000_000
_STEP = 100 * _MILLION


@dataclass(frozen=True)
class Registry:
    """What is known of a registry, and of the machine that audits it.

    `namespaces` is how many of them a day's log is exported from; `server_cores` are Quay's, `cores` ours.
    """

    events_per_day: int
    namespaces: int = 20
    retention_days: int = 365
    server_cores: int = 2
    export_workers: int = 1
    cores: int = 2


class Work(NamedTuple):
    """Something that is done every day. Units: CPU seconds of ours and of Quay, hours by the clock."""

    name: str
    cpu_seconds: float
    server_cpu_seconds: float
    hours: float


class Storage(NamedTuple):
    """What is kept. Units: bytes, of a day and of all days that are kept."""

    name: str
    day_bytes: float
    kept_bytes: float


class Limit(NamedTuple):
    """What gives way. `load` is of what it can take (1 is all); `events_per_day` is where that is reached."""

    name: str
    load: float
    events_per_day: int
    then: str


class Capacity(NamedTuple):
    """All that a registry takes. Units: `memory_bytes` of the largest process."""

    registry: Registry
    work: list[Work]
    storage: list[Storage]
    memory_bytes: float
    limits: list[Limit]


def capacity_of(registry: Registry) -> Capacity:
    """What an audit of this registry takes a day, what it keeps, and what gives way first: the nearest limit first."""
    limits = sorted(_limits(registry), key=lambda limit: limit.events_per_day)
    return Capacity(registry, list(_work(registry)), list(_storage(registry)), measured.MEMORY.value, limits)


def read_by_pages(registry: Registry) -> Work:
    """A day read by pages: Quay pays for each, and its cores are all that speeds it up."""
    requests = -(-registry.events_per_day // PAGE_ROWS) + 2
    server = requests * measured.REQUEST.value
    cpu = registry.events_per_day / _MILLION * measured.PAGES_CPU.value
    return Work("extract by pages", cpu, server, max(server / registry.server_cores, cpu) / 3_600)


def read_by_exports(registry: Registry) -> Work:
    """A day read by exports: one after the other in each export worker, which first has to wake up."""
    orders = registry.namespaces + registry.events_per_day // ROWS_AT_MOST
    reading = registry.events_per_day / measured.EXPORTED_ROWS.value
    requests = (orders + registry.namespaces + 1) * measured.REQUEST.value
    cpu = registry.events_per_day / _MILLION * measured.EXPORT_CPU.value
    clock = measured.EXPORT_POLL.value + max(reading / registry.export_workers, cpu)
    return Work("extract by exports", cpu, reading + requests, clock / 3_600)


def build_a_day(registry: Registry) -> Work:
    """A day's events and marts."""
    cpu = measured.BUILD_START_CPU.value + _build_seconds(registry.events_per_day)
    return Work("build", cpu, 0, cpu / _cores_used(registry) / 3_600)


def build_a_day_on_spark(registry: Registry) -> Work:
    """The same on a Spark Connect server with as many cores."""
    millions = registry.events_per_day / _MILLION
    cpu = measured.SPARK_START_CPU.value + millions * measured.SPARK_BUILD_CPU.value
    return Work("build --engine spark", cpu, 0, cpu / _cores_used(registry) / 3_600)


def build_all(events: int, days: int) -> float:
    """CPU seconds of a build of all days from nothing."""
    return measured.BUILD_START_CPU.value + days * _build_seconds(events / days)


def detect_a_day(registry: Registry) -> Work:
    """A day judged, with months before it."""
    cpu = measured.DETECT_DAY_CPU.value + registry.events_per_day / _MILLION * measured.DETECT_CPU.value
    return Work("detect", cpu, 0, cpu / _cores_used(registry) / 3_600)


def _work(registry: Registry) -> Iterator[Work]:
    yield read_by_pages(registry)
    yield read_by_exports(registry)
    yield build_a_day(registry)
    yield build_a_day_on_spark(registry)
    yield detect_a_day(registry)
    cpu = registry.events_per_day / _MILLION * measured.EXPORT_EVENTS_CPU.value
    yield Work("export to OCSF", cpu, 0, cpu / 3_600)


def _storage(registry: Registry) -> Iterator[Storage]:
    for name, each in (
        ("entries", measured.ENTRIES),
        ("events", measured.EVENTS),
        ("warehouse", measured.WAREHOUSE),
    ):
        day = registry.events_per_day * each.value
        yield Storage(name, day, day * registry.retention_days)
    report = measured.REPORT.value
    yield Storage("reports, one a month", report / 30, report / 30 * registry.retention_days)


def _build_seconds(events: float) -> float:
    return measured.BUILD_DAY_CPU.value + events / _MILLION * measured.BUILD_CPU.value


def _cores_used(registry: Registry) -> float:
    return registry.cores * measured.CORES_USED.value / 2


def _limits(registry: Registry) -> Iterator[Limit]:
    def pages(of: Registry) -> float:
        return read_by_pages(of).server_cpu_seconds / of.server_cores

    def exports(of: Registry) -> float:
        return of.events_per_day / measured.EXPORTED_ROWS.value / of.export_workers

    then = "read by exports (--callback-listen), a fortieth of it"
    yield _limit("Quay's CPU, read by pages", registry, pages, SERVER_SHARE * DAY_SECONDS, then)
    then = "more export workers in Quay, which share the namespaces; or ingest its rotated logs, which asks it nothing"
    yield _limit("Quay's export workers, in a night", registry, exports, NIGHT_SECONDS, then)
    for name, work, then in (
        ("one extract by exports, in a night", read_by_exports, "extract --shard I/N on N machines"),
        ("one build, in a night", build_a_day, "more cores, or build --engine spark"),
        ("detect, in a night", detect_a_day, "more cores"),
    ):
        yield _limit(name, registry, partial(_our_seconds, work), NIGHT_SECONDS, then)
    yield from _disk_limits(registry)


def _disk_limits(registry: Registry) -> Iterator[Limit]:
    def kept(*names: str) -> Callable[[Registry], float]:
        return lambda of: sum(each.kept_bytes for each in _storage(of) if each.name in names)

    then = "put the warehouse on a larger disk, or build --engine spark"
    spilled = measured.SPILL.value
    yield _limit(
        "disk that a build spills to", registry, lambda of: of.events_per_day * spilled, SPILL_BYTES, then
    )
    then = "keep the lake in an object store (QUAY_AUDIT_LAKE=s3://...)"
    yield _limit("the lake on one disk", registry, kept("entries", "events"), DISK_BYTES, then)
    then = "a lake for each year, or for each group of organizations"
    yield _limit("one warehouse file", registry, kept("warehouse"), FILE_BYTES, then)


def _our_seconds(work: Callable[[Registry], Work], registry: Registry) -> float:
    found = work(registry)
    return found.cpu_seconds / (1 if found.server_cpu_seconds else _cores_used(registry))


def _limit(
    name: str, registry: Registry, taken: Callable[[Registry], float], most: float, then: str
) -> Limit:
    """Whatever is taken is a part that is always there and one that grows with the events: two sizes tell both."""
    one, two = (taken(replace(registry, events_per_day=n * _STEP)) for n in (1, 2))
    each = (two - one) / _STEP
    return Limit(name, taken(registry) / most, int((most - (one - each * _STEP)) / each), then)
