-- id = "QD-22"
-- title = "Somebody was given power, and the way it was given is odd"
-- family = "privilege"
-- severity = "high"
-- why = "Whoever holds an account that may grant gives power to another, uses it there and takes it back: the trail then names the other."
-- tactics = ["Persistence", "Privilege Escalation"]
-- techniques = ["T1098.003"]
-- reads = [
--     "base_grants",
--     "base_peer_repositories",
--     "base_performer_habits",
--     "base_performers",
--     "base_team_roles",
--     "mart_change_events",
--     "mart_credential_habit_daily",
-- ]
-- next_steps = [
--     "Ask the granter and whoever answers for the organization whether the role was meant to be given.",
--     "Take it back if not, and list what the grantee did with it since.",
--     "Look at the granter's other acts of that day: new tokens, new networks, other grants.",
-- ]
-- false_positives = [
--     "Onboarding: many alike grants by somebody who grants often.",
--     "Help for an hour: admin for a colleague, taken back when done.",
-- ]
--
-- [needs]
-- kinds = [
--     "change_repo_permission",
--     "org_add_team_member",
--     "org_set_team_role",
--     "create_prototype_permission",
--     "modify_prototype_permission",
--     "org_team_member_invite_accepted",
-- ]
-- inventory = ["repository_permissions", "team_members", "teams"]
-- history_days = 28
--
-- [keys]
-- change_repo_permission = ["role", "team", "username"]
-- create_prototype_permission = ["delegate_team", "delegate_user", "role"]
-- delete_repo_permission = ["team", "username"]
-- modify_prototype_permission = ["delegate_team", "delegate_user", "original_role", "role"]
-- org_add_team_member = ["member", "team"]
-- org_remove_team_member = ["member", "team"]
-- org_set_team_role = ["role", "team"]
-- org_team_member_invite_accepted = ["inviter", "member", "team"]
--
-- [params]
-- loan_days = 14
-- usual_share = 0.2        # of somebody's nearest colleagues: where so many go it is no wonder
-- min_score = 20
--
-- [sigma]
-- without = "knowing what the grantee held before and who usually grants"
-- louder_in = [
--     "quiet: what the grantee had already, what is lowered, and what was given yesterday or by nobody's hand",
-- ]
-- quieter_in = [
--     "rights for an hour, used and taken back: thrice, once, twice for days, where colleagues go; unused, known before, by the fortnight",
-- ]
--
-- [[sigma.rules]]
-- title = "Power is given"
-- name = "qd22_grant"
-- [sigma.rules.detection]
-- permission = {kind = ["change_repo_permission", "create_prototype_permission", "modify_prototype_permission", "org_set_team_role"], role = "admin"}
-- robot = {kind = "change_repo_permission", role = "write", "metadata.username|contains" = "+"}
-- owner = {kind = ["org_add_team_member", "org_team_member_invite_accepted"]}
-- condition = "1 of them"
--
-- [[sigma.rules]]
-- title = "Power is taken back"
-- name = "qd22_removal"
-- detection = {selection = {kind = ["delete_repo_permission", "delete_prototype_permission", "org_remove_team_member"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "Power is given and taken back within a day"
-- correlation = {type = "temporal_ordered", rules = ["qd22_grant", "qd22_removal"], group-by = ["performer", "namespace"], timespan = "24h"}
--
-- [[sigma.rules]]
-- title = "Somebody becomes an administrator"
-- [sigma.rules.detection]
-- permission = {kind = ["change_repo_permission", "create_prototype_permission", "modify_prototype_permission", "org_set_team_role"], role = "admin"}
-- lesser = {original_role = "admin"}
-- owner = {kind = ["org_add_team_member", "org_team_member_invite_accepted"], team = "owners"}
-- condition = "(permission and not lesser) or owner"
with changes as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        kind_family,
        namespace_name,
        repository,
        performer_name,
        credential,
        network,
        json_extract_string(metadata, '$.role') as role,
        json_extract_string(metadata, '$.original_role') as original_role,
        json_extract_string(metadata, '$.team') as team_name,
        json_extract_string(metadata, '$.inviter') as inviter,
        coalesce(
            json_extract_string(metadata, '$.member'),
            json_extract_string(metadata, '$.delegate_user'),
            -- In permissions on repositories this is the grantee; in default permissions it is the granter.
            case when kind like '%_repo_permission' then json_extract_string(metadata, '$.username') end
        ) as account_name,
        json_extract_string(metadata, '$.delegate_team') as delegate_team
    from mart_change_events
    where
        day >= $day - 1
        and day <= $day
        and kind_family <> 'tag'
),

-- Who joins a team and raises it raises themselves.
joinings as (
    select distinct
        namespace_name,
        team_name,
        performer_name
    from changes
    where
        kind = 'org_add_team_member'
        and account_name = performer_name
),

raised_teams as (
    select
        namespace_name,
        team_name,
        arg_max(role, event_key) as role
    from changes
    where kind = 'org_set_team_role'
    group by
        namespace_name,
        team_name
),

grants as (
    select
        changes.event_key,
        changes.day,
        changes.occurred_at,
        changes.namespace_name,
        changes.repository,
        coalesce(changes.inviter, changes.performer_name) as granter,
        case when changes.inviter is null then changes.credential else 'user:' || changes.inviter end
            as subject,
        case when changes.inviter is null then changes.network end as network,
        coalesce(changes.account_name, changes.delegate_team, changes.team_name) as grantee,
        case
            when changes.account_name like '%+%' then 'robot' when changes.account_name is null then 'team'
            else 'user'
        end as grantee_kind,
        case
            when changes.kind in ('org_add_team_member', 'org_team_member_invite_accepted')
                then
                    case
                        when changes.team_name = 'owners' then 'admin'
                        else coalesce(raised_teams.role, base_team_roles.role)
                    end
            else changes.role
        end as role,
        changes.kind_family = 'team' as is_wide
    from changes
    left join base_team_roles
        on
            changes.namespace_name = base_team_roles.namespace_name
            and changes.team_name = base_team_roles.team_name
    left join raised_teams
        on
            changes.namespace_name = raised_teams.namespace_name
            and changes.team_name = raised_teams.team_name
    where
        changes.kind in (
            'change_repo_permission',
            'org_add_team_member',
            'org_team_member_invite_accepted',
            'org_set_team_role',
            'create_prototype_permission',
            'modify_prototype_permission'
        )
        and (changes.original_role is null or changes.original_role <> changes.role)
),

increases as (
    select
        grants.*,
        case when grants.role = 'write' then 6 when grants.is_wide then 22 else 16 end as role_points,
        grants.grantee = grants.granter or joinings.team_name is not null as is_own,
        granters.is_known and granters.grant_day_count = 0 as is_first_time,
        case
            when grants.grantee_kind = 'robot'
                then case when split_part(grants.grantee, '+', 1) = grants.namespace_name then 0 else 16 end
            when grants.grantee_kind = 'team' then 0
            when coalesce(grantees.first_day, grants.day) > $day - 7 then 12
            when grantee_namespaces.habit is null then 8
            else 0
        end as stranger_points
    from grants
    left join base_grants
        on
            grants.namespace_name = base_grants.namespace_name
            and grants.repository is not distinct from base_grants.repository
            and grants.grantee_kind = base_grants.grantee_kind
            and grants.grantee = base_grants.grantee_name
            and coalesce(base_grants.granted_day, date '1970-01-01') < grants.day
    left join joinings
        on
            grants.grantee_kind = 'team'
            and grants.namespace_name = joinings.namespace_name
            and grants.grantee = joinings.team_name
            and grants.granter = joinings.performer_name
    left join base_performers as granters on grants.granter = granters.performer_name
    left join base_performers as grantees on grants.grantee = grantees.performer_name
    left join base_performer_habits as grantee_namespaces
        on
            grantee_namespaces.habit = 'namespace'
            and grants.grantee = grantee_namespaces.performer_name
            and grants.namespace_name = grantee_namespaces.habit_value
    where
        grants.role in ('admin', 'write')
        and coalesce(base_grants.role, '') not in ('admin', grants.role)
),

uses as (
    select
        increases.event_key as grant_key,
        min(changes.event_key) as event_key,
        min(changes.day) as day,
        min(changes.occurred_at) as occurred_at,
        min_by(changes.kind, changes.event_key) as kind
    from increases
    inner join changes
        on
            increases.grantee = changes.performer_name
            and increases.namespace_name = changes.namespace_name
            and coalesce(increases.repository, changes.repository) is not distinct from changes.repository
            and increases.occurred_at < changes.occurred_at
            and increases.occurred_at + interval 24 hours > changes.occurred_at
    group by increases.event_key
),

removals as (
    select
        increases.event_key as grant_key,
        min(changes.event_key) as event_key,
        min(changes.day) as day,
        min(changes.occurred_at) as occurred_at
    from increases
    inner join changes
        on
            increases.grantee = coalesce(changes.account_name, changes.delegate_team, changes.team_name)
            and increases.namespace_name = changes.namespace_name
            and increases.repository is not distinct from changes.repository
            and increases.occurred_at < changes.occurred_at
            and increases.occurred_at + interval 24 hours > changes.occurred_at
    where
        changes.kind in ('delete_repo_permission', 'delete_prototype_permission', 'org_remove_team_member')
        or changes.role = 'read'
    group by increases.event_key
),

scored_grants as (
    select
        increases.*,
        uses.event_key as use_key,
        uses.kind as use_kind,
        removals.event_key as removal_key,
        greatest(increases.occurred_at, uses.occurred_at, removals.occurred_at) as last_at,
        increases.role_points + increases.stranger_points
        + case when increases.is_own then 24 else 0 end
        + case when increases.is_first_time then 10 else 0 end
        + case when uses.event_key is null then 0 else 12 end
        + case when removals.event_key is null then 0 else 24 end as points
    from increases
    left join uses on increases.event_key = uses.grant_key
    left join removals on increases.event_key = removals.grant_key
    -- Of yesterday's grants only what is done with them today is news.
    where increases.day = $day or uses.day = $day or removals.day = $day
),

ranked_grants as (
    select
        *,
        row_number() over (partition by subject order by points desc, event_key asc) as place
    from scored_grants
),

-- Rights of any kind that were given in the last fortnight and taken back today.
returned_rights as (
    select
        gifts.event_key,
        gifts.day,
        gifts.occurred_at,
        gifts.namespace_name,
        gifts.repository,
        gifts.performer_name,
        gifts.credential,
        gifts.network,
        coalesce(
            json_extract_string(gifts.metadata, '$.member'), json_extract_string(gifts.metadata, '$.username')
        ) as grantee,
        min(takings.event_key) as removal_key,
        min(takings.day) as removal_day,
        min(takings.occurred_at) as removed_at
    from mart_change_events as gifts
    inner join mart_change_events as takings
        on
            gifts.namespace_name = takings.namespace_name
            and gifts.repository is not distinct from takings.repository
            and coalesce(
                json_extract_string(gifts.metadata, '$.member'),
                json_extract_string(gifts.metadata, '$.username')
            ) = coalesce(
                json_extract_string(takings.metadata, '$.member'),
                json_extract_string(takings.metadata, '$.username')
            )
            and gifts.occurred_at < takings.occurred_at
            and takings.kind = case gifts.kind
                when 'change_repo_permission' then 'delete_repo_permission' else 'org_remove_team_member'
            end
    where
        gifts.kind in ('change_repo_permission', 'org_add_team_member')
        and gifts.day > $day - $loan_days
        and gifts.day <= $day
        and takings.day <= $day
    group by
        gifts.event_key,
        gifts.day,
        gifts.occurred_at,
        gifts.namespace_name,
        gifts.repository,
        gifts.performer_name,
        gifts.credential,
        gifts.network,
        gifts.metadata
),

-- Used in between by somebody who had never been there; where the nearest colleagues go it is half a wonder.
loans as (
    select
        rights.credential as subject,
        rights.event_key,
        rights.removal_key,
        rights.removal_day,
        rights.performer_name,
        rights.network,
        rights.namespace_name,
        rights.grantee,
        rights.repository,
        rights.occurred_at as first_at,
        rights.removed_at as last_at,
        count(distinct uses.habit_value) as used_count,
        -- For a project people come and go by the week.
        max(
            case when peers.peer_share >= $usual_share then 0.5 else 1 end
            * case when rights.removed_at > rights.occurred_at + interval 72 hours then 0.5 else 1 end
        ) as weight
    from returned_rights as rights
    inner join mart_credential_habit_daily as uses
        on
            rights.grantee = uses.performer_name
            and rights.namespace_name = split_part(uses.habit_value, '/', 1)
            and coalesce(rights.repository, uses.habit_value) = uses.habit_value
            and rights.occurred_at <= uses.first_at
            and rights.removed_at >= uses.first_at
    left join base_performer_habits as former_uses
        on
            uses.habit = former_uses.habit
            and uses.habit_value = former_uses.habit_value
            and uses.performer_name = former_uses.performer_name
            and rights.day > former_uses.first_day
    left join base_peer_repositories as peers
        on
            uses.performer_name = peers.performer_name
            and uses.habit_value = peers.repository
    where
        uses.habit in ('repository', 'pushed_repository')
        and former_uses.habit is null
    group by
        rights.credential,
        rights.event_key,
        rights.removal_key,
        rights.removal_day,
        rights.performer_name,
        rights.network,
        rights.namespace_name,
        rights.grantee,
        rights.repository,
        rights.occurred_at,
        rights.removed_at
),

lenders as (
    select
        subject,
        min(performer_name) as performer_name,
        case when count(distinct network) = 1 then min(network) end as network,
        case when count(distinct namespace_name) = 1 then min(namespace_name) end as namespace_name,
        case when count(distinct repository) = 1 then min(repository) end as repository,
        count(*) as loan_count,
        string_agg(distinct grantee, ', ' order by grantee) as grantees,
        cast(sum(used_count) as bigint) as used_count,
        -- One loan is help; loans in a row are a way.
        30 + 36 * log10(sum(weight)) as score,
        min(first_at) as first_at,
        max(last_at) as last_at,
        2 * count(*) as event_count,
        list_sort(list(event_key) || list(removal_key))[1:20] as evidence
    from loans
    group by subject
    having max(removal_day) = $day
),

granters as (
    select
        subject,
        min(granter) as performer_name,
        case when count(distinct network) = 1 then min(network) end as network,
        case when count(distinct namespace_name) = 1 then min(namespace_name) end as namespace_name,
        case when count(distinct repository) = 1 then min(repository) end as repository,
        min(case when place = 1 then role || ' to ' || coalesce(grantee, 'nobody') end) as main_grant,
        min(case when place = 1 then use_kind end) as main_use,
        count(*) as grant_count,
        bool_or(is_own) as is_own,
        bool_or(removal_key is not null) as is_removed,
        bool_or(removal_key is not null and use_key is not null) as is_chain,
        max(points) + 4 * log2(greatest(1, count(case when role = 'admin' then 1 end))) as score,
        min(occurred_at) as first_at,
        max(last_at) as last_at,
        count(*) + count(use_key) + count(removal_key) as event_count,
        list_sort(list_distinct(list(event_key) || list(use_key) || list(removal_key)))[1:20] as evidence
    from ranked_grants
    group by subject
),

stories as (
    select
        subject,
        performer_name,
        network,
        namespace_name,
        repository,
        is_chain,
        score,
        coalesce(performer_name, subject) || ' gave ' || main_grant
        || case when is_own then ', themselves' else '' end
        || case when grant_count > 1 then ', and ' || (grant_count - 1) || ' more' else '' end
        || coalesce('; it was used within a day (' || main_use || ')', '')
        || case when is_removed then '; it was taken back within a day' else '' end as reason,
        first_at,
        last_at,
        event_count,
        evidence
    from granters
    union all
    select
        subject,
        performer_name,
        network,
        namespace_name,
        repository,
        false as is_chain,
        score,
        coalesce(performer_name, subject) || ' gave rights to ' || grantees || ' ' || loan_count
        || ' times within a fortnight and took them back once they were used, on ' || used_count
        || ' repositories where these had no business' as reason,
        first_at,
        last_at,
        event_count,
        evidence
    from lenders
),

ranked_stories as (
    select
        *,
        row_number() over (partition by subject order by score desc, reason asc) as place
    from stories
)

select
    subject,
    performer_name,
    subject as credential,
    network,
    namespace_name,
    repository,
    cast(null as varchar) as shared,
    case
        when is_chain or score >= 80 then 'critical'
        when score < 30 then 'low'
        when score < 50 then 'medium'
        else 'high'
    end as severity,
    score,
    reason,
    first_at,
    last_at,
    event_count,
    evidence
from ranked_stories
where
    place = 1
    and score >= $min_score

-- [[cases]]
-- name = "admin for an hour: given, used to make a repository public, taken back"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "critical", score = 52.0, event_count = 3, repository = "acme/web", namespace_name = "acme", network = "198.51.100.0/24", reason = "alice gave admin to bob; it was used within a day (change_repo_visibility); it was taken back within a day"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "web"},
--     {days = [-9, -9], kind = "org_add_team_member", performer_name = "alice", metadata = {member = "eve", team = "dev"}},
--     {at = "19:00", kind = "set_repo_description", performer_name = "bob", repository_name = "web"},
--     {at = "20:00", kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "bob", role = "admin"}},
--     {at = "20:10", kind = "change_repo_visibility", performer_name = "bob", repository_name = "web", metadata = {visibility = "public"}},
--     {at = "20:20", kind = "delete_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "bob"}},
--     {days = [1, 1], kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "bob", role = "admin"}},
-- ]
--
-- [[cases]]
-- name = "over midnight: an owner makes a stranger one, who makes another, and is put out again"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", repository = "", severity = "critical", score = 70.0, event_count = 3},
--     {subject = "user:mallory", severity = "medium", score = 34.0, event_count = 1},
--     {subject = "user:bea", severity = "high", score = 52.0, event_count = 2},
--     {subject = "user:cid", repository = "", severity = "high", score = 52.0, event_count = 2},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-9, -9], kind = "org_add_team_member", performer_name = "alice", metadata = {member = "eve", team = "dev"}},
--     {days = [-1, -1], at = "23:00", kind = "org_add_team_member", performer_name = "alice", metadata = {member = "mallory", team = "owners"}},
--     {days = [-1, -1], at = "23:00", kind = "change_repo_permission", performer_name = "bea", repository_name = "web", metadata = {username = "bo", role = "admin"}},
--     {days = [-1, -1], at = "23:00", kind = "create_prototype_permission", performer_name = "cid", metadata = {delegate_user = "cy", role = "admin"}},
--     {at = "01:00", kind = "org_team_member_invite_accepted", performer_name = "trudy", metadata = {member = "trudy", team = "owners", inviter = "mallory"}},
--     {at = "01:10", kind = "org_create_team", performer_name = "mallory", metadata = {team = "x"}},
--     {at = "02:00", kind = "org_remove_team_member", performer_name = "alice", metadata = {member = "mallory", team = "owners"}},
--     {at = "02:00", kind = "change_repo_permission", performer_name = "bea", repository_name = "web", metadata = {username = "bo", role = "read"}},
--     {at = "02:00", kind = "delete_prototype_permission", performer_name = "cid", metadata = {delegate_user = "cy"}},
-- ]
--
-- [[cases]]
-- name = "to oneself; for the first time; to a foreign robot; to people who are new there; by default, for teams"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:ann", severity = "high", score = 52.0, reason = "ann gave admin to ann, themselves"},
--     {subject = "user:ben", severity = "low", score = 26.0},
--     {subject = "user:cat", severity = "low", score = 22.0},
--     {subject = "user:dan", severity = "low", score = 24.0},
--     {subject = "user:eva", severity = "low", score = 28.0},
--     {subject = "user:fay", severity = "low", score = 22.0},
--     {subject = "user:gil", namespace_name = "", severity = "low", score = 25.29, reason = "gil gave admin to ops, and 4 more"},
--     {subject = "user:hal", severity = "medium", score = 44.0},
--     {subject = "user:ida", namespace_name = "", severity = "critical", score = 86.0},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], performer_name = "joe", namespace_name = "globex", repository_name = "api", client = "acme"},
--     {days = [-28, -1], performer_name = "ben", repository_name = "web"},
--     {days = [-3, -1], performer_name = "cat", repository_name = "web"},
--     {days = [-5, -1], performer_name = "kim", repository_name = "web"},
--     {days = [-28, -1], performer_name = "hal", repository_name = "web"},
--     {days = [-6, -6], kind = "change_repo_permission", performer_name = "root", repository_name = "web", metadata = {username = "hal", role = "write"}},
--     {days = [-6, -6], kind = "org_set_team_role", performer_name = "root", metadata = {team = "leads", role = "admin"}},
--     {days = [-6, -6], kind = "org_set_team_role", performer_name = "root", metadata = {team = "staff", role = "member"}},
--     {days = [-6, -6], kind = "org_set_team_role", performer_name = "root", namespace_name = "globex", metadata = {team = "staff", role = "admin"}},
--     {kind = "create_prototype_permission", performer_name = "ann", metadata = {delegate_user = "ann", role = "admin", username = "ann"}},
--     {kind = "change_repo_permission", performer_name = "ben", repository_name = "web", metadata = {username = "bob", role = "admin"}},
--     {kind = "change_repo_permission", performer_name = "cat", repository_name = "web", metadata = {username = "globex+ci", role = "write"}},
--     {kind = "change_repo_permission", performer_name = "dan", repository_name = "web", metadata = {username = "joe", role = "admin"}},
--     {kind = "change_repo_permission", performer_name = "eva", repository_name = "web", metadata = {username = "kim", role = "admin"}},
--     {kind = "org_set_team_role", performer_name = "fay", metadata = {team = "dev", role = "admin"}},
--     {at = "09:00", times = 2, kind = "modify_prototype_permission", performer_name = "gil", namespace_name = "n{n}", metadata = {delegate_team = "ops", role = "admin", original_role = "read"}},
--     {at = "10:00", times = 2, kind = "change_repo_permission", performer_name = "gil", repository_name = "r{n}", metadata = {team = "t{n}", role = "admin"}},
--     {at = "11:00", kind = "change_repo_permission", performer_name = "gil", repository_name = "web", metadata = {username = "acme+ci", role = "admin"}},
--     {at = "10:00", kind = "org_add_team_member", performer_name = "hal", metadata = {member = "bob", team = "leads"}},
--     {at = "10:00", kind = "org_add_team_member", performer_name = "hal", metadata = {member = "joe", team = "leads"}},
--     {at = "10:00", kind = "org_add_team_member", performer_name = "hal", metadata = {member = "bob", team = "staff"}},
--     {at = "08:00", times = 16, kind = "org_add_team_member", performer_name = "ida", namespace_name = "n{n}", metadata = {member = "ida", team = "owners"}},
--     {at = "09:00", kind = "org_create_team", performer_name = "ida", namespace_name = "n0", metadata = {team = "x"}},
-- ]
--
-- [[cases]]
-- name = "power that was used or taken back elsewhere, too late, or on tags, counts as given alone"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "low", score = 26.0, event_count = 1},
--     {subject = "user:carl", severity = "low", score = 22.0, event_count = 1},
--     {subject = "user:gus", severity = "low", score = 28.0, event_count = 2},
--     {subject = "user:ron", score = 40.0, event_count = 2},
--     {subject = "user:sam", score = 33.84, event_count = 22},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], performer_name = "dora", repository_name = "web"},
--     {days = [-5, -5], kind = "org_add_team_member", performer_name = "root", namespace_name = "globex", metadata = {member = "dora", team = "owners"}},
--     {days = [-1, -1], at = "01:00", kind = "change_repo_permission", performer_name = "eli", repository_name = "web", metadata = {username = "kim", role = "admin"}},
--     {days = [-10, -1], performer_name = "tess", repository_name = "web"},
--     {at = "09:00", times = 22, kind = "change_repo_permission", performer_name = "sam", repository_name = "s{n}", metadata = {username = "tess", role = "admin"}},
--     {days = [-1, -1], at = "10:00", kind = "change_repo_permission", performer_name = "ron", repository_name = "docs", metadata = {username = "bob", role = "admin"}},
--     {at = "01:00", kind = "delete_repo_permission", performer_name = "ron", repository_name = "docs", metadata = {username = "bob"}},
--     {days = [-1, -1], at = "10:00", kind = "change_repo_permission", performer_name = "gus", repository_name = "api", metadata = {username = "bob", role = "admin"}},
--     {at = "01:00", kind = "change_repo_state", performer_name = "bob", repository_name = "api"},
--     {at = "02:00", kind = "change_repo_state", performer_name = "kim", repository_name = "web"},
--     {at = "02:00", kind = "delete_repo_permission", performer_name = "eli", repository_name = "web", metadata = {username = "kim"}},
--     {at = "09:00", kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "bob", role = "admin"}},
--     {at = "09:00", kind = "org_add_team_member", performer_name = "carl", metadata = {member = "dora", team = "owners"}},
--     {at = "09:30", kind = "org_add_team_member", performer_name = "carl", metadata = {member = "dora", team = "dev"}},
--     {at = "10:00", kind = "change_repo_state", performer_name = "bob", repository_name = "lib"},
--     {at = "10:00", kind = "change_tag_expiration", performer_name = "bob", repository_name = "web"},
--     {at = "10:00", kind = "delete_repo_permission", performer_name = "alice", repository_name = "lib", metadata = {username = "bob"}},
--     {at = "10:00", kind = "org_create_team", performer_name = "dora", namespace_name = "globex", metadata = {team = "x"}},
--     {at = "10:00", kind = "org_remove_team_member", performer_name = "carl", namespace_name = "globex", metadata = {member = "dora"}},
--     {days = [1, 1], at = "08:00", kind = "change_repo_state", performer_name = "bob", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: onboarding by somebody who often grants"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-9, -9], kind = "org_add_team_member", performer_name = "alice", metadata = {member = "eve", team = "dev"}},
--     {at = "09:00", times = 3, kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "new{n}", role = "read"}},
--     {at = "09:30", times = 9, kind = "org_add_team_member", performer_name = "alice", metadata = {member = "new{n}", team = "dev"}},
--     {at = "10:00", times = 8, kind = "change_repo_permission", performer_name = "alice", repository_name = "r{n}", metadata = {username = "acme+ci", role = "write"}},
--     {at = "11:00", kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "new0", role = "write"}},
-- ]
--
-- [[cases]]
-- name = "rights for an hour, used and taken back: thrice, once, twice for days, where colleagues go; unused, known before, by the fortnight"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:adam", severity = "medium", score = 47.18, performer_name = "adam", namespace_name = "acme", network = "198.51.100.0/24", event_count = 6, first_at = 2026-02-23T10:00:00, last_at = 2026-03-03T15:00:00, reason = "adam gave rights to mia 3 times within a fortnight and took them back once they were used, on 3 repositories where these had no business"},
--     {subject = "user:bert", severity = "medium", score = 30.0, repository = "acme/vault", event_count = 2, evidence = ["2026-03-03 all #00000005", "2026-03-03 all #00000027"]},
--     {subject = "user:carl", severity = "medium", score = 30.0, namespace_name = "globex", event_count = 2, reason = "carl gave rights to mia 1 times within a fortnight and took them back once they were used, on 3 repositories where these had no business"},
--     {subject = "user:dora", severity = "medium", score = 30.0, event_count = 4},
--     {subject = "user:emil", severity = "medium", score = 30.0, event_count = 4},
--     {subject = "user:kurt", severity = "medium", score = 30.0, event_count = 2},
-- ]
-- events = [
--     {days = [-28, -1], times = 2, performer_name = "mia", repository_name = "web-{n}"},
--     {days = [-28, -1], times = 2, performer_name = "ned", repository_name = "web-{n}"},
--     {days = [-28, -1], times = 2, performer_name = "oda", repository_name = "docs-{n}"},
--     {days = [-28, -1], times = 2, performer_name = "pia", repository_name = "docs-{n}"},
--     {days = [-28, -1], times = 2, performer_name = "pia", repository_name = "docs-new-{n}"},
--     {days = [-28, -28], kind = "push_repo", performer_name = "mia", repository_name = "kit"},
--     {days = [-28, -28], performer_name = "oda", repository_name = "kit"},
--     {at = "10:00", kind = "change_repo_permission", performer_name = "kurt", repository_name = "kit", metadata = {username = "mia", role = "read"}},
--     {at = "11:00", performer_name = "mia", repository_name = "kit"},
--     {at = "12:00", kind = "delete_repo_permission", performer_name = "kurt", repository_name = "kit", metadata = {username = "mia"}},
--     {at = "10:00", kind = "change_repo_permission", performer_name = "nina", repository_name = "twice", metadata = {username = "mia", role = "read"}},
--     {at = "11:00", performer_name = "mia", repository_name = "twice"},
--     {at = "12:00", kind = "change_repo_permission", performer_name = "nina", repository_name = "twice", metadata = {username = "mia", role = "read"}},
--     {at = "10:00", kind = "change_repo_permission", performer_name = "finn", repository_name = "later", metadata = {username = "mia", role = "read"}},
--     {at = "12:00", kind = "delete_repo_permission", performer_name = "finn", repository_name = "later", metadata = {username = "mia"}},
--     {at = "13:00", performer_name = "mia", repository_name = "later"},
--     {at = "11:00", performer_name = "pia", repository_name = "unused"},
--     {days = [-28, -28], kind = "change_repo_permission", performer_name = "adam", repository_name = "x", metadata = {username = "tim", role = "read"}},
--     {days = [-8, -7], at = "10:00", kind = "change_repo_permission", performer_name = "adam", repository_name = "secret-{d}", metadata = {username = "mia", role = "read"}},
--     {days = [-8, -7], at = "11:00", performer_name = "mia", repository_name = "secret-{d}"},
--     {days = [-8, -7], at = "15:00", kind = "delete_repo_permission", performer_name = "adam", repository_name = "secret-{d}", metadata = {username = "mia"}},
--     {at = "10:00", kind = "change_repo_permission", performer_name = "adam", repository_name = "secret-0", metadata = {username = "mia", role = "read"}},
--     {at = "11:00", performer_name = "mia", repository_name = "secret-0"},
--     {at = "15:00", kind = "delete_repo_permission", performer_name = "adam", repository_name = "secret-0", metadata = {username = "mia"}},
--     {at = "10:00", kind = "change_repo_permission", performer_name = "bert", repository_name = "vault", metadata = {username = "ned", role = "read"}},
--     {at = "11:00", kind = "push_repo", performer_name = "ned", repository_name = "vault"},
--     {at = "12:00", kind = "delete_repo_permission", performer_name = "carl", repository_name = "vault", metadata = {username = "ned"}},
--     {days = [-2, -2], at = "10:00", kind = "org_add_team_member", performer_name = "carl", namespace_name = "globex", metadata = {team = "dev", member = "mia"}},
--     {days = [-2, -2], at = "10:00", kind = "org_add_team_member", performer_name = "lars", metadata = {team = "dev", member = "mia"}},
--     {days = [-2, -2], at = "11:00", times = 3, performer_name = "mia", namespace_name = "globex", repository_name = "app-{n}"},
--     {at = "12:00", kind = "org_remove_team_member", performer_name = "carl", namespace_name = "globex", metadata = {team = "dev", member = "mia"}},
--     {days = [-4, -4], times = 2, at = "10:00", kind = "change_repo_permission", performer_name = "dora", repository_name = "plans-{n}", metadata = {username = "mia", role = "read"}},
--     {days = [-4, -1], times = 2, at = "11:00", performer_name = "mia", repository_name = "plans-{n}"},
--     {at = "12:00", times = 2, kind = "delete_repo_permission", performer_name = "dora", repository_name = "plans-{n}", metadata = {username = "mia"}},
--     {at = "10:00", times = 2, kind = "change_repo_permission", performer_name = "emil", repository_name = "docs-new-{n}", metadata = {username = "oda", role = "read"}},
--     {at = "11:00", times = 2, performer_name = "oda", repository_name = "docs-new-{n}"},
--     {at = "12:00", times = 2, kind = "delete_repo_permission", performer_name = "emil", repository_name = "docs-new-{n}", metadata = {username = "oda"}},
--     {at = "10:00", kind = "change_repo_permission", performer_name = "finn", repository_name = "unused", metadata = {username = "mia", role = "read"}},
--     {at = "09:00", performer_name = "mia", repository_name = "unused"},
--     {at = "12:00", kind = "delete_repo_permission", performer_name = "finn", repository_name = "unused", metadata = {username = "mia"}},
--     {at = "13:00", performer_name = "mia", repository_name = "unused"},
--     {at = "10:00", times = 2, kind = "change_repo_permission", performer_name = "gina", repository_name = "web-{n}", metadata = {username = "mia", role = "read"}},
--     {at = "11:00", times = 2, performer_name = "mia", repository_name = "web-{n}"},
--     {at = "12:00", times = 2, kind = "delete_repo_permission", performer_name = "gina", repository_name = "web-{n}", metadata = {username = "mia"}},
--     {days = [-14, -14], times = 2, at = "10:00", kind = "change_repo_permission", performer_name = "hugo", repository_name = "lab-{n}", metadata = {username = "mia", role = "read"}},
--     {at = "11:00", times = 2, performer_name = "mia", repository_name = "lab-{n}"},
--     {at = "12:00", times = 2, kind = "delete_repo_permission", performer_name = "hugo", repository_name = "lab-{n}", metadata = {username = "mia"}},
--     {days = [-1, -1], at = "10:00", kind = "change_repo_permission", performer_name = "ines", repository_name = "told", metadata = {username = "mia", role = "read"}},
--     {days = [-1, -1], at = "11:00", performer_name = "mia", repository_name = "told"},
--     {days = [-1, -1], at = "12:00", kind = "delete_repo_permission", performer_name = "ines", repository_name = "told", metadata = {username = "mia"}},
--     {at = "10:00", kind = "change_repo_permission", performer_name = "jack", repository_name = "kept", metadata = {username = "mia", role = "read"}},
--     {at = "11:00", performer_name = "mia", repository_name = "kept"},
--     {at = "12:00", kind = "delete_repo_permission", performer_name = "jack", repository_name = "kept", metadata = {username = "ned"}},
--     {days = [1, 1], at = "12:00", kind = "delete_repo_permission", performer_name = "jack", repository_name = "kept", metadata = {username = "mia"}},
-- ]
--
-- [[cases]]
-- name = "who joins a team and raises it, in either order or a day later; a team that others join, another team, one that they leave"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:adam", severity = "high", score = 62.0},
--     {subject = "user:bert", severity = "high", score = 50.0},
--     {subject = "user:carl", severity = "low", score = 26.0},
--     {subject = "user:dan", score = 74.0},
--     {subject = "user:eve", score = 22.0},
--     {subject = "user:hal", score = 22.0},
--     {subject = "user:ivan", score = 22.0},
--     {subject = "user:jon", score = 22.0},
-- ]
-- events = [
--     {days = [-1, -1], kind = "org_add_team_member", performer_name = "dan", metadata = {team = "d", member = "dan"}},
--     {at = "09:00", kind = "org_set_team_role", performer_name = "dan", metadata = {team = "d", role = "admin"}},
--     {days = [-1, -1], kind = "org_add_team_member", performer_name = "fay", metadata = {team = "e", member = "fay"}},
--     {at = "09:00", kind = "org_set_team_role", performer_name = "eve", metadata = {team = "e", role = "admin"}},
--     {days = [-1, -1], kind = "org_add_team_member", performer_name = "hal", namespace_name = "globex", metadata = {team = "h", member = "hal"}},
--     {at = "09:00", kind = "org_set_team_role", performer_name = "hal", metadata = {team = "h", role = "admin"}},
--     {days = [-1, -1], kind = "org_add_team_member", performer_name = "ivan", metadata = {team = "i", member = "ivan"}},
--     {at = "09:00", kind = "org_set_team_role", performer_name = "ivan", metadata = {team = "k", role = "admin"}},
--     {days = [-1, -1], kind = "org_remove_team_member", performer_name = "jon", metadata = {team = "j", member = "jon"}},
--     {at = "09:00", kind = "org_set_team_role", performer_name = "jon", metadata = {team = "j", role = "admin"}},
--     {days = [-28, -1], performer_name = "adam", repository_name = "web"},
--     {days = [-28, -28], kind = "org_set_team_role", performer_name = "adam", metadata = {team = "x", role = "member"}},
--     {days = [-28, -28], kind = "org_set_team_role", performer_name = "bert", metadata = {team = "x", role = "member"}},
--     {days = [-28, -28], kind = "org_set_team_role", performer_name = "carl", metadata = {team = "x", role = "member"}},
--     {days = [-28, -1], performer_name = "bert", repository_name = "web"},
--     {days = [-28, -1], performer_name = "carl", repository_name = "web"},
--     {days = [-28, -1], performer_name = "dora", repository_name = "web"},
--     {at = "10:00", kind = "org_add_team_member", performer_name = "adam", metadata = {team = "a", member = "adam"}},
--     {at = "11:00", kind = "org_set_team_role", performer_name = "adam", metadata = {team = "a", role = "admin"}},
--     {at = "10:00", kind = "org_set_team_role", performer_name = "bert", metadata = {team = "b", role = "admin"}},
--     {at = "11:00", kind = "org_add_team_member", performer_name = "bert", metadata = {team = "b", member = "bert"}},
--     {at = "10:00", kind = "org_set_team_role", performer_name = "carl", metadata = {team = "c", role = "admin"}},
--     {at = "11:00", kind = "org_add_team_member", performer_name = "carl", metadata = {team = "c", member = "dora"}},
-- ]
--
-- [[cases]]
-- name = "quiet: what the grantee had already, what is lowered, and what was given yesterday or by nobody's hand"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "lib"},
--     {days = [-9, -9], kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "acme+b", role = "admin"}},
--     {days = [-9, -9], kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "kim", role = "admin"}},
--     {days = [-9, -9], kind = "change_repo_permission", performer_name = "alice", repository_name = "lib", metadata = {username = "globex+c", role = "write"}},
--     {kind = "change_repo_permission", performer_name = "alice", repository_name = "web", metadata = {username = "kim", role = "admin"}},
--     {kind = "change_repo_permission", performer_name = "alice", repository_name = "lib", metadata = {username = "globex+c", role = "write"}},
--     {kind = "change_repo_permission", performer_name = "zed", repository_name = "web", metadata = {username = "acme+b", role = "write"}},
--     {kind = "modify_prototype_permission", performer_name = "yan", metadata = {delegate_user = "new", role = "admin", original_role = "admin"}},
--     {days = [-1, -1], kind = "org_add_team_member", performer_name = "xen", metadata = {member = "new", team = "owners"}},
--     {kind = "create_tag", performer_name = "new", repository_name = "web", metadata = {role = "admin", team = "owners", member = "new2"}},
--     {kind = "org_create_team", performer_name = "wim", metadata = {role = "admin", team = "dev"}},
--     {kind = "org_create_team", performer_name = "new", namespace_name = "globex", metadata = {team = "dev"}},
-- ]
