-- title = "From where and with what the credentials of each namespace act"
-- grain = ["namespace_name", "habit", "habit_value"]
-- reads = ["base_habits"]
-- units = "counts are of the 28 days before the day judged, first_day of the 100 before it"
-- source = "base_habits; a robot is its namespace's, any other credential belongs where it acts most: in five at most"
--
-- [columns]
-- namespace_name = "the organization or user"
-- habit = "network, country, client or ip_block"
-- habit_value = "its value"
-- credential_count = "credentials of the namespace that met it"
-- day_count = "days on which one of them met it"
-- first_day = "the first day"
-- last_day = "the last day"
with ranked_namespaces as (
    select
        credential,
        habit_value as namespace_name,
        row_number() over (
            partition by credential
            order by day_count desc, event_count desc, habit_value asc
        ) as place
    from base_habits
    where
        habit = 'namespace'
        and day_bits <> 0
        and credential <> 'anonymous'
        and credential not like 'robot:%'
),

memberships as (
    select
        credential,
        namespace_name
    from ranked_namespaces
    where place <= 5
    union all
    select distinct
        credential,
        substr(split_part(credential, '+', 1), length('robot:') + 1) as namespace_name
    from base_habits
    where
        habit = 'kind'
        and credential like 'robot:%+%'
)

select
    memberships.namespace_name,
    base_habits.habit,
    base_habits.habit_value,
    count(*) as credential_count,
    bit_count(bit_or(base_habits.day_bits)) as day_count,
    min(base_habits.first_day) as first_day,
    max(base_habits.last_day) as last_day
from memberships
inner join base_habits on memberships.credential = base_habits.credential
where
    base_habits.habit in ('network', 'country', 'client', 'ip_block')
    and base_habits.day_bits <> 0
group by
    memberships.namespace_name,
    base_habits.habit,
    base_habits.habit_value
