"""What is not there yet or no more cannot be used: whoever would do so ends, or takes what is valid at that time.

People and machines plan their days before anybody revokes, deletes or opens something on them; this sets it right.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, Final, NamedTuple

from pipeline.demo.history.credentials import AppToken, Credential, with_app_token, with_password
from pipeline.demo.scenarios.acts import Act
from pipeline.demo.scenarios.estate import Estate

CACHED_FOR: Final = timedelta(hours=1)
"""How long the registry's own token lives, which a client keeps for one repository.

Source: quay/quay endpoints/v2/v2auth.py (TOKEN_VALIDITY_LIFETIME_S), ffba0c70.
"""

Thing = tuple[str, str]
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_TOKEN_KEYS: Final = ("app_specific_token", "app_specific_token_title")
_TOKEN, _ACCOUNT, _REPOSITORY, _OPEN, _TRUST = "token", "account", "repository", "open", "trust"


class _Turn(NamedTuple):
    """From `at` on something is valid, or is no longer."""

    at: datetime
    is_valid: bool


class _Made(NamedTuple):
    """An app-specific token, and since when somebody can have it."""

    at: datetime
    token: AppToken


def possible_acts(acts: Sequence[Act], estates: Iterable[Estate]) -> list[Act]:
    """The acts that Quay would have let happen; those by a token before or after its time are by what then is valid.

    Shape: `acts` in order of time. What a client fetched for one repository before its token was revoked, it may fetch
    for an hour after.
    """
    lifetimes = _Lifetimes(acts, estates)
    found = (lifetimes.as_possible(act) for act in acts)
    return [act for act in found if act is not None]


class _Lifetimes:
    """Promises to know of each thing when it was valid, as far as the acts say; what they do not name always is."""

    def __init__(self, acts: Sequence[Act], estates: Iterable[Estate]) -> None:
        self._turns: defaultdict[Thing, list[_Turn]] = defaultdict(list)
        self._tokens: defaultdict[str, dict[str, _Made]] = defaultdict(dict)
        self._issued: dict[tuple[str | None, ...], datetime] = {}
        for act in acts:
            for thing, is_valid in _turned_by(act):
                self._turns[thing].append(_Turn(act.at, is_valid))
        for token in (each for estate in estates for each in estate.app_tokens.values()):
            made = self._turns.get((_TOKEN, token.uuid), [_Turn(_BEGINNING, True)])[0]
            at = made.at if made.is_valid else _BEGINNING
            self._tokens[token.owner][token.uuid] = _Made(at, AppToken(token.owner, token.uuid, token.title))

    def is_valid(self, what: str, name: str, at: datetime) -> bool:
        """Whether a thing can be used then; before its first turn it is the opposite of what that made it."""
        turns = self._turns.get((what, name))
        if not turns:
            return True
        passed = bisect_right(turns, at, key=itemgetter(0))
        return turns[passed - 1].is_valid if passed else not turns[0].is_valid

    def as_possible(self, act: Act) -> Act | None:
        """The act as it could happen; none where it could not."""
        if any(_turned_by(act)) or act.kind == "login_failure":
            return act
        account = act.performer or (act.namespace if act.kind == "login_success" else None)
        if account and not self.is_valid(_ACCOUNT, account, act.at):
            return None
        path = _path_of(act.metadata)
        if path and not self.is_valid(_REPOSITORY, path, act.at):
            return None
        if path and _is_anonymous_pull(act) and not self.is_valid(_OPEN, path, act.at):
            return None
        if act.kind == "federated_robot_token_exchange":
            return act if self.is_valid(_TRUST, act.metadata["robot"], act.at) else None
        return self._by_valid_token(act, path)

    def _by_valid_token(self, act: Act, path: str | None) -> Act:
        uuid, title = (act.metadata.get(key) for key in _TOKEN_KEYS)
        if act.performer is None or title is None:
            return act
        if uuid is None:
            is_in_order = title in {each.token.title for each in self._valid_tokens(act.performer, act.at)}
        else:
            is_in_order = self._is_admitted(act, uuid, path)
        if is_in_order:
            return act
        kept = {key: value for key, value in act.metadata.items() if key not in _TOKEN_KEYS}
        own = self._credential_at(act.performer, act.at)
        return act._replace(metadata={**kept, **(own.login_keys if uuid is None else own.keys)})

    def _is_admitted(self, act: Act, uuid: str, path: str | None) -> bool:
        session = (uuid, act.ip, act.kind, path)
        is_fresh = act.at - self._issued.get(session, _BEGINNING) <= CACHED_FOR
        if not is_fresh and self.is_valid(_TOKEN, uuid, act.at):
            self._issued[session] = act.at
            return True
        return is_fresh

    def _valid_tokens(self, owner: str, at: datetime) -> list[_Made]:
        found = self._tokens.get(owner, {}).values()
        return [each for each in found if each.at <= at and self.is_valid(_TOKEN, each.token.uuid, at)]

    def _credential_at(self, owner: str, at: datetime) -> Credential:
        """The newest token that somebody has then, else the password."""
        found = self._valid_tokens(owner, at)
        return with_app_token(max(found).token) if found else with_password(owner)


def _turned_by(act: Act) -> Iterator[tuple[Thing, bool]]:
    """What begins or ends with an act. Somebody enabled is not: accounts are that were never disabled."""
    kind, metadata = act.kind, act.metadata
    if kind in ("create_app_specific_token", "revoke_app_specific_token"):
        yield (_TOKEN, metadata["app_specific_token"]), kind.startswith("create")
    elif kind in ("create_robot", "delete_robot"):
        yield (_ACCOUNT, f"{act.namespace}+{metadata['robot']}"), kind.startswith("create")
    elif kind in ("user_create", "user_disable"):
        yield (_ACCOUNT, metadata["username"]), kind == "user_create"
    elif kind in ("create_repo", "delete_repo"):
        yield (_REPOSITORY, f"{metadata['namespace']}/{metadata['repo']}"), kind.startswith("create")
    elif kind == "change_repo_visibility":
        yield (_OPEN, f"{metadata['namespace']}/{metadata['repo']}"), metadata["visibility"] == "public"
    elif kind == "create_robot_federation":
        yield (_TRUST, f"{act.namespace}+{metadata['robot']}"), True


def _path_of(metadata: Any) -> str | None:
    name, namespace = metadata.get("repo"), metadata.get("namespace")
    return f"{namespace}/{name}" if name and namespace else None


def _is_anonymous_pull(act: Act) -> bool:
    is_nobody = act.performer is None and "token" not in act.metadata and "username" not in act.metadata
    return act.kind == "pull_repo" and is_nobody
