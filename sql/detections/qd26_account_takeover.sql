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
-- kinds = ["user_change_email", "user_change_password", "account_change_password", "user_enable", "user_generate_client_key"]
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
-- min_borrowed_score = 20
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

-- Back and forth between a network that is new to the account and its own ones: two people at once.
paths as (
    select
        triggers.account_name,
        own_networks.habit is null as is_foreign,
        lag(own_networks.habit is null) over (
            partition by triggers.account_name
            order by acts.occurred_at, acts.event_key
        ) as was_foreign
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
    where acts.network is not null
),

returns as (
    select
        account_name,
        count(*) as return_count
    from paths
    where
        was_foreign
        and not is_foreign
    group by account_name
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
        coalesce(failures.failure_count, 0) as failure_count,
        coalesce(returns.return_count, 0) as return_count
    from takeovers
    inner join triggers on takeovers.account_name = triggers.account_name
    left join failures on takeovers.account_name = failures.account_name
    left join returns on takeovers.account_name = returns.account_name
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
        + case when failure_count >= $min_failures then 12 else 0 end
        + least(20, 8 * log2(1 + return_count)) as score
    from told_takeovers
),

-- A password that another one sets is known to two.
resets as (
    select
        changes.namespace_name as account_name,
        min(changes.performer_name) as helper_name,
        min(changes.credential) as helper_credential,
        min(changes.kind) as kind,
        min(changes.day) as day,
        min(changes.occurred_at) as occurred_at,
        max(changes.occurred_at) as last_at,
        list(changes.event_key) as event_keys
    from mart_change_events as changes
    inner join base_performers on changes.namespace_name = base_performers.performer_name
    where
        changes.day >= $day - 1
        and changes.day <= $day
        and changes.kind in ('user_change_email', 'user_change_password', 'user_enable')
        and changes.performer_name <> changes.namespace_name
        and base_performers.is_known
    group by
        changes.namespace_name,
        changes.performer_name
),

borrowed_acts as (
    select
        resets.account_name,
        resets.helper_name,
        acts.event_key,
        acts.occurred_at,
        acts.network,
        case when acts.kind = 'pull_repo' and own_repositories.habit is null then acts.repository end
            as new_repository,
        case when own_clients.habit is null then acts.client end as new_client,
        case when own_networks.habit is null then acts.network end as new_network
    from resets
    inner join int_acts as acts
        on
            resets.account_name = acts.performer_name
            and resets.occurred_at <= acts.occurred_at
    left join base_performer_habits as own_repositories
        on
            own_repositories.habit = 'repository'
            and acts.performer_name = own_repositories.performer_name
            and acts.repository = own_repositories.habit_value
            and resets.day > own_repositories.first_day
    left join base_performer_habits as own_clients
        on
            own_clients.habit = 'client'
            and acts.performer_name = own_clients.performer_name
            and acts.client = own_clients.habit_value
            and resets.day > own_clients.first_day
    left join base_performer_habits as own_networks
        on
            own_networks.habit = 'network'
            and acts.performer_name = own_networks.performer_name
            and acts.network = own_networks.habit_value
            and resets.day > own_networks.first_day
    where acts.day <= $day
),

borrowings as (
    select
        account_name,
        helper_name,
        count(distinct new_repository) as repository_count,
        count(distinct new_client) as client_count,
        count(distinct new_network) as network_count,
        case when min(network) = max(network) then min(network) end as network,
        min(new_client) as new_client,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        max(cast(occurred_at as date)) as last_day,
        count(*) as act_count,
        min(event_key, 15) as event_keys
    from borrowed_acts
    where coalesce(new_repository, new_client, new_network) is not null
    group by
        account_name,
        helper_name
),

scored_borrowings as (
    select
        borrowings.*,
        resets.helper_credential,
        resets.kind,
        resets.occurred_at as reset_at,
        resets.event_keys as reset_keys,
        resets.last_at > borrowings.first_at as is_reset_again,
        4
        + case when borrowings.client_count > 0 then 16 else 0 end
        + case when borrowings.network_count > 0 then 10 else 0 end
        + least(24, 6 * log2(1 + borrowings.repository_count))
        + case when resets.last_at > borrowings.first_at then 20 else 0 end as score
    from borrowings
    inner join resets
        on
            borrowings.account_name = resets.account_name
            and borrowings.helper_name = resets.helper_name
    where borrowings.last_day = $day or cast(resets.last_at as date) = $day
),

