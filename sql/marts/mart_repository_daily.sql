-- title = "What happened to each repository"
-- grain = ["day", "namespace_name", "repository_name"]
-- reads = ["int_object_uses", "int_uses", "stg_events"]
-- units = "*_count count events, or distinct values where the name says what is counted; times are UTC"
-- source = "events that name a repository: login, account and team events do not"
--
-- [columns]
-- day = "the UTC day"
-- namespace_name = "whose repository"
-- repository_name = "its name at that time"
-- event_count = "events"
-- pull_count = "pulls"
-- anonymous_pull_count = "pulls by nobody in particular"
-- push_count = "pushes"
-- tag_deletion_count = "tags deleted, for good or not"
-- failure_count = "pulls, pushes and deletions that were refused"
-- permission_change_count = "grants, changed grants and withdrawals"
-- credential_count = "distinct credentials"
-- network_count = "distinct networks"
-- tag_count = "distinct tags"
-- first_at = "the first event"
-- last_at = "the last event"
with tags as (
    select
        day,
        namespace_name,
        repository_name,
        count(distinct tag) as tag_count
    from stg_events
    where repository_name is not null
    group by
        day,
        namespace_name,
        repository_name
),

networks as (
    select
        day,
        namespace_name,
        repository_name,
        count(distinct network) as network_count
    from int_uses
    where repository_name is not null
    group by
        day,
        namespace_name,
        repository_name
),

uses as (
    select
        day,
        namespace_name,
        repository_name,
        sum(event_count) as event_count,
        sum(case when kind in ('pull_repo', 'repo_verb') then event_count else 0 end) as pull_count,
        sum(
            case
                when kind in ('pull_repo', 'repo_verb') and credential_kind = 'anonymous' then event_count
                else 0
            end
        ) as anonymous_pull_count,
        sum(case when kind = 'push_repo' then event_count else 0 end) as push_count,
        sum(case when kind in ('delete_tag', 'permanently_delete_tag') then event_count else 0 end)
            as tag_deletion_count,
        sum(case when is_failure and kind <> 'login_failure' then event_count else 0 end) as failure_count,
        sum(case when kind_family = 'permission' then event_count else 0 end) as permission_change_count,
        count(distinct credential_kind || '/' || coalesce(credential_id, credential_name, ''))
            as credential_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from int_object_uses
    where repository_name is not null
    group by
        day,
        namespace_name,
        repository_name
)

select
    uses.day,
    uses.namespace_name,
    uses.repository_name,
    cast(uses.event_count as bigint) as event_count,
    cast(uses.pull_count as bigint) as pull_count,
    cast(uses.anonymous_pull_count as bigint) as anonymous_pull_count,
    cast(uses.push_count as bigint) as push_count,
    cast(uses.tag_deletion_count as bigint) as tag_deletion_count,
    cast(uses.failure_count as bigint) as failure_count,
    cast(uses.permission_change_count as bigint) as permission_change_count,
    uses.credential_count,
    networks.network_count,
    tags.tag_count,
    uses.first_at,
    uses.last_at
from uses
inner join tags
    on
        uses.day = tags.day
        and uses.namespace_name is not distinct from tags.namespace_name
        and uses.repository_name = tags.repository_name
inner join networks
    on
        uses.day = networks.day
        and uses.namespace_name is not distinct from networks.namespace_name
        and uses.repository_name = networks.repository_name
