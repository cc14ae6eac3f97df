"""Where export files are kept, and how they are fetched: an object store's presigned link, or Quay's own disk."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from typing import Final, NamedTuple
from urllib.parse import parse_qs, urlencode

import httpx2

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.habits import Habits, Storage

LOCAL_PATH: Final = "/exportedlogs/"
OBJECT_PATH: Final = "/quay/registry/exportedactionlogs/"

_STAMP: Final = "%Y%m%dT%H%M%SZ"


class _File(NamedTuple):
    content: bytes
    expires_at: datetime | None


class ExportStorage:
    """Keeps export files by name and answers requests for them; who has the link needs no token.

    An object store's link is good for an hour (EXPORT_ACTION_LOGS_SECONDS), a local one for ever.
    """

    def __init__(self, habits: Habits, seed: int) -> None:
        self._is_local = habits.storage == Storage.LOCAL
        self._ttl = habits.export_link_ttl
        self._key = blake2b(f"links {seed}".encode(), digest_size=32).digest()
        self._files: dict[str, _File] = {}

    def __len__(self) -> int:
        """How many files are kept."""
        return len(self._files)

    def put(self, name: str, content: bytes, server: str, now: datetime) -> str:
        """Keep a file; the link to it."""
        if self._is_local:
            self._files[name] = _File(content, None)
            return f"{server}{LOCAL_PATH}{name}"
        kept = {
            other: file for other, file in self._files.items() if file.expires_at and file.expires_at > now
        }
        self._files = kept | {name: _File(content, now + self._ttl)}
        return f"{server}{OBJECT_PATH}{name}?{urlencode(self._signed(name, now.strftime(_STAMP)))}"

    def answer(self, request: httpx2.Request, now: datetime) -> Answer | None:
        """The answer to a download, None for a request that is none."""
        path = request.url.path
        if request.method not in ("GET", "HEAD"):
            return None
        if path.startswith(OBJECT_PATH) and not self._is_local:
            query = request.url.query.decode("ascii")
            return self._object(path.removeprefix(OBJECT_PATH), query, now)
        if path.startswith(LOCAL_PATH):
            return self._local(path.removeprefix(LOCAL_PATH), now)
        return None

    def _local(self, name: str, now: datetime) -> Answer:
        if not self._is_local or name not in self._files:
            return answers.page_not_found()
        return Answer(
            200,
            self._files[name].content,
            (
                ("content-type", answers.JSON),
                ("cache-control", "no-cache, max-age=0"),
                ("expires", format_datetime(now.astimezone(UTC), usegmt=True)),
                ("transfer-encoding", "chunked"),
            ),
        )

    def _object(self, name: str, query: str, now: datetime) -> Answer:
        given = {key: values[0] for key, values in parse_qs(query).items()}
        if "X-Amz-Signature" not in given:
            return answers.object_refused("AccessDenied", "Access Denied")
        signed = self._signed(name, given.get("X-Amz-Date", ""))
        if any(given.get(key) != value for key, value in signed.items()):
            text = "The request signature we calculated does not match the signature you provided."
            return answers.object_refused("SignatureDoesNotMatch", text)
        file = self._files.get(name)
        if file is None or (file.expires_at and file.expires_at <= now):
            return answers.object_refused("AccessDenied", "Request has expired")
        return Answer(
            200,
            file.content,
            (
                ("content-type", "binary/octet-stream"),
                ("etag", f'"{blake2b(name.encode(), digest_size=16).hexdigest()}-1"'),
                ("access-control-allow-origin", "*"),
                ("server", "AmazonS3"),
            ),
        )

    def _signed(self, name: str, stamp: str) -> dict[str, str]:
        """The query of a presigned link."""
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"demo/{stamp[:8]}/us-east-1/s3/aws4_request",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(int(self._ttl / timedelta(seconds=1))),
            "X-Amz-SignedHeaders": "host",
        }
        text = f"{name} {query}".encode()
        return query | {"X-Amz-Signature": blake2b(text, digest_size=32, key=self._key).hexdigest()}