stories as (
    select
        account_name,
        cast(null as varchar) as credential,
        network,
        score,
        kind || ' of ' || account_name || ' after ' || failure_count || ' failed logins, then within a day '
        || step_count || ' acts from ' || network || ', new to the account: ' || mint_count
        || ' credentials made, ' || grant_count || ' rights changed, ' || repository_count
        || ' repositories pulled for the first time'
        || case when return_count > 0 then '; in turns with its own networks' else '' end as reason,
        first_at,
        last_at,
        step_count + case when list_contains(event_keys, event_key) then 0 else 1 end as event_count,
        list_sort(list_distinct(list_append(event_keys, event_key))) as evidence
    from scored_takeovers
    where score >= $min_score
    union all
    select
        account_name,
        helper_credential as credential,
        network,
        score,
        kind || ' of ' || account_name || ' by ' || helper_name || ', then unlike the account: '
        || repository_count || ' repositories pulled for the first time, ' || client_count || ' new clients, '
        || network_count || ' new networks'
        || case when is_reset_again then '; then the account was set again' else '' end as reason,
        reset_at as first_at,
        last_at,
        act_count + array_length(reset_keys) as event_count,
        list_sort(list_distinct(list_concat(event_keys, reset_keys)))[1:20] as evidence
    from scored_borrowings
    where score >= $min_borrowed_score
),

ranked_stories as (
    select
        *,
        row_number() over (partition by account_name order by score desc, reason asc) as place
    from stories
)

select
    'user:' || account_name as subject,
    account_name as performer_name,
    credential,
    network,
    cast(null as varchar) as namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    case
        when score < 30 then 'low'
        when score < 50 then 'medium'
        when score < 80 then 'high'
        else 'critical'
    end as severity,
    score,
    reason,
    first_at,
    last_at,
    event_count,
    evidence
from ranked_stories
where place = 1

