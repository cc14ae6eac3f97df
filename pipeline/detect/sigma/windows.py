"""Windows that slide over the events, as SQL: not buckets, which would cut a burst in two.

A window is every event of a group within `$timespan_seconds` before an event, both ends included. Where at least so
many are wanted these are all that matter: any interval that has them ends with an event. Windows that fit and overlap
are one run, and one signal.
"""

# ruff: noqa: S608 - made of names that stand here; what a rule says is bound

from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.detect.sigma.queries import CARRIED, CARRIED_FROM_ACTS, SUBJECT, common, signals_from

COUNTED: Final = "count(*) over recent"
COUNTED_VALUES: Final = "count(distinct counted_value) over recent"


_SUBJECTS = f"""run_facts as (
    select
        run_id,
        {common("holder")} as holder,
        {common("performer")} as performer,
        {common("network")} as network,
        {common("repository")} as repository,
        {common("namespace_name")} as namespace_name,
        max_by(coalesce(holder, performer), event_key) as last_actor
    from run_events
    group by run_id
),

subjects as (
    select
        run_id,
        coalesce(nullif({SUBJECT}, 'registry'), last_actor, 'registry') as subject
    from run_facts
),

signal_events as (
    select
        run_events.*,
        subjects.subject
    from run_events
    inner join subjects on run_events.run_id = subjects.run_id
)"""
_MOST = " || ', up to ' || max(peak) || ' ' || $measured || ' within ' || $timespan"


class Step(NamedTuple):
    """One rule of a correlation, as SQL over int_acts: its condition, what it groups by, and the value it counts."""

    condition: str
    keys: Sequence[str]
    value: str = ""


class Windows(NamedTuple):
    """What is measured of a window, and whether the window fits, as SQL over `recent`."""

    measure: str
    is_fit: str


def step_is_there(step: int) -> str:
    """SQL of whether a window has an event of that rule."""
    return f"bool_or(is_step_{step:d}) over recent"


def steps_counted(count: int) -> str:
    """SQL of how many of the rules have an event in the window."""
    return " + ".join(f"cast({step_is_there(step)} as integer)" for step in range(count))


def query_of_windows(steps: Sequence[Step], windows: Windows) -> str:
    """A query whose signals are the runs of windows that fit and end on the day judged."""
    keys = _names_of_keys(steps)
    parts = [
        _events(steps),
        f"""windows as (
    select
        *,
        {windows.measure} as measure,
        {windows.is_fit} as is_fit,
        min(occurred_at) over recent as window_first_at
    from group_events
    window {_recent(keys)}
)""",
        """hits as (
    select *
    from windows
    where
        day = $day
        and is_fit
)""",
    ]
    return _query(parts, keys)


def query_of_order(steps: Sequence[Step]) -> str:
    """A query whose signals are the runs in which an event of each rule follows one of the rule before it.

    Within one second nobody knows what came first: that counts as in order. One event is no two steps in a row.
    """
    keys = _names_of_keys(steps)
    last = len(steps) - 1
    parts = [_events(steps), _first_step()]
    parts += [_next_step(step, keys) for step in range(1, len(steps))]
    parts.append(
        f"""windows as (
    select
        *,
        {last + 1:d} as measure,
        min(case when is_step_0 then occurred_at end) over recent as window_first_at
    from chain_{last:d}
    window {_recent(keys)}
),

hits as (
    select *
    from windows
    where
        day = $day
        and epoch(occurred_at) - epoch(start_{last:d}) <= $timespan_seconds
)"""
    )
    return _query(parts, keys)


def _names_of_keys(steps: Sequence[Step]) -> list[str]:
    return [f"key_{n}" for n in range(len(steps[0].keys))]


def _partition(keys: Sequence[str]) -> str:
    return f"partition by {', '.join(keys)} " if keys else ""


def _recent(keys: Sequence[str]) -> str:
    return f"""recent as (
        {_partition(keys)}order by epoch(occurred_at)
        range between $timespan_seconds preceding and current row
    )"""


def _events(steps: Sequence[Step]) -> str:
    """Each event once in each group it is in, with the rules that it answers; what has no group or no value is left out."""
    keys = _names_of_keys(steps)
    selects = "\n    union all\n".join(_matches(n, step) for n, step in enumerate(steps))
    needed = [*keys, "counted_value"] if steps[0].value else keys
    there = " and ".join(f"{name} is not null" for name in needed) or "true"
    columns = ", ".join([*CARRIED, *keys, "counted_value"])
    flags = ",\n        ".join(f"bool_or(step = {n:d}) as is_step_{n:d}" for n in range(len(steps)))
    return f"""matches as (
{selects}
),

group_events as (
    select
        {columns},
        {flags}
    from matches
    where {there}
    group by {columns}
)"""


def _matches(number: int, step: Step) -> str:
    keys = "".join(f",\n        {key} as key_{n}" for n, key in enumerate(step.keys))
    return f"""    select
        {CARRIED_FROM_ACTS},
        {number:d} as step,
        {step.value or "cast(null as varchar)"} as counted_value{keys}
    from int_acts
    where {step.condition}"""


def _first_step() -> str:
    return """chain_0 as (
    select
        *,
        case when is_step_0 then occurred_at end as start_0
    from group_events
)"""


def _next_step(step: int, keys: Sequence[str]) -> str:
    """Of all chains that lead to an event, the one that began last is the shortest."""
    return f"""chain_{step:d} as (
    select
        *,
        case
            when is_step_{step:d}
                then max(start_{step - 1:d}) over (
                    {_partition(keys)}order by occurred_at
                    range between unbounded preceding and current row exclude current row
                )
        end as start_{step:d}
    from chain_{step - 1:d}
)"""


def _query(parts: Sequence[str], keys: Sequence[str]) -> str:
    """Hits that overlap become runs, and runs signals. Runs about one subject that begin together are one signal."""
    events = "with " + ",\n\n".join([*parts, _runs(keys), _SUBJECTS])
    return signals_from(events, "subject, run_first_at", _MOST)


def _runs(keys: Sequence[str]) -> str:
    """Hits whose windows touch, as one run each, and the events that fall into it."""
    return f"{_numbered_hits(keys)},\n\n{_runs_of_hits(keys)}"


def _numbered_hits(keys: Sequence[str]) -> str:
    place = f"{_partition(keys)}order by occurred_at, window_first_at, event_key"
    return f"""marked_hits as (
    select
        *,
        window_first_at <= max(occurred_at) over (
            {place} rows between unbounded preceding and 1 preceding
        ) as is_continued
    from hits
),

numbered_hits as (
    select
        *,
        count(case when is_continued then null else 1 end) over (
            {place} rows between unbounded preceding and current row
        ) as run_number
    from marked_hits
)"""


def _runs_of_hits(keys: Sequence[str]) -> str:
    grouping = "".join(f"{key}, " for key in keys)
    same_group = "".join(f" and group_events.{key} = runs.{key}" for key in keys)
    return f"""runs as (
    select
        {grouping}min(window_first_at) as run_first_at,
        max(occurred_at) as run_last_at,
        max(measure) as peak,
        row_number() over (order by {grouping}run_number) as run_id
    from numbered_hits
    group by {grouping}run_number
),

run_events as (
    select
        group_events.*,
        runs.run_id,
        runs.run_first_at,
        runs.peak
    from group_events
    inner join runs
        on group_events.occurred_at between runs.run_first_at and runs.run_last_at{same_group}
)"""
