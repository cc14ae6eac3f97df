"""The entries of a day in memory: what tells their order is sorted alone, and each wide row is moved once.

An engine's own sort carries every column along, which costs more than making the events does.
"""

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.lake.columns import (
    Alike,
    Column,
    codes_of,
    counts_up,
    dictionary,
    encoded,
    falling,
    int64,
    rises,
    scalar,
    whole,
)
from pipeline.lake.layout import Layout
from pipeline.lake.schema import ENTRIES
from pipeline.lake.storage import here
from pipeline.lake.writer import ROW_GROUP_ROWS

_PLAIN: Final = ("position", "occurred_at", "performer_is_robot", "metadata")
_TEXT: Final = pa.dictionary(pa.int32(), pa.string())
_FIELDS: Final = [(field.name, field.type if field.name in _PLAIN else _TEXT) for field in ENTRIES]
_SHAPE: Final = pa.schema([("scope", _TEXT), *_FIELDS])
_MOST_RUNS: Final = 1_000

_EVENTS: Final = "event's "
"""Before the name of a column of events that their entries have not, or not like that."""


def width_of(files: Sequence[Path]) -> int:
    """About how many bytes these files take in memory, by their footers alone."""
    footers = [pq.read_metadata(here(file)) for file in files]
    groups = [footer.row_group(number) for footer in footers for number in range(footer.num_row_groups)]
    return sum(group.total_byte_size for group in groups)


class DayTable:
    """The entries of some windows of one day, of which `packs` hold many.

    An engine is asked three times: of `samples` what follows from a kind or an account alone, of `orphans`, if there are any,
    what account they were of, and of the sorted `table` for all the rest.
    Shape: `table` has the columns of entries and `scope`, those with few values as dictionaries.
    """

    def __init__(self, files: Sequence[Path], packs: Sequence[Path] = ()) -> None:
        parts = [_window_of(file) for file in files] + [_read(pack, _SHAPE.names) for pack in packs]
        self.table = pa.concat_tables([part.cast(_SHAPE) for part in parts]).unify_dictionaries()
        scopes = whole(self.table, "scope")
        runs = pc.call_function("run_end_encode", [scopes.indices])
        self._scopes = pc.take(scopes.dictionary, runs.values)
        self._starts = int64([0, *runs.run_ends.to_pylist()[:-1]])
        self._place_of_row: Column = None
        self._kinds = Alike(codes_of(self.table, "kind"))
        self._accounts = Alike(codes_of(self.table, "scope", "namespace_name", "namespace_kind"))

    @property
    def is_one_window(self) -> bool:
        """Whether a position alone tells which entry is meant."""
        return len(self._scopes) == 1

    @property
    def is_in_order(self) -> bool:
        """Whether each entry is at the place that its position tells."""
        return counts_up(self._rows_of(self.table))

    @property
    def samples(self) -> pa.Table:
        """An entry of each kind, and one of each account as it is named."""
        rows: Column = pa.concat_arrays([self._kinds.firsts, self._accounts.firsts])
        return self.table.take(rows)

    def learn(self, facts: pa.Table, networks: pa.Table) -> None:
        """Take what an engine says of `samples`, and the network of each address.

        Shape: `facts` has `scope` and `position` of a sample, `kind_family`, `namespace_kind`, `account_name` and
        `is_account_gone`; `networks` has `ip` and `network`.
        """
        rows = self._rows_of(facts)
        said = {name: whole(facts, name) for name in facts.schema.names}
        addresses = whole(self.table, "ip")
        places = pc.index_in(addresses.dictionary, value_set=whole(networks, "ip"))
        self._learned = {
            "kind_family": self._kinds.spread(said["kind_family"], rows),
            "namespace_kind": self._accounts.spread(said["namespace_kind"], rows),
            "network": dictionary(addresses.indices, pc.take(whole(networks, "network"), places)),
        }
        self._names = self._accounts.spread(said["account_name"], rows)
        gone = self._accounts.spread(said["is_account_gone"], rows)
        self._is_gone = pc.take(gone.dictionary, gone.indices)

    @property
    def orphans(self) -> pa.Table:
        """The entries of accounts that are gone, whose name only the details keep."""
        return self.table.filter(self._is_gone)

    def learn_names(self, named: pa.Table) -> None:
        """Take what an engine says of `orphans`.

        Shape: `named` has `scope`, `position` and `namespace_name` of each.
        """
        by_row = pc.sort_indices(self._rows_of(named))
        names = pa.concat_arrays([self._names.dictionary, pc.take(whole(named, "namespace_name"), by_row)])
        first = len(self._names.dictionary)
        own = pa.Array.from_buffers(
            pa.int32(), len(by_row), [None, pa.py_buffer(array("i", range(first, len(names))))]
        )
        self._names = dictionary(pc.replace_with_mask(self._names.indices, self._is_gone, own), names)

    def sort(self) -> None:
        """Put the entries into the order of events."""
        order = self._order(self._names)
        self._place_of_row = pc.call_function("inverse_permutation", [order])
        for name, column in (self._learned | {"namespace_name": self._names}).items():
            self.table = self.table.append_column(_EVENTS + name, column)
        self.table = self.table.take(order)

    def events(self, parts: Sequence[pa.Table], columns: Sequence[str]) -> pa.RecordBatchReader:
        """The events of which `parts` have what an engine worked out, in whatever order, in the order of the entries.

        Columns that they have not are those that were learned, or of the entries. They may lack `scope` where there is
        one window.
        """
        made = pa.concat_tables(parts)
        others = {name: pa.string() for name in ("scope", "namespace_name", *self._learned)}
        types = {field.name: field.type for field in (*ENTRIES, *made.schema)} | others
        schema = pa.schema([(name, types[name]) for name in columns])
        places, made = _in_order(pc.take(self._place_of_row, self._rows_of(made)), made)
        entries = self.table if made.num_rows == self.table.num_rows else self.table.take(places)
        return pa.RecordBatchReader.from_batches(schema, _batches(entries, made, schema))

    def _order(self, namespaces: Column) -> Column:
        """The rows by namespace, performer, time, scope and position; nobody comes before everybody."""
        performers = whole(self.table, "performer_name")
        holders = pc.add(
            pc.multiply(falling(namespaces), scalar(len(performers.dictionary) + 2)), falling(performers)
        )
        times = whole(self.table, "occurred_at")
        if self.is_one_window and rises(times):
            # The rows are in order but for the holders, and a sort leaves what is equal as it is.
            return pc.array_sort_indices(holders, order="descending").cast(pa.int64())
        others = {
            "time": times,
            "scope": falling(whole(self.table, "scope")),
            "row": self._rows_of(self.table),
        }
        ways: Any = [
            ("holder", "descending"),
            ("time", "ascending"),
            ("scope", "descending"),
            ("row", "ascending"),
        ]
        return pc.sort_indices(pa.table({"holder": holders, **others}), sort_keys=ways).cast(pa.int64())

    def _rows_of(self, keys: pa.Table) -> Column:
        """The row of each, given by scope and position, in the table as it was read."""
        if self.is_one_window:
            return whole(keys, "position")
        scopes = encoded(whole(keys, "scope"))
        starts = pc.take(self._starts, pc.index_in(scopes.dictionary, value_set=self._scopes))
        return pc.add(pc.take(starts, scopes.indices), whole(keys, "position"))


