"""build, aggregate, query: from the lake to answers."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.engines import engine_of, engine_option
from pipeline.cli.options import SPARK, STORE, Day, command
from pipeline.cli.output import Progress, print_chunks, print_json, print_table, print_text, tell
from pipeline.cli.status import Status
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.warehouse.query import Answer

_TABLE_ROWS = 1_000


@command(
    settings=(*STORE, *SPARK),
    examples=[
        "quay-audit build",
        "quay-audit build --full",
        "quay-audit build --engine spark --spark-remote sc://spark.example.com:15002",
    ],
    builds=True,
)
@click.option("--full", is_flag=True, help="Build every day again, not only what changed.")
@engine_option
@click.option(
    "--memory-limit", default="2GB", show_default=True, help="What DuckDB may use before it spills to disk."
)
def build(settings: Settings, as_json: bool, full: bool, engine: str, memory_limit: str) -> None:
    """Build events and marts from the lake: only the days that changed, then the checks."""
    import msgspec

    from pipeline.lake.layout import Layout
    from pipeline.warehouse.build import build as run_build

    with Progress("build", unit="days") as progress, engine_of(engine, settings) as elsewhere:

        def on_day(done: int, total: int, day: date) -> None:
            progress.expect(total)
            progress.advance(1)

        summary = run_build(
            Layout(settings.lake),
            settings.warehouse,
            full=full,
            memory_limit=memory_limit,
            progress=on_day,
            engine=elsewhere,
        )
    if as_json:
        print_json(msgspec.to_builtins(summary))
        return
    print_text(
        f"{len(summary.built_days):,} days built, {summary.unchanged_days:,} unchanged: {summary.events:,} events"
    )
    print_text(f"warehouse: {settings.warehouse}")


@command(
    settings=STORE,
    examples=[
        "quay-audit aggregate --scope org/acme --since 2026-11-01 --until 2026-11-30 --performer acme+ci"
    ],
)
@click.option(
    "--scope",
    "scope_text",
    required=True,
    metavar="SCOPE",
    help="Whose log: all, org/NAME, user/NAME, repo/NS/NAME.",
)
@click.option("--since", type=Day(), required=True, help="The first UTC day.")
@click.option("--until", type=Day(), required=True, help="The last UTC day, included.")
@click.option("--performer", help="Only what this user or robot did.")
def aggregate(
    settings: Settings, as_json: bool, scope_text: str, since: date, until: date, performer: str | None
) -> Status:
    """Print what Quay's aggregatelogs would answer, from the lake: any range, right across a month's end.

    Ends with status 4 when a day of the range is not verified; the counts are printed all the same.
    """
    from pipeline.quay.scopes import scope_from_text
    from pipeline.warehouse.aggregate import aggregate as read_aggregate

    result = read_aggregate(settings.warehouse, scope_from_text(scope_text), since, until, performer)
    print_json({"aggregated": result.counts})
    for gap in result.gaps:
        tell(f"not proven: {gap.scope} {gap.day} is {gap.state}")
    return Status.INCOMPLETE if result.gaps else Status.DONE


@command(
    settings=STORE,
    examples=[
        'quay-audit query "select kind, count(*) as events from events group by kind order by events desc"',
        'quay-audit query --format csv "from mart_coverage_daily" > coverage.csv',
    ],
)
@click.argument("sql")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "csv", "json", "ndjson", "parquet"]),
    help="How to print the answer. [default: table; json with --json]",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; parquet needs one."
)
@click.option(
    "--limit", type=click.IntRange(1), help=f"The most rows to give. [default: {_TABLE_ROWS:,} for a table]"
)
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="Give up after so long."
)
def query(
    settings: Settings,
    as_json: bool,
    sql: str,
    format_name: str | None,
    output: Path | None,
    limit: int | None,
    timeout: float | None,
) -> None:
    """Answer one SELECT over events, marts, windows and entries. Read-only, without file or network access.

    `show tables` lists what there is, `describe events` the columns with their types.
    """
    from pipeline.lake.layout import Layout
    from pipeline.warehouse.query import asked

    chosen = format_name or ("json" if as_json else "table")
    if chosen == "parquet" and output is None:
        raise UsageError("parquet is no text", where="--format", hint="name a file with --output")
    if chosen == "table" and output is not None:
        raise UsageError(
            "a table is for reading",
            where="--output",
            hint="choose csv, json, ndjson or parquet with --format",
        )
    row_limit = limit or (_TABLE_ROWS if chosen == "table" else None)
    with asked(
        Layout(settings.lake), settings.warehouse, sql, timeout_seconds=timeout, row_limit=row_limit
    ) as answer:
        _give(answer, chosen, output, row_limit)


def _give(answer: "Answer", chosen: str, output: Path | None, row_limit: int | None) -> None:
    from pipeline.lake.files import written_aside
    from pipeline.warehouse import results

    if chosen == "table":
        rows = list(answer.rows())
        cells = [
            [value if isinstance(value, int | float) else results.text_of(value) for value in row]
            for row in rows
        ]
        print_table([column.name for column in answer.columns], cells)
        if row_limit is not None and len(rows) == row_limit:
            tell(f"the first {row_limit:,} rows; --limit gives more, --format csv all")
        return
    if chosen == "parquet" and output is not None:
        results.write_parquet(answer, output)
        return
    chunks = {"csv": results.csv_chunks, "json": results.json_chunks, "ndjson": results.ndjson_chunks}[
        chosen
    ](answer)
    if output is None:
        print_chunks(chunks)
        return
    with written_aside(output) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        file.writelines(chunks)


COMMANDS = (build, aggregate, query)
