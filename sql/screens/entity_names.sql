-- title = "What the log calls a credential, and in whose hands it was, the busiest first"
-- reads = ["mart_credential_daily"]
--
-- [parameters]
-- credential_kind = "what was used to act; null for no credential"
-- credential_id = "which one"
--
-- [columns]
-- credential_name = "its name for people"
-- performer_name = "in whose hands, as Quay says"
-- event_count = "events of all days"
select
    credential_name,
    performer_name,
    cast(sum(event_count) as bigint) as event_count
from mart_credential_daily
where
    credential_kind = $credential_kind
    and credential_id = $credential_id
group by
    credential_name,
    performer_name
order by
    event_count desc,
    credential_name asc,
    performer_name asc
limit 20
