-- id = "QD-31"
-- title = "The log has a hole, or says less than it did"
-- family = "destruction"
-- severity = "critical"
-- why = "Whoever hides switches the log off, for a namespace or a kind, or removes rows: what is missing is the trace."
-- tactics = ["Defense Impairment", "Stealth"]
-- techniques = ["T1685.002", "T1070"]
-- reads = [
--     "int_acts",
--     "mart_change_events",
--     "mart_credential_habit_daily",
--     "base_day_windows",
--     "base_namespace_habits",
--     "base_namespace_kinds",
--     "mart_namespace_kind_daily",
--     "stg_windows",
-- ]
-- next_steps = [
--     "Read the window again; if it stays short or shrunk, keep both readings and their manifests as evidence.",
--     "Compare the configuration with the one before: ACTION_LOG_AUDIT_*, DISABLED_FOR_AUDIT_LOGS, log rotation, LOGS_MODEL.",
--     "Ask the operators about outages and maintenance at that time, and look at the proxy's own log.",
--     "Search the database for deletions from logentry3, and who had access to it.",
-- ]
-- false_positives = [
--     "An outage or maintenance of Quay, a holiday, a namespace whose last project ended.",
--     "Log rotation that took a day away before it was read again.",
--     "A window that Quay's paging made short: say so in the case and repair it.",
-- ]
--
-- [needs]
-- kinds = []
-- superuser = true
-- history_days = 28
--
-- [keys]
-- org_change_name = ["old_name"]
-- user_change_name = ["old_username"]
--
-- [params]
-- min_expected = 30        # events that should have been there, before silence says anything
-- min_gap = 40             # events that should have been there while nothing was
-- normal_share = 0.5       # of what is usual that the rest of the registry must show
with judged_windows as (
    select
        windows.scope,
        windows.state,
        stg_windows.row_count,
        stg_windows.missing_count,
        -- An index that counts its ten most frequent kinds alone proves nothing of the others.
        case
            when stg_windows.notes like '%ten most frequent kinds%' then 0
            else stg_windows.excess_count
        end as excess_count
    from base_day_windows as windows
    left join stg_windows
        on
            windows.scope = stg_windows.scope
            and stg_windows.day = $day
    where windows.state <> 'open'
),

holes as (
    select
        case
            when scope = 'all' then 'registry'
            when scope like 'repo/%' then 'repository:' || substr(scope, 6)
            else 'namespace:' || split_part(scope, '/', 2)
        end as subject,
        case
            when state = 'missing' then 24
            when excess_count = row_count and excess_count > 0 then 10
            when excess_count > 0 then 84
            when missing_count > 0 then least(40, 18 + 8 * log10(missing_count))
            else 0
        end as points,
        case
            when state = 'missing' then 'nobody read window ' || scope || ', as on the days before'
            when excess_count > 0
                then 'Quay no longer counts ' || excess_count || ' of ' || row_count || ' events of ' || scope
            else 'Quay counts ' || missing_count || ' events that window ' || scope || ' lacks'
        end as told
    from judged_windows
),

-- Seconds in which anything at all was logged; a day that is over ends at midnight.
moments as (
    select distinct
        day,
        occurred_at
    from int_acts
    union all
    select
        cast($day as date) as day,
        cast($day + 1 as timestamp) as occurred_at
    from judged_windows
),

gaps as (
    select
        day,
        greatest(lag(occurred_at) over (order by occurred_at), cast($day as timestamp)) as since_at,
        occurred_at as until_at,
        date_diff('second', lag(occurred_at) over (order by occurred_at), occurred_at) as gap_seconds
    from moments
),

former_gaps as (
    select max(gap_seconds) as longest_seconds
    from gaps
    where day < $day
),

-- Longer than twice the longest of the day before: the registry's own rhythm.
strange_gaps as (
    select
        gaps.since_at,
        gaps.until_at
    from gaps
    inner join former_gaps on gaps.gap_seconds > 2 * former_gaps.longest_seconds
),

