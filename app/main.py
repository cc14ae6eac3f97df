"""The dashboard's router: who may look, which period is shown, and which screen. Started by `quay-audit app`."""

from pathlib import Path

import streamlit as st

from app import access, data, words
from app.blocks import what_is_missing
from app.filters import choose_view
from app.views import cases, console, coverage, credentials, entity, overview, registry, reports

st.set_page_config(
    page_title="Quay Audit", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide"
)

# In one list: with headings between them, the sidebar's list is none for a screen reader.
SCREENS = (
    (overview, "Overview", "", ":material/monitoring:"),
    (cases, "Cases", "cases", ":material/assignment_late:"),
    (entity, "Entity", "entity", ":material/person_search:"),
    (credentials, "Credentials", "credentials", ":material/key:"),
    (registry, "Registry", "registry", ":material/deployed_code:"),
    (coverage, "Coverage", "coverage", ":material/verified:"),
    (console, "SQL", "sql", ":material/terminal:"),
    (reports, "Reports", "reports", ":material/description:"),
)


def run() -> None:
    """Draw the screen that the address names, or say in words why not."""
    pages = [
        st.Page(module.show, title=title, url_path=path or None, icon=icon, default=not path)
        for module, title, path, icon in SCREENS
    ]
    reader = access.reader()
    if reader is None:
        access.ask_to_sign_in()
        return
    page = st.navigation(pages)
    st.session_state.reader = reader
    st.session_state.pages = {each.url_path: each for each in pages}
    st.title(page.title)
    try:
        view = choose_view()
        if view is None:
            st.info(
                "The warehouse holds no day yet. Run `quay-audit extract`, then `quay-audit build`, and reload."
            )
            return
        st.session_state.view = view
        what_is_missing(view)
        page.run()
    except data.QuayAuditError as error:
        where = f" ({error.where})" if error.where else ""
        st.error(words.plain(f"{error.what}{where}. {error.hint}".strip()))


run()
