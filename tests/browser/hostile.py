"""A lake in which every text that somebody else may choose is markup, code or a formula, and how to see that none was taken for it."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from pipeline.demo.history import hostile
from pipeline.lake.layout import Layout
from pipeline.quay.lines import Row
from pipeline.quay.registry.rows import AppToken, Repository, Robot
from tests.browser.visitor import Visitor
from tests.holdings import save
from tests.lakes import bring_up_to_date, row, save_window
from tests.markup import MARK, TEXTS
from tests.signalling import fired, store
from tests.two_days import DAYS

A_CASE: Final = 6
# A text alone may be one that a table shows as it is without its spaces.
ALONE: Final = tuple(text for text in (*TEXTS, *hostile.TEXTS) if text.strip() not in (MARK, ""))
TOGETHER: Final = tuple("\n".join(ALONE[at : at + A_CASE]) for at in range(0, len(ALONE), A_CASE))
_KINDS: Final = (
    "pull_repo",
    "push_repo",
    "create_repo",
    "change_repo_visibility",
    "delete_tag",
    "create_robot",
)
_OBEYED: Final = f"""() => {{
    const wrong = "script, iframe, .katex, [onerror], [onload]";
    const leads = (each) => each.href && each.hostname !== location.hostname;
    const fetches = (each) => each.tagName === "IMG" && !each.src.startsWith("data:");
    return [...document.querySelectorAll("[data-testid=stMain] *, [data-testid=stSidebar] *")]
        .filter((each) => each.textContent === "{MARK}" || each.matches(wrong) || leads(each) || fetches(each))
        .map((each) => each.outerHTML.slice(0, 300))
        .concat("{MARK}" in window ? ["a script ran"] : []);
}}"""


def hostile_lake(folder: Path) -> None:
    """Events, inventory and cases in which nothing is what it seems."""
    layout = Layout(folder)
    for day in DAYS:
        save_window(layout, "all", [_act(day, n, text) for n, text in enumerate(ALONE)], day=day)
    _save_inventory(layout, DAYS[-1])
    bring_up_to_date(layout)
    signals = [
        fired(f"user:{text}", 90, day=DAYS[-1], title=text, reason=text, namespace_name=text, repository=text)
        for text in TOGETHER
    ]
    store(layout, {DAYS[-1]: signals})


def texts_obeyed(visitor: Visitor) -> list[str]:
    """The parts of a page that come of a text from outside being taken for more than text."""
    found: list[str] = visitor.page.evaluate(_OBEYED)
    return found


def _act(day: date, number: int, text: str) -> Row:
    details = {
        "namespace": text,
        "repo": text,
        "username": text,
        "tag": text,
        "robot": text,
        "visibility": "public",
        "user-agent": text,
        "app_specific_token": text,
        "app_specific_token_title": text,
    }
    at = f"{number // 60 % 24:02d}:{number % 60:02d}:00"
    kind = _KINDS[number % len(_KINDS)]
    return row(kind, at=at, day=day, performer=text, namespace=text, metadata=details)


def _save_inventory(layout: Layout, day: date) -> None:
    made = datetime(2026, 1, 1)  # noqa: DTZ001 (the inventory's times are UTC)
    rows: dict[str, list[Any]] = {"robots": [], "app_tokens": [], "repositories": []}
    for text in ALONE:
        rows["robots"].append(Robot(text, f"{text}+{text}", made, None))
        rows["app_tokens"].append(AppToken(text, text, text, made, None, None))
        rows["repositories"].append(Repository(text, text, True, "NORMAL", "image"))
    save(layout, day, rows)