def _window_of(file: Path) -> pa.Table:
    """The entries of one window with the scope that its folder tells."""
    scope, _ = Layout(file.parents[3]).window_of(file.parent)
    table, name = _read(file, ENTRIES.names), str(scope).encode()
    codes = pa.Array.from_buffers(pa.int32(), len(table), [None, pa.py_buffer(bytes(4 * len(table)))])
    ends = pa.py_buffer(array("i", [0, len(name)]))
    names = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(name)])
    return table.add_column(0, "scope", pa.DictionaryArray.from_arrays(codes, names))


def _read(file: Path, columns: Sequence[str]) -> pa.Table:
    dictionaries = [name for name in columns if name not in _PLAIN]
    with pq.ParquetFile(here(file), read_dictionary=dictionaries) as source:
        return source.read(columns=list(columns))


def _in_order(places: Column, made: pa.Table) -> tuple[Column, pa.Table]:
    """Both by place. An engine's threads take the entries in long runs, which then need no more than be put in line."""
    if not len(places):
        return places, made
    starts: list[Any] = [
        0,
        *pc.indices_nonzero(pc.not_equal(pc.pairwise_diff(places), scalar(1))).to_pylist(),
    ]
    if len(starts) > _MOST_RUNS:
        order = pc.sort_indices(places)
        return pc.take(places, order), made.take(order)
    ends = [*starts[1:], len(places)]
    runs = sorted(
        (places[start].as_py(), start, end - start) for start, end in zip(starts, ends, strict=True)
    )
    in_line = [made.slice(start, length) for _, start, length in runs]
    return pa.concat_arrays([places.slice(start, length) for _, start, length in runs]), pa.concat_tables(
        in_line
    )


def _batches(entries: pa.Table, made: pa.Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    known = {name: (made, name) for name in made.schema.names}
    of_entries = {name.removeprefix(_EVENTS): (entries, name) for name in entries.schema.names}
    sources = [({**of_entries, **known})[name] for name in schema.names]
    for start in range(0, len(made), ROW_GROUP_ROWS):
        columns = [table.column(name).slice(start, ROW_GROUP_ROWS) for table, name in sources]
        yield from pa.table(columns, names=schema.names).cast(schema).combine_chunks().to_batches()