hour_counts as (
    select
        day,
        cast(habit_value as integer) % 24 as hour_number,
        sum(event_count) as event_count
    from mart_credential_habit_daily
    where
        habit = 'hour'
        and day in ($day - 7, $day - 14, $day - 21, $day - 28)
    group by
        day,
        cast(habit_value as integer) % 24
),

-- The quietest of at least three like days.
usual_hours as (
    select
        cast($day as timestamp) + to_hours(hour_number) as hour_at,
        min(event_count) as event_count
    from hour_counts
    group by hour_number
    having count(*) >= 3
),

weighed_gaps as (
    select
        strange_gaps.since_at,
        strange_gaps.until_at,
        sum(
            usual_hours.event_count / 3600.0 * date_diff(
                'second',
                greatest(strange_gaps.since_at, usual_hours.hour_at),
                least(strange_gaps.until_at, usual_hours.hour_at + interval 1 hour)
            )
        ) as expected
    from strange_gaps
    inner join usual_hours
        on
            strange_gaps.since_at < usual_hours.hour_at + interval 1 hour
            and strange_gaps.until_at > usual_hours.hour_at
    group by
        strange_gaps.since_at,
        strange_gaps.until_at
),

shown_counts as (
    select
        namespace_name,
        kind,
        count(*) as shown_count
    from int_acts
    where day = $day
    group by
        namespace_name,
        kind
),

-- What each kind in each namespace should have shown, and what it did.
kinds as (
    select
        coalesce(usual.namespace_name, shown.namespace_name) as namespace_name,
        coalesce(usual.kind, shown.kind) as kind,
        coalesce(usual.expected_count, 0) as expected_count,
        coalesce(shown.shown_count, 0) as shown_count,
        usual.last_day
    from base_namespace_kinds as usual
    full outer join shown_counts as shown
        on
            usual.namespace_name = shown.namespace_name
            and usual.kind = shown.kind
),

-- Whose name changed, or who went: silent for a reason that the log tells.
gone_names as (
    select distinct
        coalesce(
            json_extract_string(metadata, '$.old_name'),
            json_extract_string(metadata, '$.old_username'),
            namespace_name
        ) as namespace_name
    from mart_change_events
    where
        day >= $day - 3
        and day <= $day
        and kind in ('org_change_name', 'user_change_name', 'org_delete', 'user_delete')
),

populations as (
    select
        namespace_name,
        max(credential_count) as credential_count
    from base_namespace_habits
    group by namespace_name
),

parts as (
    select
        -- A kind that a setting switches is its own subject: the operator may have switched it.
        case
            when kind in ('login_success', 'logout_success') or kind like '%_fail%' then 'kind:' || kind
            else 'registry'
        end as subject,
        'no ' || kind || ' anywhere' as what,
        -- One job may be all there is of a rare kind.
        case when kind in ('pull_repo', 'push_repo') then 52 else 16 end as points,
        sum(expected_count) as expected_count,
        sum(shown_count) as shown_count,
        max(last_day) as last_day
    from kinds
    group by kind
    union all
    select
        'namespace:' || kinds.namespace_name as subject,
        'no pull_repo in ' || kinds.namespace_name as what,
        least(60, 14 + 12 * log2(coalesce(populations.credential_count, 1))) as points,
        kinds.expected_count,
        kinds.shown_count,
        kinds.last_day
    from kinds
    left join populations on kinds.namespace_name = populations.namespace_name
    left join gone_names on kinds.namespace_name = gone_names.namespace_name
    where
        kinds.kind = 'pull_repo'
        and gone_names.namespace_name is null
),

kind_days as (
    select
        day,
        kind,
        sum(event_count) as event_count
    from mart_namespace_kind_daily
    where
        day >= $day - 29
        and day <= $day
    group by
        day,
        kind
),

all_days as (
    select
        day,
        sum(event_count) as event_count
    from kind_days
    group by day
),

-- On the day before, as on three of the days like it; a kind that was not logged then has a low of none.
usual_kinds as (
    select
        kind,
        min(event_count) as event_count
    from kind_days
    where day in ($day - 8, $day - 15, $day - 22, $day - 29)
    group by kind
    having count(*) >= 3
),

