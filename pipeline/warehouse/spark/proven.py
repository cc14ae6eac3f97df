"""What the models and detections are made of, all of it compared row by row on both engines by the tests.

Whoever needs more: use it in a model, see `tests/test_spark_models.py` and `tests/test_spark_rules.py` hold, add it.
"""

_STATEMENT = """
    Alias CTE Column Distinct Exists From Group GroupingSets Having Identifier Join Order Ordered Select Star Subquery
    Table TableAlias Tuple Union Values Where Window WindowSpec With
"""
_LOGIC = """
    And Between Boolean Case Coalesce EQ Escape GT GTE If In Is LT LTE Like NEQ Not Null NullSafeEQ NullSafeNEQ Nullif
    Or Paren Placeholder Try Var
"""
_NUMBERS = """
    Abs Add BitwiseLeftShift Div Floor GenerateSeries Greatest Least Literal Ln Log Mod Mul Neg Pow Round Sqrt Sub
"""
_TEXTS = """
    ConcatWs Contains DPipe Left Length Levenshtein Lower RegexpExtract RegexpLike RegexpReplace Repeat Replace
    Right SplitPart StartsWith StrPosition Substring Trim
"""
_TIMES = "Cast DateDiff Extract Interval TimeToStr TimeToUnix TimestampTrunc ToDays TryCast"
_DOCUMENTS = "FromJson JSONExtractScalar JSONPath JSONPathKey JSONPathRoot"
_LISTS = """
    Array ArrayAppend ArrayConcat ArrayContains ArrayDistinct ArraySize ArraySort Bracket Explode Flatten Slice
"""
_AGGREGATES = """
    ArgMax ArgMin ArrayAgg Avg BitwiseOrAgg Count GroupConcat Grouping Lag LogicalAnd LogicalOr Max Median Min Mode
    PercentileCont RowNumber StddevPop Sum
"""

PROVEN = frozenset(
    " ".join((_STATEMENT, _LOGIC, _NUMBERS, _TEXTS, _TIMES, _DOCUMENTS, _LISTS, _AGGREGATES)).split()
)
"""Nodes, by sqlglot's names for them."""

PROVEN_CALLS = frozenset({"bit_count", "json_valid", "to_hours", "to_seconds"})
"""Functions that sqlglot has no node for."""

PROVEN_TYPES = frozenset({"bigint", "date", "double", "int", "text", "text[]", "timestamp"})
"""What may be cast to, by DuckDB's first name for it in sqlglot."""
