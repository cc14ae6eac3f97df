-- title = "What is known of each repository before the day judged: who may see it, who uses it"
-- grain = ["repository"]
-- reads = [
--     "base_habit_days",
--     "base_inventory_before",
--     "base_inventory_times",
--     "mart_change_events",
--     "stg_inventory_repositories",
-- ]
-- units = "counts are of the 28 days before the day judged, first_day and last_day of the 100 before it"
-- source = "the inventory, then changes of visibility that came after it; use by base_habit_days"
--
-- [columns]
-- repository = "namespace/name"
-- namespace_name = "whose it is"
-- repository_name = "its name"
-- is_public = "whether everybody may pull; null where nothing says"
-- state = "NORMAL, READ_ONLY or MIRROR, by the inventory"
-- created_day = "when it was made, as far as an event says"
-- puller_count = "who pulled: performers, or credentials where those have no name; not anonymous ones"
-- person_puller_count = "people among them"
-- has_anonymous_pulls = "whether anybody pulled without a credential"
-- pusher_count = "who pushed"
-- person_pusher_count = "people among them"
-- robot_pusher_count = "robots among them"
-- pull_day_count = "days with a pull"
-- push_day_count = "days with a push"
-- first_day = "the first day with a pull or push"
-- last_day = "the last such day"
with uses as (
    select
        habit_value as repository,
        habit = 'repository' as is_pull,
        performer_kind,
        credential = 'anonymous' as is_anonymous,
        coalesce(performer_name, credential) as actor,
        day_bits,
        first_day,
        last_day
    from base_habit_days
    where habit in ('repository', 'pushed_repository')
),

used_repositories as (
    select
        repository,
        count(distinct case when is_pull and not is_anonymous and day_bits <> 0 then actor end)
            as puller_count,
        count(distinct case when is_pull and performer_kind = 'user' and day_bits <> 0 then actor end)
            as person_puller_count,
        max(case when is_pull and is_anonymous and day_bits <> 0 then 1 else 0 end) = 1
            as has_anonymous_pulls,
        count(distinct case when not is_pull and day_bits <> 0 then actor end) as pusher_count,
        count(distinct case when not is_pull and performer_kind = 'user' and day_bits <> 0 then actor end)
            as person_pusher_count,
        count(distinct case when not is_pull and performer_kind = 'robot' and day_bits <> 0 then actor end)
            as robot_pusher_count,
        bit_count(bit_or(case when is_pull then day_bits else 0 end)) as pull_day_count,
        bit_count(bit_or(case when is_pull then 0 else day_bits end)) as push_day_count,
        min(first_day) as first_day,
        max(last_day) as last_day
    from uses
    group by repository
),

-- A name that is given to another repository later starts anew.
numbered_changes as (
    select
        repository,
        kind,
        occurred_at,
        case
            when kind in ('change_repo_visibility', 'org_mirror_repo_created')
                then json_extract_string(metadata, '$.visibility')
        end as visibility,
        row_number() over (
            partition by repository
            order by occurred_at desc, event_key desc
        ) as place,
        max(case when kind in ('create_repo', 'org_mirror_repo_created') then day end) over (
            partition by repository
        ) as created_day
    from mart_change_events
    where
        kind in ('change_repo_visibility', 'org_mirror_repo_created', 'create_repo', 'delete_repo')
        and repository is not null
        and day >= $day - 100
        and day < $day
),

told_repositories as (
    select
        repository,
        occurred_at as told_at,
        created_day,
        visibility = 'public' as is_public
    from numbered_changes
    where place = 1
),

-- As of told_at; where that is null no snapshot is so old, and what a later one says holds until an event does.
listed_repositories as (
    select
        repositories.namespace_name || '/' || repositories.repository_name as repository,
        case
            when earlier.row_key is null then repositories.is_public
            else earlier.old_value = 'true'
        end as is_public,
        repositories.state,
        times.told_at
    from stg_inventory_repositories as repositories
    left join base_inventory_times as times on times.table_name = 'repositories'
    left join base_inventory_before as earlier
        on
            earlier.table_name = 'repositories'
            and earlier.column_name = 'is_public'
            and earlier.row_key = replace(replace(repositories.namespace_name, '%', '%25'), '/', '%2F')
            || '/' || repositories.repository_name
    where coalesce(earlier.was_there, true)
    union all
    select
        earlier.namespace_name || '/'
        || max(case when earlier.column_name = 'repository_name' then earlier.old_value end) as repository,
        max(case when earlier.column_name = 'is_public' then earlier.old_value end) = 'true' as is_public,
        max(case when earlier.column_name = 'state' then earlier.old_value end) as state,
        max(times.told_at) as told_at
    from base_inventory_before as earlier
    left join base_inventory_times as times on times.table_name = 'repositories'
    where
        earlier.table_name = 'repositories'
        and earlier.was_there
        and earlier.new_value is null
    group by
        earlier.namespace_name,
        earlier.row_key
    having max(case when earlier.column_name = 'repository_name' then earlier.old_value end) is not null
),

names as (
    select repository
    from used_repositories
    union
    select repository
    from told_repositories
    union
    select repository
    from listed_repositories
)

select
    names.repository,
    split_part(names.repository, '/', 1) as namespace_name,
    substr(names.repository, length(split_part(names.repository, '/', 1)) + 2) as repository_name,
    case
        when told.told_at is not null and (listed.told_at is null or told.told_at >= listed.told_at)
            then coalesce(told.is_public, listed.is_public)
        else listed.is_public
    end as is_public,
    listed.state,
    told.created_day,
    coalesce(used.puller_count, 0) as puller_count,
    coalesce(used.person_puller_count, 0) as person_puller_count,
    coalesce(used.has_anonymous_pulls, false) as has_anonymous_pulls,
    coalesce(used.pusher_count, 0) as pusher_count,
    coalesce(used.person_pusher_count, 0) as person_pusher_count,
    coalesce(used.robot_pusher_count, 0) as robot_pusher_count,
    coalesce(used.pull_day_count, 0) as pull_day_count,
    coalesce(used.push_day_count, 0) as push_day_count,
    used.first_day,
    used.last_day
from names
left join used_repositories as used on names.repository = used.repository
left join told_repositories as told on names.repository = told.repository
left join listed_repositories as listed on names.repository = listed.repository
