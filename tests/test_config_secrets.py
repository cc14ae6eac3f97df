"""Promises of `pipeline.config.secret`: where a token may come from, and that it is never shown."""

import copy
import json
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Secret
from pipeline.errors import SettingsError
from tests.settings_world import TOKEN, World, token_refusal


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One world for each test."""
    return World(tmp_path)


def test_the_token_comes_from_the_environment(world: World) -> None:
    settings = world.load(QUAY_AUDIT_TOKEN=TOKEN)
    assert settings.require_token().reveal() == TOKEN
    assert settings.sources["token"] == "QUAY_AUDIT_TOKEN"


@pytest.mark.parametrize("mode", [0o600, 0o400])
@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_token_file_gives_its_content_without_one_line_break(
    world: World, mode: int, ending: bytes
) -> None:
    file = world.token_file(TOKEN.encode() + ending, mode)
    assert world.load({"token_file": str(file)}).require_token().reveal() == TOKEN


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610, 0o666, 0o644])
def test_a_token_file_that_others_may_use_is_refused(world: World, mode: int) -> None:
    file = world.token_file(TOKEN.encode(), mode)
    error = token_refusal(world.load({"token_file": str(file)}))
    assert f"mode {mode:04o}" in error.what
    assert f"chmod 600 {file}" in error.hint


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (TOKEN.encode() + b"\n\n", "a line break"),
        (b"Bearer " + TOKEN.encode(), "the word Bearer"),
        (b"two " + TOKEN.encode(), "holds a space"),
        (TOKEN.encode() + b"\x1b[2J", "another character"),
        (TOKEN.encode() + "é".encode(), "no token has"),
        (TOKEN.encode() * 300, "too long"),
    ],
)
def test_a_token_file_that_holds_no_token_is_refused(world: World, content: bytes, reason: str) -> None:
    file = world.token_file(content)
    assert reason in token_refusal(world.load(QUAY_AUDIT_TOKEN_FILE=str(file))).what


def test_a_token_file_that_is_no_file_is_refused_at_once(world: World) -> None:
    pipe = world.working / "pipe"
    os.mkfifo(pipe, 0o600)
    assert "not a regular file" in token_refusal(world.load({"token_file": "pipe"})).what
    assert "cannot be read" in token_refusal(world.load({"token_file": "."})).what
    assert "cannot be read" in token_refusal(world.load({"token_file": "absent"})).what


def test_a_token_file_is_opened_only_when_a_token_is_needed(world: World) -> None:
    settings = world.load({"token_file": "absent"})
    assert settings.sources["token_file"] == "--token-file"
    assert settings.lake == world.working / "lake"


def test_what_a_server_needs_is_missed_by_name(world: World) -> None:
    assert "QUAY_AUDIT_TOKEN" in token_refusal(world.load()).hint
    with pytest.raises(SettingsError) as caught:
        world.load().require_url()
    assert "QUAY_AUDIT_URL" in caught.value.hint


def test_the_nearest_token_wins_and_one_place_gives_one(world: World) -> None:
    file = world.token_file(b"fromAFile")
    world.write('token_file = "absent"')
    assert world.load(QUAY_AUDIT_TOKEN=TOKEN).require_token().reveal() == TOKEN
    assert (
        world.load({"token_file": str(file)}, QUAY_AUDIT_TOKEN=TOKEN).require_token().reveal() == "fromAFile"
    )
    error = world.refusal(QUAY_AUDIT_TOKEN=TOKEN, QUAY_AUDIT_TOKEN_FILE=str(file))
    assert error.where == "QUAY_AUDIT_TOKEN and QUAY_AUDIT_TOKEN_FILE"


def test_a_token_in_a_settings_file_is_refused_even_when_another_would_win(world: World) -> None:
    world.write(f'token = "{TOKEN}"')
    error = world.refusal(QUAY_AUDIT_TOKEN="another")
    assert "may not stand here" in error.what
    assert "token_file" in error.hint


@pytest.mark.parametrize("token", [f"Bearer {TOKEN}", f"{TOKEN}\n", f"{TOKEN}\x00", f"ключ{TOKEN}"])
def test_a_token_that_no_header_can_carry_is_refused_unseen(world: World, token: str) -> None:
    assert world.refusal(QUAY_AUDIT_TOKEN=token).where == "QUAY_AUDIT_TOKEN"


def test_a_proxys_password_may_stand_in_the_environment_alone(world: World) -> None:
    proxy = f"http://bob:{TOKEN}@proxy.example.com:3128"
    settings = world.load(QUAY_AUDIT_PROXY=proxy)
    assert settings.proxy == Secret(proxy)
    assert TOKEN not in repr(settings)
    assert "holds a password" in world.refusal({"proxy": proxy}).what
    assert world.load({"proxy": "http://proxy.example.com:3128"}).proxy == Secret(
        "http://proxy.example.com:3128"
    )
    world.write(f'proxy = "{proxy}"')
    assert "holds a password" in world.refusal().what


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=8).filter(
        lambda text: text not in "Secret(...)"
    )
)
def test_a_secret_shows_itself_to_nobody(text: str) -> None:
    secret = Secret(text)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        f"{secret!r}",
        repr([secret]),
    ]
    assert not [each for each in shown if text in each]
    for give_away in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars):
        with pytest.raises(TypeError) as caught:
            give_away(secret)
        assert text not in str(caught.value)
    assert secret.reveal() == text
    assert secret == Secret(text) != Secret(text + "x")
    assert hash(secret) == hash(Secret(text))