-- [[cases]]
-- name = "after failures the address is changed from an unknown network, then a token, a grant, twelve new repositories"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", credential = "", severity = "critical", score = 102.0, network = "203.0.113.0/24", event_count = 36, reason = "user_change_email of alice after 5 failed logins, then within a day 36 acts from 203.0.113.0/24, new to the account: 1 credentials made, 1 rights changed, 33 repositories pulled for the first time"},
-- ]
-- events = [
--     {days = [-28, -1], times = 2, performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-28, -1], performer_name = "bob", repository = "203.0.113.0/24"},
--     {days = [-28, -1], performer_name = "alice", repository = "203.0.113.0/24"},
--     {days = [-28, -28], kind = "push_repo", performer_name = "alice", repository_name = "secret-0"},
--     {days = [-1, -1], at = "23:40", times = 3, kind = "login_failure", namespace_name = "alice", network = "203.0.113.0/24", metadata = {kind = "user", username = "alice", type = "quayauth"}},
--     {days = [-1, -1], at = "10:00", kind = "login_failure", namespace_name = "alice", network = "203.0.113.0/24", metadata = {kind = "user", username = "alice", type = "quayauth"}},
--     {days = [-1, -1], at = "20:00", times = 4, kind = "login_failure", namespace_name = "alice", network = "203.0.113.0/24", metadata = {kind = "user", username = "alice", type = "quayauth"}},
--     {days = [-1, -1], at = "23:00", kind = "user_change_email", performer_name = "alice", namespace_name = "alice", network = "203.0.113.0/24", metadata = {email = "x@example.com", old_email = "a@example.com"}},
--     {days = [-1, -1], at = "23:30", times = 3, performer_name = "alice", repository_name = "early-{n}", network = "203.0.113.0/24"},
--     {at = "01:00", kind = "create_app_specific_token", performer_name = "alice", namespace_name = "alice", network = "203.0.113.0/24"},
--     {at = "02:00", times = 30, performer_name = "alice", repository_name = "secret-{n}", credential = "app_specific_token:t", network = "203.0.113.0/24"},
--     {at = "03:00", kind = "change_repo_permission", performer_name = "alice", repository_name = "web-1", network = "203.0.113.0/24", metadata = {username = "mallory", role = "admin", repo = "web-1", namespace = "acme"}},
-- ]
--
-- [[cases]]
-- name = "a new password, then a token from a network that others use; five new repositories after a reset"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", credential = "", severity = "medium", score = 38.0, event_count = 2, first_at = 2026-03-03T10:00:00},
--     {subject = "user:carl", severity = "medium", score = 39.51},
--     {subject = "user:dan", severity = "medium", score = 42.0},
--     {subject = "user:eve", severity = "medium", score = 30.0},
--     {subject = "user:fay", severity = "high", score = 54.0},
--     {subject = "user:m0", score = 38.0},
--     {subject = "user:m1", score = 38.0},
--     {subject = "user:m2", score = 38.0},
--     {subject = "user:m3", score = 38.0, first_at = 2026-03-02T20:00:00},
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
--     {days = [-28, -1], times = 4, performer_name = "m{n}", repository_name = "web"},
--     {at = "10:00", times = 3, kind = "account_change_password", performer_name = "m{n}", namespace_name = "m{n}"},
--     {days = [-1, -1], at = "20:00", kind = "account_change_password", performer_name = "m3", namespace_name = "m3"},
--     {at = "11:00", kind = "create_oauth_api_token", performer_name = "m0", network = "192.0.2.0/24"},
--     {at = "11:00", kind = "reset_application_client_secret", performer_name = "m1", network = "192.0.2.0/24"},
--     {at = "11:00", kind = "oauth_token_assigned", performer_name = "m2", network = "192.0.2.0/24"},
--     {at = "11:00", kind = "create_robot", performer_name = "m3", network = "192.0.2.0/24"},
--     {at = "12:00", kind = "user_change_email", performer_name = "fay", namespace_name = "fay"},
--     {at = "12:01", kind = "org_add_team_member", performer_name = "fay", network = "192.0.2.0/24"},
--     {at = "12:02", kind = "create_robot", performer_name = "fay", network = "192.0.2.0/24"},
--     {at = "12:00", kind = "user_generate_client_key", performer_name = "eve", namespace_name = "eve", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "a superuser sets a password, the account then acts unlike itself, and is set again; one such thing alone is little"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "high", score = 53.93, performer_name = "alice", credential = "user:root", network = "198.51.100.0/24", event_count = 7, reason = "user_change_password of alice by root, then unlike the account: 4 repositories pulled for the first time, 1 new clients, 0 new networks; then the account was set again"},
--     {subject = "user:bob", severity = "medium", score = 43.93, first_at = 2026-03-02T20:00:00, reason = "user_enable of bob by root, then unlike the account: 4 repositories pulled for the first time, 1 new clients, 1 new networks"},
--     {subject = "user:ian", score = 28.0, event_count = 21},
--     {subject = "user:carl", severity = "low", score = 20.0, event_count = 2},
--     {subject = "user:eve", severity = "low", score = 23.51, event_count = 3, network = "203.0.113.0/24"},
--     {subject = "user:fay", network = "", severity = "medium", score = 30.0, event_count = 3},
-- ]
-- events = [
--     {days = [-28, -2], times = 2, performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-28, -2], times = 2, performer_name = "bob", repository_name = "web-{n}"},
--     {days = [-28, -2], times = 2, performer_name = "carl", repository_name = "web-{n}"},
--     {days = [-28, -2], times = 2, performer_name = "dan", repository_name = "web-{n}"},
--     {days = [-28, -2], times = 2, performer_name = "eve", repository_name = "web-{n}"},
--     {days = [-28, -2], times = 2, performer_name = "fay", repository_name = "web-{n}"},
--     {days = [-28, -2], times = 2, performer_name = "gus", repository_name = "web-{n}"},
--     {days = [-28, -2], times = 2, performer_name = "hal", repository_name = "web-{n}"},
--     {days = [-28, -28], kind = "push_repo", performer_name = "alice", repository_name = "secret-0"},
--     {days = [-28, -28], performer_name = "alice", namespace_name = "skopeo"},
--     {days = [-28, -28], performer_name = "eve", repository = "203.0.113.0/24"},
--     {days = [-1, -1], at = "21:00", performer_name = "bob", repository_name = "secret-0", client = "skopeo", network = "203.0.113.0/24"},
--     {days = [-28, -2], performer_name = "ian", repository_name = "web-1"},
--     {at = "09:00", kind = "user_enable", performer_name = "root", namespace_name = "ian"},
--     {at = "09:10", times = 20, performer_name = "ian", repository_name = "lib-{n}"},
--     {days = [-28, -2], performer_name = "zoe", repository_name = "web-1", client = "skopeo", network = "203.0.113.0/24"},
--     {at = "09:00", kind = "user_change_password", performer_name = "root", namespace_name = "alice"},
--     {at = "09:10", times = 4, performer_name = "alice", repository_name = "secret-{n}", client = "skopeo"},
--     {at = "09:30", kind = "push_repo", performer_name = "alice", repository_name = "own"},
--     {at = "10:00", kind = "user_change_password", performer_name = "root", namespace_name = "alice"},
--     {at = "10:10", performer_name = "alice", repository_name = "web-1"},
--     {at = "10:20", performer_name = "alice", repository_name = "web-1", client = "skopeo"},
--     {days = [1, 1], performer_name = "alice", repository_name = "late", network = "203.0.113.0/24"},
--     {days = [-1, -1], at = "20:00", kind = "user_enable", performer_name = "root", namespace_name = "bob"},
--     {at = "22:00", times = 4, performer_name = "bob", repository_name = "secret-{n}", client = "skopeo"},
--     {at = "09:00", kind = "user_change_email", performer_name = "root", namespace_name = "carl", metadata = {superuser = "root"}},
--     {at = "09:10", performer_name = "carl", repository_name = "web-1", client = "skopeo"},
--     {at = "09:00", times = 3, performer_name = "dan", repository_name = "early-{n}", client = "skopeo"},
--     {at = "10:00", kind = "user_change_password", performer_name = "root", namespace_name = "dan"},
--     {at = "11:00", times = 2, performer_name = "dan", repository_name = "web-{n}"},
--     {at = "11:00", times = 2, performer_name = "dan", repository_name = "new-{n}"},
--     {at = "09:00", kind = "user_enable", performer_name = "root", namespace_name = "eve"},
--     {at = "09:30", times = 2, performer_name = "eve", repository_name = "new-{n}", network = "203.0.113.0/24"},
--     {at = "09:00", kind = "user_enable", performer_name = "root", namespace_name = "fay"},
--     {at = "09:30", performer_name = "fay", repository_name = "web-1", client = "skopeo", network = "203.0.113.0/24"},
--     {at = "10:00", performer_name = "fay", repository_name = "web-1"},
--     {at = "10:30", performer_name = "fay", repository_name = "web-1", client = "podman"},
--     {at = "09:00", kind = "create_robot", performer_name = "root", namespace_name = "gus"},
--     {at = "09:30", times = 3, performer_name = "gus", repository_name = "new-{n}", client = "skopeo"},
--     {at = "09:00", kind = "user_enable", performer_name = "hal", namespace_name = "hal"},
--     {at = "09:30", times = 3, performer_name = "hal", repository_name = "new-{n}", client = "skopeo"},
--     {days = [-3, -3], kind = "user_enable", performer_name = "root", namespace_name = "hal"},
--     {days = [1, 1], kind = "user_enable", performer_name = "root", namespace_name = "hal"},
--     {days = [-3, -1], performer_name = "new", repository_name = "web-1"},
--     {at = "09:00", kind = "user_enable", performer_name = "root", namespace_name = "new"},
--     {at = "09:30", times = 3, performer_name = "new", repository_name = "new-{n}", client = "skopeo"},
-- ]
--
-- [[cases]]
-- name = "after a new password by the owner, a new network in turns with the usual one, once and again"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", score = 42.0, event_count = 8},
--     {subject = "user:bob", score = 42.68, event_count = 4, reason = "account_change_password of bob after 0 failed logins, then within a day 3 acts from 203.0.113.0/24, new to the account: 0 credentials made, 0 rights changed, 0 repositories pulled for the first time; in turns with its own networks"},
--     {subject = "user:carl", severity = "medium", score = 30.0, event_count = 3},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], performer_name = "carl", repository_name = "web"},
--     {at = "09:00", kind = "account_change_password", performer_name = "alice", namespace_name = "alice"},
--     {days = [-28, -28], performer_name = "alice", repository = "203.0.114.0/24"},
--     {days = [-28, -28], performer_name = "dora", repository_name = "web", network = "203.0.114.0/24"},
--     {at = "10:00", times = 7, every = "1h", performer_name = "alice", repository_name = "web", network = "203.0.114.0/24"},
--     {at = "10:30", times = 6, every = "1h", performer_name = "alice", repository_name = "web"},
--     {at = "09:00", kind = "account_change_password", performer_name = "bob", namespace_name = "bob"},
--     {at = "08:00", performer_name = "bob", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "08:30", performer_name = "bob", repository_name = "web"},
--     {at = "22:00", performer_name = "bob", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "22:30", performer_name = "bob", repository_name = "web"},
--     {at = "10:00", times = 2, performer_name = "bob", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "11:00", times = 2, performer_name = "bob", repository_name = "web"},
--     {at = "09:00", kind = "account_change_password", performer_name = "carl", namespace_name = "carl"},
--     {at = "10:00", performer_name = "carl", repository_name = "web"},
--     {at = "11:00", times = 2, performer_name = "carl", repository_name = "web", network = "203.0.113.0/24"},
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
