"""Rows and accounts as JSON: joined from parts that were encoded before."""

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from pipeline.demo.fakequay.ranges import rfc_2822
from pipeline.demo.log_tables import DAY, SECOND, LogRow, datetime_from_moment
from pipeline.demo.records import Account, AccountKind, Team

# Source: quay/quay config.py AVATAR_COLORS, ffba0c70.
AVATAR_COLORS: Final = [
    "#969696",
    "#aec7e8",
    "#ff7f0e",
    "#ffbb78",
    "#2ca02c",
    "#98df8a",
    "#d62728",
    "#ff9896",
    "#9467bd",
    "#c5b0d5",
    "#8c564b",
    "#c49c94",
    "#e377c2",
    "#f7b6d2",
    "#7f7f7f",
    "#c7c7c7",
    "#bcbd22",
    "#1f77b4",
    "#17becf",
    "#9edae5",
    "#393b79",
    "#5254a3",
    "#6b6ecf",
    "#9c9ede",
    "#9ecae1",
    "#31a354",
    "#b5cf6b",
    "#a1d99b",
    "#8c6d31",
    "#ad494a",
    "#e7ba52",
    "#a55194",
]


def avatar(name: str, email: str, kind: str) -> dict[str, str]:
    """What Quay draws for a name; its hash is an unsalted hash of the e-mail address.

    Source: quay/quay avatars/avatars.py:97-119, ffba0c70.
    """
    digest = hashlib.sha256((email or name).strip().lower().encode()).hexdigest()
    return {
        "name": name,
        "hash": digest,
        "color": AVATAR_COLORS[int(digest[:2], 16) % len(AVATAR_COLORS)],
        "kind": kind,
    }


def avatar_of_account(account: Account) -> dict[str, str]:
    """The avatar of a user, organization or robot."""
    return avatar(account.name, account.email, account.kind)


def avatar_of_team(team: Team) -> dict[str, str]:
    """The avatar of a team."""
    return avatar(team.name, team.name, "team")


def quotas(account: Account) -> dict[str, Any]:
    """What an account may store: the keys that users and organizations have in common."""
    limits = [] if account.quota_bytes is None else [account.quota_bytes]
    return {
        "quotas": [
            {"id": number, "limit_bytes": limit, "limits": []} for number, limit in enumerate(limits, 1)
        ],
        "quota_report": {
            "quota_bytes": 0,
            "configured_quota": account.quota_bytes,
            "running_backfill": "waiting",
            "backfill_status": "waiting",
        },
    }


@lru_cache(maxsize=1024)
def _kind_json(kind: str) -> bytes:
    return ascii_json(kind)


def entry_from_row(row: LogRow, accounts: Mapping[int, Account], with_namespace: bool) -> bytes:
    """One entry of `logs` as JSON. Keys of accounts that are gone are absent.

    Source: quay/quay data/logs_model/datatypes.py:142-190, ffba0c70.
    """
    parts = [
        b'{"kind": ',
        _kind_json(row.kind),
        b', "metadata": ',
        row.metadata,
        b', "ip": ',
        _ip_json(row.ip),
        b', "datetime": "',
        _datetime_text(row.moment),
        b'"',
    ]
    performer = accounts.get(row.performer_id) if row.performer_id is not None else None
    if performer is not None:
        parts += (b', "performer": ', _performer_json(performer.name, performer.email, performer.kind))
    namespace = accounts.get(row.account_id) if with_namespace else None
    if namespace is not None:
        parts += (b', "namespace": ', _namespace_json(namespace.name, namespace.email, namespace.kind))
    parts.append(b"}")
    return b"".join(parts)


def ascii_json(value: Any) -> bytes:
    """JSON with every character outside ASCII escaped."""
    return json.dumps(value).encode()


def _datetime_text(moment: int) -> bytes:
    day, rest = divmod(moment, DAY)
    date_text = _date_text(day)
    minutes, seconds = divmod(rest // SECOND, 60)
    return b"%s %02d:%02d:%02d -0000" % (date_text, minutes // 60, minutes % 60, seconds)


@lru_cache(maxsize=4096)
def _date_text(day: int) -> bytes:
    return rfc_2822(datetime_from_moment(day * DAY))[: -len(" 00:00:00 -0000")].encode()


@lru_cache(maxsize=65536)
def _ip_json(ip: str | None) -> bytes:
    return ascii_json(ip)


@lru_cache(maxsize=65536)
def _performer_json(name: str, email: str, kind: AccountKind) -> bytes:
    return ascii_json(
        {
            "kind": "user",
            "name": name,
            "is_robot": kind is AccountKind.ROBOT,
            "avatar": avatar(name, email, kind),
        }
    )


@lru_cache(maxsize=65536)
def _namespace_json(name: str, email: str, kind: AccountKind) -> bytes:
    shown = "org" if kind is AccountKind.ORGANIZATION else "user"
    return ascii_json({"kind": shown, "name": name, "avatar": avatar(name, email, shown)})
