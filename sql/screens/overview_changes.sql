-- title = "The performers and credentials whose number of events changed most against the period before"
-- reads = ["mart_coverage_daily", "mart_credential_daily", "mart_credential_habit_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- before = "the first UTC day of the period before, which ends where this one begins"
-- namespace = "where they acted, without what was refused; null for everywhere, refusals included"
--
-- [columns]
-- what = "performer or credential"
-- subject = "who or what: user:bob, robot:acme+ci, oauth_token:17, ..."
-- token_title = "the name of a token for people; null where the subject says it"
-- event_count = "its events in the period"
-- before_count = "its events in the period before"
-- expected_count = "those, for as many days as were read of the period; null where none was read before"
-- is_new = "whether it did nothing on any day before the period; null where none was read"
-- day_count = "days of the period that were read"
-- before_day_count = "days of the period before that were read"
with uses as (
    select
        day,
        case credential_kind when 'password_or_session' then 'user' else credential_kind end
        || coalesce(':' || credential_id, '') as credential,
        performer_name,
        event_count
    from mart_credential_daily
    where
        $namespace is null
        and credential_kind <> 'worker'
        and day <= $until
    union all
    select
        day,
        credential,
        performer_name,
        event_count
    from mart_credential_habit_daily
    where
        habit = 'namespace'
        and habit_value = $namespace
        and day <= $until
),

doings as (
    select
        'credential' as what,
        credential as subject,
        day,
        event_count
    from uses
    union all
    select
        'performer' as what,
        case when performer_name like '%+%' then 'robot:' else 'user:' end || performer_name as subject,
        day,
        event_count
    from uses
    where performer_name is not null
),

reading as (
    select
        count(distinct case when day >= $since then day end) as day_count,
        count(distinct case when day >= $before and day < $since then day end) as before_day_count,
        coalesce(min(day) < $since, false) as is_past_known
    from mart_coverage_daily
    where day <= $until
),

totals as (
    select
        what,
        subject,
        cast(coalesce(sum(case when day >= $since then event_count end), 0) as bigint) as event_count,
        cast(coalesce(sum(case when day >= $before and day < $since then event_count end), 0) as bigint)
            as before_count,
        min(day) >= $since as is_unknown_before
    from doings
    group by
        what,
        subject
),

changes as (
    select
        totals.*,
        reading.day_count,
        reading.before_day_count,
        case when reading.is_past_known then totals.is_unknown_before end as is_new,
        totals.before_count * reading.day_count / nullif(reading.before_day_count, 0) as expected_count
    from totals
    cross join reading
    where totals.event_count + totals.before_count > 0
),

-- A change of a hundred is much for who does ten a day, and nothing for who does a hundred thousand.
ranked as (
    select
        *,
        row_number() over (
            partition by what
            order by
                abs(event_count - coalesce(expected_count, 0))
                / sqrt(event_count + coalesce(expected_count, 0)) desc,
                subject asc
        ) as place
    from changes
),

titles as (
    select
        credential_kind || ':' || credential_id as subject,
        max(credential_name) as token_title
    from mart_credential_daily
    where
        credential_kind in ('app_specific_token', 'oauth_token')
        and day >= $before
        and day <= $until
    group by credential_kind || ':' || credential_id
)

select
    ranked.what,
    ranked.subject,
    titles.token_title,
    ranked.event_count,
    ranked.before_count,
    ranked.expected_count,
    ranked.is_new,
    ranked.day_count,
    ranked.before_day_count
from ranked
left join titles on ranked.subject = titles.subject
where ranked.place <= 8
order by
    ranked.what asc,
    ranked.place asc
