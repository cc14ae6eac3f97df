"""Queries that answer as every detection does: the events that a rule fits, by whom or what they are about."""

# ruff: noqa: S608 - made of names that stand here; what a rule says is bound

from typing import Final

from pipeline.detect.signals import Severity

CARRIED: Final = (
    "event_key",
    "day",
    "occurred_at",
    "performer_name",
    "performer",
    "holder",
    "network",
    "namespace_name",
    "repository",
)
"""What of an event its signal tells."""

CARRIED_FROM_ACTS: Final = """event_key,
        day,
        occurred_at,
        performer_name,
        case when performer_is_robot then 'robot:' else 'user:' end || performer_name as performer,
        case when credential_kind not in ('anonymous', 'worker') then credential end as holder,
        network,
        namespace_name,
        repository"""
"""The same, selected from int_acts; a holder is a credential that is somebody's."""

POINTS_BY_SEVERITY: Final = {
    Severity.INFORMATIONAL: 5.0,
    Severity.LOW: 20.0,
    Severity.MEDIUM: 40.0,
    Severity.HIGH: 60.0,
    Severity.CRITICAL: 90.0,
}
"""A rule says how grave it is and not how rare: a high one makes a case by itself, lesser ones add up."""

SUBJECT: Final = """coalesce(
            holder, performer, 'network:' || network, 'repository:' || repository, 'namespace:' || namespace_name,
            'registry'
        )"""
"""Whom or what an event is about, or all events of a run: as narrow as it can be."""


def common(column: str) -> str:
    """SQL of the value that all events of a group have; null where they differ or one has none."""
    return f"case when count({column}) = count(*) and min({column}) = max({column}) then min({column}) end"


def query_of_single_events(condition: str) -> str:
    """A query whose signals are, for each subject, the events of the day that fit."""
    events = f"""with matches as (
    select
        {CARRIED_FROM_ACTS}
    from int_acts
    where
        day = $day
        and {condition}
),

signal_events as (
    select
        *,
        {SUBJECT} as subject
    from matches
)"""
    return signals_from(events, "subject")


def signals_from(events: str, grouping: str, most: str = "") -> str:
    """A query that makes signals of `signal_events`, with which `events` ends; `most` is the end of the reason."""
    return f"""{events}

select
    subject,
    {common("performer_name")} as performer_name,
    {common("holder")} as credential,
    {common("network")} as network,
    {common("namespace_name")} as namespace_name,
    {common("repository")} as repository,
    cast(null as varchar) as shared,
    $severity as severity,
    $score as score,
    $title || ': ' || count(distinct event_key) || ' events of ' || subject || ' fit this Sigma rule'{most} as reason,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at,
    count(distinct event_key) as event_count,
    list_sort(list(distinct event_key))[1:20] as evidence
from signal_events
group by {grouping}
"""
