"""From what a person wrote to a checked value: one reader for each kind of setting.

A reader takes the raw value (text from a flag or a variable; text, a number or true/false from a file) and its origin.
It raises ValueError with the reason; the reason never repeats a value that may hold a secret.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from pipeline.config.secret import Secret, token_from_text


class Place(Enum):
    """Where a value can stand, in the order in which they win."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True)
class Origin:
    """Where one value stands. `words` say it to a person; a relative path starts at `folder`."""

    place: Place
    words: str
    folder: Path
    home: Path | None


class StoreAddress(NamedTuple):
    """Where a lake is in an object store: the bucket, and what every key there begins with, without slashes at its ends."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{_STORE}{self.bucket}/{self.prefix}".rstrip("/")


Reader = Callable[[Any, Origin], Any]

_SWITCH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0]")
_STORE = "s3://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"[a-z][a-z0-9]{1,19}://.")
_SPARK = re.compile(r"sc://[^/;@]+(/(;[a-z_]+=[^;]*)*)?")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that `word` was probably meant to be; None where none is near."""
    return next(iter(difflib.get_close_matches(word, list(words), 1, cutoff=0.75)), None)


def server_url(raw: Any, origin: Origin) -> str:
    """The registry's root: scheme, host and port alone, in lower case, without a slash at the end."""
    parts = _web_address(raw, ("https", "http"))
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user name or password, which would be shown and stored")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(f"is more than the registry's root {_root(parts)}")
    return _root(parts)


def is_plain_http_to_elsewhere(url: str) -> bool:
    """Whether a token sent to `url` would cross a network in the clear."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _is_loopback(parts.hostname or "")


def proxy_url(raw: Any, origin: Origin) -> Secret:
    """The proxy's address, as a secret: it may hold a password, and does so in the environment alone."""
    parts = _web_address(raw, ("http", "https"))
    if (parts.username is not None or parts.password is not None) and origin.place is not Place.ENVIRONMENT:
        raise ValueError(
            "holds a password: command lines are public on this machine, and files get committed"
        )
    return Secret(raw)


def token(raw: Any, origin: Origin) -> Secret:
    """The token, from the environment alone."""
    if origin.place is not Place.ENVIRONMENT:
        raise ValueError(
            "may not stand here: command lines are public on this machine, and files get committed"
        )
    return token_from_text(_text(raw))


def notify_addresses(raw: Any, origin: Origin) -> Secret:
    """Addresses for notices, from the environment alone: passwords and tokens are parts of them."""
    if origin.place is not Place.ENVIRONMENT:
        raise ValueError(
            "may not stand here: command lines are public on this machine, and files get committed"
        )
    addresses = _text(raw).split()
    if not addresses:
        raise ValueError("is empty")
    for number, address in enumerate(addresses, 1):
        if not _ADDRESS.match(address):
            raise ValueError(f"holds no service:// at the start of address {number}")
    return Secret(raw)


def tables(raw: Any, origin: Origin) -> Mapping[str, Mapping[str, Any]]:
    """Tables by name, from a settings file alone."""
    if origin.place is not Place.FILE:
        raise ValueError("may not stand here: it is tables of a settings file")
    if not isinstance(raw, dict) or not all(isinstance(table, dict) for table in raw.values()):
        raise ValueError("is not made of tables")
    return MappingProxyType({name: MappingProxyType(table) for name, table in raw.items()})


def path(raw: Any, origin: Origin) -> Path:
    """A path, made whole: `~` is the home folder, and a relative one starts where the value stands."""
    text = _text(raw)
    if "\0" in text:
        raise ValueError("holds a NUL character")
    if "://" in text:
        raise ValueError(f"is {text!r}, an address; it must be a path of this machine")
    if text != "~" and not text.startswith("~/"):
        return origin.folder / text
    if origin.home is None:
        raise ValueError(f"is {text!r}, but HOME is not set")
    return origin.home / text[2:]


def lake(raw: Any, origin: Origin) -> Path | StoreAddress:
    """A folder, as `path` reads it, or an address in an object store."""
    text = _text(raw)
    return store_address(text) if text.startswith(_STORE) else path(raw, origin)


