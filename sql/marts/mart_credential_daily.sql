-- title = "What each credential was used for"
-- grain = ["day", "credential_kind", "credential_id", "credential_name", "performer_name"]
-- reads = ["int_object_uses", "int_origin_uses"]
-- units = "*_count count events, or distinct values where the name says what is counted; times are UTC"
-- source = "int_uses: each event once"
--
-- [columns]
-- day = "the UTC day"
-- credential_kind = "password_or_session, oauth_token, app_specific_token, robot, access_token, anonymous, worker"
-- credential_id = "which one; null where nothing tells"
-- credential_name = "its name for people"
-- performer_name = "in whose hands, as Quay says"
-- event_count = "events"
-- pull_count = "pulls"
-- push_count = "pushes"
-- tag_deletion_count = "tags deleted, for good or not"
-- failure_count = "pulls, pushes, deletions and logins that were refused"
-- change_count = "events that are no pull, push or login: changes to tags, settings, rights, accounts"
-- namespace_count = "distinct namespaces"
-- repository_count = "distinct repositories, by namespace and name"
-- network_count = "distinct networks"
-- ip_count = "distinct addresses"
-- country_count = "distinct countries that Quay resolved"
-- user_agent_family_count = "distinct client products"
-- first_at = "the first event"
-- last_at = "the last event"
with origins as (
    select
        day,
        credential_kind,
        credential_id,
        credential_name,
        performer_name,
        count(distinct network) as network_count,
        count(distinct ip) as ip_count,
        count(distinct country_code) as country_count,
        count(distinct client) as user_agent_family_count
    from int_origin_uses
    group by
        day,
        credential_kind,
        credential_id,
        credential_name,
        performer_name
),

objects as (
    select
        day,
        credential_kind,
        credential_id,
        credential_name,
        performer_name,
        sum(event_count) as event_count,
        sum(case when kind in ('pull_repo', 'repo_verb') then event_count else 0 end) as pull_count,
        sum(case when kind = 'push_repo' then event_count else 0 end) as push_count,
        sum(case when kind in ('delete_tag', 'permanently_delete_tag') then event_count else 0 end)
            as tag_deletion_count,
        sum(case when is_failure then event_count else 0 end) as failure_count,
        sum(case when kind_family not in ('pull', 'push', 'login') then event_count else 0 end)
            as change_count,
        count(distinct namespace_name) as namespace_count,
        count(distinct namespace_name || '/' || repository_name) as repository_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from int_object_uses
    group by
        day,
        credential_kind,
        credential_id,
        credential_name,
        performer_name
)

select
    objects.day,
    objects.credential_kind,
    objects.credential_id,
    objects.credential_name,
    objects.performer_name,
    cast(objects.event_count as bigint) as event_count,
    cast(objects.pull_count as bigint) as pull_count,
    cast(objects.push_count as bigint) as push_count,
    cast(objects.tag_deletion_count as bigint) as tag_deletion_count,
    cast(objects.failure_count as bigint) as failure_count,
    cast(objects.change_count as bigint) as change_count,
    objects.namespace_count,
    objects.repository_count,
    origins.network_count,
    origins.ip_count,
    origins.country_count,
    origins.user_agent_family_count,
    objects.first_at,
    objects.last_at
from objects
inner join origins
    on
        objects.day = origins.day
        and objects.credential_kind = origins.credential_kind
        and objects.credential_id is not distinct from origins.credential_id
        and objects.credential_name is not distinct from origins.credential_name
        and objects.performer_name is not distinct from origins.performer_name
