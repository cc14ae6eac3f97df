-- title = "What was refused: logins by the name that was tried, pulls, pushes and deletions by repository"
-- grain = ["day", "kind", "tried", "credential", "performer_name", "network", "repository"]
-- reads = ["int_acts"]
-- units = "*_count count events; times are UTC"
-- source = "int_acts: refusals, which Quay logs where it is told to; names are those of the details"
--
-- [columns]
-- day = "the UTC day"
-- kind = "delete_tag_failed, login_failure, pull_repo_failed or push_repo_failed"
-- tried = "who was to log in, robot:acme+ci or user:alice; null for what is no login, and for tokens that nobody knows"
-- tried_name = "the same without what it is"
-- credential = "what was used to act; a refused login names none, or that of a stranger"
-- performer_name = "in whose hands, as Quay says; null where it knows nobody"
-- network = "the /24 or /64 around the address"
-- namespace_name = "whose repository was asked for"
-- repository = "namespace/name that was asked for, whether there is one or not; null for a login"
-- event_count = "refusals"
-- missing_count = "refusals because there is no such namespace or repository"
-- first_at = "the first refusal"
-- last_at = "the last refusal"
with refusals as (
    select
        day,
        kind,
        case
            when kind = 'login_failure'
                then
                    coalesce(
                        'robot:' || json_extract_string(metadata, '$.robot'),
                        'user:' || json_extract_string(metadata, '$.username')
                    )
        end as tried,
        credential,
        performer_name,
        network,
        case when kind <> 'login_failure' then json_extract_string(metadata, '$.namespace') end
            as namespace_name,
        case
            when kind <> 'login_failure'
                then
                    json_extract_string(metadata, '$.namespace')
                    || '/' || json_extract_string(metadata, '$.repo')
        end as repository,
        case when json_extract_string(metadata, '$.message') like '%does not exist' then 1 else 0 end
            as missing,
        occurred_at
    from int_acts
    where is_failure
)

select
    day,
    kind,
    tried,
    substr(tried, strpos(tried, ':') + 1) as tried_name,
    credential,
    performer_name,
    network,
    min(namespace_name) as namespace_name,
    repository,
    count(*) as event_count,
    cast(sum(missing) as bigint) as missing_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from refusals
group by
    day,
    kind,
    tried,
    credential,
    performer_name,
    network,
    repository
