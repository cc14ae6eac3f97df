-- title = "From where and with what each credential acted"
-- grain = ["day", "credential_kind", "credential_id", "credential_name", "performer_name", "performer_kind", "is_failure", "ip", "network", "country_code", "client"]
-- reads = ["int_uses"]
-- units = "*_count count events; times are UTC"
-- source = "int_uses: each event once"
-- keep = true
--
-- [columns]
-- day = "the UTC day"
-- credential_kind = "what was used to act"
-- credential_id = "which one; null where nothing tells"
-- credential_name = "its name for people"
-- performer_name = "who did it, as Quay says"
-- performer_kind = "user, robot, anonymous or worker"
-- is_failure = "whether it was refused"
-- ip = "the address it came from"
-- network = "the /24 or /64 around the address"
-- country_code = "the country that Quay resolved"
-- client = "the client's product without its version"
-- event_count = "events"
-- pull_count = "pulls"
-- push_count = "pushes"
-- change_count = "changes, as in int_acts"
-- login_failure_count = "logins that were refused"
-- first_at = "the first event"
-- last_at = "the last event"
select
    day,
    credential_kind,
    credential_id,
    credential_name,
    performer_name,
    performer_kind,
    is_failure,
    ip,
    network,
    country_code,
    client,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(case when kind in ('pull_repo', 'repo_verb') then event_count else 0 end) as bigint)
        as pull_count,
    cast(sum(case when kind = 'push_repo' then event_count else 0 end) as bigint) as push_count,
    cast(sum(case when is_change then event_count else 0 end) as bigint) as change_count,
    cast(sum(case when kind = 'login_failure' then event_count else 0 end) as bigint) as login_failure_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from int_uses
group by
    day,
    credential_kind,
    credential_id,
    credential_name,
    performer_name,
    performer_kind,
    is_failure,
    ip,
    network,
    country_code,
    client
