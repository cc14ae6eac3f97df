"""One case: why it is one, what shows it, what its subject did before and after, and what to do about it."""

import streamlit as st

from app import blocks, data, words
from app.views.cases import decision as case_decision
from app.views.cases import evidence as case_evidence
from app.views.cases import filters as case_filters

MOST_LINKS = 12


def show(case_id: str, pages: list[data.Page], queue: list[str]) -> None:
    """Draw the case, or say that there is none; `queue` are the ids that the filters leave, in order."""
    with st.container(horizontal=True, vertical_alignment="center"):
        blocks.screen_link("cases", "All cases", **case_filters.address())
        page = data.page_of(case_id, pages)
        _step_through([each.note.case_id for each in pages], queue, page.note.case_id)
    _show_head(page)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _show_why(page)
        _show_links(page, pages)
        case_evidence.show_timeline(page)
    with right:
        _show_steps(page)
        case_decision.show(page)
    if page.case is not None:
        case_evidence.show(page)


def detection_ids(page: data.Page) -> list[str]:
    """What fired; for a case that is none any more, what had when it was last decided about."""
    if page.case is not None:
        return list(page.case.detection_ids)
    return sorted({name.split(" ", 1)[0] for name in page.note.signals})


def _step_through(ordered: list[str], queue: list[str], case_id: str) -> None:
    """Buttons and keys for the neighbours in the queue, whether or not this case is still in it."""
    wanted = {*queue, case_id}
    held = [each for each in ordered if each in wanted]
    at = held.index(case_id)
    back = st.button("Previous case", shortcut="K", disabled=at == 0, key="previous-case")
    on = st.button("Next case", shortcut="J", disabled=at == len(held) - 1, key="next-case")
    if back or on:
        st.query_params["case"] = held[at - 1] if back else held[at + 1]
        st.rerun()


def _show_head(page: data.Page) -> None:
    note, case = page.note, page.case
    st.header(words.plain(note.title), anchor=False)
    st.markdown(
        f"**{note.severity.value}** · {note.score:,.0f} points · **{words.plain(page.words)}** · "
        f"{note.day:%Y-%m-%d} UTC · {note.case_id}"
    )
    blocks.entity_link(note.subject)
    if case is None:
        blocks.nothing(
            "Nothing makes this case any more: its day was judged anew, or is not judged in this warehouse."
            " It is shown as it was when it was last decided about."
        )
        return
    st.markdown(words.plain(case.sentence))
    if case.is_collective:
        blocks.nothing("One harmless event that moved many at once. Nobody has to act on it.")


def _show_why(page: data.Page) -> None:
    case, known = page.case, data.detections()
    st.subheader("What fired", anchor=False)
    lines = []
    for each in detection_ids(page):
        detection = known.get(each)
        told = words.plain(detection.title) if detection else "not among the detections of this version"
        technique = f" · ATT&CK {', '.join(detection.techniques)}" if detection else ""
        lines.append(f"- **{words.plain(each)}** {told}{technique}")
    st.markdown("\n".join(lines))
    if case is not None:
        families = ", ".join(family.value.replace("_", " ") for family in case.families)
        blocks.note(
            f"{families} · {words.count(len(case.signals), 'signal')} · at least"
            f" {words.count(case.event_count, 'event')} · {words.moment(case.first_at)} to"
            f" {words.moment(case.last_at)}"
        )


def _show_links(page: data.Page, pages: list[data.Page]) -> None:
    others = [each for each in page.case.subjects if each != page.note.subject] if page.case else []
    if others:
        st.subheader("Linked subjects", anchor=False)
        for subject in others[:MOST_LINKS]:
            blocks.entity_link(subject)
        if len(others) > MOST_LINKS:
            blocks.note(f"and {len(others) - MOST_LINKS:,} more: the signals below name them")
    if page.related:
        st.subheader("The same story in the week before", anchor=False)
    for other in (each for each in pages if each.note.case_id in page.related):
        note = other.note
        label = f"{note.day:%Y-%m-%d} {note.severity.value} {note.score:.0f}, {other.words}: {note.title}"
        blocks.screen_link("cases", label, **case_filters.address(), case=note.case_id)


def _show_steps(page: data.Page) -> None:
    steps = data.next_steps(page)
    if steps:
        st.subheader("Next steps", anchor=False)
    for number, step in enumerate(steps, 1):
        # Kept as long as the browser's window is open: what was found out belongs into the note.
        key = f"step-{page.note.case_id}-{number}"
        st.checkbox(words.plain(step), key=key, persist_state="session", wrap=True)
