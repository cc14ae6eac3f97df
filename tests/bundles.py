"""Small bundles: a lake of random rows, a report, documents, and a key, sealed as the report command seals them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from pipeline.custody.bundle import sealed
from pipeline.custody.index import Index
from pipeline.custody.keys import SigningKey, key_from_seed
from pipeline.custody.verification import verified
from pipeline.lake.inspection import Finding
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.lines import Row
from tests.lakes import FETCHED_AT, at_second, row, save_window

SINCE = date(2026, 11, 20)
UNTIL = date(2026, 11, 22)
KEY = key_from_seed(bytes(range(32)))
OTHER_KEY = key_from_seed(bytes(32))
DOCUMENTS = {"cases.json": b'{"cases": []}\n', "checks.json": b"{}\n"}


def random_rows(random: Random, day: date, most: int = 12) -> list[Row]:
    """Some rows of a day, with names that nobody would choose, and some of them twice."""
    names = ["bob", "ä\u202e", "=1+1", "acme+ci", None]
    rows = [
        at_second(
            row(
                random.choice(["pull_repo", "push_repo"]),
                day=day,
                performer=random.choice(names),
                metadata={"repo": random.choice(["web", "<b>", "数据"]), "tag": f"v{random.randrange(5)}"},
            ),
            random.randrange(86_400),
        )
        for _ in range(random.randrange(most))
    ]
    return rows + rows[:2]


def fill(layout: Layout, random: Random, since: date = SINCE, until: date = UNTIL) -> Layout:
    """Windows of two scopes for each day, sealed into the chain after each day as by a run a night."""
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        for scope in ("all", "org/acme"):
            save_window(layout, scope, random_rows(random, day), day=day)
        Ledger(layout).seal(FETCHED_AT + timedelta(days=number), "0.1.0")
    return layout


def report_in(folder: Path) -> Path:
    """The files of a small report."""
    (folder / "populations").mkdir(parents=True, exist_ok=True)
    (folder / "populations" / "d-access.csv").write_text("name,role\nbob,admin\ncarol,read\n")
    (folder / "report.json").write_text('{"cover": {}}\n')
    (folder / "report.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    return folder


@dataclass(frozen=True)
class Sealed:
    """A bundle, and what it was made from."""

    file: Path
    index: Index
    layout: Layout
    folder: Path


def seal(folder: Path, random: Random | None = None, **given: Any) -> Sealed:
    """A bundle of a fresh lake below `folder`."""
    layout = fill(Layout(folder / "lake"), random or Random(7))
    return sealed_again(layout, folder, **given)


def sealed_again(layout: Layout, folder: Path, **given: Any) -> Sealed:
    """A bundle of this lake."""
    file = folder / "bundle.zip"
    key: SigningKey = given.pop("key", KEY)
    documents: Mapping[str, bytes] = given.pop("documents", DOCUMENTS)
    period = {"since": SINCE, "until": UNTIL} | given
    report = report_in(folder / "report")
    index = sealed(file, layout, key=key, documents=documents, report=report, **period)
    return Sealed(file, index, layout, folder)


def findings(file: Path, key: SigningKey = KEY) -> list[Finding]:
    """What is wrong with a bundle."""
    return verified(file, key.public).findings


def places(file: Path, key: SigningKey = KEY) -> list[str]:
    """Where something is wrong with a bundle."""
    return [finding.where for finding in findings(file, key)]
