"""Exports as Parquet: events as they are, and OCSF as a custom source of an Amazon Security Lake."""