-- Whoever switches a log off for good says so; whoever wants one night unseen switches it on again.
returned_kinds as (
    select
        usual_kinds.kind,
        usual_kinds.event_count
    from usual_kinds
    inner join kind_days as shown_kinds
        on
            usual_kinds.kind = shown_kinds.kind
            and shown_kinds.day = $day
    inner join kind_days as last_kinds
        on
            usual_kinds.kind = last_kinds.kind
            and last_kinds.day >= $day - 4
            and last_kinds.day < $day - 1
    left join kind_days as silent_kinds
        on
            usual_kinds.kind = silent_kinds.kind
            and silent_kinds.day = $day - 1
    inner join all_days as silent_day on silent_day.day = $day - 1
    inner join all_days as like_day on like_day.day = $day - 8
    where
        silent_kinds.kind is null
        and usual_kinds.event_count >= $min_expected
        and silent_day.event_count >= $normal_share * (like_day.event_count - usual_kinds.event_count)
        and usual_kinds.kind in ('login_success', 'pull_repo', 'push_repo')
    group by
        usual_kinds.kind,
        usual_kinds.event_count
),

-- When each namespace was last heard of, today and on the like days before.
endings as (
    select
        habit_value as namespace_name,
        day,
        max(last_at) as last_at,
        sum(event_count) as event_count
    from mart_credential_habit_daily
    where
        habit = 'namespace'
        and day in ($day, $day - 7, $day - 14, $day - 21, $day - 28)
    group by
        habit_value,
        day
),

usual_endings as (
    select
        namespace_name,
        min(strftime(last_at, '%H:%M:%S')) as earliest_end,
        min(event_count) as event_count
    from endings
    where day < $day
    group by namespace_name
    having count(*) >= 3
),

-- An hour before the earliest end of all like days: what should have come since, and what came of others.
early_endings as (
    select
        endings.namespace_name,
        endings.last_at,
        max(usual_endings.event_count) * sum(
            case when usual_hours.hour_at >= endings.last_at then usual_hours.event_count else 0 end
        ) / nullif(sum(usual_hours.event_count), 0) as expected_count,
        sum(case when usual_hours.hour_at >= endings.last_at then usual_hours.event_count else 0 end)
            as expected_elsewhere
    from endings
    inner join usual_endings
        on
            endings.namespace_name = usual_endings.namespace_name
            and strftime(endings.last_at + interval 1 hour, '%H:%M:%S') < usual_endings.earliest_end
    inner join judged_windows on judged_windows.scope = 'all'
    cross join usual_hours
    where
        endings.day = $day
        and extract(hour from endings.last_at) < 23
    group by
        endings.namespace_name,
        endings.last_at
),

silences as (
    select
        early_endings.namespace_name,
        early_endings.last_at,
        max(early_endings.expected_count) as expected_count
    from early_endings
    inner join int_acts
        on
            int_acts.day = $day
            and early_endings.last_at < int_acts.occurred_at
    left join gone_names on early_endings.namespace_name = gone_names.namespace_name
    where
        early_endings.expected_count >= $min_expected
        and gone_names.namespace_name is null
    group by
        early_endings.namespace_name,
        early_endings.last_at
    having count(*) >= $normal_share * max(early_endings.expected_elsewhere - early_endings.expected_count)
),

registry as (
    select
        sum(expected_count) as expected_count,
        sum(shown_count) as shown_count
    from kinds
),

compared_parts as (
    select
        parts.subject,
        parts.what,
        parts.points,
        parts.expected_count,
        parts.shown_count,
        parts.last_day,
        registry.shown_count / (registry.expected_count - parts.expected_count + 1) as share_elsewhere
    from parts
    cross join registry
),

