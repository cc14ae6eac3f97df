-- id = "QD-24"
-- title = "A superuser used the power, or somebody became one"
-- family = "privilege"
-- severity = "high"
-- why = "Superusers can take any namespace and account; who becomes one is in no log, so the inventory has to show it."
-- tactics = ["Privilege Escalation", "Persistence"]
-- techniques = ["T1078", "T1098"]
-- reads = [
--     "mart_change_events",
--     "base_habit_values",
--     "base_inventory_changes",
--     "base_performer_habits",
--     "base_performers",
--     "stg_inventory_members",
--     "stg_inventory_users",
-- ]
-- next_steps = [
--     "Ask the superuser for the ticket or the request behind the act, and note it in the case.",
--     "If the superuser knows nothing of it: disable the account, end its sessions, revoke its tokens.",
--     "Give namespaces back to their owners and reset what was reset, with their knowledge.",
--     "For a new superuser, compare SUPER_USERS in the configuration with what was decided.",
-- ]
-- false_positives = [
--     "Planned work by the operators: password resets, leavers, an organization without owners.",
--     "A superuser who works from a hotel or a new home.",
-- ]
--
-- [needs]
-- kinds = ["take_ownership", "user_change_password", "user_create", "user_disable", "user_enable", "user_delete"]
-- inventory = ["members", "users"]
-- superuser = true
-- history_days = 28
--
-- [keys]
-- take_ownership = ["namespace"]
-- user_change_email = ["superuser"]
-- user_create = ["superuser"]
-- user_delete = ["username"]
--
-- [params]
-- min_score = 20
--
-- [sigma]
-- without = "the inventory: who became a superuser, and who works in an organization without being a member"
-- louder_in = [
--     "quiet: accounts made, disabled and enabled by a superuser who does so every week",
-- ]
-- quieter_in = [
--     "a superuser changes an organization without being in it; the inventory shows two new superusers",
-- ]
--
-- [[sigma.rules]]
-- title = "A superuser used the power"
-- [sigma.rules.detection]
-- always.kind = ["take_ownership", "user_change_password", "user_disable", "user_enable", "org_change_name"]
-- marked = {kind = ["user_change_email", "user_create"], "superuser|exists" = true}
-- deletion.kind = "user_delete"
-- own = {"metadata.username|fieldref" = "performer"}
-- condition = "always or marked or (deletion and not own)"
with organizations as (
    select distinct namespace_name
    from stg_inventory_members
),

changes as (
    select
        acts.event_key,
        acts.day,
        acts.occurred_at,
        acts.kind,
        acts.performer_name,
        acts.credential,
        acts.network,
        acts.metadata,
        case
            when acts.kind = 'take_ownership' then json_extract_string(acts.metadata, '$.namespace')
            else acts.namespace_name
        end as namespace_name,
        -- Where an organization's members are known, a superuser who is none of them works with borrowed power.
        known_users.is_superuser and organizations.namespace_name is not null and insiders.user_name is null
            as is_foreign
    from mart_change_events as acts
    left join organizations on acts.namespace_name = organizations.namespace_name
    left join stg_inventory_users as known_users on acts.performer_name = known_users.user_name
    left join stg_inventory_members as insiders
        on
            acts.namespace_name = insiders.namespace_name
            and acts.performer_name = insiders.user_name
    where
        acts.day >= $day - 100
        and acts.day <= $day
),

weighed_changes as (
    select
        *,
        case
            when kind = 'take_ownership' then 46
            when kind = 'user_change_password' then 22
            when kind = 'user_change_email' and json_extract_string(metadata, '$.superuser') is not null
                then 22
            when kind = 'user_delete' and json_extract_string(metadata, '$.username') <> performer_name
                then 14
            when kind in ('user_disable', 'user_enable', 'org_change_name') then 10
            when kind = 'user_create' and json_extract_string(metadata, '$.superuser') is not null then 10
            when is_foreign then 20
            else 0
        end as points
    from changes
),

past_acts as (
    select
        performer_name,
        namespace_name,
        is_foreign
    from weighed_changes
    where
        day < $day
        and points > 0
),

past_performers as (
    select distinct performer_name
    from past_acts
),

-- Where a superuser has worked before, membership was never the way.
familiar_places as (
    select distinct
        performer_name,
        namespace_name
    from past_acts
    where is_foreign
),

judged_acts as (
    select
        weighed.*,
        past_performers.performer_name is null as is_first_time,
        case
            when base_habit_values.habit is null then 22
            when base_performers.is_known and own_habits.habit is null then 12
            else 0
        end as network_points
    from weighed_changes as weighed
    left join past_performers on weighed.performer_name = past_performers.performer_name
    left join familiar_places
        on
            weighed.performer_name = familiar_places.performer_name
            and weighed.namespace_name = familiar_places.namespace_name
            and weighed.is_foreign
    left join base_performers on weighed.performer_name = base_performers.performer_name
    left join base_performer_habits as own_habits
        on
            own_habits.habit = 'network'
            and weighed.performer_name = own_habits.performer_name
            and weighed.network = own_habits.habit_value
    left join base_habit_values
        on
            base_habit_values.habit = 'network'
            and weighed.network = base_habit_values.habit_value
    where
        weighed.day = $day
        and weighed.points > 0
        and familiar_places.performer_name is null
),

