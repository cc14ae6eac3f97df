"""The entries of a day in memory: what tells their order is sorted alone, and each wide row is moved once.

An engine's own sort carries every column along, which costs more than making the events does. No Arrow value is made of a
Python one here: that would import pandas, if it is installed.
"""

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

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


Column = Any
"""An Arrow array: which one, and of what, Arrow's types say only in part."""


class Size(NamedTuple):
    """How much a day is: `width` is about the bytes that it takes in memory."""

    rows: int
    width: int


def size_of(files: Sequence[Path]) -> Size:
    """How much these files hold, by their footers alone."""
    footers = [pq.read_metadata(here(file)) for file in files]
    groups = [footer.row_group(number) for footer in footers for number in range(footer.num_row_groups)]
    return Size(sum(footer.num_rows for footer in footers), sum(group.total_byte_size for group in groups))


class Alike:
    """Rows of equal codes: `firsts` are the first row of each group, `groups` tells the group of every row."""

    def __init__(self, codes: Column) -> None:
        self.groups = codes.dictionary_encode().indices
        # Groups are numbered as they appear.
        steps = pc.pairwise_diff(pc.cumulative_max(self.groups.cast(pa.int64())))
        self.firsts = _int64([0, *pc.indices_nonzero(pc.greater(steps, _scalar(0))).to_pylist()])

    def spread(self, said: Column, rows: Column) -> Column:
        """What is said of some row of each group, as a dictionary with a value for each row of all."""
        return _dictionary(self.groups, pc.take(said, pc.index_in(self.firsts, value_set=rows)))


