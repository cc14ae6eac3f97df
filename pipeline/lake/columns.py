"""Columns of texts as numbers: which values are alike, and which comes first.

No Arrow value is made of a Python one the usual way: that would import pandas, if it is installed.
"""

from array import array
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Column = Any
"""An Arrow array: which one, and of what, Arrow's types say only in part."""


class Alike:
    """Rows of equal codes: `firsts` are the first row of each group, `groups` tells the group of every row."""

    def __init__(self, codes: Column) -> None:
        self.groups = codes.dictionary_encode().indices
        # Groups are numbered as they appear.
        steps = pc.pairwise_diff(pc.cumulative_max(self.groups.cast(pa.int64())))
        self.firsts = int64([0, *pc.indices_nonzero(pc.greater(steps, scalar(0))).to_pylist()])

    def spread(self, said: Column, rows: Column) -> Column:
        """What is said of some row of each group, as a dictionary with a value for each row of all."""
        places: Column = pc.index_in(self.firsts, value_set=rows)
        return dictionary(self.groups, pc.take(said, places))


def falling(texts: Column) -> Column:
    """Numbers that fall as the texts rise, from 1; nobody has the greatest."""
    codes = encoded(texts)
    ranks = pc.rank(codes.dictionary, sort_keys="descending", tiebreaker="dense").cast(pa.int64())
    return pc.fill_null(pc.take(ranks, codes.indices), scalar(len(ranks) + 1))


def dictionary(codes: Column, values: Column) -> Column:
    """The values that these codes stand for."""
    return pa.DictionaryArray.from_arrays(codes, values)


def codes_of(table: pa.Table, *names: str) -> Column:
    """One number for each combination of the values of these columns, which are dictionaries."""
    codes = scalar(0)
    for column in (whole(table, name) for name in names):
        mine = pc.add(pc.fill_null(column.indices.cast(pa.int64()), scalar(-1)), scalar(1))
        codes = pc.add(pc.multiply(codes, scalar(len(column.dictionary) + 1)), mine)
    return codes


def encoded(texts: Column) -> Column:
    """The texts as a dictionary."""
    return texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()


def rises(times: Column) -> bool:
    """Whether none is before the one above it."""
    steps: Column = pc.min_max(pc.pairwise_diff(times.cast(pa.int64())))
    return not len(times) or (steps["min"].as_py() or 0) >= 0


def counts_up(rows: Column) -> bool:
    """Whether these are 0, 1, 2 and so on."""
    steps: Column = pc.min_max(pc.pairwise_diff(rows))
    return {steps["min"].as_py(), steps["max"].as_py()} <= {1, None} and rows[0].as_py() == 0


def whole(table: pa.Table, column: str) -> Column:
    """A column in one piece."""
    values: Column = table.column(column).combine_chunks()
    return values.chunk(0) if isinstance(values, pa.ChunkedArray) else values


def scalar(value: int) -> Column:
    """A number that arrays are compared or reckoned with."""
    return int64([value])[0]


def int64(values: Sequence[int]) -> Column:
    """Numbers as an array."""
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(array("q", values))])
