"""What stands in the demo registry beside the log: mirrors, federations, tokens, default roles, keys."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pipeline.demo.history.credentials import OAuthToken
from pipeline.demo.history.people import SUPERUSER
from pipeline.demo.records import (
    ApplicationToken,
    Federation,
    Prototype,
    RepositoryMirror,
    ServiceKey,
    demo_secret,
)
from pipeline.demo.store import Store

TOKEN_LIFETIME: Final = timedelta(days=3652)  # what Quay gives a token that somebody grants in the browser
ISSUER: Final = "https://token.actions.githubusercontent.com"
FEDERATED: Final = {"acme+ci": "acme/deploy", "globex+ci": "globex/deploy", "umbrella+ci": "umbrella/lims"}
"""Which source each robot builds that comes without a secret of its own."""

_SANDBOX_BYTES: Final = 50 * 2**30
_SCOPES: Final = ("repo:read", "repo:read repo:write", "org:admin repo:admin")


def add_holdings(
    store: Store, mirrored: Iterable[str], tokens: Iterable[OAuthToken], since: datetime
) -> None:
    """Enter what no row of the log tells of. No chance is in it, so that the history stays as it is."""
    grants = store.grants
    platform = store.account("platform")
    robot = store.account("platform+mirror")
    for name in mirrored:
        repository = store.find_repository(platform.id, name)
        if repository is not None:
            source = f"docker.io/library/{name.rpartition('/')[2]}"
            grants.repository_mirrors.append(RepositoryMirror(repository.id, source, robot.id))
    for number, token in enumerate(tokens):
        grants.application_tokens.append(_application_token(store, token, number, since))
    for robot_name, source in FEDERATED.items():
        subject = f"repo:{source}:ref:refs/heads/main"
        grants.federations.append(Federation(store.account(robot_name).id, ISSUER, subject))
    for name in ("acme", "globex"):
        prototype = Prototype(store.account(name).id, _uuid(f"prototype of {name}"), "read", None, "readers")
        grants.prototypes.append(prototype)
    store.account("sandbox").quota_bytes = _SANDBOX_BYTES
    kid = demo_secret("service key", 40)
    grants.service_keys.append(
        ServiceKey(kid, "quay", "storage proxy", since, None, store.account(SUPERUSER).id, since)
    )


def _application_token(store: Store, token: OAuthToken, number: int, since: datetime) -> ApplicationToken:
    created_at = since + timedelta(days=7 * number)
    return ApplicationToken(
        client_id=token.application.client_id,
        uuid=_uuid(f"token {token.id}"),
        name=f"{token.user} {number + 1}",
        scope=_SCOPES[number % len(_SCOPES)],
        user_id=store.account(token.user).id,
        created_at=created_at,
        expires_at=created_at + TOKEN_LIFETIME,
    )


def _uuid(name: str) -> str:
    return str(UUID(hex=demo_secret(name, 36).removeprefix("DEMO"), version=4))
