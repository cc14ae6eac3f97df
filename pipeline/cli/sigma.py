"""sigma check, export, fields: rules of others for these logs, and detections of ours for other engines."""

from pathlib import Path

import click

from pipeline.cli.options import command
from pipeline.cli.output import print_json, print_table, print_text, tell
from pipeline.cli.status import Status


@click.group(
    "sigma",
    epilog="\b\nExamples:\n  quay-audit sigma check rules/\n  quay-audit sigma export --output sigma/",
)
def sigma() -> None:
    """Check Sigma rules for these logs, and write our detections as such rules. `detect --sigma` runs them.

    Needs the extra `sigma` (pySigma). Every command takes --json.
    """


@command(name="check", examples=["quay-audit sigma check rules/"])
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
def check(as_json: bool, paths: tuple[Path, ...]) -> Status:
    """List what the rules of these files and folders become, and what is wrong with each that cannot be run."""
    from pipeline.detect.sigma import require_reader

    require_reader()
    from pipeline.detect.sigma.imported import try_to_read_sigma

    detections, problems = try_to_read_sigma(paths)
    if as_json:
        rows = [
            {"id": each.id, "title": each.title, "severity": each.severity.value, "family": each.family.value}
            for each in detections
        ]
        refused = [{"where": each.where, "what": each.what, "hint": each.hint} for each in problems]
        print_json({"rules": rows, "refused": refused})
    else:
        columns = ["id", "severity", "family", "title"]
        print_table(columns, [[each.id, each.severity, each.family, each.title] for each in detections])
        for problem in problems:
            print_text(f"{problem.where}: {problem.what}")
            if problem.hint:
                print_text(f"  {problem.hint}")
    return Status.USAGE if problems else Status.DONE


@command(name="export", examples=["quay-audit sigma export --output sigma/"])
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to write the rules.",
)
def export(as_json: bool, output: Path) -> None:
    """Write the detections that Sigma can say as rules, a file each; tell why the others cannot be written."""
    from pipeline.bundle import bundled
    from pipeline.detect.rules import read_detections
    from pipeline.detect.sigma import require_reader

    require_reader()
    from pipeline.detect.sigma.exported import export_detections

    exported = export_detections(read_detections(bundled("sql")), output)
    if as_json:
        print_json({"files": list(map(str, exported.files)), "left_out": exported.left_out})
        return
    for file in exported.files:
        print_text(str(file))
    for detection_id, reason in exported.left_out.items():
        tell(f"{detection_id} is not among them: {reason}")


@command(name="fields", examples=["quay-audit sigma fields"])
def fields(as_json: bool) -> None:
    """List the field names that a rule may use. Any other is a key of Quay's details, such as repo or o.k."""
    from pipeline.detect.sigma.fields import COLUMN_NAMES

    if as_json:
        print_json({column: list(names) for column, names in COLUMN_NAMES.items()})
        return
    print_table(
        ["field", "column of int_acts"],
        [[", ".join(names), column] for column, names in COLUMN_NAMES.items()],
    )


for each in (check, export, fields):
    sigma.add_command(each)

COMMANDS = (sigma,)
