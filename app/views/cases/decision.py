"""Triage of one case: what was decided, a decision, and a suppression. Nothing that somebody wrote is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import streamlit as st

from app import access, blocks, data, words

_DECISIONS = {
    "Acknowledge: somebody is looking": ("acknowledge", ""),
    "Close: true positive": ("close", "true_positive"),
    "Close: benign": ("close", "benign"),
    "Close: false positive": ("close", "false_positive"),
    "Close: duplicate": ("close", "duplicate"),
    "Reopen: to be looked at again": ("reopen", ""),
}
_ACKNOWLEDGE, *_CLOSE, _REOPEN = _DECISIONS
_USUAL_DAYS = 30


def show(page: data.Page) -> None:
    """Draw what was decided and, for those who may, the forms."""
    st.subheader("Decisions", anchor=False)
    # The container is there in any case: without it, what follows would be drawn anew, and close what was unfolded.
    with st.container():
        was_written, text = st.session_state.pop("decision-told", (True, ""))
        if text:
            (st.success if was_written else st.error)(words.plain(text))
        _show_decisions(page)
    if not st.session_state.reader.may_decide:
        blocks.nothing("Viewers see cases and cannot decide about them: that is for analysts.")
        return
    _draw_decision(page)
    if page.case is not None:
        with st.expander("Suppress such signals until a day"):
            _draw_suppression(page.case)


def _show_decisions(page: data.Page) -> None:
    lines = [
        f"- {words.moment(each.decided_at)}: **{words.plain(each.decision)}** by {words.plain(each.decided_by)}"
        + (f": {words.plain(each.note)}" if each.note else "")
        for each in data.decisions_about(page)
    ] + [
        f"- **{each.suppression_id}** takes {words.plain(each.coverage.detection_id)} about"
        f" {words.plain(each.coverage.subject)} out at the next detect, until {each.coverage.until}:"
        f" {words.plain(each.why)} ({words.plain(each.by)})"
        for each in data.suppressions_to_come(page)
    ]
    st.markdown("\n".join(lines) or "Nobody has decided anything about this case.")


def _draw_decision(page: data.Page) -> None:
    standing, state, case_id = page.standing, page.standing.state.value, page.note.case_id
    choices = {
        "open": [_ACKNOWLEDGE, *_CLOSE],
        "acknowledged": [*_CLOSE, _REOPEN],
        "closed": [_REOPEN] if standing.is_settled else [*_CLOSE, _ACKNOWLEDGE, _REOPEN],
    }[state]
    # The note's key changes only when one is written down: what is refused stays in the field.
    choice_key, note_key = f"choice-{case_id}-{state}", f"note-{case_id}-{_turn()}"
    with st.form(f"decide-{case_id}"):
        # Nothing is chosen beforehand that would be wrong to write down by a slip.
        st.radio("Decision", choices, index=None if choices[0] in _CLOSE else 0, key=choice_key)
        st.text_input("Note (needed to close or reopen)", key=note_key)
        st.form_submit_button("Write down", on_click=_decide, args=(case_id, choice_key, note_key))


def _decide(case_id: str, choice_key: str, note_key: str) -> None:
    """What the form said as it was shown, before the screen is drawn anew: it may not offer that any more."""
    said, chosen = st.session_state[note_key], st.session_state[choice_key]
    action, disposition = _DECISIONS.get(chosen, ("", ""))
    _write_down(lambda by: data.decide(case_id, action, by, said, disposition), "Written down.")


def _draw_suppression(case: data.Case) -> None:
    """Signals from the case's day on, so that the case itself goes once detect has run."""
    until = max(datetime.now(UTC).date(), case.day) + timedelta(days=_USUAL_DAYS)
    key = f"{case.case_id}-{_turn()}"
    with st.form(f"suppress-{case.case_id}"):
        detections = [*case.detection_ids, data.ANY_DETECTION]
        st.selectbox("Detection (* is every one)", detections, key=f"detection_id-{key}")
        st.text_input("Subject (* and ? match any text)", case.subject, key=f"subject-{key}")
        st.date_input("From the judged day (UTC)", case.day, format="YYYY-MM-DD", key=f"since-{key}")
        st.date_input("Until the judged day, included", until, format="YYYY-MM-DD", key=f"until-{key}")
        st.text_input("Why (it stands in every report)", key=f"why-{key}")
        st.form_submit_button("Suppress", on_click=_suppress, args=(key,))


def _suppress(key: str) -> None:
    given = {
        name: st.session_state[f"{name}-{key}"] for name in ("detection_id", "subject", "since", "until")
    }
    why = st.session_state[f"why-{key}"]
    _write_down(lambda by: data.suppress(given, by, why), "Written down. The next detect applies it.")


def _write_down(write: Callable[[str], object], success: str) -> None:
    """In the name of whoever is signed in now; what is refused is told in words, and stays in its field."""
    reader, state = access.reader(), st.session_state
    if reader is None or not reader.may_decide:
        state["decision-told"] = (False, "Nothing was written down: this account may not decide.")
        return
    try:
        write(reader.name)
    except data.QuayAuditError as error:
        hint = f" {error.hint[0].upper()}{error.hint[1:]}." if error.hint else ""
        state["decision-told"] = (False, f"Nothing was written down: {error.what}.{hint}")
    else:
        state["decision-turn"], state["decision-told"] = _turn() + 1, (True, success)


def _turn() -> int:
    return int(st.session_state.get("decision-turn", 0))
