-- title = "What happened to each repository"
-- grain = ["day", "namespace_name", "repository_name"]
-- reads = ["stg_events"]
-- units = "*_count count events, or distinct values where the name says what is counted; times are UTC"
-- source = "stg_events that name a repository: login, account and team events do not"
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
select
    day,
    namespace_name,
    repository_name,
    count(*) as event_count,
    count(case when kind in ('pull_repo', 'repo_verb') then 1 end) as pull_count,
    count(
        case when kind in ('pull_repo', 'repo_verb') and credential_kind = 'anonymous' then 1 end
    ) as anonymous_pull_count,
    count(case when kind = 'push_repo' then 1 end) as push_count,
    count(case when kind in ('delete_tag', 'permanently_delete_tag') then 1 end) as tag_deletion_count,
    count(
        case when kind in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed') then 1 end
    ) as failure_count,
    count(case when kind_family = 'permission' then 1 end) as permission_change_count,
    count(distinct credential_kind || '/' || coalesce(credential_id, credential_name, ''))
        as credential_count,
    count(distinct network) as network_count,
    count(distinct tag) as tag_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from stg_events
where repository_name is not null
group by
    day,
    namespace_name,
    repository_name
