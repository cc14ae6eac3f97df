-- id = "QD-26"
-- title = "An account's password or address changed, then it was used from elsewhere"
-- family = "credential_misuse"
-- severity = "critical"
-- why = "Whoever takes an account over first locks its owner out, then makes lasting credentials and takes what is there."
-- tactics = ["Persistence", "Impact"]
-- techniques = ["T1078", "T1531"]
-- reads = ["int_acts", "mart_change_events", "base_habit_values", "base_performer_habits", "base_performers"]
-- next_steps = [
--     "Reach the owner by another way than the e-mail address in Quay: did they change it themselves?",
--     "If not, disable the account, and revoke every token and robot that was made since the change.",
--     "Undo grants that the account made since then, and list what it pulled from the new network.",
--     "Set the address and password back with the owner, and look for the same network in other accounts.",
-- ]
-- false_positives = [
--     "A new laptop at a new place: new password, new token, the usual repositories.",
--     "Somebody new, whose first days hold all of this: left out until the account is known.",
-- ]
--
-- [needs]
-- kinds = ["user_change_email", "user_change_password", "account_change_password", "user_generate_client_key"]
-- failure_kinds = ["login_failure"]
-- network = true
-- history_days = 14
--
-- [keys]
-- login_failure = ["username"]
--
-- [params]
-- min_repositories = 5     # repositories that the account never pulled
-- min_failures = 3         # failed logins on the day before the change
-- min_score = 30
--
-- [sigma]
-- without = "knowing from which networks the account acts"
-- louder_in = [
--     "quiet: a new password and a new token, at home; and everything new without a new password",
--     "quiet: the first days of somebody new, and a trip with a reset password",
-- ]
--
-- [[sigma.rules]]
-- title = "An account's password or address changes"
-- name = "qd26_change"
-- detection = {selection = {kind = ["user_change_email", "user_change_password", "account_change_password", "user_generate_client_key"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "An account makes a credential, gives a right or pulls"
-- name = "qd26_step"
-- [sigma.rules.detection]
-- selection.kind = [
--     "create_app_specific_token",
--     "create_oauth_api_token",
--     "create_robot",
--     "regenerate_robot_token",
--     "reset_application_client_secret",
--     "oauth_token_assigned",
--     "pull_repo",
-- ]
-- rights.kind_family = ["permission", "team"]
-- condition = "selection or rights"
--
-- [[sigma.rules]]
-- title = "An account's password or address changes, then it is used"
-- [sigma.rules.correlation]
-- type = "temporal_ordered"
-- rules = ["qd26_change", "qd26_step"]
-- group-by = ["account"]
-- timespan = "23h"
-- aliases.account = {qd26_change = "namespace", qd26_step = "performer"}
with triggers as (
    select
        changes.namespace_name as account_name,
        min(changes.occurred_at) as occurred_at,
        min(changes.day) as day,
        min(changes.event_key) as event_key,
        min(changes.kind) as kind,
        -- What a superuser resets was mostly asked for by the owner.
        max(case when changes.performer_name = changes.namespace_name then 8 else 2 end) as points
    from mart_change_events as changes
    inner join base_performers on changes.namespace_name = base_performers.performer_name
    where
        changes.day >= $day - 1
        and changes.day <= $day
        and changes.kind in (
            'user_change_email', 'user_change_password', 'account_change_password', 'user_generate_client_key'
        )
        and base_performers.is_known
    group by changes.namespace_name
),

-- What the account did within a day, from where it had never been.
steps as (
    select
        triggers.account_name,
        acts.event_key,
        acts.day,
        acts.occurred_at,
        acts.network,
        acts.kind in (
            'create_app_specific_token',
            'create_oauth_api_token',
            'create_robot',
            'regenerate_robot_token',
            'reset_application_client_secret',
            'oauth_token_assigned'
        ) as is_mint,
        acts.kind_family in ('permission', 'team') as is_grant,
        case when acts.kind = 'pull_repo' and own_repositories.habit is null then acts.repository end
            as new_repository,
        base_habit_values.habit is null as is_unknown_network
    from triggers
    inner join int_acts as acts
        on
            triggers.account_name = acts.performer_name
            and triggers.occurred_at <= acts.occurred_at
            and triggers.occurred_at + interval 24 hours > acts.occurred_at
    left join base_performer_habits as own_networks
        on
            own_networks.habit = 'network'
            and acts.performer_name = own_networks.performer_name
            and acts.network = own_networks.habit_value
            and triggers.day > own_networks.first_day
    left join base_performer_habits as own_repositories
        on
            own_repositories.habit = 'repository'
            and acts.performer_name = own_repositories.performer_name
            and acts.repository = own_repositories.habit_value
            and triggers.day > own_repositories.first_day
    left join base_habit_values
        on
            base_habit_values.habit = 'network'
            and acts.network = base_habit_values.habit_value
            and triggers.day > base_habit_values.first_day
    where
        own_networks.habit is null
        and acts.network is not null
),

failures as (
    select
        triggers.account_name,
        count(*) as failure_count
    from triggers
    inner join int_acts as acts
        on
            triggers.account_name = json_extract_string(acts.metadata, '$.username')
            and triggers.occurred_at > acts.occurred_at
            and triggers.occurred_at - interval 24 hours <= acts.occurred_at
    where acts.kind = 'login_failure'
    group by triggers.account_name
),

takeovers as (
    select
        account_name,
        min(network) as network,
        bool_or(is_unknown_network) as is_unknown_network,
        count(case when is_mint then 1 end) as mint_count,
        count(case when is_grant then 1 end) as grant_count,
        count(distinct new_repository) as repository_count,
        max(occurred_at) as last_at,
        max(day) as last_day,
        count(*) as step_count,
        min(event_key, 19) as event_keys
    from steps
    group by account_name
),

told_takeovers as (
    select
        takeovers.*,
        triggers.occurred_at as first_at,
        triggers.event_key,
        triggers.kind,
        triggers.points,
        coalesce(failures.failure_count, 0) as failure_count
    from takeovers
    inner join triggers on takeovers.account_name = triggers.account_name
    left join failures on takeovers.account_name = failures.account_name
    where takeovers.last_day = $day
),

scored_takeovers as (
    select
        *,
        points
        + case when is_unknown_network then 22 else 14 end
        + case when mint_count > 0 then 16 else 0 end
        + case when grant_count > 0 then 16 else 0 end
        + case
            when repository_count >= $min_repositories then least(28, 6 * log2(1 + repository_count))
            else 0
        end
        + case when failure_count >= $min_failures then 12 else 0 end as score
    from told_takeovers
)

select
    'user:' || account_name as subject,
    account_name as performer_name,
    cast(null as varchar) as credential,
    network,
    cast(null as varchar) as namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    case when score < 50 then 'medium' when score < 80 then 'high' else 'critical' end as severity,
    score,
    kind || ' of ' || account_name || ' after ' || failure_count || ' failed logins, then within a day '
    || step_count || ' acts from ' || network || ', new to the account: ' || mint_count
    || ' credentials made, ' || grant_count || ' rights changed, ' || repository_count
    || ' repositories pulled for the first time' as reason,
    first_at,
    last_at,
    step_count + case when list_contains(event_keys, event_key) then 0 else 1 end as event_count,
    list_sort(list_distinct(list_append(event_keys, event_key))) as evidence
from scored_takeovers
where score >= $min_score

-- [[cases]]
-- name = "after failures the address is changed from an unknown network, then a token, a grant, twelve new repositories"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "critical", score = 98.0, network = "203.0.113.0/24", event_count = 18, reason = "user_change_email of alice after 4 failed logins, then within a day 18 acts from 203.0.113.0/24, new to the account: 1 credentials made, 1 rights changed, 15 repositories pulled for the first time"},
-- ]
-- events = [
--     {days = [-28, -1], times = 2, performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-28, -1], performer_name = "bob", repository = "203.0.113.0/24"},
--     {days = [-28, -1], performer_name = "alice", repository = "203.0.113.0/24"},
--     {days = [-1, -1], at = "20:00", times = 4, kind = "login_failure", namespace_name = "alice", network = "203.0.113.0/24", metadata = {kind = "user", username = "alice", type = "quayauth"}},
--     {days = [-1, -1], at = "23:00", kind = "user_change_email", performer_name = "alice", namespace_name = "alice", network = "203.0.113.0/24", metadata = {email = "x@example.com", old_email = "a@example.com"}},
--     {days = [-1, -1], at = "23:30", times = 3, performer_name = "alice", repository_name = "early-{n}", network = "203.0.113.0/24"},
--     {at = "01:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", network = "203.0.113.0/24"},
--     {at = "02:00", times = 12, performer_name = "alice", repository_name = "secret-{n}", credential = "app_specific_token:t", network = "203.0.113.0/24"},
--     {at = "03:00", kind = "change_repo_permission", performer_name = "alice", repository_name = "web-1", network = "203.0.113.0/24", metadata = {username = "mallory", role = "admin", repo = "web-1", namespace = "acme"}},
-- ]
--
-- [[cases]]
-- name = "a new password, then a token from a network that others use; five new repositories after a reset"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 38.0, event_count = 2, first_at = 2026-03-03T10:00:00},
--     {subject = "user:carl", severity = "medium", score = 39.51},
--     {subject = "user:dan", severity = "medium", score = 42.0},
--     {subject = "user:eve", severity = "medium", score = 30.0},
--     {subject = "user:fay", severity = "high", score = 54.0},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], performer_name = "carl", repository_name = "web"},
--     {days = [-28, -1], performer_name = "dan", repository_name = "web"},
--     {days = [-28, -1], performer_name = "eve", repository_name = "web"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-20, -20], kind = "account_change_password", performer_name = "alice", namespace_name = "alice"},
--     {at = "10:00", kind = "account_change_password", performer_name = "alice", namespace_name = "alice"},
--     {at = "11:00", kind = "regenerate_robot_token", performer_name = "alice", network = "192.0.2.0/24"},
--     {at = "10:00", kind = "user_change_password", performer_name = "root", namespace_name = "carl", network = "203.0.113.0/24"},
--     {days = [1, 1], kind = "account_change_password", performer_name = "carl", namespace_name = "carl"},
--     {at = "11:00", times = 5, performer_name = "carl", repository_name = "new-{n}", network = "203.0.113.0/24"},
--     {at = "09:00", times = 3, kind = "login_failure", namespace_name = "eve", metadata = {kind = "user", username = "dan", type = "quayauth"}},
--     {at = "10:00", kind = "user_generate_client_key", performer_name = "dan", namespace_name = "dan", network = "203.0.113.0/24"},
--     {at = "11:00", performer_name = "dan", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "11:00", kind = "push_repo", performer_name = "dan", repository_name = "own", network = "203.0.113.0/24"},
--     {at = "11:00", times = 4, performer_name = "dan", repository_name = "new-{n}", network = "203.0.113.0/24"},
--     {days = [-1, -1], at = "10:00", kind = "login_failure", namespace_name = "eve", metadata = {kind = "user", username = "eve", type = "quayauth"}},
--     {at = "11:30", kind = "change_repo_permission", performer_name = "bob", repository_name = "web", metadata = {username = "eve", role = "read"}},
--     {at = "11:00", times = 2, kind = "login_failure", namespace_name = "eve", metadata = {kind = "user", username = "eve", type = "quayauth"}},
--     {days = [-28, -1], performer_name = "fay", repository_name = "web"},
--     {at = "12:00", kind = "user_change_email", performer_name = "fay", namespace_name = "fay"},
--     {at = "12:01", kind = "org_add_team_member", performer_name = "fay", network = "192.0.2.0/24"},
--     {at = "12:02", kind = "create_robot", performer_name = "fay", network = "192.0.2.0/24"},
--     {at = "12:00", kind = "user_generate_client_key", performer_name = "eve", namespace_name = "eve", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "quiet: a new password and a new token, at home; and everything new without a new password"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "web"},
--     {at = "10:00", kind = "account_change_password", performer_name = "alice", namespace_name = "alice"},
--     {at = "11:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice"},
--     {at = "12:00", times = 9, performer_name = "alice", repository_name = "new-{n}"},
--     {at = "12:30", kind = "create_robot", performer_name = "alice", credential = "worker"},
--     {at = "10:00", kind = "create_app_specific_token", performer_name = "bob", namespace_name = "bob", network = "203.0.113.0/24"},
--     {at = "12:00", times = 9, performer_name = "bob", repository_name = "new-{n}", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "quiet: what went before the change, what came more than a day after it, and what was news yesterday"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -2], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -2], performer_name = "bob", repository_name = "web"},
--     {days = [-28, -2], performer_name = "carl", repository_name = "web"},
--     {days = [-28, -2], performer_name = "dan", repository_name = "web"},
--     {at = "09:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", network = "203.0.113.0/24"},
--     {at = "10:00", kind = "account_change_password", performer_name = "alice", namespace_name = "alice"},
--     {days = [-1, -1], at = "09:00", kind = "account_change_password", performer_name = "bob", namespace_name = "bob"},
--     {at = "09:00", kind = "create_app_specific_token", performer_name = "bob", namespace_name = "bob", network = "203.0.113.0/24"},
--     {days = [-1, -1], at = "09:00", kind = "account_change_password", performer_name = "carl", namespace_name = "carl", network = "203.0.113.0/24"},
--     {days = [-1, -1], at = "10:00", kind = "create_app_specific_token", performer_name = "carl", namespace_name = "carl", network = "203.0.113.0/24"},
--     {days = [-2, -2], at = "13:00", kind = "account_change_password", performer_name = "dan", namespace_name = "dan"},
--     {at = "10:00", kind = "create_app_specific_token", performer_name = "dan", namespace_name = "dan", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "quiet: the first days of somebody new, and a trip with a reset password"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-3, -1], performer_name = "new", repository_name = "web"},
--     {at = "09:00", times = 3, kind = "login_failure", namespace_name = "new", network = "203.0.113.0/24", metadata = {kind = "user", username = "new", type = "quayauth"}},
--     {at = "10:00", kind = "account_change_password", performer_name = "new", namespace_name = "new", network = "203.0.113.0/24"},
--     {at = "11:00", kind = "create_app_specific_token", performer_name = "new", namespace_name = "new", network = "203.0.113.0/24"},
--     {at = "10:00", kind = "user_change_password", performer_name = "root", namespace_name = "alice"},
--     {at = "11:00", performer_name = "alice", repository_name = "web", network = "192.0.2.0/24"},
-- ]
