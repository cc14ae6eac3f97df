"""Secrets: the token, a proxy's password, where notices go. Shown by nobody, and revealed in one place: the request."""

import os
import re
import stat
from pathlib import Path
from typing import NoReturn

from pipeline.errors import SettingsError

_LONGEST_TOKEN = 4096
_HEADER_SAFE = re.compile(r"[!-~]+")


class Secret:
    """A text that no repr, str, format, pickle, copy or JSON shows; `reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself: for the request, never for a message."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(...)"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Secret is neither pickled nor copied")


def token_from_text(text: str) -> Secret:
    """The token; raises ValueError, without repeating it, for what no Authorization header can carry."""
    if text.lower().startswith("bearer "):
        raise ValueError("begins with the word Bearer; only what follows it is the token")
    if not _HEADER_SAFE.fullmatch(text):
        raise ValueError("holds a space, a line break or another character that no token has")
    return Secret(text)


def token_from_file(path: Path, source: str) -> Secret:
    """The token a file holds, when nobody but its owner may read it. One line break at its end is not part of it.

    Raises: SettingsError naming the file and `source`, the place that named the file; never the file's content.
    """
    where = f"{path}, named by {source}"
    try:
        text = _read_private(path).decode("ascii")
        return token_from_text(re.sub(r"\r?\n\Z", "", text))
    except OSError as error:
        raise SettingsError(
            f"the token file cannot be read: {error.strerror}",
            where=where,
            hint="name a file that holds the token alone and that this account may read",
        ) from error
    except UnicodeDecodeError:
        # `from None`: the error it hides carries the bytes.
        reason = "holds characters that no token has"
    except ValueError as error:
        reason = str(error)
    raise SettingsError(
        f"the token file {reason}",
        where=where,
        hint=f"write the token alone into it and run: chmod 600 {path} (or give the token in QUAY_AUDIT_TOKEN)",
    ) from None


def _read_private(path: Path) -> bytes:
    """The bytes of a regular file that is closed to group and others; raises ValueError for any other."""
    with open(path, "rb", opener=_open_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("is not a regular file")
        if status.st_mode & 0o077:
            raise ValueError(f"may be read or written by others (mode {stat.S_IMODE(status.st_mode):04o})")
        content = file.read(_LONGEST_TOKEN + 1)
    if not content.strip():
        raise ValueError("is empty")
    if len(content) > _LONGEST_TOKEN:
        raise ValueError("is too long to hold a token alone")
    return content


def _open_without_waiting(path: str, flags: int) -> int:
    """A named pipe that nobody writes to would be waited for, before it could be refused."""
    return os.open(path, flags | os.O_NONBLOCK)
