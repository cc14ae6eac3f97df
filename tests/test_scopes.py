"""Promises of `pipeline.quay.scopes`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.quay.scopes import ALL, Scope, org, repo, scope_from_folder, scope_from_text, user

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), min_size=1)
scopes = st.one_of(st.just(ALL), names.map(org), names.map(user), st.builds(repo, names, names))


@given(scopes)
def test_a_scope_survives_its_text_and_its_folder(scope: Scope) -> None:
    assert scope_from_text(str(scope)) == scope
    assert scope_from_folder(scope.folder) == scope


@given(scopes)
def test_a_folder_is_one_harmless_path_segment(scope: Scope) -> None:
    assert "/" not in scope.folder
    assert "." not in scope.folder
    assert scope.folder.isascii()


def test_nested_repository_names_stay_whole() -> None:
    assert scope_from_text("repo/acme/team/nested") == repo("acme", "team/nested")


@pytest.mark.parametrize(
    "text", ["", "acme", "org", "org/", "org/a/b", "repo/acme", "repo/acme/", "all/x", "team/a"]
)
def test_what_is_no_scope_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(UsageError, match="not a scope") as caught:
        scope_from_text(text)
    assert "org/NAME" in caught.value.hint