def store_address(text: str) -> StoreAddress:
    """The bucket and the prefix that `s3://bucket/prefix` names."""
    bucket, _, prefix = text.removeprefix(_STORE).partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(f"is {text!r}, which names no bucket")
    parts = prefix.strip("/").split("/") if prefix.strip("/") else []
    if _BLANK_OR_CONTROL.search(prefix) or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"is {text!r}, whose prefix is no path")
    return StoreAddress(bucket, "/".join(parts))


def cache_folder(raw: Any, origin: Origin) -> Path:
    """A folder of this machine, from the environment alone: whose machine it is, the environment knows."""
    if origin.place is not Place.ENVIRONMENT:
        raise ValueError("may not stand here: it differs from machine to machine")
    return path(raw, origin)


def listen_address(raw: Any, origin: Origin) -> tuple[str, int]:
    """Host and port to listen on; port 0 is any free one."""
    host, colon, port = _text(raw).rpartition(":")
    if not (host and colon and port.isdigit() and int(port) <= 65535) or _BLANK_OR_CONTROL.search(host):
        raise ValueError(f"is {raw!r}")
    return host.strip("[]"), int(port)


def callback_url(raw: Any, origin: Origin) -> str:
    """Where a callback is sent: scheme, host and perhaps a path, without a slash at the end."""
    parts = _web_address(raw, ("https", "http"))
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("holds a user name, a password or a query")
    return f"{_root(parts)}{parts.path.rstrip('/')}"


def spark_address(raw: Any, origin: Origin) -> Secret:
    """The address of a Spark Connect server, as a secret: it may hold a token, and does so in the environment alone."""
    text = _text(raw)
    if _BLANK_OR_CONTROL.search(text) or not _SPARK.fullmatch(text):
        raise ValueError("is no address of Spark Connect")
    if "token=" in text and origin.place is not Place.ENVIRONMENT:
        raise ValueError("holds a token: command lines are public on this machine, and files get committed")
    return Secret(text)


def place_of_lake(raw: Any, origin: Origin) -> str:
    """A path or an address that another machine reads; nothing here can check it."""
    text = _text(raw)
    if _BLANK_OR_CONTROL.search(text):
        raise ValueError("holds a space or a control character")
    return text.rstrip("/")


def switch(raw: Any, origin: Origin) -> bool:
    """True or false, by any of the usual words."""
    if isinstance(raw, bool):
        return raw
    text = _text(raw).lower()
    if text not in _SWITCH:
        near = nearest(text, _SWITCH)
        raise ValueError(f"is {raw!r} (did you mean {near}?)" if near else f"is {raw!r}")
    return _SWITCH[text]


def whole_number(lowest: int, highest: int) -> Reader:
    """A reader of whole numbers, both ends included."""

    def read(raw: Any, origin: Origin) -> int:
        value = _number(raw)
        if not (lowest <= value <= highest and value == int(value)):
            raise ValueError(f"is {raw!r}")
        return int(value)

    return read


def number(*, above: float, highest: float) -> Reader:
    """A reader of numbers above one bound, up to and with the other."""

    def read(raw: Any, origin: Origin) -> float:
        value = _number(raw)
        if not above < value <= highest:
            raise ValueError(f"is {raw!r}")
        return float(value)

    return read


def _number(raw: Any) -> int | float:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return raw
    if not (isinstance(raw, str) and _NUMBER.fullmatch(raw)):
        raise ValueError(f"is {raw!r}")
    return float(raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError(f"is {type(raw).__name__} where text was due")
    if not raw:
        raise ValueError("is empty")
    return raw


def _web_address(raw: Any, schemes: tuple[str, ...]) -> SplitResult:
    text = _text(raw)
    # urlsplit would drop a line break in silence.
    if _BLANK_OR_CONTROL.search(text):
        raise ValueError("holds a space or a control character")
    try:
        parts = urlsplit(text)
        has_port_in_range = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("is no address: its host or port is malformed") from None
    if parts.scheme not in schemes:
        raise ValueError(f"does not begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if not (parts.hostname and has_port_in_range):
        raise ValueError("names no host, or port 0")
    return parts


def _root(parts: SplitResult) -> str:
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://[{host}]{port}" if ":" in host else f"{parts.scheme}://{host}{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
