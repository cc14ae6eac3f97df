"""Promises of the Security Lake layout: what AWS documents of custom sources holds of every object.

Source: docs.aws.amazon.com/security-lake/latest/userguide/custom-sources.html.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from pipeline.demo.history.hostile import TEXTS
from pipeline.exports.ocsf import OcsfWriter
from pipeline.exports.ocsf_schema import VERSIONS
from pipeline.exports.parquet.security_lake import MOST_OBJECT_BYTES, SecurityLake
from pipeline.exports.run import Export
from pipeline.lake.layout import Layout
from pipeline.warehouse.event_stream import built_days, event_stream
from tests.demo_lake import content_of
from tests.exported_events import built, events_of, hostile_rows, numbered, row_from_variant
from tests.kinds_table import read_variants
from tests.lakes import row

MB = 1 << 20
PAGE, GROUP, OBJECT, SOURCES, NAME = MB, 256 * MB, 256 * MB, 50, 20
PATH = re.compile(
    r"ext/(?P<source>[^/]+)/region=eu-west-1/accountId=123456789012/eventDay=(?P<day>\d{8})/[^/]+\.parquet"
)


class PageHead(NamedTuple):
    """The beginning of a page, in bytes: how long itself is, and its data, as stored and unpacked."""

    length: int
    unpacked: int
    packed: int


def export_to(root: Path, layout: Layout, **sizes: int) -> list[Path]:
    days = built_days(layout, layout.warehouse, None, None).days
    lake = SecurityLake(root, region="eu-west-1", account="123456789012", version=VERSIONS[0], **sizes)
    with event_stream() as stream:
        return lake.write(Export(stream, days))


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Every kind of entry, hostile texts, long texts, and so many pulls that pages fill up."""
    rows = [row_from_variant(each, with_all=True) for each in read_variants()]
    rows += hostile_rows([*TEXTS, *(f"{n:02d}{'x' * 10_000}" for n in range(40))])
    rows += [
        row(
            at=f"12:{n // 60 % 60:02d}:{n % 60:02d}",
            namespace="acme",
            metadata={"repo": f"web{n}", "more": "y" * 900},
        )
        for n in range(3_000)
    ]
    return built(Layout(tmp_path_factory.mktemp("every") / "lake"), rows)


@pytest.fixture(scope="module")
def root(layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("security")
    export_to(root, layout)
    return root


def test_each_source_holds_one_class_in_partitions_by_region_account_and_day(root: Path) -> None:
    classes: dict[str, set[int]] = {}
    for file in root.rglob("*.*"):
        match = PATH.fullmatch(str(file.relative_to(root)))
        assert match, file
        table = pq.read_table(file, partitioning=None, columns=["class_uid", "time"]).to_pydict()
        classes.setdefault(match["source"], set()).update(table["class_uid"])
        assert match["day"] == "20261120"
        assert table["time"] == sorted(table["time"])
    assert all(len(held) == 1 for held in classes.values())
    assert len({uid for held in classes.values() for uid in held}) == len(classes) == 7 <= SOURCES
    assert max(map(len, classes)) <= NAME


def test_pages_row_groups_and_objects_are_small_enough_and_packed_by_zstandard(root: Path) -> None:
    pages = 0
    for file in root.rglob("*.parquet"):
        assert file.stat().st_size <= MOST_OBJECT_BYTES <= OBJECT
        metadata = pq.read_metadata(file)
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            columns = [group.column(at) for at in range(group.num_columns)]
            assert sum(column.total_compressed_size for column in columns) <= GROUP
            assert {column.compression for column in columns} == {"ZSTD"}
            for column in columns:
                for page in page_heads(file, column):
                    pages += 1
                    assert page.unpacked <= PAGE
    assert pages > 200


def test_an_object_that_grows_too_large_is_followed_by_another_and_time_goes_on(
    layout: Layout, root: Path, tmp_path: Path
) -> None:
    export_to(tmp_path, layout, object_bytes=8_000, group_bytes=200_000)
    split = sorted(tmp_path.rglob("quay-api-*.parquet"))
    assert len(split) > 3
    (whole,) = root.rglob("quay-api-*.parquet")
    rows = [each for file in split for each in pq.read_table(file, partitioning=None).to_pylist()]
    assert rows == pq.read_table(whole, partitioning=None).to_pylist()


def test_nothing_of_the_documents_is_lost(layout: Layout, root: Path) -> None:
    held = {
        (each["metadata"]["uid"]): each
        for file in root.rglob("*.parquet")
        for each in pq.read_table(file, partitioning=None).to_pylist()
    }
    events = events_of(layout)
    assert len(held) == len(events)
    writer = OcsfWriter(VERSIONS[0])
    for event, event_id in numbered(events):
        document = json.loads(writer.document(event, event_id).body)
        stored = without_nulls(held[event.key])
        assert dict(stored.pop("unmapped", [])) == texts_of(document.pop("unmapped"))
        assert stored == document


def test_the_same_events_give_the_same_bytes_and_a_changed_day_leaves_nothing_behind(
    layout: Layout, tmp_path: Path
) -> None:
    small = built(Layout(tmp_path / "lake"), [row("pull_repo"), row("login_success"), row("create_robot")])
    export_to(tmp_path / "a", small)
    export_to(tmp_path / "b", small)
    assert content_of(tmp_path / "a") == content_of(tmp_path / "b")
    built(small, [row("pull_repo")])
    export_to(tmp_path / "a", small)
    assert [file.name for file in (tmp_path / "a").rglob("*.*")] == ["quay-api-20261120-0000.parquet"]


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def texts_of(unmapped: dict[str, Any]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        for key, value in unmapped.items()
    }


def page_heads(file: Path, column: Any) -> Iterator[PageHead]:
    """The head of every page of a column chunk, read from the bytes: no reader shows them."""
    start = column.dictionary_page_offset or column.data_page_offset
    with file.open("rb") as stream:
        stream.seek(start)
        body = stream.read(column.total_compressed_size)
    at = 0
    while at < len(body):
        head = page_head(body[at:])
        yield head
        at += head.length + head.packed
    assert at == len(body)


def page_head(body: bytes) -> PageHead:
    """Thrift's compact protocol, as far as a page's head needs it: fields 2 and 3 are its sizes."""
    reader = CompactReader(body)
    fields = reader.struct()
    return PageHead(reader.at, fields[2], fields[3])


class CompactReader:
    """Reads structs of integers, binaries, booleans and structs."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def struct(self) -> dict[int, Any]:
        fields: dict[int, Any] = {}
        field = 0
        while (head := self.byte()) != 0:
            delta, kind = head >> 4, head & 15
            field = field + delta if delta else self.zigzag()
            fields[field] = self.value(kind)
        return fields

    def value(self, kind: int) -> Any:
        if kind in (1, 2):
            return kind == 1
        if kind == 12:
            return self.struct()
        if kind == 8:
            length = self.varint()
            self.at += length
            return self.body[self.at - length : self.at]
        assert kind in (4, 5, 6), kind
        return self.zigzag()

    def byte(self) -> int:
        self.at += 1
        return self.body[self.at - 1]

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)
