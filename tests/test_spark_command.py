"""`build` and `detect` with --engine spark, as a user types them."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from pipeline.lake.layout import Layout
from tests.commands import ROOT, quay_audit
from tests.differences import differences
from tests.lakes import DAY, row, save_window
from tests.sail import sail


def test_build_and_detect_on_a_spark_connect_server_leave_the_warehouse_that_duckdb_leaves(
    layout: Layout,
) -> None:
    for n in range(2):
        day = DAY - timedelta(days=n)
        save_window(
            layout, "org/acme", [row(day=day), row("push_repo", day=day, metadata={"repo": "web"})], day=day
        )
    where = ["--lake", str(layout.root), "--spark-remote", sail(), "--json"]
    there = [quay_audit(command, "--engine", "spark", *where) for command in ("build", "detect")]
    other = layout.root / "other.duckdb"
    here = [quay_audit(command, *where, "--warehouse", str(other)) for command in ("build", "detect")]
    assert [ended.status for ended in (*there, *here)] == [0, 0, 0, 0]
    assert [json.loads(ended.stdout) for ended in there] == [json.loads(ended.stdout) for ended in here]
    assert differences(layout.warehouse, other) == {}


@pytest.mark.parametrize("command", ["build", "detect"])
def test_a_spark_engine_without_a_server_says_how_to_name_one(command: str, layout: Layout) -> None:
    save_window(layout, "org/acme", [row()])
    ended = quay_audit(command, "--lake", str(layout.root), "--engine", "spark")
    assert ended.status == 2
    assert "no Spark Connect server is named" in ended.stderr
    assert "--spark-remote" in ended.stderr
    assert "QUAY_AUDIT_SPARK_REMOTE" in ended.stderr


@pytest.mark.parametrize(
    ("address", "words"),
    [("sc://h:1/;token=abcdef", "holds a token"), ("http://h:1", "is no address of Spark Connect"), ("sc://u@h", "is no address")],
)  # fmt: skip
def test_an_address_that_is_none_or_shows_a_token_is_refused_without_repeating_it(
    address: str, words: str, layout: Layout
) -> None:
    ended = quay_audit("build", "--lake", str(layout.root), "--engine", "spark", "--spark-remote", address)
    assert ended.status == 2
    assert words in ended.stderr
    assert "abcdef" not in ended.stderr + ended.stdout


def test_a_server_that_does_not_answer_ends_with_its_own_status(layout: Layout) -> None:
    save_window(layout, "org/acme", [row()])
    ended = quay_audit(
        "build", "--lake", str(layout.root), "--engine", "spark", "--spark-remote", "sc://127.0.0.1:1"
    )
    assert ended.status == 3
    assert "no Spark Connect server answers" in ended.stderr


def test_a_program_that_is_no_file_reaches_a_server_too() -> None:
    code = f"""
from pipeline.warehouse.spark.server import connected
with connected({sail()!r}) as server:
    print(server.rows("select 1 as one", where="here").to_pylist())
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "[{'one': 1}]\n"
