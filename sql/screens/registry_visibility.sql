-- title = "Repositories that became public or private: what the log says, and what two inventories show"
-- reads = ["mart_change_events", "mart_inventory_changes"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "one namespace; null for all"
--
-- [columns]
-- changed_at = "when, UTC; from the inventory: midnight of the day that saw it first"
-- repository = "namespace/name"
-- visibility = "what it is since then"
-- performer_name = "who did it; null where only the inventory shows it"
-- credential = "what was used to act"
-- told_by = "the log, or the inventory and the day of the one before it"
with logged_changes as (
    select
        occurred_at as changed_at,
        repository,
        json_extract_string(metadata, '$.visibility') as visibility,
        performer_name,
        credential,
        'log: ' || kind as told_by
    from mart_change_events
    where
        kind in ('change_repo_visibility', 'org_mirror_repo_created')
        and json_extract_string(metadata, '$.visibility') is not null
        and day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
),

inventory_changes as (
    select
        cast(snapshot_date as timestamp) as changed_at,
        row_key as repository,
        case when new_value = 'true' then 'public' else 'private' end as visibility,
        null as performer_name,
        null as credential,
        'inventory: ' || change_kind || ' since ' || previous_snapshot_date as told_by
    from mart_inventory_changes
    where
        table_name = 'repositories'
        and column_name = 'is_public'
        and (change_kind = 'changed' or (change_kind = 'added' and new_value = 'true'))
        and snapshot_date >= $since
        and snapshot_date <= cast($until as date) + 1
        and ($namespace is null or namespace_name = $namespace)
)

select
    changed_at,
    repository,
    visibility,
    performer_name,
    credential,
    told_by
from logged_changes
union all
select
    changed_at,
    repository,
    visibility,
    performer_name,
    credential,
    told_by
from inventory_changes
order by
    changed_at desc,
    repository asc
limit 2000