observations as (
    select
        subject,
        points,
        told,
        cast($day as timestamp) as first_at,
        cast($day as timestamp) as last_at
    from holes
    where points > 0
    union all
    select
        'registry' as subject,
        least(75, 30 + 20 * log10(expected / $min_gap)) as points,
        'nothing at all from ' || strftime(since_at, '%H:%M') || ' to ' || strftime(until_at, '%H:%M')
        || ' UTC, where ' || cast(round(expected) as bigint) || ' events are usual' as told,
        since_at as first_at,
        until_at as last_at
    from weighed_gaps
    where expected >= $min_gap
    union all
    select
        'registry' as subject,
        least(64, 30 + 12 * log2(event_count / $min_expected)) as points,
        'no ' || kind || ' at all on ' || cast($day - 1 as varchar) || ', where ' || event_count
        || ' are usual, and again since' as told,
        cast($day - 1 as timestamp) as first_at,
        cast($day as timestamp) as last_at
    from returned_kinds
    union all
    select
        'namespace:' || silences.namespace_name as subject,
        least(54, 10 + 10 * log2(coalesce(populations.credential_count, 1))) as points,
        'nothing of ' || silences.namespace_name || ' since ' || strftime(silences.last_at, '%H:%M')
        || ' UTC, where ' || cast(round(silences.expected_count) as bigint) || ' events are usual' as told,
        silences.last_at as first_at,
        cast($day + 1 as timestamp) as last_at
    from silences
    left join populations on silences.namespace_name = populations.namespace_name
    union all
    select
        subject,
        points,
        what || ', where ' || cast(expected_count as bigint) || ' are usual' as told,
        cast($day as timestamp) as first_at,
        cast($day as timestamp) as last_at
    from compared_parts
    where
        shown_count = 0
        and expected_count >= $min_expected
        and share_elsewhere >= $normal_share
        -- Told on the first day alone; after a weekend that is Monday.
        and last_day >= $day - case when extract(isodow from $day) = 1 then 3 else 1 end
)

select
    subject,
    cast(null as varchar) as performer_name,
    cast(null as varchar) as credential,
    cast(null as varchar) as network,
    case when subject like 'namespace:%' then substr(subject, 11) end as namespace_name,
    case when subject like 'repository:%' then substr(subject, 12) end as repository,
    case when subject like 'kind:%' then 'settings of the log' end as shared,
    case
        when subject like 'kind:%' then 'informational'
        when max(points) < 30 then 'low'
        when max(points) < 50 then 'medium'
        when max(points) < 80 then 'high'
        else 'critical'
    end as severity,
    max(points) as score,
    string_agg(told, '; ' order by points desc, told asc) as reason,
    min(first_at) as first_at,
    max(last_at) as last_at,
    0 as event_count,
    cast([] as varchar[]) as evidence
from observations
group by subject

