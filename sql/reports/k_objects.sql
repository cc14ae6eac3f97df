-- title = "What was made and deleted, other than tags"
-- reads = ["mart_change_events"]
-- empty = "Nothing but tags was made or deleted in the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- made_count = "count(case when deed = 'made' then 1 end)"
-- deleted_count = "count(case when deed = 'deleted' then 1 end)"
-- repository_count = "count(case when kind = 'delete_repo' then 1 end)"
-- organization_count = "count(case when kind = 'org_delete' then 1 end)"
--
-- [[statements]]
-- says = "{made_count:thing was|things were} made and {deleted_count} deleted, among them {repository_count:repository|repositories} and {organization_count:organization|organizations}; tags are counted by day above."
--
-- [columns]
-- occurred_at = ["When", "time", "when it happened"]
-- deed = ["Deed", "text", "made or deleted"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- namespace_name = ["Namespace", "text", "whose log it is in"]
-- object_name = ["What", "text", "the repository or thing"]
-- performer_name = ["By", "text", "who did it, as Quay says"]
-- credential = ["With", "text", "what was used to act"]
-- ip = ["From", "text", "the address"]
-- event_key = ["Event", "text", "which event: day, scope and place"]
with deeds as (
    select
        occurred_at,
        case
            when kind like '%delete%' then 'deleted'
            when kind like '%create%' or kind in ('add_repo_notification', 'setup_repo_trigger') then 'made'
        end as deed,
        kind,
        namespace_name,
        -- An address may hold a password.
        coalesce(repository, regexp_replace(target_name, '://[^/?#]*@', '://***@')) as object_name,
        performer_name,
        credential,
        ip,
        event_key
    from mart_change_events
    where
        kind_family not in ('tag', 'permission', 'audit')
        and day >= $since
        and day <= $until
)

select
    occurred_at,
    deed,
    kind,
    namespace_name,
    object_name,
    performer_name,
    credential,
    ip,
    event_key
from deeds
where deed is not null
order by
    occurred_at asc,
    event_key asc
