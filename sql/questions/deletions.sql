-- title = "What was deleted, and by whom?"
-- why = "Tags, repositories, accounts, tokens and policies that are gone; what Quay prunes by itself is left out."
-- reads = ["events"]
--
-- [parameters]
-- since = "(select max(day) - 13 from events)"
with deletions as (
    select
        day,
        performer_name,
        credential_kind,
        network,
        kind,
        namespace_name,
        repository_name,
        coalesce(tag, target_name) as thing_name,
        occurred_at
    from events
    where
        (kind like '%delete%' or kind like '%revoke%')
        and kind not like '%failed'
        and performer_kind <> 'worker'
        and day >= $since
)

select
    day,
    performer_name,
    credential_kind,
    network,
    kind,
    namespace_name,
    repository_name,
    count(*) as deletion_count,
    string_agg(distinct thing_name, ', ' order by thing_name) as thing_names,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from deletions
group by all
order by
    first_at,
    kind,
    repository_name
