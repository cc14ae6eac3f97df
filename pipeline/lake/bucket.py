"""One prefix of a bucket: objects put whole, listed and fetched, by any server that speaks S3. The only door to fsspec's s3fs.

Credentials, region and endpoint are found as the AWS command line finds them: environment, profile, the machine's role.
"""

import asyncio
import hashlib
import random
import time
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    ConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from s3fs import S3FileSystem  # type: ignore[import-untyped]
from s3fs.core import S3_RETRYABLE_ERRORS  # type: ignore[import-untyped]

from pipeline.config import StoreAddress
from pipeline.errors import DataError, SettingsError, StoreFailure

TRIES: Final = 6
CONNECTIONS: Final = 8
_TIMEOUT_SECONDS: Final = 60.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 10.0
_CHUNK_BYTES: Final = 1 << 20
_SHA256: Final = "sha256"
_NOT_FOUND, _CONFLICT, _TAKEN, _BUSY, _BROKEN = 404, 409, 412, 429, 500
# Said, so that fsspec's own settings of this machine lead to no other store and no other credentials than `aws` uses.
_AS_FOUND: Final = {"anon": False, "endpoint_url": None, "key": None, "secret": None, "token": None}
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
        self._timeout_seconds = timeout_seconds
        self._store = _store(address, timeout_seconds)

    def close(self) -> None:
        """Let go of the connections."""
        _close(self._store)

    def stamps(self, below: str = "") -> dict[str, Stamp]:
        """Every object whose key begins with `below`."""
        return dict(self._listed(below))

    def stamp(self, key: str) -> Stamp | None:
        """One object's stamp; None where there is none."""
        found = self._asked(key, partial(self._call, "head_object", key), missing=None)
        return Stamp(found["ETag"], found["ContentLength"]) if found else None

    def put(self, key: str, file: Path, *, is_new: bool = False) -> Stamp:
        """Make the content of `file` the object's, whole or not at all; `is_new` leaves what is there as it is.

        Raises: FileExistsError where `is_new` is said and somebody else's object is there.
        """
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            size = content.tell()
        named: dict[str, Any] = {"Metadata": {_SHA256: digest}, "ContentLength": size}
        condition = {"IfNoneMatch": "*"} if is_new else {}
        put = partial(self._sent, key, file, named | condition)
        answer = self._asked(key, put, taken=lambda tried: self._ours(key, digest, tried))
        return Stamp(answer["ETag"], size)

    def fetch(self, key: str, file: Path) -> Stamp | None:
        """Write the object's content to `file`; None where there is no object.

        Raises: DataError where the content is not what was put.
        """
        return self._asked(key, partial(self._fetched, key, file), missing=None)

    def delete(self, key: str) -> None:
        """Take the object away, if it is there."""
        self._asked(key, partial(self._call, "delete_object", key))

    def _listed(self, below: str) -> Iterator[tuple[str, Stamp]]:
        named = {"Bucket": self.address.bucket, "Prefix": self._prefix + below}
        token: dict[str, str] = {}
        while True:
            page = self._asked(below, partial(self._store._call_s3, "list_objects_v2", **named, **token))
            for each in page.get("Contents", ()):
                yield each["Key"].removeprefix(self._prefix), Stamp(each["ETag"], each["Size"])
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    async def _call(self, method: str, key: str, **named: Any) -> Any:
        return await self._store._call_s3(method, Bucket=self.address.bucket, Key=self._prefix + key, **named)

    async def _sent(self, key: str, file: Path, named: dict[str, Any]) -> Any:
        """The answer to a put. Nothing below limits how long a store may take nothing of what is sent, so this does."""
        with file.open("rb") as content:
            sending = asyncio.ensure_future(self._call("put_object", key, Body=content, **named))
            try:
                taken = -1
                while not sending.done():
                    if content.tell() == taken:
                        raise TimeoutError
                    taken = content.tell()
                    await asyncio.wait([sending], timeout=self._timeout_seconds)
                return sending.result()
            finally:
                sending.cancel()
                await asyncio.wait([sending])

    async def _fetched(self, key: str, file: Path) -> Stamp:
        answer = await self._call("get_object", key)
        digest = hashlib.sha256()
        async with answer["Body"] as body:
            with file.open("wb") as content:
                while chunk := await body.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    content.write(chunk)
        if answer["Metadata"].get(_SHA256, digest.hexdigest()) != digest.hexdigest():
            hint = "restore an older version of the object, or remove it; then run verify"
            raise DataError("this object is not what was put there", where=self._where(key), hint=hint)
        return Stamp(answer["ETag"], answer["ContentLength"])

    def _ours(self, key: str, digest: str, tried: int) -> Any:
        """The answer that a put would have had, if what is there is ours: an answer to an earlier try may be lost."""
        found = self._asked(key, partial(self._call, "head_object", key), missing=None)
        if tried > 1 and found and found["Metadata"].get(_SHA256) == digest:
            return found
        raise FileExistsError(self._where(key))

    def _asked(self, key: str, ask: Callable[[], Coroutine[Any, Any, _T]], **instead: Any) -> _T:
        """The answer; `instead` says what stands for a missing object, and what to do about one that is there."""
        for tried in range(1, self._tries + 1):
            try:
                return self._done(ask())
            except (NoCredentialsError, PartialCredentialsError) as error:
                raise SettingsError(
                    f"no credentials: {error}", where=str(self.address), hint=_UNSAFE
                ) from None
            except (*S3_RETRYABLE_ERRORS, ConnectionError, IncompleteReadError) as error:
                passes, failure = True, self._unreachable(key, error)
            except BotoCoreError as error:
                passes, failure = False, self._unreachable(key, error)
            except OSError as error:
                if not isinstance(error.__cause__, ClientError):
                    raise
                answer = error.__cause__.response
                status = answer["ResponseMetadata"]["HTTPStatusCode"]
                is_missing = status == _NOT_FOUND and answer["Error"]["Code"] != "NoSuchBucket"
                if is_missing and "missing" in instead:
                    return instead["missing"]  # type: ignore[no-any-return]
                if status == _TAKEN and "taken" in instead:
                    return instead["taken"](tried)  # type: ignore[no-any-return]
                passes = status in (_CONFLICT, _BUSY) or status >= _BROKEN
                failure = self._refused(key, answer, status)
            if not passes or tried == self._tries:
                break
            self._sleep(self._pause(tried))
        raise failure

    def _done(self, work: Coroutine[Any, Any, _T]) -> _T:
        """What the work gives; where whoever waits is interrupted, it does not go on behind their back."""
        running = asyncio.run_coroutine_threadsafe(work, self._store.loop)
        try:
            return running.result()
        finally:
            running.cancel()

    def _pause(self, tried: int) -> float:
        longest: float = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**tried)
        return longest * (0.5 + self._chance() / 2)

    def _refused(self, key: str, answer: Any, status: int) -> StoreFailure:
        code = str(answer["Error"].get("Code", ""))
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

    def _where(self, key: str) -> str:
        return f"{self.address}/{key}".rstrip("/")


