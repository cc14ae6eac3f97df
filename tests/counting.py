"""What marts of habits, changes and failures must hold, counted by hand from the same events."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from tests.lakes import Built

Event = dict[str, Any]
Groups = dict[tuple[Any, ...], list[Event]]

PULLS = {"pull_repo", "repo_verb"}
REFUSALS = {"pull_repo_failed", "push_repo_failed", "delete_tag_failed"}


def groups_of(events: Iterable[Event], *keys: str) -> Groups:
    groups: Groups = defaultdict(list)
    for event in events:
        groups[tuple(event[key] for key in keys)].append(event)
    return groups


def kinds(events: Iterable[Event], wanted: set[str]) -> int:
    return sum(event["kind"] in wanted for event in events)


def distinct(events: Iterable[Event], *keys: str) -> int:
    """How many values there are, nulls left out."""
    values = {tuple(event[key] for key in keys) for event in events}
    return sum(None not in value for value in values)


def credentials(events: Iterable[Event]) -> int:
    return len({(e["credential_kind"], e["credential_id"] or e["credential_name"] or "") for e in events})


def span(events: Iterable[Event]) -> tuple[Any, Any]:
    times = [event["occurred_at"] for event in events]
    return min(times), max(times)


def credential(event: Event) -> str:
    kind = "user" if event["credential_kind"] == "password_or_session" else event["credential_kind"]
    return kind if event["credential_id"] is None else f"{kind}:{event['credential_id']}"


def repository(event: Event) -> str | None:
    names = (event["namespace_name"], event["repository_name"])
    return None if None in names else "/".join(names)


def ip_block(event: Event) -> str | None:
    network = event["network"]
    if network is None:
        return None
    return (
        ".".join(network.split(".")[:2]) + ".0.0/16"
        if "." in network
        else ":".join(network.split(":")[:3]) + "::/48"
    )


def habits(event: Event) -> dict[str, str | None]:
    """Every habit that an event shows; what was refused shows its kind alone."""
    shown: dict[str, str | None] = {"kind": event["kind"]}
    if event["kind"] in REFUSALS | {"login_failure"}:
        return shown
    return shown | {
        "client": event["user_agent_family"],
        "country": event["country_code"],
        "hour": str(event["day"].weekday() * 24 + event["occurred_at"].hour),
        "ip_block": ip_block(event),
        "namespace": event["namespace_name"],
        "network": event["network"],
        "pushed_repository": repository(event) if event["kind"] == "push_repo" else None,
        "repository": repository(event) if event["kind"] in PULLS else None,
    }


def is_change(event: Event) -> bool:
    """Of the kinds of these worlds."""
    return event["kind"] in {"delete_tag", "create_robot"} and event["performer_kind"] != "worker"


def habits_by_hand(events: list[Event]) -> Counter[tuple[Any, ...]]:
    groups: Groups = defaultdict(list)
    for event in events:
        for habit, value in habits(event).items():
            if value is not None and event["performer_kind"] != "worker":
                groups[event["day"], credential(event), event["performer_name"], habit, value].append(event)
    return Counter(
        (
            *key,
            len(group),
            kinds(group, PULLS),
            kinds(group, {"push_repo"}),
            sum(map(is_change, group)),
            versions(group) if key[3] == "repository" else None,
            *span(group),
        )
        for key, group in groups.items()
    )


def versions(pulls: list[Event]) -> int:
    """One by tag and, for its platform, by digest is one."""
    return max(distinct(pulls, "tag"), distinct(pulls, "manifest_digest"))


def tried(event: Event) -> str | None:
    """Whose login failed."""
    name = details(event).get("username")
    return f"user:{name}" if event["kind"] == "login_failure" and name else None


def asked_for(event: Event) -> str | None:
    names = (details(event).get("namespace"), details(event).get("repo"))
    return None if event["kind"] == "login_failure" or None in names else "/".join(map(str, names))


def details(event: Event) -> dict[str, Any]:
    """Of the events of these worlds, of which some are broken."""
    text = event["metadata"]
    return json.loads(text) if text.startswith('{"') else {}


def failures_by_hand(events: list[Event]) -> Counter[tuple[Any, ...]]:
    groups: Groups = defaultdict(list)
    for event in events:
        if event["kind"] in REFUSALS | {"login_failure"}:
            names = (tried(event), credential(event), event["performer_name"], event["network"])
            groups[event["day"], event["kind"], *names, asked_for(event)].append(event)
    return Counter((*key, len(group), missing(group), *span(group)) for key, group in groups.items())


def missing(refusals: list[Event]) -> int:
    """Refusals of what does not exist."""
    return sum("does not exist" in details(event).get("message", "") for event in refusals)


def assert_failures_count(lake: Built, events: list[Event]) -> None:
    columns = (
        "day, kind, tried, credential, performer_name, network, repository,"
        " event_count, missing_count, first_at, last_at"
    )
    assert Counter(lake.rows(f"select {columns} from mart_failure_daily")) == failures_by_hand(events)  # noqa: S608


def assert_habits_count(lake: Built, events: list[Event]) -> None:
    columns = (
        "day, credential, performer_name, habit, habit_value,"
        " event_count, pull_count, push_count, change_count, version_count, first_at, last_at"
    )
    assert Counter(lake.rows(f"select {columns} from mart_credential_habit_daily")) == habits_by_hand(events)  # noqa: S608
    held = {(credential(e), e["performer_name"], e["credential_kind"], e["performer_kind"]) for e in events}
    names = "credential, performer_name, credential_kind, performer_kind"
    assert set(lake.rows(f"select {names} from mart_credential_habit_daily")) <= held  # noqa: S608


def assert_changes_are_events(lake: Built, events: list[Event]) -> None:
    keys = {
        (
            event["scope"],
            event["day"],
            event["position"],
            f"{event['day']} {event['scope']} #{event['position']:08}",
        )
        for event in events
        if is_change(event)
    }
    assert set(lake.rows("select scope, day, position, event_key from mart_change_events")) == keys