deeds as (
    select
        credential,
        min(performer_name) as performer_name,
        case when count(distinct network) = 1 then min(network) end as network,
        case when count(distinct namespace_name) = 1 then min(namespace_name) end as namespace_name,
        count(distinct namespace_name) as namespace_count,
        string_agg(distinct kind, ', ' order by kind) as kinds,
        bool_or(kind = 'take_ownership') as is_taking,
        bool_or(is_first_time) as is_first_time,
        max(network_points) as network_points,
        max(points + network_points + case when is_first_time then 16 else 0 end)
        + 4 * log2(count(distinct namespace_name)) as score,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as event_count,
        min(event_key, 20) as evidence
    from judged_acts
    group by credential
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    case
        when is_taking or score >= 80 then 'critical'
        when score < 30 then 'low'
        when score < 50 then 'medium'
        else 'high'
    end as severity,
    score,
    credential || ' used a superuser''s power on ' || namespace_count || ' namespaces: ' || kinds
    || case when is_first_time then '; nothing like it in 100 days' else '' end
    || case when network_points > 0 then '; from a network that is new' else '' end as reason,
    first_at,
    last_at,
    event_count,
    evidence
from deeds
where score >= $min_score
union all
select
    'user:' || row_key as subject,
    row_key as performer_name,
    cast(null as varchar) as credential,
    cast(null as varchar) as network,
    cast(null as varchar) as namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    'high' as severity,
    62 as score,
    row_key || ' became a superuser (' || string_agg(column_name, ', ' order by column_name)
    || '), which Quay does not log' as reason,
    cast($day as timestamp) as first_at,
    cast($day as timestamp) as last_at,
    0 as event_count,
    cast([] as varchar[]) as evidence
from base_inventory_changes
where
    table_name = 'users'
    and column_name in ('is_superuser', 'is_global_readonly_superuser')
    and new_value = 'true'
group by row_key

-- [[cases]]
-- name = "an organization is taken by somebody who never did so, from an address that nobody knows"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:root", severity = "critical", score = 84.0, namespace_name = "acme", network = "203.0.113.0/24", reason = "user:root used a superuser's power on 1 namespaces: take_ownership; nothing like it in 100 days; from a network that is new"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], performer_name = "root", repository = "203.0.113.0/24"},
--     {days = [-101, -101], kind = "take_ownership", performer_name = "root", namespace_name = "root", metadata = {namespace = "acme"}},
--     {days = [1, 1], kind = "take_ownership", performer_name = "root", namespace_name = "root", metadata = {namespace = "late"}},
--     {at = "02:00", kind = "take_ownership", performer_name = "root", namespace_name = "root", network = "203.0.113.0/24", metadata = {namespace = "acme", superuser = "root"}},
-- ]
--
-- [[cases]]
-- name = "an organization is taken by an old hand: critical, and no case by itself"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:root", severity = "critical", score = 46.0, namespace_name = "globex", reason = "user:root used a superuser's power on 1 namespaces: take_ownership"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {days = [-50, -50], kind = "user_disable", performer_name = "root", namespace_name = "bob"},
--     {kind = "take_ownership", performer_name = "root", namespace_name = "root", metadata = {namespace = "globex", superuser = "root"}},
-- ]
--
-- [[cases]]
-- name = "accounts reset, renamed and deleted: for the first time, from a network new to the account, or both"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:root", severity = "medium", score = 38.0, event_count = 1, namespace_name = "bob"},
--     {subject = "user:ops", severity = "medium", score = 34.0, network = "192.0.2.0/24"},
--     {subject = "user:new", namespace_name = "", severity = "high", score = 56.0, event_count = 4},
--     {subject = "user:del", severity = "medium", score = 30.0},
--     {subject = "user:ren", severity = "low", score = 26.0},
--     {subject = "user:off", namespace_name = "", severity = "critical", score = 84.0},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "ops", repository_name = "web"},
--     {days = [-28, -1], performer_name = "ops", repository = "192.0.2.0/24"},
--     {days = [-40, -40], kind = "user_enable", performer_name = "ops", namespace_name = "zoe"},
--     {days = [-40, -40], kind = "create_robot", performer_name = "root"},
--     {kind = "user_change_password", performer_name = "root", namespace_name = "bob", metadata = {username = "bob", superuser = "root"}},
--     {kind = "user_change_email", performer_name = "ops", namespace_name = "bob", network = "192.0.2.0/24", metadata = {superuser = "ops"}},
--     {kind = "user_create", times = 4, performer_name = "new", namespace_name = "n{n}", network = "203.0.113.0/24", metadata = {superuser = "new"}},
--     {kind = "user_delete", performer_name = "del", namespace_name = "bob", metadata = {username = "bob"}},
--     {kind = "org_change_name", performer_name = "ren", namespace_name = "acme"},
--     {kind = "user_change_password", times = 64, performer_name = "off", namespace_name = "u{n}", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "a superuser changes an organization without being in it; the inventory shows two new superusers"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:root", severity = "medium", score = 36.0, event_count = 2, namespace_name = "acme"},
--     {subject = "user:ops", severity = "low", score = 20.0, event_count = 1},
--     {subject = "user:eve", severity = "high", score = 62.0, event_count = 0},
--     {subject = "user:joe", performer_name = "joe"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {days = [-30, -30], kind = "create_robot", performer_name = "ops", namespace_name = "globex"},
--     {at = "11:00", times = 2, kind = "create_robot", performer_name = "root"},
--     {at = "11:00", kind = "create_robot", performer_name = "ops"},
--     {at = "11:00", kind = "create_robot", performer_name = "alice"},
--     {at = "11:00", kind = "create_robot", performer_name = "kim"},
--     {at = "11:00", kind = "create_robot", performer_name = "root", namespace_name = "home"},
-- ]
-- inventory.users = [
--     {user_name = "root", is_superuser = true},
--     {user_name = "ops", is_superuser = true},
--     {user_name = "alice", is_superuser = true},
--     {user_name = "kim", is_superuser = false},
-- ]
-- inventory.members = [
--     {namespace_name = "acme", user_name = "alice"},
--     {namespace_name = "acme", user_name = "bob"},
--     {namespace_name = "globex", user_name = "root"},
-- ]
-- inventory_changes = [
--     {table_name = "users", row_key = "eve", column_name = "is_superuser", old_value = "false", new_value = "true"},
--     {table_name = "users", row_key = "joe", column_name = "is_global_readonly_superuser", old_value = "false", new_value = "true"},
--     {table_name = "users", row_key = "kim", column_name = "is_superuser", old_value = "true", new_value = "false"},
--     {table_name = "users", row_key = "lea", column_name = "is_enabled", old_value = "false", new_value = "true"},
--     {table_name = "repositories", row_key = "acme/web", column_name = "is_superuser", new_value = "true"},
-- ]
--
-- [[cases]]
-- name = "quiet: accounts made, disabled and enabled by a superuser who does so every week"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {days = [-7, -7], kind = "user_create", performer_name = "root", namespace_name = "ann", metadata = {superuser = "root"}},
--     {times = 4, kind = "user_create", performer_name = "root", namespace_name = "n{n}", metadata = {superuser = "root"}},
--     {kind = "user_disable", performer_name = "root", namespace_name = "bob"},
--     {kind = "user_enable", performer_name = "root", namespace_name = "bob"},
-- ]
--
-- [[cases]]
-- name = "quiet: sign-ups, addresses that people change, accounts that they delete, and what they change elsewhere"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {days = [-1, -1], kind = "take_ownership", performer_name = "root", namespace_name = "root", metadata = {namespace = "acme"}},
--     {kind = "user_create", namespace_name = "new", network = "203.0.113.0/24", metadata = {username = "new"}},
--     {kind = "user_change_email", performer_name = "bob", namespace_name = "bob", network = "203.0.113.0/24"},
--     {kind = "user_delete", performer_name = "bob", namespace_name = "bob", network = "203.0.113.0/24", metadata = {username = "bob"}},
--     {kind = "create_robot", performer_name = "carol", network = "203.0.113.0/24", metadata = {username = "x", superuser = "carol"}},
-- ]
--
-- [[cases]]
-- name = "quiet: a superuser in an organization where they have long worked, or whose members nobody lists"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {days = [-30, -30], kind = "create_robot", performer_name = "root"},
--     {kind = "create_robot", performer_name = "root"},
--     {kind = "create_robot", performer_name = "root", namespace_name = "globex", network = "203.0.113.0/24"},
-- ]
-- inventory.users = [{user_name = "root", is_superuser = true}]
-- inventory.members = [{namespace_name = "acme", user_name = "alice"}]
--
-- [[cases]]
-- name = "from two networks: the signal is of neither"
-- day = 2026-03-03
-- fires = [{subject = "user:root", network = "", event_count = 2}]
-- events = [
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {at = "10:00", kind = "user_disable", performer_name = "root", namespace_name = "bob", network = "203.0.113.0/24", metadata = {superuser = "root"}},
--     {at = "11:00", kind = "user_disable", performer_name = "root", namespace_name = "carol", network = "198.51.100.0/24", metadata = {superuser = "root"}},
-- ]
