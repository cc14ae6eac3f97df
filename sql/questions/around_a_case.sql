-- title = "What happened between two moments around a case?"
-- why = "The hours before and after: what whoever it is about did, and what happened where it is about a place. The events that the case names are marked."
-- reads = ["cases", "events"]
--
-- [parameters]
-- case_id = "(select arg_max(case_id, score) from cases)"
-- hours = "3"
with chosen as (
    select
        subject,
        performer_name,
        evidence,
        first_at,
        last_at,
        first_at - to_hours(cast($hours as integer)) as since_at,
        last_at + to_hours(cast($hours as integer)) as until_at
    from cases
    where case_id = $case_id
),

keyed_events as (
    select
        *,
        cast(day as varchar) || ' ' || scope || ' #'
        || case
            when position < 10000000 then right('0000000' || position, 8)
            else cast(position as varchar)
        end as event_key,
        replace(credential_kind, 'password_or_session', 'user') || coalesce(':' || credential_id, '')
            as credential
    from events
)

select
    keyed_events.occurred_at,
    case
        when keyed_events.occurred_at < chosen.first_at then 'before'
        when keyed_events.occurred_at > chosen.last_at then 'after'
        else 'during'
    end as moment,
    list_contains(chosen.evidence, keyed_events.event_key) as is_evidence,
    keyed_events.kind,
    keyed_events.namespace_name,
    keyed_events.repository_name,
    coalesce(keyed_events.tag, keyed_events.target_name) as thing_name,
    keyed_events.performer_name,
    keyed_events.credential_kind,
    keyed_events.credential_name,
    keyed_events.network,
    keyed_events.user_agent_family
from chosen
inner join keyed_events
    on
        keyed_events.day between cast(chosen.since_at as date) and cast(chosen.until_at as date)
        and keyed_events.occurred_at between chosen.since_at and chosen.until_at
        and (
            chosen.performer_name = keyed_events.performer_name
            or chosen.subject in (
                keyed_events.credential,
                'network:' || keyed_events.network,
                'repository:' || keyed_events.namespace_name || '/' || keyed_events.repository_name
            )
            or list_contains(chosen.evidence, keyed_events.event_key)
        )
order by
    keyed_events.occurred_at,
    keyed_events.event_key
