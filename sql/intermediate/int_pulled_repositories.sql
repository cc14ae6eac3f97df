-- title = "Which repositories each credential pulled from, how often, and how many versions of them"
-- grain = ["day", "credential_kind", "credential_id", "performer_name", "namespace_name", "repository_name"]
-- reads = ["int_object_uses", "stg_events"]
-- units = "*_count count events; times are UTC"
-- source = "events without workers; Quay writes down the tag of a pull or its digest"
--
-- [columns]
-- day = "the UTC day"
-- credential_kind = "password_or_session, oauth_token, app_specific_token, robot, access_token or anonymous"
-- credential_id = "which one; null where nothing tells"
-- performer_name = "in whose hands, as Quay says"
-- namespace_name = "whose repository it is"
-- repository_name = "the repository, by its name at that time"
-- performer_rank = "2 for a robot, 1 for a user, else 0: the greatest of all"
-- event_count = "events, all of them pulls"
-- change_count = "changes"
-- first_at = "the first event"
-- last_at = "the last event"
-- version_count = "distinct tags pulled, or distinct digests where those are more"
with pulled_repositories as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        repository_name,
        max(case performer_kind when 'robot' then 2 when 'user' then 1 else 0 end) as performer_rank,
        sum(event_count) as event_count,
        sum(case when is_change then event_count else 0 end) as change_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from int_object_uses
    where
        performer_kind <> 'worker'
        and kind in ('pull_repo', 'repo_verb')
        and namespace_name is not null
        and repository_name is not null
    group by
        day,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        repository_name
),

-- Quay writes down the tag of a pull or its digest, so each of them is counted where it is.
pulled_tags as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        repository_name,
        count(distinct tag) as version_count
    from stg_events
    where kind in ('pull_repo', 'repo_verb') and tag is not null
    group by
        day,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        repository_name
),

pulled_digests as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        repository_name,
        count(distinct manifest_digest) as version_count
    from stg_events
    where kind in ('pull_repo', 'repo_verb') and manifest_digest is not null
    group by
        day,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        repository_name
)

select
    pulls.day,
    pulls.credential_kind,
    pulls.credential_id,
    pulls.performer_name,
    pulls.namespace_name,
    pulls.repository_name,
    pulls.performer_rank,
    pulls.event_count,
    pulls.change_count,
    pulls.first_at,
    pulls.last_at,
    -- The same version by tag and, for its platform, by digest counts once.
    greatest(coalesce(tags.version_count, 0), coalesce(digests.version_count, 0)) as version_count
from pulled_repositories as pulls
left join pulled_tags as tags
    on
        pulls.day = tags.day
        and pulls.credential_kind = tags.credential_kind
        and pulls.credential_id is not distinct from tags.credential_id
        and pulls.performer_name is not distinct from tags.performer_name
        and pulls.namespace_name = tags.namespace_name
        and pulls.repository_name = tags.repository_name
left join pulled_digests as digests
    on
        pulls.day = digests.day
        and pulls.credential_kind = digests.credential_kind
        and pulls.credential_id is not distinct from digests.credential_id
        and pulls.performer_name is not distinct from digests.performer_name
        and pulls.namespace_name = digests.namespace_name
        and pulls.repository_name = digests.repository_name
