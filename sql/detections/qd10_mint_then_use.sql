-- id = "QD-10"
-- title = "New credential used at once for much, or from elsewhere"
-- family = "credential_misuse"
-- severity = "critical"
-- why = "Somebody made a credential and within a day it fetched private repositories that its maker has no habit of using, or worked from where neither the maker nor the organization does: a way in was made to carry things out."
-- tactics = ["Persistence", "Collection"]
-- techniques = ["T1098.001", "T1213"]
-- reads = [
--     "base_credentials",
--     "base_habit_values",
--     "base_namespace_habits",
--     "base_performer_habits",
--     "base_performers",
--     "base_registry",
--     "base_repositories",
--     "int_acts",
--     "mart_change_events",
-- ]
-- next_steps = [
--     "Revoke the new credential now, or regenerate the robot's once more: it is at most a day old, and little depends on it yet.",
--     "Ask its maker about it. If it was not made on purpose, the maker's own account is in other hands: reset it and its other tokens.",
--     "List the repositories it pulled and rotate what their images held.",
-- ]
-- false_positives = [
--     "A robot for a new cluster or scanner, whose first day is its busiest: from a network of the organization that counts for little.",
--     "A person with a new machine who pulls everything once: repositories that the person pulled before do not count.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo"]
-- inventory = ["repositories"]
-- history_days = 7
--
-- [keys]
-- create_app_specific_token = ["app_specific_token"]
-- create_oauth_api_token = ["client_id"]
-- create_robot = ["robot"]
-- pull_repo = ["oauth_token_application_id"]
-- regenerate_robot_token = ["robot"]
--
-- [params]
-- max_hours = 24
-- breadth_points = 14         # for each doubling of the private repositories that neither it nor its maker ever pulled
-- popularity = 5              # pullers of a repository that make it count half
-- min_strange = 2             # so many repositories a new credential may meet without a word
-- network_points = 36         # from a network that neither its maker nor the organization knows
-- use_points = 4              # there: for each doubling of what it pulled, and again of what is strange among it
-- known_network_share = 0.5   # breadth from a network that one of them knows
-- young_maker_share = 0.25    # of somebody new everything is new
-- max_score = 90
-- min_score = 20
with made as (
    select
        event_key,
        occurred_at,
        kind,
        performer_name,
        case
            when kind = 'create_app_specific_token'
                then 'app_specific_token:' || json_extract_string(metadata, '$.app_specific_token')
            when kind in ('create_robot', 'regenerate_robot_token')
                then
                    'robot:' || namespace_name || '+'
                    || regexp_replace(json_extract_string(metadata, '$.robot'), '^.*\+', '')
        end as made_credential,
        case when kind = 'create_oauth_api_token' then json_extract_string(metadata, '$.client_id') end
            as client_id
    from mart_change_events
    where day >= $day - 1
),

-- What is made twice within a day counts from the first time.
mints as (
    select
        made_credential,
        client_id,
        min(event_key) as event_key,
        min(occurred_at) as occurred_at,
        min(kind) as kind,
        min(performer_name) as performer_name
    from made
    group by
        made_credential,
        client_id
),

pulls as (
    select
        acts.event_key,
        acts.occurred_at,
        acts.credential,
        acts.performer_name,
        acts.namespace_name,
        acts.repository,
        acts.network,
        -- A token of an application is new by its number: events do not tell it by what it was made.
        case
            when acts.credential_kind = 'oauth_token' and known.credential is null
                then json_extract_string(acts.metadata, '$.oauth_token_application_id')
        end as client_id
    from int_acts as acts
    left join base_credentials as known on acts.credential = known.credential
    where
        acts.day = $day
        and acts.kind = 'pull_repo'
),

new_pulls as (
    select
        pulls.event_key,
        pulls.occurred_at,
        pulls.credential,
        pulls.performer_name,
        pulls.namespace_name,
        pulls.repository,
        pulls.network,
        mints.event_key as mint_key,
        mints.occurred_at as minted_at,
        mints.kind as mint_kind,
        mints.performer_name as maker_name
    from pulls
    inner join mints
        on
            (pulls.credential = mints.made_credential or pulls.client_id = mints.client_id)
            and pulls.occurred_at >= mints.occurred_at
            and pulls.occurred_at <= mints.occurred_at + $max_hours * interval 1 hour
),

pulled_repositories as (
    select
        credential,
        repository,
        max(performer_name) as performer_name,
        max(maker_name) as maker_name
    from new_pulls
    group by
        credential,
        repository
),

