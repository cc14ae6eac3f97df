-- id = "QD-09"
-- title = "Credentials made in a burst, or with high power"
-- family = "credential_misuse"
-- severity = "high"
-- why = "Whoever has one secret makes more of them, to stay when the first is revoked or to hold more rights."
-- tactics = ["Persistence", "Privilege Escalation", "Credential Access"]
-- techniques = ["T1098.001", "T1528"]
-- reads = [
--     "base_performers",
--     "mart_change_events",
--     "stg_inventory_applications",
-- ]
-- next_steps = [
--     "Ask the person whether these credentials were made on purpose, and for which work.",
--     "Revoke those that nobody claims, those with super:user or admin scopes first.",
--     "For a new redirect address: find out who runs that host before anybody signs in through the application.",
--     "Look at what each new credential did since it was made.",
-- ]
-- false_positives = [
--     "A platform team that sets up projects: measured by how much the same person made on one day before.",
--     "An integration that is moved to another host.",
-- ]
--
-- [needs]
-- kinds = [
--     "create_app_specific_token",
--     "create_application",
--     "create_oauth_api_token",
--     "create_robot",
--     "oauth_token_assigned",
--     "regenerate_robot_token",
--     "reset_application_client_secret",
--     "update_application",
--     "user_generate_client_key",
-- ]
-- inventory = ["applications"]
-- history_days = 7
--
-- [keys]
-- create_oauth_api_token = ["scope"]
-- create_application = ["client_id", "redirect_uri"]
-- update_application = ["client_id", "redirect_uri"]
-- oauth_token_assigned = ["assigned_user", "assigning_user"]
--
-- [params]
-- min_burst = 3                # credentials within an hour
-- burst_points = 16            # for a burst of that size, if it is twice what the person ever made on a day
-- doubling_points = 10         # for each doubling of it
-- first_points = 8             # by somebody who has made no credential for four weeks
-- superuser_points = 50        # a token that may do everything
-- admin_points = 34            # a token that may administer an organization, a user or repositories
-- habit_share = 0.4            # what such a token counts of somebody who makes them
-- redirect_points = 18         # an application that sends people to a host that is new in the namespace
-- assigned_points = 20         # a token given to somebody else
-- max_score = 90
-- min_score = 12
--
-- [sigma]
-- without = "knowing how many credentials the same person usually makes, and which hosts applications had before"
-- louder_in = [
--     "a platform team that makes eight robots where it made six",
-- ]
--
-- [[sigma.rules]]
-- title = "A credential is made"
-- name = "qd09_making"
-- [sigma.rules.detection]
-- selection.kind = [
--     "create_app_specific_token",
--     "create_oauth_api_token",
--     "create_robot",
--     "oauth_token_assigned",
--     "regenerate_robot_token",
--     "reset_application_client_secret",
--     "user_generate_client_key",
-- ]
-- condition = "selection"
--
-- [[sigma.rules]]
-- title = "Somebody makes credentials in a burst"
-- correlation = {type = "event_count", rules = ["qd09_making"], group-by = ["performer"], timespan = "1h", condition = {gte = 3}}
--
-- [[sigma.rules]]
-- title = "A token of high power is made"
-- detection = {selection = {kind = "create_oauth_api_token", "scope|contains" = ["super:user", "org:admin", "user:admin", "repo:admin"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "An application sends people to a host"
-- detection = {selection = {kind = ["create_application", "update_application"], "redirect_uri|contains" = "://"}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "A token is given to somebody else"
-- detection = {selection = {kind = "oauth_token_assigned"}, own = {"assigned_user|fieldref" = "assigning_user"}, condition = "selection and not own"}
with made as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        -- A change to an application makes no credential.
        kind in ('create_application', 'update_application') as is_application,
        performer_name,
        credential,
        network,
        namespace_name,
        json_extract_string(metadata, '$.client_id') as client_id,
        regexp_extract(json_extract_string(metadata, '$.redirect_uri'), '^[a-zA-Z]+://([^/:?#]+)', 1)
            as redirect_host,
        case
            when json_extract_string(metadata, '$.scope') like '%super:user%' then $superuser_points
            when regexp_matches(json_extract_string(metadata, '$.scope'), '(org|user|repo):admin')
                then $admin_points
            else 0
        end as scope_points,
        case
            when
                json_extract_string(metadata, '$.assigning_user')
                <> json_extract_string(metadata, '$.assigned_user')
                then $assigned_points
            else 0
        end as gift_points
    from mart_change_events
    where
        day >= $day - 100
        and day <= $day
        and kind in (
            'create_app_specific_token',
            'create_application',
            'create_oauth_api_token',
            'create_robot',
            'oauth_token_assigned',
            'regenerate_robot_token',
            'reset_application_client_secret',
            'update_application',
            'user_generate_client_key'
        )
),

bursts as (
    select
        event_key,
        count(*) over (
            partition by performer_name
            order by occurred_at
            range between interval 1 hour preceding and current row
        ) as hour_count
    from made
    where
        day >= $day - 1
        and not is_application
),

earlier_days as (
    select
        performer_name,
        count(case when not is_application then 1 end) as made_count,
        max(scope_points) as scope_points,
        max(gift_points) as gift_points
    from made
    where day < $day
    group by
        performer_name,
        day
),

makers as (
    select
        performer_name,
        max(made_count) as most_made_count,
        max(scope_points) as scope_points,
        max(gift_points) as gift_points
    from earlier_days
    group by performer_name
),

known_hosts as (
    select
        namespace_name,
        redirect_host
    from made
    where day < $day
    union
    select
        applications.namespace_name,
        regexp_extract(applications.redirect_uri, '^[a-zA-Z]+://([^/:?#]+)', 1) as redirect_host
    from stg_inventory_applications as applications
    -- The inventory may have been taken after the change, and show what it made.
    where applications.client_id not in (
        select changed.client_id
        from made as changed
        where
            changed.day = $day
            and changed.is_application
    )
),

todays as (
    select
        made.*,
        coalesce(bursts.hour_count, 0) as hour_count,
        case
            when nullif(made.redirect_host, '') is not null and known_hosts.redirect_host is null
                then $redirect_points
            else 0
        end as redirect_points
    from made
    left join bursts on made.event_key = bursts.event_key
    left join known_hosts
        on
            made.namespace_name = known_hosts.namespace_name
            and made.redirect_host = known_hosts.redirect_host
    where made.day = $day
),

actors as (
    select
        performer_name,
        min(credential) as credential,
        min(network) as network,
        min(namespace_name) as namespace_name,
        max(hour_count) as hour_count,
        max(scope_points) as scope_points,
        max(gift_points) as gift_points,
        max(redirect_points) as redirect_points,
        max(case when redirect_points > 0 then redirect_host end) as redirect_host,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as event_count,
        string_agg(distinct kind, ', ' order by kind asc) as kinds,
        list_sort(list(event_key))[1:20] as evidence
    from todays
    group by performer_name
),

scored_actors as (
    select
        actors.*,
        coalesce(makers.most_made_count, 0) as most_made_count,
        case
            when actors.hour_count >= $min_burst
                then
                    greatest(
                        $burst_points
                        + $doubling_points * log2(
                            actors.hour_count
                            / greatest($min_burst, 2 * coalesce(makers.most_made_count, 0))
                        ),
                        0
                    )
            else 0
        end
        + case
            when actors.hour_count > 0 and coalesce(performers.mint_day_count, 0) = 0 then $first_points
            else 0
        end
        + actors.scope_points * case when makers.scope_points > 0 then $habit_share else 1 end
        + actors.gift_points * case when makers.gift_points > 0 then $habit_share else 1 end
        + actors.redirect_points as score
    from actors
    left join makers on actors.performer_name = makers.performer_name
    left join base_performers as performers on actors.performer_name = performers.performer_name
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    null as repository,
    null as shared,
    case
        when score >= 80 then 'critical'
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    round(least(score, $max_score), 1) as score,
    performer_name || ' made or changed ' || event_count || ' credentials and applications (' || kinds
    || '), at most ' || hour_count || ' credentials within an hour (most on an earlier day: '
    || most_made_count || ')'
    || case when scope_points > 0 then '; one of them may administer' else '' end
    || case when gift_points > 0 then '; a token was given to somebody else' else '' end
    || coalesce('; people who sign in are now sent to ' || redirect_host, '') as reason,
    first_at,
    last_at,
    event_count,
    evidence
from scored_actors
where score >= $min_score
-- [[cases]]
-- name = "six robots in ten minutes by somebody who never made one"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 34.0, reason = "alice made or changed 8 credentials and applications (create_app_specific_token, create_application, create_robot), at most 6 credentials within an hour (most on an earlier day: 0)", network = "198.51.100.0/24", event_count = 8},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {times = 6, every = "2m", kind = "create_robot", performer_name = "alice", metadata = {robot = "r{n}"}},
--     {at = "12:30", kind = "create_application", performer_name = "alice", metadata = {client_id = "C", redirect_uri = ""}},
--     {at = "20:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", metadata = {app_specific_token = "t"}},
-- ]
-- [[cases]]
-- name = "three within an hour, across midnight, by one who made one long ago; twelve by one who makes two a day"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "low", score = 16.0, network = "198.51.100.0/24", event_count = 4},
--     {subject = "user:erin", severity = "medium", score = 31.8, network = "198.51.100.0/24", event_count = 12},
-- ]
-- events = [
--     {days = [-30, -30], kind = "create_robot", performer_name = "alice"},
--     {days = [-1, -1], at = "23:30", times = 4, kind = "create_robot", performer_name = "alice"},
--     {at = "00:00", times = 4, every = "10m", kind = "create_robot", performer_name = "alice"},
--     {days = [-20, -20], times = 2, kind = "create_robot", performer_name = "erin"},
--     {days = [-9, -9], kind = "create_robot", performer_name = "erin"},
--     {days = [-29, -29], times = 9, kind = "create_application", performer_name = "erin"},
--     {times = 12, kind = "create_robot", performer_name = "erin"},
-- ]
-- [[cases]]
-- name = "tokens that may do everything, or administer, by new hands and by habitual ones"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "high", score = 58.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:bob", severity = "medium", score = 42.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:carol", severity = "low", score = 13.6, reason = "carol made or changed 1 credentials and applications (create_oauth_api_token), at most 1 credentials within an hour (most on an earlier day: 1); one of them may administer", network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:dave", severity = "medium", score = 34.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:hugo", severity = "low", score = 28.0, network = "198.51.100.0/24", event_count = 2},
--     {subject = "user:ivan", severity = "high", score = 58.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-9, -9], kind = "create_oauth_api_token", performer_name = "carol", metadata = {scope = "org:admin", client_id = "C"}},
--     {days = [-9, -9], kind = "create_oauth_api_token", performer_name = "dave", metadata = {scope = "repo:read", client_id = "C"}},
--     {kind = "create_oauth_api_token", performer_name = "alice", metadata = {scope = "repo:read super:user", client_id = "C"}},
--     {kind = "create_oauth_api_token", performer_name = "bob", metadata = {scope = "repo:read user:admin", client_id = "C"}},
--     {kind = "create_oauth_api_token", performer_name = "carol", metadata = {scope = "repo:admin", client_id = "C"}},
--     {kind = "create_oauth_api_token", performer_name = "dave", metadata = {scope = "org:admin", client_id = "C"}},
--     {kind = "create_oauth_api_token", performer_name = "erin", metadata = {scope = "repo:read repo:write", client_id = "C"}},
--     {days = [-1, 1], kind = "create_oauth_api_token", performer_name = "frank", metadata = {scope = "repo:read", client_id = "C"}},
--     {days = [-1, -1], kind = "create_oauth_api_token", performer_name = "gina", metadata = {scope = "super:user", client_id = "C"}},
--     {days = [1, 1], kind = "create_oauth_api_token", performer_name = "gina", metadata = {scope = "super:user", client_id = "C"}},
--     {days = [-100, -100], kind = "create_oauth_api_token", performer_name = "hugo", metadata = {scope = "super:user", client_id = "C"}},
--     {days = [-101, -101], kind = "create_oauth_api_token", performer_name = "ivan", metadata = {scope = "super:user", client_id = "C"}},
--     {times = 2, kind = "create_oauth_api_token", performer_name = "hugo", metadata = {scope = "super:user", client_id = "C"}},
--     {kind = "create_oauth_api_token", performer_name = "ivan", metadata = {scope = "super:user", client_id = "C"}},
-- ]
-- [[cases]]
-- name = "an application sends people to a new host; to one of before, of another port or path"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "low", score = 18.0, reason = "alice made or changed 1 credentials and applications (update_application), at most 0 credentials within an hour (most on an earlier day: 0); people who sign in are now sent to evil.example", network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:erin", severity = "low", score = 26.0, network = "198.51.100.0/24", event_count = 2},
-- ]
-- inventory.applications = [
--     {namespace_name = "acme", client_id = "B", redirect_uri = "https://inventory.example/cb"},
--     {namespace_name = "umbrella", client_id = "Z", redirect_uri = "https://evil.example/cb"},
--     {namespace_name = "acme", client_id = "A", redirect_uri = "https://evil.example/cb"},
--     {namespace_name = "acme", client_id = "R", redirect_uri = "https://reset.example/cb"},
-- ]
-- events = [
--     {days = [-50, -50], kind = "create_application", performer_name = "bob", metadata = {client_id = "A", redirect_uri = "https://good.example/cb"}},
--     {kind = "update_application", performer_name = "alice", metadata = {client_id = "A", redirect_uri = "https://evil.example/cb"}},
--     {kind = "update_application", performer_name = "bob", metadata = {client_id = "A", redirect_uri = "https://good.example:8443/other"}},
--     {kind = "create_application", performer_name = "carol", metadata = {client_id = "D", redirect_uri = "https://inventory.example"}},
--     {kind = "create_application", performer_name = "dave", metadata = {client_id = "E", redirect_uri = ""}},
--     {kind = "create_application", performer_name = "erin", metadata = {client_id = "F", redirect_uri = "http://new.example"}},
--     {kind = "reset_application_client_secret", performer_name = "erin", metadata = {client_id = "F"}},
--     {days = [-1, -1], kind = "update_application", performer_name = "gina", metadata = {client_id = "B", redirect_uri = "https://inventory.example/cb"}},
--     {days = [-9, -9], kind = "user_generate_client_key", performer_name = "gina"},
--     {days = [-9, -9], kind = "user_generate_client_key", performer_name = "hugo"},
--     {kind = "reset_application_client_secret", performer_name = "gina", metadata = {client_id = "R"}},
--     {kind = "create_application", performer_name = "hugo", metadata = {client_id = "H", redirect_uri = "https://reset.example/x"}},
--     {kind = "set_repo_description", performer_name = "frank", metadata = {redirect_uri = "https://evil.example/cb"}},
-- ]
-- [[cases]]
-- name = "a token given to another, to oneself, and by one who gives tokens"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "low", score = 28.0, reason = "alice made or changed 1 credentials and applications (oauth_token_assigned), at most 1 credentials within an hour (most on an earlier day: 0); a token was given to somebody else", network = "198.51.100.0/24", event_count = 1, evidence = ["2026-03-03 all #00000000"]},
-- ]
-- events = [
--     {days = [-9, -9], kind = "oauth_token_assigned", performer_name = "carol", metadata = {assigning_user = "carol", assigned_user = "x", client_id = "C"}},
--     {kind = "oauth_token_assigned", performer_name = "alice", metadata = {assigning_user = "alice", assigned_user = "mallory", client_id = "C"}},
--     {kind = "oauth_token_assigned", performer_name = "bob", metadata = {assigning_user = "bob", assigned_user = "bob", client_id = "C"}},
--     {kind = "oauth_token_assigned", performer_name = "carol", metadata = {assigning_user = "carol", assigned_user = "y", client_id = "C"}},
--     {days = [-9, -9], kind = "user_generate_client_key", performer_name = "dave"},
--     {times = 2, kind = "regenerate_robot_token", performer_name = "dave", metadata = {robot = "r"}},
-- ]
-- [[cases]]
-- name = "all at once"
-- day = 2026-03-03
-- fires = [
--     {subject = "oauth_token:9", severity = "critical", score = 90.0, network = "198.51.100.0/24", event_count = 32},
--     {subject = "user:bob", severity = "low", score = 24.0, network = "198.51.100.0/24", event_count = 3},
-- ]
-- events = [
--     {times = 30, kind = "regenerate_robot_token", performer_name = "alice", credential = "oauth_token:9", metadata = {robot = "r{n}"}},
--     {kind = "create_oauth_api_token", performer_name = "alice", credential = "oauth_token:9", metadata = {scope = "super:user", client_id = "C"}},
--     {kind = "oauth_token_assigned", performer_name = "alice", credential = "oauth_token:9", metadata = {assigning_user = "alice", assigned_user = "mallory", client_id = "C"}},
--     {times = 3, kind = "user_generate_client_key", performer_name = "bob"},
-- ]
-- [[cases]]
-- name = "two robots, and three over more than an hour"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {times = 2, kind = "create_robot", performer_name = "bob", metadata = {robot = "r{n}"}},
--     {times = 3, every = "31m", kind = "create_robot", performer_name = "carol", metadata = {robot = "s{n}"}},
-- ]
-- [[cases]]
-- name = "a platform team that makes eight robots where it made six"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-9, -8], times = 6, kind = "create_robot", performer_name = "dave", metadata = {robot = "r{n}"}},
--     {times = 8, kind = "create_robot", performer_name = "dave", metadata = {robot = "s{n}"}},
-- ]
-- [[cases]]
-- name = "a person's token for a new machine, and a read-only token of an application"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", metadata = {app_specific_token = "t"}},
--     {kind = "create_oauth_api_token", performer_name = "bob", metadata = {scope = "repo:read", client_id = "C"}},
-- ]