-- [[cases]]
-- name = "windows that are short, shrunk, gone, or were not read"
-- day = 2026-03-03
-- fires = [
--     {subject = "registry", namespace_name = "", repository = "", severity = "critical", score = 84.0, event_count = 0, reason = "Quay no longer counts 1 of 5 events of all"},
--     {subject = "namespace:acme", severity = "medium", score = 34.0, namespace_name = "acme", repository = "", reason = "Quay counts 100 events that window org/acme lacks"},
--     {subject = "namespace:globex", severity = "medium", score = 40.0},
--     {subject = "namespace:home", severity = "low", score = 18.0},
--     {subject = "repository:acme/web", severity = "low", score = 10.0, repository = "acme/web"},
--     {subject = "namespace:lost", severity = "low", score = 24.0, reason = "nobody read window user/lost, as on the days before"},
-- ]
-- events = [{performer_name = "alice", repository_name = "web", times = 5}]
-- windows = [
--     {scope = "all", state = "unverified", excess_count = 1},
--     {scope = "org/acme", state = "short", row_count = 10, missing_count = 100},
--     {scope = "org/globex", state = "short", row_count = 10, missing_count = 4000},
--     {scope = "user/home", state = "short", missing_count = 1},
--     {scope = "repo/acme/web", state = "unverified", row_count = 7, excess_count = 7},
--     {scope = "org/elastic", state = "unverified", row_count = 70, excess_count = 7, notes = "a server on Elasticsearch lists its ten most frequent kinds alone"},
--     {scope = "org/today", state = "open", missing_count = 7},
--     {days = [-3, -1], scope = "user/lost"},
--     {days = [-1, -1], scope = "org/today", state = "short", missing_count = 9},
-- ]
--
-- [[cases]]
-- name = "six hours of a busy day are gone"
-- day = 2026-03-03
-- fires = [
--     {subject = "registry", severity = "medium", score = 43.09, last_at = 2026-03-03T16:00:00, reason = "nothing at all from 09:59 to 16:00 UTC, where 181 events are usual; no create_tag anywhere, where 40 are usual"},
-- ]
-- events = [
--     {days = [-28, -28], at = "00:00", times = 720, every = "2m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-21, -1], at = "00:00", times = 1440, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], at = "00:00", times = 40, every = "30s", kind = "create_tag", performer_name = "alice", repository_name = "web"},
--     {days = [-29, -29], at = "00:00", times = 5, every = "4h", performer_name = "acme+ci", repository_name = "web"},
--     {at = "00:00", times = 600, performer_name = "acme+ci", repository_name = "web"},
--     {at = "16:00", times = 480, performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "logins and pushes are no longer logged, failures neither; a namespace is silent while the others are not; on a Monday"
-- day = 2026-03-02
-- fires = [
--     {subject = "registry", shared = "", severity = "high", score = 52.0, reason = "no push_repo anywhere, where 40 are usual; no create_tag anywhere, where 40 are usual"},
--     {subject = "kind:login_success", shared = "settings of the log", severity = "informational", reason = "no login_success anywhere, where 40 are usual"},
--     {subject = "kind:logout_success", severity = "informational", reason = "no logout_success anywhere, where 40 are usual"},
--     {subject = "kind:login_failure", severity = "informational", reason = "no login_failure anywhere, where 40 are usual"},
--     {subject = "namespace:globex", severity = "medium", score = 38.0, namespace_name = "globex", reason = "no pull_repo in globex, where 60 are usual; nothing of globex since 12:00 UTC, where 60 events are usual"},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, times = 40, kind = "login_success", performer_name = "alice"},
--     {days = [-28, -1], weekdays = true, times = 40, kind = "logout_success", performer_name = "alice"},
--     {days = [-28, -1], weekdays = true, times = 40, kind = "login_failure", metadata = {username = "alice"}},
--     {days = [-28, -1], weekdays = true, times = 40, kind = "create_tag", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 40, kind = "push_repo", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 30, every = "5m", performer_name = "a{n}", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 15, every = "5m", performer_name = "g0", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 15, every = "5m", performer_name = "g1", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 15, every = "5m", performer_name = "g2", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 15, every = "5m", performer_name = "g3", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -4], weekdays = true, times = 40, performer_name = "bob", namespace_name = "told", repository_name = "web"},
--     {times = 160, every = "4m", performer_name = "alice", repository_name = "web"},
--     {times = 1, kind = "create_robot", performer_name = "alice", namespace_name = "globex", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "one day without a login, and logins again: of three kinds that were not there, one on two like days alone, one that was away for long"
-- day = 2026-03-04
-- fires = [
--     {subject = "registry", shared = "", severity = "medium", score = 42.0, first_at = 2026-03-03T00:00:00, last_at = 2026-03-04T00:00:00, event_count = 0, reason = "no login_success at all on 2026-03-03, where 60 are usual, and again since"},
-- ]
-- events = [
--     {days = [-29, -2], times = 60, kind = "login_success", performer_name = "alice"},
--     {times = 1, kind = "login_success", performer_name = "alice"},
--     {days = [-29, -5], times = 60, kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
--     {times = 60, kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-16, -2], times = 60, kind = "pull_repo", performer_name = "acme+ci", repository_name = "web"},
--     {times = 60, kind = "pull_repo", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-29, -2], times = 60, kind = "create_tag", performer_name = "acme+ci", repository_name = "web"},
--     {times = 60, kind = "create_tag", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-29, 0], times = 300, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "a day without three kinds that come back: each as often as says something, on three of the like days, where half of the rest went on"
-- day = 2026-03-04
-- fires = [
--     {subject = "registry", severity = "medium", score = 30.0, reason = "no login_success at all on 2026-03-03, where 30 are usual, and again since; no pull_repo at all on 2026-03-03, where 30 are usual, and again since; no push_repo at all on 2026-03-03, where 30 are usual, and again since"},
-- ]
-- events = [
--     {days = [-29, -23], times = 30, kind = "login_success", performer_name = "alice"},
--     {days = [-21, -2], times = 30, kind = "login_success", performer_name = "alice"},
--     {kind = "login_success", performer_name = "alice"},
--     {days = [-29, -9], times = 30, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-7, -4], times = 30, performer_name = "acme+ci", repository_name = "web"},
--     {performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -2], times = 30, kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
--     {kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-29, -2], times = 90, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, 0], times = 60, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: a kind that stays away, one that was away for four days, one that was usual two weeks ago, one that is rare on a like day"
-- day = 2026-03-04
-- fires = []
-- events = [
--     {days = [-29, -2], times = 60, kind = "login_success", performer_name = "alice"},
--     {days = [-29, -5], times = 60, kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
--     {kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -16], times = 60, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-15, -15], times = 29, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-14, -2], times = 60, performer_name = "acme+ci", repository_name = "web"},
--     {performer_name = "acme+ci", repository_name = "web"},
--     {days = [-29, 0], times = 300, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: no login on a day on which little happened, a few where some are usual, and none to this day"
-- day = 2026-03-04
-- fires = []
-- events = [
--     {days = [-29, -2], times = 29, kind = "login_success", performer_name = "alice"},
--     {times = 29, kind = "login_success", performer_name = "alice"},
--     {days = [-29, 0], times = 60, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: a day off, with a fifth of what is usual"
-- day = 2026-03-04
-- fires = []
-- events = [
--     {days = [-29, -2], times = 60, kind = "login_success", performer_name = "alice"},
--     {times = 60, kind = "login_success", performer_name = "alice"},
--     {days = [-29, -2], times = 100, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, -1], times = 20, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
--     {times = 100, kind = "delete_tag", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: a holiday, on which everything is less"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], weekdays = true, times = 100, every = "5m", kind = "login_success", performer_name = "alice"},
--     {days = [-28, -1], weekdays = true, times = 100, every = "5m", performer_name = "alice", repository_name = "web"},
--     {at = "00:00", times = 30, every = "40m", performer_name = "alice", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: renamed, deleted, silent since Friday and told then, few by any measure; a night as long as the last"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 400, performer_name = "alice", repository_name = "web"},
--     {times = 400, performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], times = 40, performer_name = "bob", namespace_name = "old", repository_name = "web"},
--     {days = [-28, -1], times = 40, performer_name = "bob", namespace_name = "ended", repository_name = "web"},
--     {days = [-28, -1], times = 40, performer_name = "bob", namespace_name = "zoe", repository_name = "web"},
--     {days = [-28, -2], times = 40, performer_name = "bob", namespace_name = "told", repository_name = "web"},
--     {days = [-28, -1], times = 29, performer_name = "bob", namespace_name = "small", repository_name = "web"},
--     {days = [-28, -2], times = 40, kind = "create_tag", performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], times = 2, performer_name = "bob", namespace_name = "tiny", repository_name = "web"},
--     {days = [-3, -3], kind = "org_change_name", performer_name = "root", namespace_name = "new", metadata = {old_name = "old", new_name = "new"}},
--     {days = [-28, -1], times = 40, performer_name = "bob", namespace_name = "leaver", repository_name = "web"},
--     {days = [-1, -1], kind = "user_delete", performer_name = "root", namespace_name = "leaver", metadata = {username = "leaver"}},
--     {days = [-1, -1], kind = "org_delete", performer_name = "root", namespace_name = "ended"},
--     {days = [-1, -1], kind = "user_change_name", performer_name = "zoe2", namespace_name = "zoe2", metadata = {old_username = "zoe"}},
-- ]
--
-- [[cases]]
-- name = "silent namespaces: one that was renamed long ago, one in which other things changed, one that goes tomorrow"
-- day = 2026-03-03
-- fires = [
--     {subject = "registry", severity = "low", score = 16.0, reason = "no create_tag anywhere, where 40 are usual"},
--     {subject = "namespace:former", severity = "low", score = 26.0},
--     {subject = "namespace:other", severity = "low", score = 26.0},
--     {subject = "namespace:later", severity = "low", score = 14.0},
-- ]
-- events = [
--     {days = [-28, -1], times = 400, performer_name = "alice", repository_name = "web"},
--     {times = 400, performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], times = 40, performer_name = "bob", namespace_name = "former", repository_name = "web"},
--     {days = [-28, -1], times = 40, performer_name = "bob", namespace_name = "other", repository_name = "web"},
--     {days = [-28, -1], times = 40, performer_name = "bob", namespace_name = "later", repository_name = "web"},
--     {days = [-28, -1], times = 40, kind = "push_repo", performer_name = "bob", namespace_name = "later", repository_name = "web"},
--     {kind = "push_repo", performer_name = "bob", namespace_name = "acme", repository_name = "web"},
--     {days = [-28, -1], times = 40, kind = "create_tag", performer_name = "bob", repository_name = "web"},
--     {days = [-4, -4], kind = "org_delete", performer_name = "root", namespace_name = "former"},
--     {days = [-1, -1], kind = "create_robot", performer_name = "root", namespace_name = "other"},
--     {days = [1, 1], kind = "org_delete", performer_name = "root", namespace_name = "later"},
-- ]
--
-- [[cases]]
-- name = "a namespace falls silent at noon, others not: one hour early, one on two like days alone, one renamed, one small; on three like days, the last ones or the first"
-- day = 2026-03-03
-- fires = [
--     {subject = "namespace:globex", severity = "low", score = 25.85, first_at = 2026-03-03T11:50:00, last_at = 2026-03-04T00:00:00, reason = "nothing of globex since 11:50 UTC, where 70 events are usual"},
--     {subject = "namespace:crowd", severity = "high", score = 54.0},
--     {subject = "namespace:three", severity = "low", score = 10.0},
--     {subject = "namespace:past", severity = "low", score = 10.0},
-- ]
-- events = [
--     {days = [-28, 0], at = "00:00", times = 720, every = "2m", performer_name = "acme+a", repository_name = "web"},
--     {days = [-21, -1], at = "00:00", times = 72, every = "20m", performer_name = "three+a", namespace_name = "three", repository_name = "web"},
--     {at = "00:00", times = 36, every = "20m", performer_name = "three+a", namespace_name = "three", repository_name = "web"},
--     {days = [-28, -8], at = "00:00", times = 72, every = "20m", performer_name = "past+a", namespace_name = "past", repository_name = "web"},
--     {at = "00:00", times = 36, every = "20m", performer_name = "past+a", namespace_name = "past", repository_name = "web"},
--     {days = [-28, -1], at = "00:00", times = 48, every = "30m", performer_name = "crowd+{n}", namespace_name = "crowd", repository_name = "web"},
--     {days = [-28, -1], at = "00:10", times = 48, every = "30m", performer_name = "crowd+{n}", namespace_name = "crowd", repository_name = "web"},
--     {at = "00:00", times = 24, every = "30m", performer_name = "crowd+{n}", namespace_name = "crowd", repository_name = "web"},
--     {days = [-28, 0], at = "00:05", times = 140, every = "10m", performer_name = "acme+b", repository_name = "web"},
--     {days = [-28, -1], at = "00:00", times = 72, every = "20m", performer_name = "globex+a", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -1], at = "00:10", times = 72, every = "20m", performer_name = "globex+b", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -28], at = "12:00", times = 2, every = "20m", performer_name = "globex+c", namespace_name = "globex", repository_name = "web"},
--     {at = "00:00", times = 36, every = "20m", performer_name = "globex+a", namespace_name = "globex", repository_name = "web"},
--     {at = "00:10", times = 36, every = "20m", performer_name = "globex+b", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -1], at = "00:00", times = 1350, performer_name = "early+a", namespace_name = "early", repository_name = "web"},
--     {at = "00:00", times = 1300, performer_name = "early+a", namespace_name = "early", repository_name = "web"},
--     {days = [-14, -1], at = "00:00", times = 144, every = "10m", performer_name = "young+a", namespace_name = "young", repository_name = "web"},
--     {at = "00:00", times = 72, every = "10m", performer_name = "young+a", namespace_name = "young", repository_name = "web"},
--     {days = [-28, -1], at = "00:00", times = 144, every = "10m", performer_name = "old+a", namespace_name = "old", repository_name = "web"},
--     {at = "00:00", times = 72, every = "10m", performer_name = "old+a", namespace_name = "old", repository_name = "web"},
--     {at = "12:00", kind = "org_change_name", performer_name = "root", namespace_name = "new", metadata = {old_name = "old", new_name = "new"}},
--     {days = [-28, -1], at = "00:00", times = 12, every = "2h", performer_name = "tiny+a", namespace_name = "tiny", repository_name = "web"},
--     {at = "00:00", times = 6, every = "2h", performer_name = "tiny+a", namespace_name = "tiny", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: a namespace falls silent at noon, and so does most else"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "00:00", times = 144, every = "10m", performer_name = "acme+a", repository_name = "web"},
--     {days = [-28, -1], at = "00:00", times = 144, every = "10m", performer_name = "globex+a", namespace_name = "globex", repository_name = "web"},
--     {at = "00:00", times = 72, every = "10m", performer_name = "globex+a", namespace_name = "globex", repository_name = "web"},
--     {at = "00:00", times = 72, every = "10m", performer_name = "acme+a", repository_name = "web"},
--     {at = "12:00", times = 12, every = "1h", performer_name = "acme+a", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: half a day without events in a registry of two weeks"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-14, -1], at = "00:00", times = 1440, performer_name = "acme+ci", repository_name = "web"},
--     {at = "00:00", times = 720, performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "nobody pulls, and everybody pushes as always"
-- day = 2026-03-03
-- fires = [
--     {subject = "registry", severity = "high", score = 52.0, reason = "no pull_repo anywhere, where 30 are usual"},
--     {subject = "namespace:acme", severity = "high", score = 60.0},
-- ]
-- events = [
--     {days = [-28, -1], at = "00:00", times = 30, every = "40m", performer_name = "p{n}", repository_name = "web"},
--     {days = [-28, 0], at = "00:00", times = 140, every = "10m", kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "nothing since noon, to the end of the day, in a registry three weeks old"
-- day = 2026-03-03
-- fires = [{subject = "registry", severity = "high", score = 55.12, first_at = 2026-03-03T11:59:00, last_at = 2026-03-04T00:00:00}]
-- events = [
--     {days = [-21, -1], at = "00:00", times = 1440, performer_name = "acme+ci", repository_name = "web"},
--     {at = "00:00", times = 720, performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "nothing for five hours, where the day before nothing was for two; a week ago nothing was logged"
-- day = 2026-03-03
-- fires = [{subject = "registry", severity = "medium", first_at = 2026-03-03T09:59:00, last_at = 2026-03-03T15:00:00}]
-- events = [
--     {days = [-28, -8], at = "00:00", times = 1440, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, -1], at = "00:00", times = 600, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, -1], at = "12:00", times = 720, performer_name = "acme+ci", repository_name = "web"},
--     {at = "00:00", times = 600, performer_name = "acme+ci", repository_name = "web"},
--     {at = "15:00", times = 540, performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: nothing for three hours, where the day before nothing was for two"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -2], at = "00:00", times = 1440, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, -1], at = "00:00", times = 600, performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, -1], at = "12:00", times = 720, performer_name = "acme+ci", repository_name = "web"},
--     {at = "00:00", times = 600, performer_name = "acme+ci", repository_name = "web"},
--     {at = "13:00", times = 660, performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: the rest of a day that is not over"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "00:00", times = 1440, performer_name = "acme+ci", repository_name = "web"},
--     {at = "00:00", times = 900, performer_name = "acme+ci", repository_name = "web"},
-- ]
-- windows = [{state = "open"}]
