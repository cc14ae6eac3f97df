"""What Quay means when it does not answer 200: five body shapes, read into one tree of errors. Pure.

Source: observed on quay/quay ffba0c70; nginx's own pages stand before it.
"""

import json
from typing import Any

from pipeline.errors import (
    FeatureOff,
    Missing,
    ReadOnlyServer,
    Refused,
    ServerError,
    ServerFailure,
    UnexpectedShape,
    Unreachable,
)

_TOKEN_HINT = (
    "Quay does not tell an unknown token from an expired one or a disabled user: make a new token and set "  # noqa: S105 (words for people)
    "QUAY_AUDIT_TOKEN or QUAY_AUDIT_TOKEN_FILE"
)
_RIGHT_HINT = (
    "Quay answers the same for a missing right, a missing scope of the token and a namespace that is not there; "
    "a token of a global read-only superuser with super:user, org:admin, repo:admin and user:admin may read everything"
)
_PROXY_HINT = "the proxy wants to know who asks: give it with its user and password in QUAY_AUDIT_PROXY"


def error_from_reply(status: int, body: bytes, path: str, location: str, where: str) -> ServerError:
    """The error that an answer other than 200 stands for; Unreachable for those that a later try may change."""
    words, document = _words_of(body)
    match status:
        case 401:
            return Refused(
                f"Quay does not accept the token ({words})", status=401, where=where, hint=_TOKEN_HINT
            )
        case 403:
            return Refused(
                f"this token may not read this ({words})", status=403, where=where, hint=_RIGHT_HINT
            )
        case 404 if document:
            return Missing(
                f"Quay knows nothing there ({words})", where=where, hint="check the name: case counts"
            )
        case 400 if words.startswith("Invalid namespace"):
            return Missing(words, where=where, hint="check the name: case counts")
        case 301 | 302 | 303 | 307 | 308:
            return _error_from_redirect(path, location, where)
        case 405 | 404:
            return FeatureOff(
                f"this server has no {path}",
                where=where,
                hint="check that the URL is Quay's own address; the feature may be switched off in its configuration",
            )
        case 503 if document.get("is_readonly"):
            return ReadOnlyServer(words, where=where, hint="wait until the registry accepts writes again")
        case 429 | 502 | 503 | 504:
            return Unreachable(f"status {status} ({words})", where=where)
        case 500:
            return ServerFailure(
                "Quay failed inside (status 500)", where=where, hint="Quay's own log holds the reason"
            )
    hint = _PROXY_HINT if status == 407 else "is this the address of a Quay server?"
    return UnexpectedShape(f"status {status} ({words})", where=where, hint=hint)


def _error_from_redirect(path: str, location: str, where: str) -> ServerError:
    """Quay redirects a path that it does not have to the same path with a slash."""
    if location.split("?")[0].endswith(f"{path}/"):
        return FeatureOff(
            f"this server has {path} switched off",
            where=where,
            hint="FEATURE_SUPER_USERS and FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL decide it in Quay's configuration",
        )
    target = location.split("?")[0] or "nowhere"
    return UnexpectedShape(
        f"redirected to {target}",
        where=where,
        hint="redirects are never followed: set the URL to where Quay is",
    )


def _words_of(body: bytes) -> tuple[str, dict[str, Any]]:
    """What a body says, in a few words, and the JSON object that it is (empty for HTML or nothing)."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ("HTML" if body.lstrip()[:1] == b"<" else "no JSON"), {}
    if not isinstance(document, dict):
        return "no JSON object", {}
    for key in ("detail", "message", "error"):
        if isinstance(document.get(key), str):
            return document[key][:200], document
    return "no reason given", document
