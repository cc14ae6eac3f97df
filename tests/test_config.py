"""Promises of `pipeline.config`: which value wins, what is refused, and how it is said."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import (
    SETTINGS,
    Settings,
    load_settings,
    markdown_from_settings,
    user_folder_from_environment,
)
from pipeline.config.values import Place
from pipeline.errors import SettingsError
from pipeline.lake.layout import Layout
from tests.settings_world import TOKEN, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One world for each test."""
    return World(tmp_path)


def test_without_any_word_the_defaults_hold(world: World) -> None:
    settings = world.load()
    assert settings.lake == world.working / "lake"
    assert settings.warehouse == Layout(settings.lake).warehouse
    assert (settings.concurrency, settings.rate, settings.timeout_seconds) == (4, None, 60.0)
    assert (settings.tries, settings.close_after_minutes, settings.allow_plain_http) == (6, 60, False)
    assert (settings.url, settings.token, settings.token_file, settings.ca_file, settings.proxy) == (
        None,
    ) * 5
    assert set(settings.sources.values()) == {"default"}


@given(places=st.sets(st.sampled_from(["flag", "environment", "working", "user"])))
def test_the_nearest_place_wins_setting_by_setting(
    places: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = World(tmp_path_factory.mktemp("world"))
    values = {"flag": 8, "environment": 7, "working": 6, "user": 5, "default": 4}
    files = {"working": world.working / "quay-audit.toml", "user": world.user / "quay-audit.toml"}
    words = {place: f"{file}, key concurrency" for place, file in files.items()}
    words |= {"flag": "--concurrency", "environment": "QUAY_AUDIT_CONCURRENCY", "default": "default"}
    for place in places & files.keys():
        files[place].write_text(f"concurrency = {values[place]}\n" + ("tries = 2" if place == "user" else ""))

    settings = world.load(
        {"concurrency": "8" if "flag" in places else None},
        QUAY_AUDIT_CONCURRENCY="7" if "environment" in places else "",
    )

    winner = next(place for place in values if place in places | {"default"})
    assert (settings.concurrency, settings.sources["concurrency"]) == (values[winner], words[winner])
    assert settings.tries == (2 if "user" in places else 6)


def test_a_relative_path_starts_where_it_is_written_and_a_tilde_is_home(world: World) -> None:
    (world.user / "quay-audit.toml").write_text('ca_file = "ca.pem"\nwarehouse = "~/audit.duckdb"')
    settings = world.load({"lake": "here"}, HOME="/home-of-bob")
    assert settings.lake == world.working / "here"
    assert settings.ca_file == world.user / "ca.pem"
    assert settings.warehouse == Path("/home-of-bob/audit.duckdb")
    assert "HOME is not set" in world.refusal().what


def test_the_users_folder_follows_xdg_where_that_is_absolute() -> None:
    assert user_folder_from_environment({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}) == Path("/x/quay-audit")
    assert user_folder_from_environment({"XDG_CONFIG_HOME": "x", "HOME": "/h"}) == Path(
        "/h/.config/quay-audit"
    )
    assert user_folder_from_environment({"HOME": "/h"}) == Path("/h/.config/quay-audit")


@pytest.mark.parametrize(
    ("given_url", "url"),
    [
        ("https://quay.example.com", "https://quay.example.com"),
        ("HTTPS://Quay.Example.com:8443/", "https://quay.example.com:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_a_url_is_kept_as_the_registrys_root(world: World, given_url: str, url: str) -> None:
    assert world.load(QUAY_AUDIT_URL=given_url).require_url() == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("quay.example.com", "does not begin with https:// or http://"),
        ("ftp://quay.example.com", "does not begin with"),
        ("https://", "names no host"),
        ("https://quay.example.com:0", "port 0"),
        ("https://quay.example.com:99999", "malformed"),
        ("https://[::1", "malformed"),
        ("https://quay.example.com/api/v1", "more than the registry's root https://quay.example.com"),
        (f"https://quay.example.com?token={TOKEN}", "more than the registry's root"),
        (f"https://bob:{TOKEN}@quay.example.com", "user name or password"),
        ("https://quay.example.com\nevil", "control character"),
        ("http://quay.example.com", "in the clear"),
        ("http://127.0.0.1.example.com", "in the clear"),
        ("http://localhost.example.com", "in the clear"),
    ],
)
def test_a_url_that_is_unsafe_or_no_registrys_root_is_refused(world: World, url: str, reason: str) -> None:
    error = world.refusal({"url": url})
    assert reason in error.what
    assert error.where == "--url"


def test_plain_http_to_another_machine_needs_a_word(world: World) -> None:
    settings = world.load({"allow_plain_http": True}, QUAY_AUDIT_URL="http://quay.example.com")
    assert settings.url == "http://quay.example.com"


@pytest.mark.parametrize(
    ("line", "key", "accepted"),
    [
        ("concurrency = 0", "concurrency", "a whole number from 1 to 32"),
        ("concurrency = 33", "concurrency", "a whole number from 1 to 32"),
        ("concurrency = 1.5", "concurrency", "a whole number from 1 to 32"),
        ("concurrency = true", "concurrency", "a whole number from 1 to 32"),
        ('concurrency = "1_0"', "concurrency", "a whole number from 1 to 32"),
        ("concurrency = [4]", "concurrency", "a whole number from 1 to 32"),
        ("rate = 0", "rate", "a number above 0, up to 1000"),
        ("rate = nan", "rate", "a number above 0, up to 1000"),
        ("timeout_seconds = 10", "timeout_seconds", "a number of seconds above 10, up to 3600"),
        ("timeout_seconds = inf", "timeout_seconds", "a number of seconds above 10, up to 3600"),
        ("tries = -1", "tries", "a whole number from 1 to 20"),
        ('allow_plain_http = "ture"', "allow_plain_http", "true or false"),
        ("lake = 5", "lake", "the path of a folder"),
        ('lake = ""', "lake", "the path of a folder"),
        ('lake = "s3://b/lake"', "lake", "the path of a folder, or s3://bucket/prefix"),
        ('lake = "s3://bucket/../lake"', "lake", "the path of a folder, or s3://bucket/prefix"),
        ('lake = "gs://bucket/lake"', "lake", "the path of a folder, or s3://bucket/prefix"),
        ('lake_cache = "here"', "lake_cache", "the path of a folder in QUAY_AUDIT_LAKE_CACHE"),
        ("ca_file = 1979-05-27", "ca_file", "the path of a PEM file"),
    ],
)
def test_a_malformed_value_is_refused_with_file_key_and_what_is_accepted(
    world: World, line: str, key: str, accepted: str
) -> None:
    file = world.write(line)
    error = world.refusal({key: None})
    assert error.what.startswith(key)
    assert error.where == f"{file}, key {key}"
    assert accepted in error.hint


def test_a_bad_file_is_refused_although_a_flag_would_win(world: World) -> None:
    world.write("concurrency = 99")
    assert "concurrency is 99" in world.refusal({"concurrency": "3"}).what


def test_a_misspelt_name_is_refused_with_the_nearest_one(world: World) -> None:
    assert world.refusal(QUAY_AUDIT_TOKENFILE="x").hint == "did you mean QUAY_AUDIT_TOKEN_FILE?"
    file = world.write("concurency = 3")
    assert (world.refusal().where, world.refusal().hint) == (str(file), "did you mean concurrency?")
    world.write("colour = 3")
    assert "close_after_minutes" in world.refusal().hint
    world.write('allow_plain_http = "ture"')
    assert "did you mean true?" in world.refusal().what


def test_variables_that_an_orchestrator_sets_for_a_service_are_let_be(world: World) -> None:
    world.load(
        QUAY_AUDIT_SERVICE_HOST="10.0.0.1", QUAY_AUDIT_PORT="tcp://10.0.0.1:80", QUAY_AUDIT_SERVICE_PORT="80"
    )


@pytest.mark.parametrize(
    "content", [b"lake = ", b"= 3", b"lake = 'a'\nlake = 'b'", b"\xff\xfe", b"lake = " + b"9" * 5000]
)
def test_a_file_that_is_not_toml_is_refused_by_name(world: World, content: bytes) -> None:
    file = world.write("")
    file.write_bytes(content)
    error = world.refusal()
    assert error.where == str(file)
    assert "not TOML" in error.what


def test_a_folder_in_place_of_the_file_is_refused_and_a_missing_user_folder_is_not(world: World) -> None:
    (world.working / "quay-audit.toml").mkdir()
    assert "cannot be read" in world.refusal().what
    (world.working / "quay-audit.toml").rmdir()
    world.user.rmdir()
    world.load()


def test_tables_of_detections_stand_in_a_file_and_nowhere_else(world: World) -> None:
    assert world.load().detections == {}
    world.write("[detections.QD-12]\nenabled = false\nleast = 30\n[detections.QD-01]\n")
    assert world.load().detections == {"QD-12": {"enabled": False, "least": 30}, "QD-01": {}}
    assert "tables of a settings file" in world.refusal(QUAY_AUDIT_DETECTIONS="QD-12").what
    world.write('[detections]\nQD-12 = "off"\n')
    assert "not made of tables" in world.refusal().what


values = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["https://", "http://[", "https://a:b@c", "~", "~/x", "1e5", "0", "4", "true", "²", "٣"]),
)


@given(name=st.sampled_from([setting.name for setting in SETTINGS]), value=values)
def test_any_text_is_read_or_refused_as_a_setting_in_words(name: str, value: str) -> None:
    nowhere, variable = Path("/nowhere"), f"QUAY_AUDIT_{name.upper()}"
    try:
        place = load_settings({}, {variable: value}, nowhere, nowhere).sources[name]
    except SettingsError as error:
        place = error.where
    assert place == (variable if value else "default")


def test_every_setting_is_one_field_one_row_and_one_name_in_three_spellings() -> None:
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Settings)][:-2]
    rows = markdown_from_settings().splitlines()[2:]
    assert len(rows) == len(SETTINGS)
    for setting, row in zip(SETTINGS, rows, strict=True):
        assert (setting.variable in row) is (setting.only is not Place.FILE)
        assert setting.help in row
        assert len(re.findall(r"(?<!\\)\|", row)) == 6
        assert setting.flag == ("" if setting.only else "--" + setting.name.replace("_", "-"))
        assert setting.help.endswith(".")