breadths as (
    select
        pulled.credential,
        sum($popularity / ($popularity + coalesce(repositories.puller_count, 0))) as strange_weight,
        count(*) as strange_count
    from pulled_repositories as pulled
    left join base_repositories as repositories on pulled.repository = repositories.repository
    left join base_performer_habits as makers
        on
            makers.habit = 'repository'
            and pulled.maker_name = makers.performer_name
            and pulled.repository = makers.habit_value
    left join base_performer_habits as own
        on
            own.habit = 'repository'
            and pulled.performer_name = own.performer_name
            and pulled.repository = own.habit_value
    where
        not coalesce(repositories.is_public, false)
        and makers.habit_value is null
        and own.habit_value is null
    group by pulled.credential
),

strange_networks as (
    select
        pulls.credential,
        min(pulls.network) as network,
        min(coalesce(everybody.performer_count, 0)) as peer_count
    from new_pulls as pulls
    inner join base_registry as registry on coalesce(registry.is_network_trusted, true)
    left join base_habit_values as everybody
        on
            everybody.habit = 'network'
            and pulls.network = everybody.habit_value
    left join base_performer_habits as makers
        on
            makers.habit = 'network'
            and pulls.maker_name = makers.performer_name
            and pulls.network = makers.habit_value
    left join base_namespace_habits as neighbours
        on
            neighbours.habit = 'network'
            and pulls.namespace_name = neighbours.namespace_name
            and pulls.network = neighbours.habit_value
    where
        makers.habit_value is null
        and neighbours.habit_value is null
    group by pulls.credential
),

chains as (
    select
        credential,
        mint_key,
        minted_at,
        mint_kind,
        maker_name,
        max(performer_name) as performer_name,
        min(namespace_name) as namespace_name,
        max(occurred_at) as last_at,
        count(*) as event_count,
        count(distinct repository) as repository_count,
        list_sort(list(event_key))[1:19] as evidence
    from new_pulls
    group by
        credential,
        mint_key,
        minted_at,
        mint_kind,
        maker_name
),

scored_chains as (
    select
        chains.*,
        networks.network,
        coalesce(breadths.strange_count, 0) as strange_count,
        case when makers.is_known then 1 else $young_maker_share end
        * (
            $breadth_points * log2(greatest(coalesce(breadths.strange_weight, 0) / $min_strange, 1))
            * case when networks.credential is null then $known_network_share else 1 end
            + coalesce(
                (
                    $network_points
                    + $use_points
                    * log2((1 + chains.repository_count) * (1 + coalesce(breadths.strange_count, 0)))
                )
                / (1 + networks.peer_count),
                0
            )
        ) as score
    from chains
    left join breadths on chains.credential = breadths.credential
    left join strange_networks as networks on chains.credential = networks.credential
    left join base_performers as makers on chains.maker_name = makers.performer_name
)

select
    credential as subject,
    coalesce(maker_name, performer_name) as performer_name,
    credential,
    network,
    namespace_name,
    null as repository,
    null as shared,
    case
        when score >= 60 then 'critical'
        when score >= 40 then 'high'
        else 'medium'
    end as severity,
    round(least(score, $max_score), 1) as score,
    credential || ' pulled ' || event_count || ' times within a day after ' || mint_kind || ' by '
    || coalesce(maker_name, 'somebody') || ' at ' || cast(minted_at as varchar)
    || '; private repositories that neither had ever pulled: ' || strange_count
    || coalesce('; from ' || network || ', which neither the maker nor the organization used before', '')
        as reason,
    minted_at as first_at,
    last_at,
    1 + event_count as event_count,
    list_sort(list_append(evidence, mint_key)) as evidence
