"""From an Authorization header to an account, and the log row that a failed try leaves."""

from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from pipeline.demo.fakequay.callers import Caller
from pipeline.demo.fakequay.calls import CLIENT_ADDRESS
from pipeline.demo.fakequay.habits import Habits
from pipeline.demo.fakequay.meter import OAUTH_REQUEST_SECONDS, Meter
from pipeline.demo.records import Account, OAuthToken
from pipeline.demo.store import Store

TOKEN_NAME_LENGTH = 20  # the part of a token that Quay stores in clear and logs


def bearer_secret(authorization: str) -> str | None:
    """The secret of a bearer header, None when it is none: any case and any number of spaces will do."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret.strip() else None


class Logins:
    """Finds who calls. Every known token costs what Quay's bcrypt check costs, whatever comes of it.

    Source: quay/quay auth/oauth.py:119-180, ffba0c70.
    """

    def __init__(self, store: Store, habits: Habits, lock: Lock, meter: Meter) -> None:
        self._store = store
        self._habits = habits
        self._lock = lock
        self._meter = meter

    def caller(self, secret: str, user_agent: str, now: datetime) -> Caller | None:
        """The account behind a token; None for one that is unknown, expired or of a disabled user."""
        token = self._store.grants.tokens.get(secret)
        if token is None:
            self._log(now, user_agent, "OAuth access token could not be validated")
            return None
        self._meter.add(OAUTH_REQUEST_SECONDS)
        if self._habits.cost is not None:
            self._habits.cost()
        account = self._store.accounts[token.user_id]
        shown = {"token": secret[:TOKEN_NAME_LENGTH], **_application_keys(token), "username": account.name}
        if token.expires_at is not None and token.expires_at <= now:
            # Quay hands over the token where the user is due, and stores the token's id as the performer's.
            wrong = self._store.accounts.get(token.id)
            self._log(now, user_agent, "OAuth access token has expired", token, wrong, shown)
            return None
        if not account.is_enabled:
            for key in ("oauth_token_id", "oauth_token_application_id", "oauth_token_application"):
                shown.pop(key, None)
            self._log(now, user_agent, "Granter of the oauth access token is disabled", token, account, shown)
            return None
        return Caller(account, token, self._store, self._habits)

    def _log(
        self,
        now: datetime,
        user_agent: str,
        message: str,
        token: OAuthToken | None = None,
        performer: Account | None = None,
        shown: Mapping[str, Any] | None = None,
    ) -> None:
        """The row of a failed try, in the log of the application's organization where there is one."""
        if not self._habits.audit_login_failures:
            return
        application = token.application if token else None
        organization = self._store.accounts.get(application.organization_id) if application else None
        with self._lock:
            self._store.log(
                "login_failure",
                now,
                organization.name if organization else None,
                performer=performer.name if performer else None,
                ip=CLIENT_ADDRESS,
                metadata={
                    "type": "quayauth",
                    "kind": "oauth",
                    **(shown or {}),
                    "useragent": user_agent,
                    "message": message,
                },
            )


def _application_keys(token: OAuthToken) -> dict[str, Any]:
    application = token.application
    if application is None:
        return {}
    return {
        "application_name": application.name,
        "oauth_token_id": token.id,
        "oauth_token_application_id": application.client_id,
        "oauth_token_application": application.name,
    }
