-- title = "What did this token do?"
-- why = "Somebody's token leaked: everything that was done with it, known by its id, title or application."
-- reads = ["events"]
--
-- [parameters]
-- token = "'backup'"
select
    day,
    performer_name,
    kind,
    namespace_name,
    repository_name,
    network,
    user_agent_family,
    count(*) as event_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from events
where
    credential_kind in ('access_token', 'app_specific_token', 'oauth_token', 'robot')
    and (credential_id = $token or credential_name = $token)
group by all
order by
    first_at,
    kind,
    repository_name
