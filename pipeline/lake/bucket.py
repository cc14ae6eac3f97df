"""One prefix of a bucket: objects put whole, listed and fetched, by any server that speaks S3. The only door to botocore.

Credentials, region and endpoint are found as the AWS command line finds them: environment, profile, the machine's role.
"""

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.session import get_session  # type: ignore[import-untyped]

from pipeline.config import StoreAddress
from pipeline.errors import DataError, SettingsError, StoreFailure

TRIES: Final = 6
CONNECTIONS: Final = 8
_TIMEOUT_SECONDS: Final = 60.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 10.0
_CHUNK_BYTES: Final = 1 << 20
_SHA256: Final = "sha256"
_NOT_FOUND, _CONFLICT, _TAKEN, _BUSY, _BROKEN = 404, 409, 412, 429, 500
_UNSAFE: Final = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this machine a role"
)

_T = TypeVar("_T")


class Stamp(NamedTuple):
    """What tells one content of an object from another: what the store calls it, and its bytes."""

    etag: str
    size: int


class Bucket:
    """Reads and writes the objects below one address; several threads may use one. Keys are relative to its prefix.

    What fails for a reason that may pass is tried again, with pauses that double.
    Units: `timeout_seconds` for the next bytes of an answer, not for all of it; `tries` counts the first.
    Raises: everywhere StoreFailure for a store that fails, SettingsError without credentials.
    """

    def __init__(
        self,
        address: StoreAddress,
        *,
        tries: int = TRIES,
        timeout_seconds: float = _TIMEOUT_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.address = address
        self._prefix = f"{address.prefix}/" if address.prefix else ""
        self._tries = tries
        self._sleep = sleep
        self._chance = chance
        self._client = _client(address, timeout_seconds)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def stamps(self, below: str = "") -> dict[str, Stamp]:
        """Every object whose key begins with `below`."""
        return dict(self._listed(below))

    def stamp(self, key: str) -> Stamp | None:
        """One object's stamp; None where there is none."""
        found = self._asked(key, lambda _: self._client.head_object(**self._named(key)), missing=None)
        return Stamp(found["ETag"], found["ContentLength"]) if found else None

    def put(self, key: str, file: Path, *, is_new: bool = False) -> Stamp:
        """Make the content of `file` the object's, whole or not at all; `is_new` leaves what is there as it is.

        Raises: FileExistsError where `is_new` is said and somebody else's object is there.
        """
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            size = content.tell()
            condition = {"IfNoneMatch": "*"} if is_new else {}

            def put(_: int) -> Any:
                content.seek(0)
                named = self._named(key) | {"Metadata": {_SHA256: digest}, "ContentLength": size}
                return self._client.put_object(Body=content, **named, **condition)

            answer = self._asked(key, put, taken=lambda tried: self._ours(key, digest, tried))
        return Stamp(answer["ETag"], size)

    def fetch(self, key: str, file: Path) -> Stamp | None:
        """Write the object's content to `file`; None where there is no object.

        Raises: DataError where the content is not what was put.
        """
        return self._asked(key, lambda _: self._fetched(key, file), missing=None)

    def delete(self, key: str) -> None:
        """Take the object away, if it is there."""
        self._asked(key, lambda _: self._client.delete_object(**self._named(key)))

    def _listed(self, below: str) -> Iterator[tuple[str, Stamp]]:
        where = {"Bucket": self.address.bucket, "Prefix": self._prefix + below}
        token: dict[str, str] = {}
        while True:
            page = self._asked(below, partial(self._page, where | token))
            for each in page.get("Contents", ()):
                yield each["Key"].removeprefix(self._prefix), Stamp(each["ETag"], each["Size"])
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def _page(self, named: Mapping[str, str], tried: int) -> Any:
        return self._client.list_objects_v2(**named)

    def _fetched(self, key: str, file: Path) -> Stamp:
        answer = self._client.get_object(**self._named(key))
        digest = hashlib.sha256()
        with closing(answer["Body"]) as body, file.open("wb") as content:
            while chunk := body.read(_CHUNK_BYTES):
                digest.update(chunk)
                content.write(chunk)
        if answer["Metadata"].get(_SHA256, digest.hexdigest()) != digest.hexdigest():
            hint = "restore an older version of the object, or remove it; then run verify"
            raise DataError("this object is not what was put there", where=self._where(key), hint=hint)
        return Stamp(answer["ETag"], answer["ContentLength"])

    def _ours(self, key: str, digest: str, tried: int) -> Any:
        """The answer that a put would have had, if what is there is ours: an answer to an earlier try may be lost."""
        found = self._asked(key, lambda _: self._client.head_object(**self._named(key)), missing=None)
        if tried > 1 and found and found["Metadata"].get(_SHA256) == digest:
            return found
        raise FileExistsError(self._where(key))

    def _asked(self, key: str, ask: Callable[[int], _T], **instead: Any) -> _T:
        """The answer; `instead` says what stands for a missing object, and what to do about one that is there."""
        for tried in range(1, self._tries + 1):
            try:
                return ask(tried)
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                is_missing = status == _NOT_FOUND and error.response["Error"]["Code"] != "NoSuchBucket"
                if is_missing and "missing" in instead:
                    return instead["missing"]  # type: ignore[no-any-return]
                if status == _TAKEN and "taken" in instead:
                    return instead["taken"](tried)  # type: ignore[no-any-return]
                passes = status in (_CONFLICT, _BUSY) or status >= _BROKEN
                failure = self._refused(key, error, status)
            except (NoCredentialsError, PartialCredentialsError) as error:
                raise SettingsError(
                    f"no credentials: {error}", where=str(self.address), hint=_UNSAFE
                ) from None
            except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
                passes, failure = True, self._unreachable(key, error)
            except BotoCoreError as error:
                passes, failure = False, self._unreachable(key, error)
            if not passes or tried == self._tries:
                break
            self._sleep(self._pause(tried))
        raise failure

    def _pause(self, tried: int) -> float:
        longest: float = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**tried)
        return longest * (0.5 + self._chance() / 2)

    def _refused(self, key: str, error: Any, status: int) -> StoreFailure:
        code = str(error.response["Error"].get("Code", ""))
        hint = {
            "NoSuchBucket": "make the bucket, or correct QUAY_AUDIT_LAKE",
            "AccessDenied": "the credentials need s3:ListBucket of the bucket, and s3:GetObject, s3:PutObject and "
            "s3:DeleteObject below the prefix",
        }.get(code, "what was finished is kept; run the same command again when the store is well")
        return StoreFailure(
            f"the object store answered {status} {code}".rstrip(), where=self._where(key), hint=hint
        )

    def _unreachable(self, key: str, error: Any) -> StoreFailure:
        hint = (
            "check AWS_ENDPOINT_URL and the network; what was finished is kept, run the same command to go on"
        )
        what = f"the object store did not answer ({type(error).__name__})"
        return StoreFailure(what, where=self._where(key), hint=hint)

    def _named(self, key: str) -> dict[str, Any]:
        return {"Bucket": self.address.bucket, "Key": self._prefix + key}

    def _where(self, key: str) -> str:
        return f"{self.address}/{key}".rstrip("/")


def _client(address: StoreAddress, timeout_seconds: float) -> Any:
    """A client that tries once, and signs what it sends: the pauses are ours, and any store checks a signature."""
    options = {
        "connect_timeout": min(timeout_seconds, 10.0),
        "read_timeout": timeout_seconds,
        "retries": {"total_max_attempts": 1, "mode": "standard"},
        "max_pool_connections": CONNECTIONS,
        # Stores that are not Amazon's do not all know its newer checksums.
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    try:
        session = get_session()
        style = {"payload_signing_enabled": True}
        client = session.create_client("s3", config=Config(**options, s3=style))
        if ".amazonaws.com" in client.meta.endpoint_url:
            return client
        client.close()
        # Another store has seldom a name for each bucket.
        return session.create_client("s3", config=Config(**options, s3=style | {"addressing_style": "path"}))
    except (ProfileNotFound, BotoCoreError, ValueError) as error:
        hint = "check AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL"
        raise SettingsError(
            f"the object store's settings do not do: {error}", where=str(address), hint=hint
        ) from None
