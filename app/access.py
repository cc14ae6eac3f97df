"""Who is looking, and whether they may decide: everybody on this machine, or whom a provider signed in, by group."""

import os
import pwd
from typing import Any, NamedTuple

import streamlit as st


class Reader(NamedTuple):
    """Who looks; `may_decide` is for triage."""

    name: str
    may_decide: bool


def is_sign_in_configured() -> bool:
    """Whether an OpenID Connect provider is set up (`quay-audit app --sign-in`)."""
    return "auth" in st.secrets if _has_secrets() else False


def reader() -> Reader | None:
    """Who looks; None for somebody who is not signed in, or in no group that may look."""
    if not is_sign_in_configured():
        return Reader(_account(), may_decide=True)
    if not st.user.is_logged_in:
        return None
    roles = st.secrets.get("roles", {})
    groups: Any = st.user.get(roles.get("claim", "groups"))
    held = {groups} if isinstance(groups, str) else set(groups or ())
    name = str(st.user.get("email") or st.user.get("preferred_username") or st.user.get("sub"))
    if held & set(roles.get("analysts", [])):
        return Reader(name, may_decide=True)
    if held & set(roles.get("viewers", [])):
        return Reader(name, may_decide=False)
    return None


def ask_to_sign_in() -> None:
    """The screen of somebody who may not look yet."""
    st.title("Quay Audit")
    if st.user.is_logged_in:
        st.error(
            "This account is in no group that may look. Ask whoever runs this dashboard for the viewers' group."
        )
        st.button("Sign out", on_click=st.logout)
        return
    st.write("Sign in to see what happened in the registry.")
    st.button("Sign in", type="primary", on_click=st.login)


def _has_secrets() -> bool:
    try:
        return bool(st.secrets)
    except (FileNotFoundError, st.errors.StreamlitSecretNotFoundError):
        return False


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, an account may have a number alone
        return f"account {os.getuid()}"
