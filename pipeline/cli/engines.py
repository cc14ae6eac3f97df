"""Where models are worked out: --engine, for the commands that do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from pipeline.config import SETTING_BY_NAME, Settings
from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from pipeline.warehouse.engine import Engine

engine_option = click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Where the queries run: here, or on a Spark Connect server that sees the lake too.",
)


@contextmanager
def engine_of(name: str, settings: Settings) -> "Iterator[Engine | None]":
    """The engine of that name, at hand for the length of the block; None for DuckDB, which needs none.

    Raises: SettingsError where no server is named.
    """
    if name == "duckdb":
        yield None
        return
    if settings.spark_remote is None:
        setting = SETTING_BY_NAME["spark_remote"]
        hint = f"name one with {setting.flag} sc://HOST:PORT, or in {setting.variable}"
        raise SettingsError("no Spark Connect server is named", where="spark_remote", hint=hint)
    from pipeline.warehouse.spark.engine import spark_engine

    store = settings.lake_store
    lake = settings.spark_lake or (
        str(store).replace("s3://", "s3a://", 1) if store else str(settings.lake.resolve())
    )
    with spark_engine(settings.spark_remote.reveal(), lake) as engine:
        yield engine