class DayTable:
    """The entries of some windows of one day, of which `packs` hold many.

    An engine is asked three times: of `samples` what follows from a kind or an account alone, of `orphans` what account they
    were of, and of the sorted `table` for all the rest.
    Shape: `table` has the columns of entries and `scope`, those with few values as dictionaries.
    """

    def __init__(self, files: Sequence[Path], packs: Sequence[Path] = ()) -> None:
        parts = [_window_of(file) for file in files] + [_read(pack, _SHAPE.names) for pack in packs]
        self.table = pa.concat_tables([part.cast(_SHAPE) for part in parts]).unify_dictionaries()
        scopes = _whole(self.table, "scope")
        runs = pc.call_function("run_end_encode", [scopes.indices])
        self._scopes = pc.take(scopes.dictionary, runs.values)
        self._starts = _int64([0, *runs.run_ends.to_pylist()[:-1]])
        self._place_of_row: Column = None
        self._kinds = Alike(_codes(self.table, "kind"))
        self._accounts = Alike(_codes(self.table, "scope", "namespace_name", "namespace_kind"))

    @property
    def is_in_order(self) -> bool:
        """Whether each entry is at the place that its position tells."""
        return _counts_up(self._rows_of(self.table))

    @property
    def samples(self) -> pa.Table:
        """An entry of each kind, and one of each account as it is named."""
        return self.table.take(pa.concat_arrays([self._kinds.firsts, self._accounts.firsts]))

    def learn(self, facts: pa.Table, networks: pa.Table) -> None:
        """Take what an engine says of `samples`, and the network of each address.

        Shape: `facts` has `scope` and `position` of a sample, `kind_family`, `namespace_kind`, `account_name` and
        `is_account_gone`; `networks` has `ip` and `network`.
        """
        rows = self._rows_of(facts)
        said = {name: _whole(facts, name) for name in facts.schema.names}
        addresses = _whole(self.table, "ip")
        places = pc.index_in(addresses.dictionary, value_set=_whole(networks, "ip"))
        self._learned = {
            "kind_family": self._kinds.spread(said["kind_family"], rows),
            "namespace_kind": self._accounts.spread(said["namespace_kind"], rows),
            "network": _dictionary(addresses.indices, pc.take(_whole(networks, "network"), places)),
        }
        self._names = self._accounts.spread(said["account_name"], rows)
        gone = self._accounts.spread(said["is_account_gone"], rows)
        self._is_gone = pc.take(gone.dictionary, gone.indices)

    @property
    def orphans(self) -> pa.Table:
        """The entries of accounts that are gone, whose name only the details keep."""
        return self.table.filter(self._is_gone)

    def sort(self, named: pa.Table) -> None:
        """Put the entries into the order of events.

        Shape: `named` has `scope`, `position` and `namespace_name` of each orphan.
        """
        by_row = pc.sort_indices(self._rows_of(named))
        names = pa.concat_arrays([self._names.dictionary, pc.take(_whole(named, "namespace_name"), by_row)])
        first = len(self._names.dictionary)
        own = pa.Array.from_buffers(
            pa.int32(), len(by_row), [None, pa.py_buffer(array("i", range(first, len(names))))]
        )
        codes = pc.replace_with_mask(self._names.indices, self._is_gone, own)
        self._learned["namespace_name"] = _dictionary(codes, names)
        order = self._order(self._learned["namespace_name"])
        self._place_of_row = pc.call_function("inverse_permutation", [order])
        for name, column in self._learned.items():
            self.table = self.table.append_column(_EVENTS + name, column)
        self.table = self.table.take(order)

    def events(self, made: pa.Table, columns: Sequence[str]) -> pa.RecordBatchReader:
        """The events of which `made` has what an engine worked out, in whatever order, in the order of the entries.

        Columns that `made` has not are those that were learned, or of the entries.
        """
        others = {name: pa.string() for name in self._learned}
        types = {field.name: field.type for field in (*ENTRIES, *made.schema)} | others
        schema = pa.schema([(name, types[name]) for name in columns])
        places, made = _in_order(pc.take(self._place_of_row, self._rows_of(made)), made)
        entries = self.table if made.num_rows == self.table.num_rows else self.table.take(places)
        return pa.RecordBatchReader.from_batches(schema, _batches(entries, made, schema))

    def _order(self, namespaces: Column) -> Column:
        """The rows by namespace, performer, time, scope and position; nobody comes before everybody."""
        performers = _whole(self.table, "performer_name")
        holders = pc.add(
            pc.multiply(_falling(namespaces), _scalar(len(performers.dictionary) + 2)), _falling(performers)
        )
        times = _whole(self.table, "occurred_at")
        if len(self._scopes) == 1 and _rises(times):
            # The rows are in order but for the holders, and a sort leaves what is equal as it is.
            return pc.array_sort_indices(holders, order="descending").cast(pa.int64())
        others = {
            "time": times,
            "scope": _falling(_whole(self.table, "scope")),
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
        scopes = _encoded(_whole(keys, "scope"))
        starts = pc.take(self._starts, pc.index_in(scopes.dictionary, value_set=self._scopes))
        return pc.add(pc.take(starts, scopes.indices), _whole(keys, "position"))


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
        *pc.indices_nonzero(pc.not_equal(pc.pairwise_diff(places), _scalar(1))).to_pylist(),
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


def _falling(texts: Column) -> Column:
    """Numbers that fall as the texts rise, from 1; nobody has the greatest."""
    codes = _encoded(texts)
    ranks = pc.rank(codes.dictionary, sort_keys="descending", tiebreaker="dense").cast(pa.int64())
    return pc.fill_null(pc.take(ranks, codes.indices), _scalar(len(ranks) + 1))


def _dictionary(codes: Column, values: Column) -> Column:
    return pa.DictionaryArray.from_arrays(codes, values)


def _codes(table: pa.Table, *names: str) -> Column:
    """One number for each combination of the values of these columns, which are dictionaries."""
    codes = _scalar(0)
    for column in (_whole(table, name) for name in names):
        mine = pc.add(pc.fill_null(column.indices.cast(pa.int64()), _scalar(-1)), _scalar(1))
        codes = pc.add(pc.multiply(codes, _scalar(len(column.dictionary) + 1)), mine)
    return codes


def _encoded(texts: Column) -> Column:
    """The texts as a dictionary."""
    return texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def _rises(times: Column) -> bool:
    """Whether none is before the one above it."""
    steps: Column = pc.min_max(pc.pairwise_diff(times.cast(pa.int64())))
    return not len(times) or (steps["min"].as_py() or 0) >= 0


def _counts_up(rows: Column) -> bool:
    """Whether these are 0, 1, 2 and so on."""
    steps: Column = pc.min_max(pc.pairwise_diff(rows))
    return {steps["min"].as_py(), steps["max"].as_py()} <= {1, None} and rows[0].as_py() == 0


def _whole(table: pa.Table, column: str) -> Column:
    """A column in one piece."""
    whole: Column = table.column(column).combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _scalar(value: int) -> Column:
    return _int64([value])[0]


def _int64(values: Sequence[int]) -> Column:
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(array("q", values))])
