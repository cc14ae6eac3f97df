"""The profile of an entity: what it is, what the inventory says about it, and the cases that it is in."""

from typing import Any

import streamlit as st

from app import blocks, data, words
from app.subjects import Subject
from app.views.entity.tables import draw_table

_LISTED = ("app_specific_token", "oauth_token", "robot", "service_key")
_TOKENS = ("app_specific_token", "oauth_token", "access_token")
_MOST_CASES = 20


def profile_of(subject: Subject, bound: dict[str, Any]) -> list[str]:
    """What the subject is and what the newest inventory says about it, as sentences in Markdown."""
    told = [f"{subject.words[:1].upper()}{subject.words[1:]}{_in_the_log(subject, bound)}."]
    told += [
        f"In the inventory of {row.snapshot_date:%Y-%m-%d}: {words.plain(row.traits)}."
        for row in data.rows("entity_registered", **bound)
    ]
    if subject.sort in _LISTED and subject.name:
        held = data.rows("entity_inventory", **bound)
        told += [sentence for row in held for sentence in _sentences(row)] or [_why_unlisted(subject)]
    return told


def draw_head(subject: Subject, profile: list[str], counts: dict[str, Any], first: Any, last: Any) -> None:
    """Its numbers in the period, its profile, when it was seen first and last, and its cases."""
    with st.container(horizontal=True, gap="large"):
        for label, number in counts.items():
            st.metric(label, words.count(number), width="content")
    seen = f"First seen {words.moment(first)}, last seen {words.moment(last)}, in all days that were read."
    if first is None or first != first:  # NaT is no moment
        seen = "Not seen in any day that was read."
    st.markdown("\n".join(f"- {sentence}" for sentence in [*profile, seen]))
    draw_cases(subject)


def draw_owned(subject: Subject) -> None:
    """The tokens and robots that the newest inventory lists as those of a user."""
    st.subheader("Own tokens and robots", anchor=False)
    frame = data.answer("entity_inventory", credential_kind=None, credential_id=None, owner=subject.name)
    if frame.empty:
        blocks.note("The newest inventory names none of this user; of many tokens it names no owner.")
        return
    shown = frame[
        ["credential_kind", "credential_name", "created_at", "expires_at", "last_used_at", "rights"]
    ]
    draw_table(shown, frame["credential_kind"] + ":" + frame["credential_id"], "own credentials", subject)


def draw_cases(subject: Subject) -> None:
    """Links to the cases that the subject is in, the newest first, of any period."""
    held = [page for page in data.casebook().pages if page.case and subject.text in page.case.subjects]
    for page in sorted(held, key=lambda each: each.note.day, reverse=True)[:_MOST_CASES]:
        label = f"Case of {page.note.day}: {page.note.title} ({page.note.severity}, {page.words})"
        blocks.screen_link("cases", label, case=page.note.case_id)
    if len(held) > _MOST_CASES:
        blocks.note(f"The newest {_MOST_CASES} of {words.count(len(held), 'case')}.")
    if not held:
        blocks.note("It is in no case.")


def _in_the_log(subject: Subject, bound: dict[str, Any]) -> str:
    """What the log calls a token, and who held it: the other names of subjects say that themselves."""
    if subject.sort not in _TOKENS:
        return ""
    rows = data.rows("entity_names", **bound)
    names = list(dict.fromkeys(row.credential_name for row in rows if row.credential_name))
    hands = list(dict.fromkeys(row.performer_name for row in rows if row.performer_name))
    called = f", in the log called {words.plain(words.listed(names))}" if names else ""
    return called + (f", in the hands of {words.plain(words.listed(hands))}" if hands else "")


def _sentences(row: Any) -> list[str]:
    rights = words.plain(row.rights) if row.rights else "not limited, or not known"
    roles = f", roles on {words.count(row.repository_count, 'repository')}" if row.repository_count else ""
    used = words.moment(row.last_used_at) if row.last_used_at else "none"
    return [
        f"In the inventory of {row.snapshot_date:%Y-%m-%d}: {words.plain(row.credential_name)},"
        f" owner {words.plain(row.owner_name or 'not listed')}.",
        f"Made {words.moment(row.created_at)} ({words.count(row.age_days, 'day')} old); {_end_of(row)}.",
        f"Rights: {rights}{roles}.",
        f"Last use that Quay recorded: {used if row.is_use_recorded else 'it records none of this kind'}.",
    ]


def _end_of(row: Any) -> str:
    if row.expires_at is None:
        return "it never ends"
    days = words.count(abs(row.days_to_expiry), "day")
    return f"it ends {words.moment(row.expires_at)} ({f'in {days}' if row.days_to_expiry >= 0 else f'{days} ago'})"


def _why_unlisted(subject: Subject) -> str:
    if data.rows("credentials_snapshots")[0].newest_date is None:
        return "There is no inventory yet, and so no age, expiry or rights: run `quay-audit inventory`."
    if subject.sort == "oauth_token":
        return (
            "The log has the number of an OAuth token, the inventory its UUID: nothing tells which is which."
        )
    return "The newest inventory lists none of this name: it was deleted, or was not listed."
