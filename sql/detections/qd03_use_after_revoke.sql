-- id = "QD-03"
-- title = "Credential used after it was taken away"
-- family = "credential_misuse"
-- severity = "high"
-- why = "Somebody still holds a token that was revoked, or acts as an account that is disabled, and goes on with what the registry issued before."
-- tactics = ["Defense Evasion", "Lateral Movement"]
-- techniques = ["T1550.001"]
-- reads = [
--     "base_performer_habits", "base_repositories", "int_acts", "mart_change_events",
--     "stg_inventory_application_tokens", "stg_inventory_applications", "stg_inventory_users",
-- ]
-- next_steps = [
--     "See which machine still uses it, by the network and client of the evidence, and take the secret off it.",
--     "Within an hour after the revocation the registry's own short-lived tokens still work: repeat the look after that.",
--     "If the network is not the owner's: treat the pulls as a theft and review everything the credential pulled before.",
--     "Later than that it should be impossible: check the clocks and whether the log is complete.",
-- ]
-- false_positives = [
--     "A job that pulls on for up to an hour after its token was rotated, from the owner's network.",
--     "A repository that was made public on that day.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo", "push_repo"]
-- inventory = ["repositories", "users", "applications", "application_tokens"]
-- history_days = 0
--
-- [keys]
-- pull_repo = ["oauth_token_application_id", "username"]
-- push_repo = ["oauth_token_application_id", "username"]
-- revoke_app_specific_token = ["app_specific_token"]
-- revoke_oauth_api_token = ["client_id", "oauth_token_uuid"]
-- create_oauth_api_token = ["client_id"]
-- oauth_token_assigned = ["client_id"]
--
-- [params]
-- residual_seconds = 3660     # how long a token that the registry issued before may live on, and a minute
-- late_points = 90
-- residual_points = 36
-- anonymous_points = 64       # a private repository without a credential, from a network that is not the owner's
-- owner_points = 40           # ... from one that is
-- disabled_points = 60
-- application_points = 26     # an OAuth token of an application that should have none left
--
-- [sigma]
-- without = "knowing which repositories are private, who is disabled and which tokens an application has left"
-- quieter_in = [
--     "a private repository without a credential within the hour after a person's token was revoked",
--     "on the owner's network; after midnight; in the user's own namespace; after an organization's token",
--     "a repository that is turned later, and one that another turned",
--     "accounts that are disabled act on: within the hour, after it, and by what the inventory says alone",
--     "the only token of an application was revoked, and one acts on",
--     "one pull after two removals counts once, for the more telling one",
-- ]
--
-- [[sigma.rules]]
-- title = "An app-specific token is revoked"
-- name = "qd03_revocation"
-- detection = {selection = {kind = "revoke_app_specific_token"}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "An app-specific token is used"
-- name = "qd03_use"
-- detection = {selection = {credential_kind = "app_specific_token"}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "An app-specific token is used after it was revoked"
-- [sigma.rules.correlation]
-- type = "temporal_ordered"
-- rules = ["qd03_revocation", "qd03_use"]
-- group-by = ["token_uuid"]
-- timespan = "24h"
-- aliases.token_uuid = {qd03_revocation = "metadata.app_specific_token", qd03_use = "credential_id"}
with changes as (
    select
        kind,
        day,
        occurred_at,
        namespace_name,
        repository,
        target_name,
        metadata
    from mart_change_events
    where day between $day - 100 and $day
),

revoked_tokens as (
    select
        'app_specific_token:' || json_extract_string(metadata, '$.app_specific_token') as credential,
        min(occurred_at) as revoked_at
    from changes
    where kind = 'revoke_app_specific_token'
    group by json_extract_string(metadata, '$.app_specific_token')
),

-- A token that was revoked, by its own id: Quay resolves it no more, but what it issued may live on for an hour.
token_uses as (
    select
        acts.event_key,
        acts.occurred_at,
        acts.network,
        acts.namespace_name,
        acts.repository,
        acts.credential as subject,
        acts.performer_name as owner_name,
        case
            when acts.occurred_at > revoked.revoked_at + $residual_seconds * interval 1 second
                then $late_points
            else $residual_points
        end as points,
        acts.credential || ' was used, which was revoked at ' || cast(revoked.revoked_at as varchar) as deed
    from int_acts as acts
    inner join revoked_tokens as revoked
        on
            acts.credential = revoked.credential
            and acts.occurred_at > revoked.revoked_at
    where
        acts.day = $day
        and not acts.is_failure
),

removals as (
    select
        occurred_at,
        namespace_name,
        case
            when kind = 'revoke_app_specific_token' then namespace_name
            when kind in ('user_delete', 'user_disable') then target_name
        end as owner_name,
        case
            when kind = 'revoke_app_specific_token'
                then 'app_specific_token:' || json_extract_string(metadata, '$.app_specific_token')
            when kind in ('user_delete', 'user_disable') then 'user:' || target_name
            else 'namespace:' || namespace_name
        end as subject,
        kind
    from changes
    where
        kind in ('delete_application', 'revoke_oauth_api_token')
        or kind in ('revoke_app_specific_token', 'user_delete', 'user_disable')
),

private_pulls as (
    -- By the first protocol, which knows neither tags nor digests, sessions are told otherwise.
    select
        acts.event_key,
        acts.occurred_at,
        acts.network,
        acts.namespace_name,
        acts.repository
    from int_acts as acts
    inner join base_repositories as repositories
        on
            acts.repository = repositories.repository
            and not repositories.is_public
    left join changes as turns
        on
            turns.kind = 'change_repo_visibility'
            and turns.day = $day
            and acts.repository = turns.repository
            and acts.occurred_at >= turns.occurred_at
    where
        acts.day = $day
        and acts.kind = 'pull_repo'
        and acts.credential = 'anonymous'
        and coalesce(acts.tag, acts.manifest_digest) is not null
        and turns.kind is null
),

-- What a token issued, once its credential is gone: nobody is named any more.
nameless_uses as (
    select
        pulls.event_key,
        pulls.occurred_at,
        pulls.network,
        pulls.namespace_name,
        pulls.repository,
        removals.subject,
        removals.owner_name,
        case when homes.habit_value is null then $anonymous_points else $owner_points end as points,
        'a private repository was pulled without a credential, soon after ' || removals.kind || ' of '
        || removals.subject || ' at ' || cast(removals.occurred_at as varchar)
        || case
            when homes.habit_value is null then ', from a network that is not known as the owner''s'
            else ', from a network of the owner'
        end as deed
    from private_pulls as pulls
    inner join removals
        on
            pulls.occurred_at > removals.occurred_at
            and pulls.occurred_at <= removals.occurred_at + $residual_seconds * interval 1 second
    left join base_performer_habits as places
        on
            places.habit = 'namespace'
            and removals.owner_name = places.performer_name
            and pulls.namespace_name = places.habit_value
    left join base_performer_habits as homes
        on
            homes.habit = 'network'
            and removals.owner_name = homes.performer_name
            and pulls.network = homes.habit_value
    where
        pulls.namespace_name = removals.namespace_name
        or places.habit_value is not null
),

-- Quay drops a disabled user, but what the client presented still names it.
nobodys_pulls as (
    select
        event_key,
        occurred_at,
        network,
        namespace_name,
        repository,
        credential,
        json_extract_string(metadata, '$.username') as user_name
    from int_acts
    where
        day = $day
        and not is_failure
        and kind_family in ('pull', 'push')
        and performer_name is null
        and performer_kind = 'user'
),

switches as (
    select
        target_name as user_name,
        kind = 'user_disable' as is_disabled,
        occurred_at
    from changes
    where kind in ('user_disable', 'user_enable')
),

ranked_switches as (
    select
        pulls.*,
        switches.is_disabled,
        switches.occurred_at as disabled_at,
        row_number() over (
            partition by pulls.event_key
            order by switches.occurred_at desc nulls last
        ) as place
    from nobodys_pulls as pulls
    left join switches
        on
            pulls.user_name = switches.user_name
            and pulls.occurred_at > switches.occurred_at
),

disabled_uses as (
    select
        pulls.event_key,
        pulls.occurred_at,
        pulls.network,
        pulls.namespace_name,
        pulls.repository,
        pulls.credential as subject,
        pulls.user_name as owner_name,
        case
            when pulls.occurred_at > pulls.disabled_at + $residual_seconds * interval 1 second
                then $late_points
            else $disabled_points
        end as points,
        'the account ' || pulls.user_name || ' acted, which is disabled'
        || coalesce(' since ' || cast(pulls.disabled_at as varchar), '') as deed
    from ranked_switches as pulls
    left join stg_inventory_users as known_users
        on
            pulls.user_name = known_users.user_name
            and not known_users.is_enabled
    where
        pulls.place = 1
        and coalesce(pulls.is_disabled, known_users.user_name is not null)
),

-- By its number a token of an application cannot be told from its siblings: only an application without any is telling.
spent_applications as (
    select
        applications.client_id,
        max(revocations.occurred_at) as revoked_at
    from stg_inventory_applications as applications
    inner join changes as revocations
        on
            revocations.kind = 'revoke_oauth_api_token'
            and applications.client_id = json_extract_string(revocations.metadata, '$.client_id')
    left join stg_inventory_application_tokens as tokens
        on
            applications.client_id = tokens.client_id
            and tokens.token_uuid not in (
                select json_extract_string(revoked.metadata, '$.oauth_token_uuid')
                from changes as revoked
                where revoked.kind = 'revoke_oauth_api_token'
            )
    left join changes as later
        on
            later.kind in ('create_oauth_api_token', 'oauth_token_assigned')
            and applications.client_id = json_extract_string(later.metadata, '$.client_id')
            and revocations.occurred_at < later.occurred_at
    where
        tokens.token_uuid is null
        and later.kind is null
    group by applications.client_id
),

application_uses as (
    select
        acts.event_key,
        acts.occurred_at,
        acts.network,
        acts.namespace_name,
        acts.repository,
        acts.credential as subject,
        acts.performer_name as owner_name,
        $application_points as points,
        acts.credential || ' was used, whose application has had no token since '
        || cast(spent.revoked_at as varchar) as deed
    from int_acts as acts
    inner join spent_applications as spent
        on
            json_extract_string(acts.metadata, '$.oauth_token_application_id') = spent.client_id
            and acts.occurred_at > spent.revoked_at
    where
        acts.day = $day
        and acts.credential_kind = 'oauth_token'
),

uses as (
    select *
    from token_uses
    union all
    select *
    from nameless_uses
    union all
    select *
    from disabled_uses
    union all
    select *
    from application_uses
),

ranked_uses as (
    -- One event may come after several removals: the most telling one counts.
    select
        *,
        row_number() over (
            partition by event_key
            order by points desc, subject asc
        ) as place,
        max(points) over (partition by subject) as most_points
    from uses
)

select
    subject,
    max(owner_name) as performer_name,
    case when subject not like 'namespace:%' then subject end as credential,
    min(network) as network,
    min(namespace_name) as namespace_name,
    min(repository) as repository,
    null as shared,
    case
        when max(points) >= 80 then 'critical'
        when max(points) >= 50 then 'high'
        when max(points) >= 30 then 'medium'
        else 'low'
    end as severity,
    cast(max(points) as double) as score,
    count(*) || ' times: ' || max(case when points = most_points then deed end) as reason,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at,
    count(*) as event_count,
    list_sort(list(event_key))[1:20] as evidence
from ranked_uses
where place = 1
group by subject
-- [[cases]]
-- name = "an app-specific token ten minutes and two hours after it was revoked"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:early", severity = "medium", score = 36.0, network = "198.51.100.0/24", event_count = 25},
--     {subject = "app_specific_token:noon", severity = "critical", score = 90.0},
--     {subject = "app_specific_token:late", severity = "critical", score = 90.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "app_specific_token:long", severity = "critical", score = 90.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- events = [
--     {at = "10:00", kind = "revoke_app_specific_token", namespace_name = "alice", performer_name = "alice", metadata = {app_specific_token = "early"}},
--     {days = [-3, -3], kind = "revoke_app_specific_token", namespace_name = "bob", performer_name = "bob", metadata = {app_specific_token = "late"}},
--     {days = [-100, -100], kind = "revoke_app_specific_token", namespace_name = "bob", performer_name = "bob", metadata = {app_specific_token = "long"}},
--     {days = [-101, -101], kind = "revoke_app_specific_token", namespace_name = "bob", performer_name = "bob", metadata = {app_specific_token = "older"}},
--     {performer_name = "bob", credential = "app_specific_token:long"},
--     {performer_name = "bob", credential = "app_specific_token:older"},
--     {at = "09:00", performer_name = "alice", credential = "app_specific_token:early", repository_name = "web"},
--     {at = "10:00", performer_name = "alice", credential = "app_specific_token:early", repository_name = "web"},
--     {at = "10:00", kind = "revoke_app_specific_token", namespace_name = "alice", performer_name = "alice", metadata = {app_specific_token = "noon"}},
--     {at = "11:30", performer_name = "alice", credential = "app_specific_token:noon", repository_name = "web"},
--     {at = "08:00", kind = "create_app_specific_token", namespace_name = "bob", performer_name = "bob", metadata = {app_specific_token = "other"}},
--     {at = "11:01", times = 25, every = "0s", performer_name = "alice", credential = "app_specific_token:early", repository_name = "web"},
--     {at = "12:00", kind = "pull_repo_failed", performer_name = "alice", credential = "app_specific_token:early"},
--     {days = [-2, 0], at = "00:00", performer_name = "bob", credential = "app_specific_token:late", repository_name = "web"},
--     {performer_name = "bob", credential = "app_specific_token:other"},
-- ]
-- [[cases]]
-- name = "a private repository without a credential within the hour after a person's token was revoked"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", severity = "high", score = 64.0, network = "203.0.113.0/24", event_count = 2},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "secret", is_public = false}]
-- events = [
--     {days = [-20, -19], performer_name = "alice", repository_name = "web"},
--     {days = [-20, -19], performer_name = "bob", repository_name = "web", network = "203.0.113.0/24"},
--     {days = [-20, -19], performer_name = "alice", namespace_name = "other", repository_name = "web", network = "203.0.114.0/24"},
--     {days = [-20, -19], performer_name = "alice", repository = "203.0.113.0/24"},
--     {at = "10:00", kind = "revoke_app_specific_token", namespace_name = "alice", performer_name = "alice", metadata = {app_specific_token = "t"}},
--     {at = "10:00", repository_name = "secret", tag = "v1", network = "203.0.113.0/24"},
--     {at = "10:10", repository_name = "secret", tag = "v1", network = "203.0.113.0/24"},
--     {at = "11:01", repository_name = "secret", manifest_digest = "sha256:00", network = "203.0.114.0/24"},
-- ]
-- [[cases]]
-- name = "on the owner's network; after midnight; in the user's own namespace; after an organization's token"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", severity = "medium", score = 40.0, network = "198.51.100.0/24", event_count = 1, reason = "1 times: a private repository was pulled without a credential, soon after revoke_app_specific_token of app_specific_token:t at 2026-03-02 23:50:00, from a network of the owner"},
--     {subject = "namespace:umbrella", severity = "high", score = 64.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:carol", severity = "high", score = 64.0, network = "203.0.113.0/24", event_count = 1},
--     {subject = "user:dave", severity = "high", score = 64.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "secret", is_public = false},
--     {namespace_name = "umbrella", repository_name = "secret", is_public = false},
--     {namespace_name = "globex", repository_name = "secret", is_public = false},
--     {namespace_name = "dave", repository_name = "secret", is_public = false},
-- ]
-- events = [
--     {days = [-20, -19], performer_name = "alice", repository_name = "web"},
--     {days = [-20, -19], performer_name = "carol", namespace_name = "globex", repository_name = "web"},
--     {days = [-1, -1], at = "23:50", kind = "revoke_app_specific_token", namespace_name = "alice", performer_name = "alice", metadata = {app_specific_token = "t"}},
--     {at = "00:10", repository_name = "secret", tag = "v1"},
--     {at = "10:00", kind = "revoke_oauth_api_token", namespace_name = "umbrella", performer_name = "bob", metadata = {client_id = "C", oauth_token_uuid = "u"}},
--     {at = "10:10", namespace_name = "umbrella", repository_name = "secret", tag = "v1"},
--     {at = "12:00", kind = "user_disable", namespace_name = "carol", target_name = "carol", performer_name = "root", metadata = {username = "carol"}},
--     {at = "12:10", namespace_name = "globex", repository_name = "secret", tag = "v1", network = "203.0.113.0/24"},
--     {at = "14:00", kind = "user_delete", namespace_name = "dave", target_name = "dave", performer_name = "root", metadata = {username = "dave"}},
--     {at = "14:10", namespace_name = "dave", repository_name = "secret", tag = "v1"},
-- ]
-- [[cases]]
-- name = "long after, elsewhere, of a public repository, by the first protocol, by somebody, or nothing was revoked"
-- day = 2026-03-03
-- fires = []
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "secret", is_public = false},
--     {namespace_name = "acme", repository_name = "turned", is_public = false},
--     {namespace_name = "acme", repository_name = "open", is_public = true},
--     {namespace_name = "umbrella", repository_name = "secret", is_public = false},
-- ]
-- events = [
--     {days = [-20, -19], performer_name = "alice", repository_name = "web"},
--     {days = [-20, -19], performer_name = "bob", namespace_name = "umbrella", repository_name = "web"},
--     {days = [-20, -19], performer_name = "alice", repository_name = "web", client = "umbrella"},
--     {at = "10:00", kind = "revoke_app_specific_token", namespace_name = "alice", performer_name = "alice", metadata = {app_specific_token = "t"}},
--     {at = "10:01", kind = "create_app_specific_token", namespace_name = "acme", performer_name = "alice", metadata = {app_specific_token = "u"}},
--     {at = "11:02", repository_name = "secret", tag = "v1"},
--     {at = "10:10", repository_name = "open", tag = "v1"},
--     {at = "10:10", repository_name = "unheard", tag = "v1"},
--     {at = "10:10", repository_name = "secret"},
--     {at = "10:10", kind = "pull_repo_failed", repository_name = "secret", tag = "v1"},
--     {at = "10:10", performer_name = "carol", repository_name = "secret", tag = "v1"},
--     {at = "10:10", namespace_name = "umbrella", repository_name = "secret", tag = "v1"},
--     {at = "10:05", kind = "change_repo_visibility", performer_name = "alice", repository_name = "turned", metadata = {visibility = "public"}},
--     {at = "10:05", repository_name = "turned", tag = "v1"},
--     {days = [-1, -1], at = "23:50", kind = "delete_application", namespace_name = "umbrella", performer_name = "bob"},
--     {days = [-1, -1], at = "23:55", namespace_name = "umbrella", repository_name = "secret", tag = "v1"},
--     {at = "18:00", kind = "org_remove_team_member", performer_name = "alice"},
--     {at = "18:10", repository_name = "secret", tag = "v1"},
-- ]
-- [[cases]]
-- name = "a repository that is turned later, and one that another turned"
-- day = 2026-03-03
-- fires = [
--     {subject = "namespace:acme", credential = "", severity = "high", score = 64.0, network = "198.51.100.0/24", event_count = 2},
-- ]
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "secret", is_public = false},
--     {namespace_name = "acme", repository_name = "hidden", is_public = false},
-- ]
-- events = [
--     {at = "10:00", kind = "delete_application", performer_name = "alice"},
--     {at = "10:05", kind = "change_repo_visibility", performer_name = "alice", repository_name = "other", metadata = {visibility = "public"}},
--     {at = "10:05", kind = "set_repo_description", performer_name = "alice", repository_name = "hidden"},
--     {days = [-1, -1], at = "10:05", kind = "change_repo_visibility", performer_name = "alice", repository_name = "hidden", metadata = {visibility = "private"}},
--     {at = "10:10", repository_name = "secret", tag = "v1"},
--     {at = "10:12", repository_name = "hidden", tag = "v1"},
--     {at = "10:20", kind = "change_repo_visibility", performer_name = "alice", repository_name = "secret", metadata = {visibility = "public"}},
-- ]
-- [[cases]]
-- name = "accounts that are disabled act on: within the hour, after it, and by what the inventory says alone"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "high", score = 60.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:bob", severity = "critical", score = 90.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "user:gus", severity = "critical", score = 90.0},
--     {subject = "app_specific_token:c", severity = "high", score = 60.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- inventory.users = [{user_name = "carol", is_enabled = false}, {user_name = "dave", is_enabled = true}, {user_name = "erin", is_enabled = false}]
-- events = [
--     {days = [-2, -2], kind = "user_disable", target_name = "alice", performer_name = "root", metadata = {username = "alice"}},
--     {days = [-1, -1], kind = "user_enable", target_name = "alice", performer_name = "root", metadata = {username = "alice"}},
--     {at = "10:00", kind = "user_disable", target_name = "alice", performer_name = "root", metadata = {username = "alice"}},
--     {at = "10:30", kind = "user_change_password", target_name = "alice", performer_name = "root", metadata = {username = "alice"}},
--     {at = "10:00", kind = "user_disable", target_name = "gus", performer_name = "root", metadata = {username = "gus"}},
--     {at = "11:30", performer_kind = "user", credential = "user:gus", repository_name = "web", metadata = {username = "gus"}},
--     {at = "11:01", performer_kind = "user", credential = "user:alice", repository_name = "web", metadata = {username = "alice"}},
--     {days = [-2, -2], kind = "user_disable", target_name = "bob", performer_name = "root", metadata = {username = "bob"}},
--     {performer_kind = "user", credential = "user:bob", kind = "push_repo", repository_name = "web", metadata = {username = "bob"}},
--     {performer_kind = "user", credential = "app_specific_token:c", repository_name = "web", metadata = {username = "carol"}},
--     {performer_kind = "user", credential = "user:dave", repository_name = "web", metadata = {username = "dave"}},
--     {days = [-1, -1], kind = "user_enable", target_name = "erin", performer_name = "root", metadata = {username = "erin"}},
--     {performer_kind = "user", credential = "user:erin", repository_name = "web", metadata = {username = "erin"}},
-- ]
-- [[cases]]
-- name = "enabled again, disabled later, refused, another's name, or only signed in"
-- day = 2026-03-03
-- fires = []
-- inventory.users = [{user_name = "carol", is_enabled = false}]
-- events = [
--     {days = [-2, -2], kind = "user_disable", target_name = "alice", performer_name = "root", metadata = {username = "alice"}},
--     {days = [-1, -1], kind = "user_enable", target_name = "alice", performer_name = "root", metadata = {username = "alice"}},
--     {performer_kind = "user", credential = "user:alice", repository_name = "web", metadata = {username = "alice"}},
--     {at = "12:00", kind = "user_disable", target_name = "bob", performer_name = "root", metadata = {username = "bob"}},
--     {at = "12:00", performer_kind = "user", credential = "user:bob", repository_name = "web", metadata = {username = "bob"}},
--     {kind = "pull_repo_failed", performer_kind = "user", credential = "user:carol", metadata = {username = "carol"}},
--     {kind = "login_success", performer_kind = "user", credential = "user:carol", metadata = {username = "carol"}},
--     {days = [-1, -1], performer_kind = "user", credential = "user:carol", metadata = {username = "carol"}},
--     {performer_name = "dave", repository_name = "web", metadata = {username = "carol"}},
--     {credential = "access_token:x", repository_name = "web", metadata = {username = "carol"}},
-- ]
-- [[cases]]
-- name = "the only token of an application was revoked, and one acts on"
-- day = 2026-03-03
-- fires = [
--     {subject = "oauth_token:7", severity = "low", score = 26.0, network = "198.51.100.0/24", event_count = 1, first_at = 2026-03-03T10:10:00},
-- ]
-- inventory.applications = [{namespace_name = "acme", client_id = "C"}, {namespace_name = "acme", client_id = "D"}, {namespace_name = "acme", client_id = "E"}, {namespace_name = "acme", client_id = "G"}, {namespace_name = "acme", client_id = "H"}]
-- inventory.application_tokens = [
--     {namespace_name = "acme", client_id = "C", token_uuid = "u"},
--     {namespace_name = "acme", client_id = "D", token_uuid = "v"},
--     {namespace_name = "acme", client_id = "D", token_uuid = "w"},
-- ]
-- events = [
--     {days = [-5, -5], kind = "create_oauth_api_token", performer_name = "alice", metadata = {client_id = "C", oauth_token_uuid = "u"}},
--     {days = [-5, -5], kind = "create_oauth_api_token", performer_name = "alice", metadata = {client_id = "C", oauth_token_uuid = "t"}},
--     {days = [-3, -3], kind = "revoke_oauth_api_token", performer_name = "alice", metadata = {client_id = "C", oauth_token_uuid = "t"}},
--     {at = "10:00", kind = "revoke_oauth_api_token", performer_name = "alice", metadata = {client_id = "C", oauth_token_uuid = "u"}},
--     {at = "10:00", kind = "revoke_oauth_api_token", performer_name = "alice", metadata = {client_id = "D", oauth_token_uuid = "v"}},
--     {at = "10:00", kind = "revoke_oauth_api_token", performer_name = "alice", metadata = {client_id = "E", oauth_token_uuid = "x"}},
--     {at = "10:05", kind = "oauth_token_assigned", performer_name = "alice", metadata = {client_id = "E"}},
--     {at = "10:00", kind = "revoke_oauth_api_token", performer_name = "alice", metadata = {client_id = "G", oauth_token_uuid = "y"}},
--     {at = "10:05", kind = "create_oauth_api_token", performer_name = "alice", metadata = {client_id = "G"}},
--     {at = "10:10", performer_name = "alice", credential = "oauth_token:5", metadata = {oauth_token_application_id = "G"}},
--     {days = [1, 1], kind = "create_oauth_api_token", performer_name = "alice", metadata = {client_id = "C"}},
--     {days = [-1, -1], at = "10:20", performer_name = "alice", credential = "oauth_token:7", metadata = {oauth_token_application_id = "C"}},
--     {at = "10:00", performer_name = "alice", credential = "oauth_token:7", metadata = {oauth_token_application_id = "C"}},
--     {at = "10:10", performer_name = "alice", credential = "oauth_token:7", metadata = {oauth_token_application_id = "C"}},
--     {at = "10:10", performer_name = "alice", credential = "oauth_token:4", metadata = {oauth_token_application_id = "H"}},
--     {at = "10:10", performer_name = "alice", metadata = {oauth_token_application_id = "C"}},
--     {at = "10:10", performer_name = "alice", credential = "oauth_token:8", metadata = {oauth_token_application_id = "D"}},
--     {at = "10:10", performer_name = "alice", credential = "oauth_token:9", metadata = {oauth_token_application_id = "E"}},
--     {at = "10:10", performer_name = "alice", credential = "oauth_token:6", metadata = {oauth_token_application_id = "F"}},
-- ]
-- [[cases]]
-- name = "one pull after two removals counts once, for the more telling one"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:bob", severity = "high", score = 64.0, reason = "1 times: a private repository was pulled without a credential, soon after user_disable of user:bob at 2026-03-03 10:00:00, from a network that is not known as the owner's", network = "198.51.100.0/24", event_count = 1, evidence = ["2026-03-03 all #00000002"]},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "secret", is_public = false}]
-- events = [
--     {days = [-20, -19], performer_name = "alice", repository_name = "web"},
--     {days = [-20, -19], performer_name = "bob", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "10:00", kind = "user_disable", namespace_name = "alice", target_name = "alice", performer_name = "root", metadata = {username = "alice"}},
--     {at = "10:00", kind = "user_disable", namespace_name = "bob", target_name = "bob", performer_name = "root", metadata = {username = "bob"}},
--     {at = "10:10", repository_name = "secret", tag = "v1"},
-- ]
