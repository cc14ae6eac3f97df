"""Entity: all that is known about one credential, performer, network, repository or namespace; or a search for one."""

from typing import Any

import pandas as pd
import streamlit as st

from app import blocks, charts, data, words
from app.subjects import Subject, subject_from_text
from app.views.entity import events as listing
from app.views.entity import profile as profiles
from app.views.entity import tables


def show() -> None:
    """Draw the subject in the address; without one, a search and the busiest."""
    written = st.query_params.get("subject", "")
    subject = subject_from_text(written)
    if subject is None:
        if written:
            st.warning(f"{words.plain(written)} is no subject: they look like robot:acme+ci or user:alice.")
        tables.search()
        return
    st.header(words.plain(subject.text), anchor=False)
    bound = {**st.session_state.view.bound, **subject.bound}
    if bound["namespace"]:
        blocks.note(
            "Repositories and events are those of the chosen namespace, all else is of every namespace."
        )
    profile = profiles.profile_of(subject, bound)
    if subject.acts:
        _draw_actor(subject, bound, profile)
    else:
        _draw_place(subject, bound, profile)
    blocks.screen_link("entity", "Look for another")


def _draw_actor(subject: Subject, bound: dict[str, Any], profile: list[str]) -> None:
    habits = data.answer("entity_habits", **bound)
    kinds = habits[habits["habit"] == "kind"]
    current = habits[habits["event_count"] > 0]
    counts = {
        "Events": kinds["event_count"].sum(),
        "Pulls": kinds["pull_count"].sum(),
        "Pushes": kinds["push_count"].sum(),
        "Changes": kinds["change_count"].sum(),
        "Networks": (current["habit"] == "network").sum(),
        "Countries": (current["habit"] == "country").sum(),
    }
    profiles.draw_head(subject, profile, counts, kinds["first_at"].min(), kinds["last_at"].max())
    hours = current[current["habit"] == "hour"].rename(columns={"habit_value": "hour_of_week"})
    days = data.answer("entity_act_days", **bound)
    _draw_times(subject, days, hours, "Without what was refused.")
    if not days.empty:
        tables.draw_habits(subject, current)
        tables.draw_repositories(subject, bound)
        used = {**bound, "habits": ["kind"], "habit_value": None}
        tables.draw_users(subject, "Credentials and performers", used)
    if subject.sort == "user":
        profiles.draw_owned(subject)
    listing.draw_events(subject, listing.newest_events(bound, days))


def _draw_place(subject: Subject, bound: dict[str, Any], profile: list[str]) -> None:
    ever = data.answer(
        "entity_network_days" if subject.sort == "network" else "entity_repository_days", **bound
    )
    first, last = ever["first_at"].min(), ever["last_at"].max()
    dates = pd.to_datetime(ever["day"]).dt.date
    days = ever[(dates >= bound["since"]) & (dates <= bound["until"])]
    sorts = days.drop(columns=["day", "first_at", "last_at", "country_code"], errors="ignore")
    total = "Events on repositories" if subject.sort == "namespace" else "Events"
    counts = {total: sorts.to_numpy().sum(), **{name.capitalize(): days[name].sum() for name in sorts}}
    if subject.sort == "network":
        countries = words.listed(sorted(set(ever["country_code"].dropna())))
        profile = [*profile, f"Countries, as Quay resolved them: {words.plain(countries) or 'none'}"]
    profiles.draw_head(subject, profile, counts, first, last)
    events = listing.newest_events(bound, days[["day", *sorts]])
    _draw_times(subject, days[["day", *sorts]], charts.hours_from_times(events), listing.limits_of(events))
    habits = {"repository": ["repository", "pushed_repository"]}.get(subject.sort, [subject.sort])
    given = {**bound, "credential": None, "performer": None}
    tables.draw_users(subject, "Who used it", {**given, "habits": habits, "habit_value": subject.name})
    if subject.sort == "namespace":
        tables.draw_namespace(subject, bound)
    listing.draw_events(subject, events)


def _draw_times(subject: Subject, days: pd.DataFrame, hours: pd.DataFrame, limits: str) -> None:
    view = st.session_state.view
    if days.empty and hours.empty:
        blocks.nothing("Nothing in this period: choose a longer one on the left.")
        return
    left, right = st.columns(2)
    with left:
        st.subheader("Each day", anchor=False)
        daily = charts.daily_sorts(days, view.since, view.until)
        blocks.chart(daily, alt=f"events of {subject.text} on each day, by sort")
    with right:
        st.subheader("Hours of the week", anchor=False)
        blocks.chart(charts.week_hours(hours), alt=f"events of {subject.text} by hour of the week in UTC")
        if limits:
            blocks.note(limits)