from scored_chains
where score >= $min_score
-- [[cases]]
-- name = "a stolen session makes a token, and the token fetches thirty private repositories from elsewhere"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", severity = "critical", score = 90.0, reason = "app_specific_token:t pulled 33 times within a day after create_app_specific_token by alice at 2026-03-02 18:00:00; private repositories that neither had ever pulled: 31; from 203.0.113.0/24, which neither the maker nor the organization used before", network = "203.0.113.0/24", event_count = 34},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "open", is_public = true}]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-28, -1], times = 30, performer_name = "bob", repository_name = "secret-{n}"},
--     {days = [-1, -1], at = "18:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", metadata = {app_specific_token = "t"}},
--     {at = "11:00", times = 30, performer_name = "alice", credential = "app_specific_token:t", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {at = "12:00", performer_name = "alice", credential = "app_specific_token:t", repository_name = "open", network = "203.0.113.0/24"},
--     {at = "12:01", performer_name = "alice", credential = "app_specific_token:t", repository_name = "web", network = "192.0.2.0/24"},
--     {at = "18:00", performer_name = "alice", credential = "app_specific_token:t", repository_name = "secret-at-last", network = "203.0.113.0/24"},
--     {at = "18:01", performer_name = "alice", credential = "app_specific_token:t", repository_name = "secret-too-late", network = "203.0.113.0/24"},
--     {at = "18:02", kind = "push_repo", performer_name = "alice", credential = "app_specific_token:t", repository_name = "other", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a new robot pulls much within its organization; the networks of its maker and of others are no strangers"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+cluster", network = "", severity = "medium", score = 30.3, event_count = 42}]
-- events = [
--     {days = [-28, -1], performer_name = "alice", namespace_name = "globex", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {at = "09:00", kind = "create_robot", performer_name = "alice", metadata = {robot = "cluster"}},
--     {at = "09:00", times = 40, performer_name = "acme+cluster", repository_name = "image-{n}"},
--     {at = "09:00", performer_name = "acme+cluster", repository_name = "image-0", network = "192.0.2.0/24"},
-- ]
-- [[cases]]
-- name = "a robot's new token from a network of another organization; an application's new token; a maker who is six days old"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "critical", score = 67.3, network = "203.0.113.0/24", event_count = 31},
--     {subject = "oauth_token:9", severity = "critical", score = 90.0, network = "203.0.114.0/24", event_count = 11},
--     {subject = "app_specific_token:n", severity = "medium", score = 34.8, network = "203.0.115.0/24", event_count = 41},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-6, -1], performer_name = "newbie", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-28, -1], times = 20, performer_name = "acme+ci", repository_name = "image-{n}"},
--     {days = [-28, -1], performer_name = "umbrella+ci", namespace_name = "umbrella", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "09:00", kind = "regenerate_robot_token", performer_name = "alice", metadata = {robot = "acme+ci"}},
--     {at = "09:10", times = 20, performer_name = "acme+ci", repository_name = "image-{n}", network = "203.0.113.0/24"},
--     {at = "09:10", times = 10, performer_name = "acme+ci", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {at = "09:00", kind = "create_oauth_api_token", performer_name = "alice", metadata = {client_id = "C"}},
--     {at = "09:00", kind = "create_robot", performer_name = "alice", metadata = {robot = "r", client_id = "D"}},
--     {at = "09:10", times = 10, performer_name = "alice", credential = "oauth_token:9", repository_name = "secret-{n}", network = "203.0.114.0/24", metadata = {oauth_token_application_id = "C"}},
--     {days = [-28, -1], performer_name = "alice", credential = "oauth_token:8", repository_name = "web", network = "192.0.2.0/24", metadata = {oauth_token_application_id = "C"}},
--     {at = "09:10", times = 10, performer_name = "alice", credential = "oauth_token:8", repository_name = "secret-{n}", network = "203.0.114.0/24", metadata = {oauth_token_application_id = "C"}},
--     {at = "09:10", times = 10, performer_name = "alice", credential = "oauth_token:7", repository_name = "secret-{n}", network = "203.0.114.0/24", metadata = {oauth_token_application_id = "D"}},
--     {at = "09:00", kind = "create_app_specific_token", performer_name = "newbie", namespace_name = "newbie", metadata = {app_specific_token = "n"}},
--     {at = "09:10", times = 40, performer_name = "newbie", credential = "app_specific_token:n", repository_name = "secret-{n}", network = "203.0.115.0/24"},
-- ]
-- [[cases]]
-- name = "a new hire on the first day; a person's new machine"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 30, performer_name = "alice", repository_name = "image-{n}"},
--     {days = [-28, -1], times = 6, performer_name = "user-{n}", repository_name = "web", network = "198.51.{n}.0/24"},
--     {at = "09:00", kind = "create_app_specific_token", performer_name = "hire", namespace_name = "hire", metadata = {app_specific_token = "h"}},
--     {at = "09:10", times = 6, performer_name = "hire", credential = "app_specific_token:h", repository_name = "image-{n}", network = "203.0.115.0/24"},
--     {at = "09:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", metadata = {app_specific_token = "a"}},
--     {at = "09:10", times = 30, performer_name = "alice", credential = "app_specific_token:a", repository_name = "image-{n}"},
-- ]
-- [[cases]]
-- name = "made twice, told once; and behind one proxy no network is strange"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+job-0", network = "", severity = "medium", score = 23.3, reason = "robot:acme+job-0 pulled 30 times within a day after regenerate_robot_token by alice at 2026-03-02 12:00:00; private repositories that neither had ever pulled: 20", event_count = 31},
-- ]
-- events = [
--     {days = [-28, -1], times = 6, performer_name = "acme+job-{n}"},
--     {days = [-28, -1], performer_name = "alice"},
--     {days = [-1, -1], kind = "regenerate_robot_token", performer_name = "alice", metadata = {robot = "job-0"}},
--     {at = "09:00", kind = "regenerate_robot_token", performer_name = "alice", metadata = {robot = "job-0"}},
--     {at = "08:00", times = 10, performer_name = "acme+job-0", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {at = "09:10", times = 20, performer_name = "acme+job-0", repository_name = "secret-{n}", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a few images; before it was made; two days after it was made"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 30, performer_name = "alice", repository_name = "image-{n}"},
--     {days = [-28, -1], times = 6, performer_name = "user-{n}", repository_name = "web", network = "198.51.{n}.0/24"},
--     {at = "09:00", kind = "create_app_specific_token", performer_name = "user-0", namespace_name = "user-0", metadata = {app_specific_token = "b"}},
--     {at = "09:10", times = 2, performer_name = "user-0", credential = "app_specific_token:b", repository_name = "secret-{n}"},
--     {at = "08:59", performer_name = "user-0", credential = "app_specific_token:b", repository_name = "secret", network = "203.0.116.0/24"},
--     {days = [-2, -2], at = "23:59", kind = "create_app_specific_token", performer_name = "user-1", namespace_name = "user-1", metadata = {app_specific_token = "c"}},
--     {at = "00:01", times = 20, performer_name = "user-1", credential = "app_specific_token:c", repository_name = "secret-{n}", network = "203.0.117.0/24"},
-- ]
-- [[cases]]
-- name = "all of it yesterday; a token that was not made; only refused"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 30, performer_name = "alice", repository_name = "image-{n}"},
--     {days = [-28, -1], times = 6, performer_name = "user-{n}", repository_name = "web", network = "198.51.{n}.0/24"},
--     {days = [-1, -1], at = "09:00", kind = "create_app_specific_token", performer_name = "user-2", namespace_name = "user-2", metadata = {app_specific_token = "d"}},
--     {days = [-1, -1], at = "09:10", times = 20, performer_name = "user-2", credential = "app_specific_token:d", repository_name = "secret-{n}", network = "203.0.118.0/24"},
--     {at = "09:00", kind = "revoke_app_specific_token", performer_name = "user-3", namespace_name = "user-3", metadata = {app_specific_token = "e"}},
--     {at = "09:10", times = 20, performer_name = "user-3", credential = "app_specific_token:e", repository_name = "secret-{n}", network = "203.0.119.0/24"},
--     {at = "09:00", kind = "create_app_specific_token", performer_name = "user-4", namespace_name = "user-4", metadata = {app_specific_token = "f"}},
--     {at = "09:10", times = 20, kind = "pull_repo_failed", performer_name = "user-4", credential = "app_specific_token:f", repository_name = "secret-{n}", network = "203.0.119.0/24"},
-- ]
--
-- [[cases]]
-- name = "a token fetches nothing strange, but at once and from a network that nobody knows; and one from where others are"
-- day = 2026-03-03
-- fires = [{subject = "app_specific_token:t", severity = "high", score = 49.3, network = "203.0.113.0/24"}]
-- events = [
--     {days = [-28, -1], times = 9, performer_name = "alice", repository_name = "web-{n}", network = "192.0.2.0/24"},
--     {days = [-28, -1], times = 9, performer_name = "bob", repository_name = "web-{n}", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "globex+ci", repository = "globex/web", network = "203.0.114.0/24"},
--     {days = [-28, -1], performer_name = "globex+cd", repository = "globex/web", network = "203.0.114.0/24"},
--     {days = [-28, -1], performer_name = "globex+cf", repository = "globex/web", network = "203.0.114.0/24"},
--     {at = "10:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", metadata = {app_specific_token = "t"}},
--     {at = "10:30", times = 9, performer_name = "alice", credential = "app_specific_token:t", repository_name = "web-{n}", network = "203.0.113.0/24"},
--     {at = "10:00", kind = "create_app_specific_token", performer_name = "bob", namespace_name = "bob", metadata = {app_specific_token = "u"}},
--     {at = "10:30", times = 9, performer_name = "bob", credential = "app_specific_token:u", repository_name = "web-{n}", network = "203.0.114.0/24"},
-- ]
