"""Page tokens: sealed, dated, never twice the same text, and not bound to what they were made for.

They have the outer form of Quay's Fernet tokens (version, time, nonce, padded text, signature, in URL-safe base64), so
that nothing can be read from them. The cipher is a keyed hash: enough to be opaque, and cheap.
Source: quay/quay util/pagination.py:8-24, ffba0c70.
"""

import binascii
import hmac
import itertools
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

_VERSION = b"\x80"
_BLOCK = 16
_HEAD = 1 + 8 + 16
_SIGNATURE = 32


class PageTokens:
    """Seals and opens page tokens. The same seed and the same calls give the same texts."""

    def __init__(self, seed: int, ttl: timedelta) -> None:
        self._key = blake2b(str(seed).encode(), digest_size=32).digest()
        self._ttl_seconds = ttl.total_seconds()
        self._serial = itertools.count()

    def seal(self, place: dict[str, Any], now: datetime) -> str:
        """The token of a place in a listing."""
        text = json.dumps(place).encode()
        text += bytes([_BLOCK - len(text) % _BLOCK]) * (_BLOCK - len(text) % _BLOCK)
        serial = next(self._serial).to_bytes(8, "big")
        nonce = blake2b(serial, digest_size=16, key=self._key).digest()
        sealed = _VERSION + int(now.timestamp()).to_bytes(8, "big") + nonce + self._mask(text, nonce)
        return urlsafe_b64encode(sealed + self._sign(sealed)).decode()

    def open(self, token: str | None, now: datetime) -> dict[str, Any] | None:
        """The place of a token; None, which means page one, when it is missing, unreadable or too old."""
        if not token:
            return None
        try:
            raw = urlsafe_b64decode(token.encode("ascii"))
        except (UnicodeEncodeError, binascii.Error):
            return None
        sealed, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
        if len(sealed) <= _HEAD or not hmac.compare_digest(signature, self._sign(sealed)):
            return None
        if int.from_bytes(sealed[1:9], "big") + self._ttl_seconds < int(now.timestamp()):
            return None
        text = self._mask(sealed[_HEAD:], sealed[9:_HEAD])
        place: dict[str, Any] = json.loads(text[: -text[-1]])
        return place

    def _sign(self, sealed: bytes) -> bytes:
        return blake2b(sealed, digest_size=_SIGNATURE, key=self._key, person=b"signature").digest()

    def _mask(self, text: bytes, nonce: bytes) -> bytes:
        blocks = range(0, len(text), 64)
        stream = b"".join(
            blake2b(nonce + bytes([block // 64]), key=self._key, person=b"stream").digest()
            for block in blocks
        )
        return (int.from_bytes(text, "big") ^ int.from_bytes(stream[: len(text)], "big")).to_bytes(
            len(text), "big"
        )