def _store(address: StoreAddress, timeout_seconds: float) -> Any:
    """A store that tries once, keeps nothing in mind, and signs what it sends: any store checks a signature."""
    options = {
        "connect_timeout": min(timeout_seconds, 10.0),
        "read_timeout": timeout_seconds,
        "retries": {"total_max_attempts": 1, "mode": "standard"},
        # Whoever waits for a connection looks like a store that takes nothing.
        "max_pool_connections": 8 * CONNECTIONS,
        # Stores that are not Amazon's do not all know its newer checksums.
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    style = {"payload_signing_enabled": True}
    try:
        store = _connected(None, **options, s3=style)
        if ".amazonaws.com" in store.s3.meta.endpoint_url:
            return store
        _close(store)
        # Another store has seldom a name for each bucket.
        return _connected(store.session, **options, s3=style | {"addressing_style": "path"})
    except (ProfileNotFound, BotoCoreError, ValueError) as error:
        hint = "check AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL"
        raise SettingsError(
            f"the object store's settings do not do: {error}", where=str(address), hint=hint
        ) from None


def _connected(session: Any, **options: Any) -> Any:
    store = S3FileSystem(
        **_AS_FOUND,
        session=session,
        client_kwargs={},
        config_kwargs=options,
        skip_instance_cache=True,
        use_listings_cache=False,
    )
    store.retries = 1  # how often it tries; after one that fails it still pauses for 0.1 seconds of its own
    store.connect()
    return store


def _close(store: Any) -> None:
    store.close_session(store.loop, store._s3creator)
