-- id = "QD-23"
-- title = "A repository was made public"
-- family = "privilege"
-- severity = "high"
-- why = "Whatever is public anybody may pull without an account: turning a private repository public takes its images out of the house."
-- tactics = ["Exfiltration"]
-- techniques = ["T1537", "T1567"]
-- reads = [
--     "int_acts",
--     "mart_change_events",
--     "base_repositories",
--     "base_inventory_changes",
--     "stg_inventory_repositories",
-- ]
-- next_steps = [
--     "Make the repository private again unless its owner says that it is meant to be public.",
--     "List who pulled it without an account while it was public; treat secrets in its images as known to others.",
--     "Ask whoever made it public, and look at what else that account did on that day.",
-- ]
-- false_positives = [
--     "A release as open source, by somebody who publishes repositories as part of their work.",
--     "Documentation or samples that were private by mistake.",
-- ]
--
-- [needs]
-- kinds = ["change_repo_visibility", "org_mirror_repo_created"]
-- inventory = ["repositories"]
-- history_days = 28
--
-- [keys]
-- change_repo_visibility = ["visibility"]
-- org_mirror_repo_created = ["external_reference", "visibility"]
--
-- [params]
-- secret_words = "(secret|private|internal|credential|vault|signing|prod)"
-- min_pullers = 5          # a repository that so many use is no left-over
-- min_bulk = 3             # repositories within an hour
-- min_score = 12
--
-- [sigma]
-- without = "knowing who publishes as part of their work, and what the inventory shows that no entry says"
-- quieter_in = [
--     "a weekly inventory: what was opened or made anew since the last one, and what was opened before it",
-- ]
-- louder_in = [
--     "quiet: releases by somebody who publishes every week",
--     "quiet: what was public already, what becomes private, and other changes",
-- ]
--
-- [[sigma.rules]]
-- title = "A repository was made public"
-- detection = {selection = {kind = ["change_repo_visibility", "org_mirror_repo_created"], visibility = "public"}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "A repository turns public"
-- name = "qd23_opening"
-- detection = {selection = {kind = ["change_repo_visibility", "org_mirror_repo_created"], visibility = "public"}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "A repository turns private"
-- name = "qd23_closing"
-- detection = {selection = {kind = "change_repo_visibility", visibility = "private"}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "A repository was public for some hours"
-- correlation = {type = "temporal_ordered", rules = ["qd23_opening", "qd23_closing"], group-by = ["repository"], timespan = "24h"}
with flips as (
    select
        event_key,
        occurred_at,
        day,
        kind,
        performer_name,
        credential,
        network,
        namespace_name,
        repository,
        json_extract_string(metadata, '$.visibility') as visibility,
        -- What a mirror makes is told by where it came from.
        coalesce(repository, json_extract_string(metadata, '$.external_reference'), 'something') as thing
    from mart_change_events
    where
        day >= $day - 100
        and day <= $day
        and kind in ('change_repo_visibility', 'org_mirror_repo_created')
),

-- Open for some hours only: long enough to take everything away, short enough to be seen by no snapshot.
openings as (
    select
        flips.event_key,
        min(flips.occurred_at) as occurred_at,
        min(flips.day) as day,
        min(flips.kind) as kind,
        min(flips.performer_name) as performer_name,
        min(flips.credential) as credential,
        min(flips.network) as network,
        min(flips.namespace_name) as namespace_name,
        min(flips.repository) as repository,
        min(flips.thing) as thing,
        min(closings.occurred_at) as closed_at,
        min(closings.event_key) as closing_key
    from flips
    left join flips as closings
        on
            flips.repository = closings.repository
            and closings.visibility = 'private'
            and flips.occurred_at <= closings.occurred_at
            and flips.occurred_at + interval 24 hours > closings.occurred_at
    where
        flips.day >= $day - 1
        and flips.visibility = 'public'
    group by flips.event_key
),

-- Judged on the day of the opening, and again on the day of the closing.
judged_openings as (
    select
        openings.*,
        base_repositories.puller_count
    from openings
    left join base_repositories on openings.repository = base_repositories.repository
    where
        (openings.day = $day and base_repositories.is_public is distinct from true)
        or cast(openings.closed_at as date) = $day
),

takings as (
    select
        judged_openings.event_key,
        count(*) as pull_count
    from int_acts
    inner join judged_openings
        on
            int_acts.repository = judged_openings.repository
            and int_acts.occurred_at >= judged_openings.occurred_at
            and int_acts.occurred_at <= judged_openings.closed_at
    where
        int_acts.kind = 'pull_repo'
        and int_acts.credential_kind = 'anonymous'
    group by judged_openings.event_key
),

past_days as (
    select
        performer_name,
        day,
        count(*) as opening_count
    from flips
    where
        day < $day - 1
        and visibility = 'public'
    group by
        performer_name,
        day
),

publishers as (
    select
        performer_name,
        count(*) as day_count,
        max(opening_count) as most_openings
    from past_days
    group by performer_name
),

paced_openings as (
    select
        judged_openings.*,
        coalesce(takings.pull_count, 0) as pull_count,
        coalesce(publishers.day_count, 0) as published_day_count,
        coalesce(publishers.most_openings, 0) as most_openings,
        count(*) over (
            partition by judged_openings.credential
            order by judged_openings.occurred_at
            range between interval 1 hour preceding and current row
        ) as hour_count
    from judged_openings
    left join takings on judged_openings.event_key = takings.event_key
    left join publishers on judged_openings.performer_name = publishers.performer_name
),

scored_openings as (
    select
        *,
        case when kind = 'org_mirror_repo_created' then 22 else 32 end
        -- Publishing is the work of some, and a surprise from others.
        - 7 * least(published_day_count, 3)
        + case when puller_count >= $min_pullers then 12 else 0 end
        + case when regexp_matches(lower(repository), $secret_words) then 12 else 0 end
        + case when hour_count >= greatest($min_bulk, most_openings + 1) then 14 else 0 end
        + case when closed_at is not null then 24 + least(16, 4 * log2(1 + pull_count)) else 0 end as points
    from paced_openings
),

ranked_openings as (
    select
        *,
        row_number() over (partition by credential order by points desc, event_key asc) as place
    from scored_openings
),

publications as (
    select
        credential as subject,
        min(performer_name) as performer_name,
        credential,
        case when count(distinct network) = 1 then min(network) end as network,
        case when count(distinct namespace_name) = 1 then min(namespace_name) end as namespace_name,
        case when count(distinct repository) = 1 then min(repository) end as repository,
        min(case when place = 1 then thing end) as main_repository,
        max(points) as score,
        count(distinct thing) as repository_count,
        count(distinct case when closed_at is not null then repository end) as closed_count,
        sum(pull_count) as pull_count,
        min(occurred_at) as first_at,
        max(coalesce(closed_at, occurred_at)) as last_at,
        count(*) + count(closing_key) as event_count,
        list_sort(list_distinct(list(event_key) || list(closing_key)))[1:20] as evidence
    from ranked_openings
    group by credential
),

creations as (
    select
        repository,
        max(day) as day
    from mart_change_events
    where
        kind = 'create_repo'
        and day >= $day - 100
        and day <= $day
    group by repository
),

-- The log does not say how a repository was born, nor anything at all where an entry is missing. What it does say may
-- be of any day since the snapshot before.
unlogged_openings as (
    select
        changes.row_key as repository,
        changes.namespace_name,
        case when creations.repository is null then changes.change_kind else 'added' end as change_kind,
        count(case when neighbours.is_public then 1 end) as public_count
    from base_inventory_changes as changes
    left join stg_inventory_repositories as neighbours
        on
            changes.namespace_name = neighbours.namespace_name
            and changes.row_key <> neighbours.namespace_name || '/' || neighbours.repository_name
    left join flips
        on
            changes.row_key = flips.repository
            and flips.visibility = 'public'
            and changes.previous_snapshot_date <= flips.day
    left join creations
        on
            changes.row_key = creations.repository
            and changes.previous_snapshot_date <= creations.day
    where
        changes.table_name = 'repositories'
        and changes.column_name = 'is_public'
        and changes.new_value = 'true'
        and flips.event_key is null
    group by
        changes.row_key,
        changes.namespace_name,
        changes.change_kind,
        creations.repository
)

select
    subject,
    performer_name,
    credential,
    network,
    namespace_name,
    repository,
    cast(null as varchar) as shared,
    case
        when score < 30 then 'low'
        when score < 50 then 'medium'
        when score < 80 then 'high'
        else 'critical'
    end as severity,
    score,
    subject || ' made ' || repository_count || ' repositories public, such as ' || main_repository
    || case
        when closed_count > 0
            then
                ', and ' || closed_count || ' of them private again within a day, after ' || pull_count
                || ' pulls without an account'
        else ''
    end as reason,
    first_at,
    last_at,
    event_count,
    evidence
from publications
where score >= $min_score
union all
select
    'repository:' || repository as subject,
    cast(null as varchar) as performer_name,
    cast(null as varchar) as credential,
    cast(null as varchar) as network,
    namespace_name,
    repository,
    'namespace:' || namespace_name as shared,
    case when change_kind = 'added' then 'low' else 'medium' end as severity,
    case when change_kind = 'changed' then 40 when public_count = 0 then 24 else 6 end as score,
    repository || case
        when change_kind = 'changed' then ' became public, and no entry of the log says so'
        else ' was made as a public repository; its namespace has ' || public_count || ' others'
    end as reason,
    cast($day as timestamp) as first_at,
    cast($day as timestamp) as last_at,
    0 as event_count,
    cast([] as varchar[]) as evidence
from unlogged_openings

-- [[cases]]
-- name = "a repository in use is open for fifteen hours, and twenty pulls take it away"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", shared = "", severity = "critical", score = 96.0, event_count = 2, evidence = ["2026-03-02 all #00000002", "2026-03-03 all #00000004"], repository = "acme/vault", namespace_name = "acme", network = "198.51.100.0/24", reason = "user:alice made 1 repositories public, such as acme/vault, and 1 of them private again within a day, after 20 pulls without an account"},
-- ]
-- events = [
--     {days = [-28, -1], times = 5, performer_name = "p{n}", repository_name = "vault"},
--     {days = [-1, -1], at = "10:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "vault", metadata = {visibility = "public"}},
--     {days = [-1, -1], at = "09:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "vault", metadata = {visibility = "private"}},
--     {days = [-1, -1], at = "09:30", repository_name = "vault"},
--     {days = [-1, -1], at = "10:00", repository_name = "vault"},
--     {days = [-1, -1], at = "23:30", times = 18, repository_name = "vault"},
--     {at = "01:00", repository_name = "vault"},
--     {at = "00:10", repository_name = "web"},
--     {at = "00:10", performer_name = "p0", repository_name = "vault"},
--     {at = "00:20", kind = "pull_repo_failed", repository_name = "vault"},
--     {at = "01:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "vault", metadata = {visibility = "private"}},
--     {at = "02:00", repository_name = "vault"},
-- ]
--
-- [[cases]]
-- name = "three within an hour; by somebody who published once, or often; mirrors that are public; one that the log lacks, one that it closed"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", shared = "", repository = "", severity = "medium", score = 46.0, event_count = 3, reason = "user:alice made 3 repositories public, such as acme/r2"},
--     {subject = "user:bob", repository = "", severity = "low", score = 25.0},
--     {subject = "user:cat", severity = "high", score = 56.0, event_count = 2},
--     {subject = "user:gil", severity = "medium", score = 35.0, event_count = 2},
--     {subject = "repository:acme/odd", severity = "medium", score = 40.0},
--     {subject = "robot:globex+m", severity = "low", score = 22.0, event_count = 1, reason = "robot:globex+m made 1 repositories public, such as h/ext/app"},
--     {subject = "repository:acme/lost", severity = "medium", score = 40.0, reason = "acme/lost became public, and no entry of the log says so"},
--     {subject = "repository:acme/born", severity = "low", score = 6.0, reason = "acme/born was made as a public repository; its namespace has 2 others", shared = "namespace:acme"},
--     {subject = "repository:home/one", severity = "low", score = 24.0, namespace_name = "home"},
-- ]
-- events = [
--     {days = [-28, -1], times = 4, performer_name = "p{n}", repository_name = "r0"},
--     {days = [-28, -1], times = 4, performer_name = "p{n}", repository_name = "b0"},
--     {days = [-20, -15], kind = "change_repo_visibility", performer_name = "gil", repository_name = "old", metadata = {visibility = "public"}},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "gil", repository_name = "g", metadata = {visibility = "public"}},
--     {at = "10:00", kind = "change_repo_visibility", performer_name = "gil", repository_name = "g", metadata = {visibility = "private"}},
--     {at = "12:00", kind = "change_repo_visibility", performer_name = "gil", repository_name = "odd", metadata = {visibility = "private"}},
--     {days = [-100, -100], kind = "change_repo_visibility", performer_name = "bob", repository_name = "old", metadata = {visibility = "public"}},
--     {days = [-101, -101], kind = "change_repo_visibility", performer_name = "alice", repository_name = "old", metadata = {visibility = "public"}},
--     {days = [-30, -30], kind = "change_repo_visibility", performer_name = "alice", repository_name = "old", metadata = {visibility = "private"}},
--     {at = "09:00", times = 3, every = "20m", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r{n}", metadata = {visibility = "public"}},
--     {at = "09:00", times = 3, every = "31m", kind = "change_repo_visibility", performer_name = "bob", repository_name = "b{n}", metadata = {visibility = "public"}},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "cat", repository_name = "c", metadata = {visibility = "public"}},
--     {at = "10:00", kind = "change_repo_visibility", performer_name = "cat", repository_name = "c", metadata = {visibility = "private"}},
--     {at = "11:00", times = 3, repository_name = "c"},
--     {at = "09:00", kind = "org_mirror_repo_created", performer_name = "globex+m", namespace_name = "globex", metadata = {visibility = "public", external_reference = "h/ext/app"}},
--     {at = "09:00", kind = "org_mirror_repo_created", performer_name = "globex+m", namespace_name = "globex", repository_name = "p", metadata = {visibility = "private"}},
-- ]
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "born", is_public = true},
--     {namespace_name = "acme", repository_name = "lost", is_public = true},
--     {namespace_name = "acme", repository_name = "docs", is_public = true},
--     {namespace_name = "acme", repository_name = "web", is_public = false},
--     {namespace_name = "home", repository_name = "one", is_public = true},
-- ]
-- inventory_changes = [
--     {table_name = "repositories", namespace_name = "acme", row_key = "acme/lost", column_name = "is_public", old_value = "false", new_value = "true"},
--     {table_name = "repositories", namespace_name = "acme", row_key = "acme/odd", column_name = "is_public", old_value = "false", new_value = "true"},
--     {table_name = "repositories", namespace_name = "acme", row_key = "acme/born", change_kind = "added", column_name = "is_public", new_value = "true"},
--     {table_name = "repositories", namespace_name = "home", row_key = "home/one", change_kind = "added", column_name = "is_public", new_value = "true"},
--     {table_name = "repositories", namespace_name = "acme", row_key = "acme/r1", column_name = "is_public", old_value = "false", new_value = "true"},
--     {table_name = "repositories", namespace_name = "acme", row_key = "acme/shut", column_name = "is_public", old_value = "true", new_value = "false"},
--     {table_name = "repositories", namespace_name = "acme", row_key = "acme/kind", column_name = "state", new_value = "true"},
--     {table_name = "repository_mirrors", namespace_name = "acme", row_key = "acme/mir", column_name = "is_public", new_value = "true"},
-- ]
--
-- [[cases]]
-- name = "quiet: releases by somebody who publishes every week"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "rel", repository_name = "web"},
--     {days = [-10, -8], times = 4, kind = "change_repo_visibility", performer_name = "rel", repository_name = "old{d}-{n}", metadata = {visibility = "public"}},
--     {at = "09:00", times = 4, kind = "change_repo_visibility", performer_name = "rel", repository_name = "r{n}", metadata = {visibility = "public"}},
--     {at = "10:00", times = 40, repository_name = "r0"},
-- ]
--
-- [[cases]]
-- name = "quiet: what was public already, what becomes private, and other changes"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "docs", metadata = {visibility = "public"}},
--     {at = "10:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "web", metadata = {visibility = "private"}},
--     {at = "11:00", kind = "create_repo", performer_name = "alice", repository_name = "new", metadata = {visibility = "public"}},
-- ]
-- inventory.repositories = [{snapshot_date = 2026-03-01, namespace_name = "acme", repository_name = "docs", is_public = true}]
--
-- [[cases]]
-- name = "quiet: opened yesterday and still open, opened tomorrow, and closed two days after"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-1, -1], at = "08:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r1", metadata = {visibility = "public"}},
--     {days = [1, 1], at = "08:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r1", metadata = {visibility = "private"}},
--     {days = [1, 1], at = "08:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r2", metadata = {visibility = "public"}},
--     {days = [-2, -2], at = "23:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r3", metadata = {visibility = "public"}},
--     {days = [-1, -1], at = "08:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r4", metadata = {visibility = "public"}},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r3", metadata = {visibility = "private"}},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "r4", metadata = {visibility = "private"}},
-- ]
--
-- [[cases]]
-- name = "a weekly inventory: what was opened or made anew since the last one, and what was opened before it"
-- day = 2026-03-03
-- fires = [
--     {subject = "repository:acme/before", severity = "medium", score = 40.0},
--     {subject = "repository:acme/anew", severity = "low", score = 24.0, reason = "acme/anew was made as a public repository; its namespace has 0 others"},
--     {subject = "repository:acme/old", severity = "medium", score = 40.0},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-8, -8], kind = "change_repo_visibility", performer_name = "alice", repository_name = "before", metadata = {visibility = "public"}},
--     {days = [-7, -7], kind = "change_repo_visibility", performer_name = "alice", repository_name = "since", metadata = {visibility = "public"}},
--     {days = [-5, -5], kind = "delete_repo", performer_name = "alice", repository_name = "anew"},
--     {days = [-7, -7], kind = "create_repo", performer_name = "alice", repository_name = "anew"},
--     {days = [-8, -8], kind = "create_repo", performer_name = "alice", repository_name = "old"},
--     {days = [1, 1], kind = "create_repo", performer_name = "alice", repository_name = "old"},
-- ]
-- inventory_changes = [
--     {previous_snapshot_date = 2026-02-24, table_name = "repositories", namespace_name = "acme", row_key = "acme/before", column_name = "is_public", old_value = "false", new_value = "true"},
--     {previous_snapshot_date = 2026-02-24, table_name = "repositories", namespace_name = "acme", row_key = "acme/since", column_name = "is_public", old_value = "false", new_value = "true"},
--     {previous_snapshot_date = 2026-02-24, table_name = "repositories", namespace_name = "acme", row_key = "acme/anew", column_name = "is_public", old_value = "false", new_value = "true"},
--     {previous_snapshot_date = 2026-02-24, table_name = "repositories", namespace_name = "acme", row_key = "acme/old", column_name = "is_public", old_value = "false", new_value = "true"},
-- ]
--
-- [[cases]]
-- name = "a hundred strangers fetch what was open for three hours: no more than twenty would weigh"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "high", score = 72.0}]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "web", metadata = {visibility = "public"}},
--     {at = "10:05", times = 100, repository_name = "web"},
--     {at = "13:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "web", metadata = {visibility = "private"}},
-- ]
