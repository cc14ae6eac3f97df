"""Promises of keys: the private half is for its owner alone and shown by nothing, and files are what openssl reads."""

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from pipeline.custody.keys import (
    PRIVATE_FILE,
    PUBLIC_FILE,
    SigningKey,
    key_from_seed,
    read_public_key,
    read_signing_key,
    write_keys,
)
from pipeline.errors import SettingsError, UsageError

SEED = bytes(range(32))


@pytest.fixture
def key() -> SigningKey:
    """A key."""
    return key_from_seed(SEED)


def test_a_key_that_was_written_is_read_again(key: SigningKey, tmp_path: Path) -> None:
    files = write_keys(tmp_path / "keys", key)
    signature = read_signing_key(files.private).sign(b"content")
    public = read_public_key(files.public)
    assert public.has_signed(b"content", signature)
    assert not public.has_signed(b"Content", signature)
    assert not public.has_signed(b"content", signature[:-1])
    assert not public.has_signed(b"content", b"")
    assert public.key_id == key.public.key_id


def test_the_private_file_is_closed_to_others_whatever_the_mask(key: SigningKey, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        files = write_keys(tmp_path, key)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(files.private.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [PRIVATE_FILE, PUBLIC_FILE])
def test_a_key_that_is_there_is_never_written_over(name: str, key: SigningKey, tmp_path: Path) -> None:
    (tmp_path / name).write_text("another")
    with pytest.raises(UsageError, match="already") as raised:
        write_keys(tmp_path, key)
    assert raised.value.where == str(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "another"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_private_key_that_others_may_read_or_write_is_refused(
    mode: int, key: SigningKey, tmp_path: Path
) -> None:
    private = write_keys(tmp_path, key).private
    private.chmod(mode)
    with pytest.raises(SettingsError, match="by others") as raised:
        read_signing_key(private)
    assert "chmod 600" in raised.value.hint


def test_nothing_shows_the_private_key(key: SigningKey, tmp_path: Path) -> None:
    private = write_keys(tmp_path, key).private
    secret = private.read_text().splitlines()[1]
    private.write_text(private.read_text().replace(secret, secret[:-8] + "!!!!!!!!"))
    with pytest.raises(SettingsError) as raised:
        read_signing_key(private)
    shown = f"{raised.value!r} {raised.value.hint} {raised.value.__cause__} {key!r} {key}"
    assert secret[:20] not in shown
    assert raised.value.__suppress_context__


def test_what_is_no_key_of_this_sort_is_refused_by_name(key: SigningKey, tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    format_ = serialization.PrivateFormat.PKCS8
    locked = ed25519.Ed25519PrivateKey.from_private_bytes(SEED)
    contents = {
        "empty": b"",
        "text": b"hello",
        "public": key.public.pem(),
        "other": other.private_bytes(pem, format_, serialization.NoEncryption()),
        "locked": locked.private_bytes(pem, format_, serialization.BestAvailableEncryption(b"pass")),
    }
    for name, content in contents.items():
        file = tmp_path / name
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(SettingsError, match="no private Ed25519 key"):
            read_signing_key(file)
    (tmp_path / "private").write_bytes(key.pem())
    (tmp_path / "elliptic").write_bytes(
        other.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    for name in ("empty", "text", "private", "elliptic"):
        with pytest.raises(SettingsError, match="no public Ed25519 key"):
            read_public_key(tmp_path / name)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SettingsError, match="regular file"):
        read_signing_key(tmp_path / "pipe")


def test_the_key_for_pseudonyms_is_its_own_and_the_same_each_time(key: SigningKey) -> None:
    assert (
        key.pseudonym_key() == key_from_seed(SEED).pseudonym_key() != key_from_seed(bytes(32)).pseudonym_key()
    )
    assert key.pseudonym_key() != SEED


def test_the_public_file_is_what_openssl_writes(key: SigningKey) -> None:
    # SubjectPublicKeyInfo of Ed25519: twelve fixed bytes, then the key (RFC 8410, section 4).
    assert key.public.pem().splitlines()[1].startswith(b"MCowBQYDK2VwAyEA")
    assert key.pem().splitlines()[0] == b"-----BEGIN PRIVATE KEY-----"
