"""Ed25519 keys in files that openssl reads too: a private one that nobody else may read, and a public one to give away."""

import hashlib
import hmac
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import SettingsError, UsageError
from pipeline.lake.files import disk_troubles_told, write_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE_FILE, PUBLIC_FILE = "quay-audit.key", "quay-audit.pub"
SEED_BYTES = 32
SIGNATURE_BYTES = 64
_MOST_BYTES = 4096
_PSEUDONYMS = b"quay-audit pseudonyms 1"


class PublicKey:
    """Checks signatures."""

    __slots__ = ("_key", "key_id")

    def __init__(self, key: "Ed25519PublicKey") -> None:
        self._key = key
        self.key_id = hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]

    def has_signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the private half of this key made the signature over exactly this content."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def pem(self) -> bytes:
        """The key as a file holds it."""
        from cryptography.hazmat.primitives import serialization

        return self._key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


class SigningKey:
    """Signs. Its own bytes are given to nobody but its file."""

    __slots__ = ("_key", "public")

    def __init__(self, key: "Ed25519PrivateKey") -> None:
        self._key = key
        self.public = PublicKey(key.public_key())

    def sign(self, content: bytes) -> bytes:
        """The signature over `content`: the same each time."""
        return self._key.sign(content)

    def pseudonym_key(self) -> bytes:
        """A key for pseudonyms that belongs to this one; neither gives the other away."""
        return hmac.digest(self._key.private_bytes_raw(), _PSEUDONYMS, "sha256")

    def pem(self) -> bytes:
        """The key as its file holds it: for that file alone."""
        from cryptography.hazmat.primitives import serialization

        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


class KeyFiles(NamedTuple):
    """Where the two halves of a key are."""

    private: Path
    public: Path


def key_from_seed(seed: bytes) -> SigningKey:
    """The key that these 32 random bytes make; raises ValueError for any other number of them."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))


def write_keys(folder: Path, key: SigningKey) -> KeyFiles:
    """Put both halves of a key into a folder, the private one for this account alone.

    Raises: UsageError where one of the files is there already: a key that signed something cannot be made again.
    """
    files = KeyFiles(folder / PRIVATE_FILE, folder / PUBLIC_FILE)
    for file in files:
        if os.path.lexists(file):
            raise UsageError(
                "there is a key already",
                where=str(file),
                hint="name another folder with --out; keep the old key",
            )
    with disk_troubles_told(files.private):
        folder.mkdir(parents=True, exist_ok=True)
        _write_private(files.private, key.pem())
    write_bytes(files.public, key.public.pem())
    return files


def read_signing_key(path: Path) -> SigningKey:
    """The private key in a file that only its owner may read.

    Raises: SettingsError naming the file, never its content.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        content = _read_key_file(path, is_private=True)
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # `from None`: what it hides may carry a part of the key.
        raise _no_key(path, "private", PRIVATE_FILE) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, "private", PRIVATE_FILE)
    return SigningKey(key)


def read_public_key(path: Path) -> PublicKey:
    """The public key in a file; raises SettingsError naming the file."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = serialization.load_pem_public_key(_read_key_file(path, is_private=False))
    except (ValueError, UnsupportedAlgorithm):
        raise _no_key(path, "public", PUBLIC_FILE) from None
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path, "public", PUBLIC_FILE)
    return PublicKey(key)


def _no_key(path: Path, half: str, name: str) -> SettingsError:
    hint = f"name the {name} that `quay-audit keys new` made"
    return SettingsError(f"this is no {half} Ed25519 key in PEM", where=str(path), hint=hint)


def _write_private(path: Path, content: bytes) -> None:
    """Never wider than 0600, not even for a moment; a file cut short does not stay."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    is_whole = False
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        is_whole = True
    finally:
        if not is_whole:
            path.unlink()


def _read_key_file(path: Path, *, is_private: bool) -> bytes:
    # O_NONBLOCK: a named pipe that nobody writes to would be waited for, before it could be refused.
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise SettingsError("a key is a regular file", where=str(path), hint="name another file")
        if is_private and status.st_mode & 0o077:
            raise SettingsError(
                f"the private key may be read or written by others (mode {stat.S_IMODE(status.st_mode):04o})",
                where=str(path),
                hint=f"run: chmod 600 {path}; if others may have read it, make a new key",
            )
        return file.read(_MOST_BYTES)
