"""Registry: namespaces and repositories, who may see them, which tags are pushed again, what is deleted or mirrored."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from app import blocks, charts, data, words
from app.filters import View
from app.views.registry.parts import PARTS, PROTECTING

_TIMES: Final = ("first_at", "last_at", "changed_at")


def show() -> None:
    """Draw the part that the address names."""
    view: View = st.session_state.view
    _say_how_fresh()
    first = next(iter(PARTS))
    name = str(
        st.segmented_control(
            "Show", list(PARTS), default=first, required=True, key="part", bind="query-params"
        )
    )
    part = PARTS[name]
    if name == "Deletions":
        _draw_deletions(view)
    if part.said:
        blocks.note(part.said)
    protected_tags = data.detections()[PROTECTING].params["protected_tags"]
    frame = data.answer(part.question, protected_tags=protected_tags, **view.bound)
    if not frame.empty:
        blocks.note("Select a row (the box at its left) to go on from it.")
    columns = {column: _column(column, title) for column, title in part.titles.items()}
    # What was selected in other rows is not selected in these.
    key = "-".join(["registry", name, *view.address.values()])
    row = blocks.table(frame, part.rows, columns=columns, empty=part.empty, key=key, select=True)
    if row is not None:
        _go_on(frame.iloc[row])


def _say_how_fresh() -> None:
    (inventory,) = data.rows("registry_inventory")
    if inventory.snapshot_date is None:
        blocks.note(
            "No inventory was taken yet, so visibility and mirrors are not known: run `quay-audit inventory`."
        )
        return
    unread = inventory.list_count - inventory.read_count
    rest = f"; {words.count(unread, 'list')} of it could not be read whole" if unread else ""
    blocks.note(
        f"Visibility and mirrors are those of the inventory of {inventory.snapshot_date:%Y-%m-%d}{rest}."
    )


def _draw_deletions(view: View) -> None:
    daily = data.answer("registry_deletions", **view.bound)
    if not daily.empty:
        chart = charts.daily_stack(daily, "deletion_count", "what", "deletions a day")
        blocks.chart(chart, alt="Deletions by day (UTC) and by what was deleted and how")


def _column(name: str, title: str) -> Any:
    if name.endswith(("_count", "_hours")):
        return st.column_config.NumberColumn(title, format="localized")
    if name in _TIMES:
        return st.column_config.DatetimeColumn(title, format="YYYY-MM-DD HH:mm:ss")
    return st.column_config.CheckboxColumn(title) if name.startswith(("is_", "has_")) else title


def _go_on(row: pd.Series) -> None:
    """Links from what a row names."""
    if "namespace_name" in row:
        namespace = str(row["namespace_name"])
        blocks.screen_link(
            "registry", f"Repositories of {namespace}", namespace=namespace, part="Repositories"
        )
        blocks.screen_link("cases", f"Cases of {namespace}", namespace=namespace)
    repository = row["mirror"] if row.get("what") == "repository" else row.get("repository")
    for kind, name in {"repository": repository, "robot": row.get("robot_name")}.items():
        if name is not None and not pd.isna(name):
            blocks.entity_link(f"{kind}:{name}")
    if row.get("credential") is not None and not pd.isna(row.get("credential")):
        blocks.entity_link(str(row["credential"]))
