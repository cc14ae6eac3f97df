"""The tables of an entity, of which each row opens another one; and the search for one."""

from typing import Any

import pandas as pd
import streamlit as st

from app import blocks, data
from app.subjects import Subject, subject_from_text

COLUMNS: dict[str, Any] = {
    **blocks.count_columns(
        event_count="events",
        pull_count="pulls",
        push_count="pushes",
        change_count="changes",
        tag_deletion_count="deleted tags",
        puller_count="others that pull it",
        peer_count="others in its namespace",
    ),
    **blocks.time_columns(
        occurred_at="time (UTC)",
        first_at="first (UTC)",
        last_at="last (UTC)",
        created_at="made (UTC)",
        expires_at="ends (UTC)",
        last_used_at="last used (UTC)",
    ),
    "credential_name": st.column_config.TextColumn("called"),
    "performer_name": st.column_config.TextColumn("performer"),
    "repository_name": st.column_config.TextColumn("repository"),
    "namespace_name": st.column_config.TextColumn("namespace"),
    "target_name": st.column_config.TextColumn("target"),
    "country_code": st.column_config.TextColumn("country"),
    "peer_share": st.column_config.NumberColumn("share of them", format="percent"),
}
_MOST_FOUND = 25
_MOST_SUGGESTED = 8


def search() -> None:
    """A box to look for a subject by a part of its name, and what it finds, the busiest first."""
    text = st.text_input(
        "Look for a performer, credential, network, repository or namespace",
        key="find",
        bind="query-params",
        placeholder="a part of its name, or a subject such as robot:acme+ci",
    ).strip()
    if exact := subject_from_text(text):
        blocks.entity_link(exact.text, f"Open {exact.text}")
    most = _MOST_FOUND if text else _MOST_SUGGESTED
    found = data.answer("entity_matches", **st.session_state.view.bound, text=text.lower(), most=most)
    blocks.note(
        f"The {most} busiest of each sort in this period{' with this in their name' if text else ''}."
    )
    blocks.table_of_entities(
        found,
        found["subject"],
        "entities",
        columns=COLUMNS,
        empty="Nothing in this period has this in its name." if text else "",
        key="found",
    )


def draw_habits(subject: Subject, habits: pd.DataFrame) -> None:
    """From where, with what and in whose log: each with when it was first seen ever."""
    left, right = st.columns(2)
    for place, habit, name in (
        (left, "network", "networks"),
        (right, "country", "countries"),
        (left, "client", "clients"),
        (right, "namespace", "namespaces"),
    ):
        rows = habits[habits["habit"] == habit].rename(columns={"habit_value": habit})
        with place:
            st.subheader(name.capitalize(), anchor=False)
            draw_table(
                rows[[habit, "event_count", "first_at", "last_at"]],
                f"{habit}:" + rows[habit] if habit in ("network", "namespace") else None,
                name,
                subject,
            )
    blocks.note("Events are those of this period; first and last are of all days that were read.")


def draw_repositories(subject: Subject, bound: dict[str, Any]) -> None:
    """What an actor pulled or pushed, and how usual that is in the namespace."""
    st.subheader("Repositories, against its peers", anchor=False)
    frame = data.answer("entity_peers", **bound)
    draw_table(frame, "repository:" + frame["repository"], "repositories", subject)
    blocks.note("A low share is unusual: few others who pull in that namespace pull this repository.")


def draw_namespace(subject: Subject, bound: dict[str, Any]) -> None:
    """The repositories of a namespace."""
    st.subheader("Repositories", anchor=False)
    frame = data.answer("entity_repositories", **bound)
    draw_table(frame, "repository:" + frame["repository"], "repositories", subject)


def draw_users(subject: Subject, title: str, bound: dict[str, Any]) -> None:
    """By which credentials, in whose hands."""
    st.subheader(title, anchor=False)
    frame = data.answer("entity_users", **bound)
    draw_table(frame, frame["credential"], "credentials", subject)


def draw_table(frame: pd.DataFrame, subjects: pd.Series | None, name: str, subject: Subject) -> None:
    """A table on the screen of `subject`, of which each row opens what `subjects` says, if that is given."""
    # A key of its own for each subject: what was selected on one says nothing on the next.
    key = f"{name}-{subject.text}"
    if subjects is None:
        blocks.table(frame, name, columns=COLUMNS, key=key)
    else:
        blocks.table_of_entities(frame, subjects, name, columns=COLUMNS, key=key)
