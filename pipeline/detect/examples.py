"""A detection's own cases, spelt out: from a few templates to the events, windows and inventory of many days."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

import msgspec

from pipeline.detect.rules import Example
from pipeline.quay.kinds import FAMILY_BY_KIND, UNKNOWN_FAMILY
from pipeline.warehouse.given import GivenDays

Row = dict[str, Any]

SCOPE = "all"
NETWORK = "198.51.100.0/24"

_HOLDERS = {"user": "password_or_session"}
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
_CLIENT_BY_FAMILY = {"pull": "docker", "push": "docker"}


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """When the events of one template happen; every other key of it is a column.

    `days` are the first and last, counted from the day judged; `times` a day, `every` so often, from `at` on.
    """

    days: tuple[int, int] = (0, 0)
    weekdays: bool = False
    at: str = "12:00"
    times: int = 1
    every: str = "1m"


def given_from_example(example: Example) -> GivenDays:
    """All that the lake would show if the case had happened; the same case, the same rows.

    Raises: ValueError, or what msgspec raises, for a template that is malformed.
    """
    events = [event for template in example.events for event in _events(template, example.day)]
    events.sort(key=lambda event: event["occurred_at"])
    places: Counter[tuple[str, date]] = Counter()
    for event in events:
        place = (event["scope"], event["day"])
        event["position"] = places[place]
        places[place] += 1
    return GivenDays(
        events=events,
        windows=list(_windows(example, places)),
        inventory={
            table: [{"snapshot_date": example.day, **row} for row in rows]
            for table, rows in example.inventory.items()
        },
        changes=[_change(row, example.day) for row in example.inventory_changes],
    )


def event_from_columns(given: Mapping[str, Any], occurred_at: datetime) -> Row:
    """One event with what the model of events would have made of it; what is given stands as it is.

    `credential = "kind:id"`, `repository = "namespace/name"`, `client` and a table of `metadata` are understood too.
    """
    event = {"namespace_name": "acme", "namespace_kind": "org", "scope": SCOPE, "kind": "pull_repo", **given}
    event["kind_family"] = event.get("kind_family") or FAMILY_BY_KIND.get(event["kind"], UNKNOWN_FAMILY)
    if repository := event.pop("repository", None):
        event["namespace_name"], _, event["repository_name"] = repository.partition("/")
    _add_actor(event)
    _add_place(event)
    client = event.pop("client", _CLIENT_BY_FAMILY.get(event["kind_family"]))
    event.setdefault("user_agent_family", client)
    if not isinstance(event.setdefault("metadata", {}), str):
        event["metadata"] = msgspec.json.encode(event["metadata"], order="sorted").decode()
    return {**event, "day": occurred_at.date(), "occurred_at": occurred_at}


def _events(template: Mapping[str, Any], day: date) -> Iterator[Row]:
    when = msgspec.convert({k: v for k, v in template.items() if k in Template.__struct_fields__}, Template)
    columns = {k: v for k, v in template.items() if k not in Template.__struct_fields__}
    first = time.fromisoformat(when.at)
    step = timedelta(**{_UNITS[when.every[-1]]: float(when.every[:-1])})
    for offset in range(when.days[0], when.days[1] + 1):
        that_day = day + timedelta(offset)
        if when.weekdays and that_day.weekday() >= 5:
            continue
        for n in range(when.times):
            spelt = {name: _spelt(value, n, -offset) for name, value in columns.items()}
            yield event_from_columns(spelt, datetime.combine(that_day, first) + n * step)


def _spelt(value: Any, n: int, days_before: int) -> Any:
    match value:
        case str():
            return value.replace("{n}", str(n)).replace("{d}", str(days_before))
        case dict():
            return {key: _spelt(item, n, days_before) for key, item in value.items()}
        case list():
            return [_spelt(item, n, days_before) for item in value]
        case _:
            return value


def _add_actor(event: Row) -> None:
    performer = event.get("performer_name")
    is_robot = event.setdefault("performer_is_robot", "+" in performer if performer else None)
    if credential := event.pop("credential", None):
        kind, colon, identity = credential.partition(":")
        event["credential_kind"] = _HOLDERS.get(kind, kind)
        event["credential_id"] = identity if colon else None
    kind = event.setdefault("credential_kind", _credential_kind(performer, bool(is_robot)))
    by_holder = performer if kind in ("robot", "password_or_session") else None
    identity = event.setdefault("credential_id", by_holder)
    event.setdefault("credential_name", identity)
    if kind in ("worker", "robot"):
        event.setdefault("performer_kind", kind)
    event.setdefault("performer_kind", "robot" if is_robot else "user" if performer else "anonymous")


def _credential_kind(performer: str | None, is_robot: bool) -> str:
    if performer is None:
        return "anonymous"
    return "robot" if is_robot else "password_or_session"


def _add_place(event: Row) -> None:
    """Address and network, each from the other; a worker has neither."""
    if "ip" in event:
        event.setdefault("network", network_from_address(event["ip"]))
        return
    network = event.setdefault("network", None if event["credential_kind"] == "worker" else NETWORK)
    event["ip"] = network and _address_in(network)


def network_from_address(address: str) -> str | None:
    """The /24 or /64 around an address, as the model of networks writes it; None for what is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        return ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":")[:4]) + "::/64"
    return f"{address.rpartition('.')[0]}.0/24"


def _address_in(network: str) -> str:
    base = network.partition("/")[0]
    return f"{base}10" if ":" in base else f"{base.rpartition('.')[0]}.10"


def _windows(example: Example, places: Mapping[tuple[str, date], int]) -> Iterator[Row]:
    """A verified window for each scope and day that has events; what the case says of a window goes before."""
    said = {}
    for template in example.windows:
        columns = {k: v for k, v in template.items() if k not in ("day", "days")}
        first, last = template.get("days", [template.get("day", 0)] * 2)
        for offset in range(first, last + 1):
            window = {"scope": SCOPE, **columns, "day": example.day + timedelta(offset)}
            said[window["scope"], window["day"]] = window
    for scope, day in sorted(places.keys() | said.keys()):
        yield _window(scope, day, places.get((scope, day), 0)) | said.get((scope, day), {})


def _window(scope: str, day: date, rows: int) -> Row:
    return {
        "scope": scope,
        "day": day,
        "state": "verified",
        "routes": "rest",
        "row_count": rows,
        "expected_count": rows,
        "missing_count": 0,
        "excess_count": 0,
        "request_count": 1,
        "fetched_at": datetime.combine(day + timedelta(1), time(1)),
        "server_url": "https://quay.example.com",
        "notes": "",
    }


def _change(row: Mapping[str, Any], day: date) -> Row:
    """A change that a snapshot of the next morning shows, and so one of the day judged."""
    return {
        "snapshot_date": day + timedelta(1),
        "previous_snapshot_date": day,
        "change_kind": "changed",
        **row,
    }
