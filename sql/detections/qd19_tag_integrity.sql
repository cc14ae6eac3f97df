-- id = "QD-19"
-- title = "A tag is moved to another image, or what protects tags is taken away"
-- family = "supply_chain"
-- severity = "high"
-- why = "Whoever moves a tag back, or lifts immutability just long enough to push, changes what runs without changing what it is called."
-- tactics = ["Persistence", "Impact"]
-- techniques = ["T1525", "T1565"]
-- reads = ["base_performer_habits", "int_acts", "mart_change_events"]
-- next_steps = [
--     "Compare the tag's history in Quay with what the pipeline built, and ask for the change it belongs to.",
--     "If there is none: restore tag and protection, stop deployments of it, revoke the credential.",
--     "Find the hosts that pulled the tag in between.",
-- ]
-- false_positives = [
--     "A rollback, hotfix or rewritten policy: who does this regularly scores a fraction.",
-- ]
--
-- [needs]
-- kinds = ["move_tag", "revert_tag", "change_tag_immutability", "update_immutability_policy", "delete_immutability_policy", "change_repo_state", "change_repo_trust"]
-- failure_kinds = []
-- inventory = []
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 28
--
-- [keys]
-- move_tag = ["original_manifest_digest"]
-- change_tag_immutability = ["immutable"]
-- change_repo_state = ["state_changed"]
-- change_repo_trust = ["trust_enabled"]
--
-- [params]
-- protected_tags = '(^|[-_.])(latest|stable|live|prod|production|release|main|master)([-_.]|$)|^v?[0-9]+([.][0-9]+)*$'
-- open_hours = 24          # that long is open just long enough
-- min_score = 12.0
--
-- [sigma]
-- without = "knowing who does this regularly, and what an image was before"
-- louder_in = [
--     "a mirror that becomes normal, the body of another change, and who rewrites policies all the time",
-- ]
--
-- [[sigma.rules]]
-- title = "A tag is moved to another image"
-- detection = {selection = {kind = ["move_tag", "revert_tag"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "What protects tags is taken away"
-- [sigma.rules.detection]
-- tag = {kind = "change_tag_immutability", immutable = false}
-- policy = {kind = ["delete_immutability_policy", "update_immutability_policy"]}
-- state = {kind = "change_repo_state", state_changed = "NORMAL"}
-- trust = {kind = "change_repo_trust", trust_enabled = false}
-- condition = "1 of them"
--
-- [[sigma.rules]]
-- title = "Protection is lifted"
-- name = "qd19_lifting"
-- [sigma.rules.detection]
-- tag = {kind = "change_tag_immutability", immutable = false}
-- policy = {kind = ["delete_immutability_policy", "update_immutability_policy"]}
-- state = {kind = "change_repo_state", state_changed = "NORMAL"}
-- condition = "1 of them"
--
-- [[sigma.rules]]
-- title = "An image is written"
-- name = "qd19_writing"
-- detection = {selection = {kind = ["push_repo", "move_tag", "revert_tag"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "Protection is set again"
-- name = "qd19_closing"
-- [sigma.rules.detection]
-- tag = {kind = "change_tag_immutability", immutable = true}
-- policy = {kind = "create_immutability_policy"}
-- state = {kind = "change_repo_state", state_changed = "READ_ONLY"}
-- condition = "1 of them"
--
-- [[sigma.rules]]
-- title = "Protection is lifted just long enough to write"
-- correlation = {type = "temporal_ordered", rules = ["qd19_lifting", "qd19_writing", "qd19_closing"], group-by = ["repository"], timespan = "24h"}
with acts as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        credential,
        performer_name,
        network,
        namespace_name,
        repository,
        tag,
        regexp_matches(tag, $protected_tags) as is_protected,
        occurred_at + to_hours($open_hours) as due_at,
        manifest_digest,
        json_extract_string(metadata, '$.original_manifest_digest') as original_digest,
        case kind
            when 'change_tag_immutability' then 'immutability'
            when 'change_repo_state' then 'state'
            when 'change_repo_trust' then 'trust'
            else 'policy'
        end as guard,
        coalesce(
            json_extract_string(metadata, '$.immutable'),
            json_extract_string(metadata, '$.trust_enabled'),
            json_extract_string(metadata, '$.state_changed'),
            kind
        ) as turned_to
    from mart_change_events
    where
        -- The details of other kinds are what somebody chose to write.
        kind in (
            'change_repo_state',
            'change_repo_trust',
            'change_tag_immutability',
            'create_immutability_policy',
            'create_tag',
            'delete_immutability_policy',
            'move_tag',
            'revert_tag',
            'update_immutability_policy'
        )
        and day >= $day - 100
        and day <= $day
),

former_states as (
    select
        repository,
        arg_max(turned_to, event_key) as turned_to
    from acts
    where
        kind = 'change_repo_state'
        and day < $day - 1
    group by repository
),

liftings as (
    select
        acts.*,
        case acts.turned_to when 'update_immutability_policy' then 14 else 30 end as points
    from acts
    left join former_states on acts.repository = former_states.repository
    where
        acts.turned_to in ('delete_immutability_policy', 'update_immutability_policy', 'false')
        -- What was a mirror stops being one: that protects nothing less.
        or (acts.turned_to = 'NORMAL' and former_states.turned_to is distinct from 'MIRROR')
),

openings as (
    select
        liftings.event_key,
        liftings.guard,
        liftings.namespace_name,
        liftings.repository,
        liftings.tag,
        liftings.occurred_at,
        liftings.due_at,
        min(restorings.event_key) as closing_key,
        min(restorings.occurred_at) as closed_at
    from liftings
    left join acts as restorings
        on
            restorings.turned_to in ('create_immutability_policy', 'true', 'READ_ONLY')
            and liftings.guard = restorings.guard
            and liftings.namespace_name = restorings.namespace_name
            and liftings.repository is not distinct from restorings.repository
            and liftings.tag is not distinct from restorings.tag
            and liftings.occurred_at <= restorings.occurred_at
            and liftings.due_at >= restorings.occurred_at
    group by
        liftings.event_key,
        liftings.guard,
        liftings.namespace_name,
        liftings.repository,
        liftings.tag,
        liftings.occurred_at,
        liftings.due_at
),

swaps as (
    select
        openings.event_key,
        -- Below a policy that stays lifted everybody pushes as always: that alone says nothing.
        case
            when openings.closed_at is not null then 86
            when openings.guard = 'policy' then 0
            else 44
        end as points,
        ', and ' || count(*) || ' images written meanwhile'
        || case when openings.closed_at is null then '' else ' before it was protected again' end as outcome,
        coalesce(openings.closed_at, max(writings.occurred_at)) as last_at,
        list_concat([openings.event_key], min(writings.event_key, 18)) as evidence,
        openings.closing_key
    from openings
    inner join int_acts as writings
        on
            writings.kind in ('push_repo', 'move_tag', 'revert_tag')
            and openings.namespace_name = writings.namespace_name
            and (openings.repository is null or openings.repository = writings.repository)
            and (openings.tag is null or openings.tag = writings.tag)
            and openings.occurred_at <= writings.occurred_at
            and coalesce(openings.closed_at, openings.due_at) >= writings.occurred_at
    group by
        openings.event_key,
        openings.guard,
        openings.closed_at,
        openings.closing_key,
        openings.occurred_at
),

-- Where a digest was before: in the same repository it is old, in another one alone it is foreign.
known_digests as (
    select
        manifest_digest,
        repository
    from acts
    where day < $day
    union
    select
        original_digest as manifest_digest,
        repository
    from acts
),

movings as (
    select
        acts.event_key,
        max(acts.kind = 'revert_tag' or known_digests.repository = acts.repository) as is_old
    from acts
    left join known_digests on acts.manifest_digest = known_digests.manifest_digest
    where acts.kind in ('move_tag', 'revert_tag')
    group by acts.event_key
),

single_findings as (
    select
        event_key,
        points,
        '' as outcome
    from liftings
    union all
    select
        event_key,
        14 + case when is_old then 6 when not is_old then 12 else 0 end as points,
        case
            when is_old then ', to an image that it had before'
            when not is_old then ', to an image of another repository'
            else ''
        end as outcome
    from movings
),

findings as (
    select
        single_findings.event_key,
        single_findings.outcome,
        (single_findings.points + case when acts.is_protected then 12 else 0 end)
        * (0.4 + 0.6 / (1 + coalesce(habits.day_count, 0))) as points,
        acts.occurred_at as last_at,
        [acts.event_key] as evidence
    from single_findings
    inner join acts on single_findings.event_key = acts.event_key
    left join base_performer_habits as habits
        on
            habits.habit = 'kind'
            and acts.kind = habits.habit_value
            and acts.performer_name = habits.performer_name
    where acts.day = $day
    union all
    select
        event_key,
        outcome,
        points,
        last_at,
        case when closing_key is null then evidence else list_append(evidence, closing_key) end as evidence
    from swaps
    where cast(last_at as date) = $day
),

actors as (
    select
        acts.credential,
        min(acts.performer_name) as performer_name,
        case when min(acts.network) = max(acts.network) then min(acts.network) end as network,
        case
            when min(acts.namespace_name) = max(acts.namespace_name) then min(acts.namespace_name)
        end as namespace_name,
        arg_max(acts.repository, (findings.points, findings.event_key)) as repository,
        arg_max(
            acts.kind || coalesce(' of ' || acts.repository, ' in ' || acts.namespace_name)
            || coalesce(':' || left(acts.tag, 80), '') || findings.outcome,
            (findings.points, findings.event_key)
        ) as finding,
        count(*) as finding_count,
        max(findings.points) + 12 * log10(sum(findings.points) / nullif(max(findings.points), 0)) as score,
        min(acts.occurred_at) as first_at,
        max(findings.last_at) as last_at,
        list_sort(list_distinct(flatten(list(findings.evidence))))[1:20] as evidence
    from findings
    inner join acts on findings.event_key = acts.event_key
    where findings.points > 0
    group by acts.credential
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    repository,
    cast(null as varchar) as shared,
    case
        when score >= 80 then 'critical'
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ': ' || finding
    || case when finding_count > 1 then ' (and ' || (finding_count - 1) || ' more)' else '' end as reason,
    first_at,
    last_at,
    array_length(evidence) as event_count,
    evidence
from actors
where score >= $min_score
-- [[cases]]
-- name = "immutability off, a push, and on again"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", performer_name = "alice", network = "198.51.100.0/24", namespace_name = "acme", repository = "acme/web", severity = "critical", event_count = 4, reason = "user:alice: change_tag_immutability of acme/web:v1.2, and 2 images written meanwhile before it was protected again (and 1 more)"}]
-- events = [
--     {at = "09:00", kind = "change_tag_immutability", performer_name = "alice", repository_name = "web", tag = "v1.2", metadata = {immutable = true}},
--     {at = "10:00", kind = "change_tag_immutability", performer_name = "alice", repository_name = "web", tag = "v1.2", metadata = {immutable = false}},
--     {at = "10:02", kind = "change_tag_immutability", performer_name = "alice", repository_name = "web", tag = "v1.3", metadata = {immutable = true}},
--     {at = "10:02", kind = "change_tag_immutability", performer_name = "alice", repository_name = "api", tag = "v1.2", metadata = {immutable = true}},
--     {at = "10:04", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "v1.3"},
--     {at = "10:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "v1.2"},
--     {at = "10:06", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "v1.3"},
--     {at = "10:06", kind = "push_repo", performer_name = "acme+ci", repository_name = "api", tag = "v1.2"},
--     {at = "10:06", kind = "push_repo", performer_name = "acme+ci", repository = "globex/web", tag = "v1.2"},
--     {at = "09:59", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "v1.2"},
--     {at = "10:06", performer_name = "acme+ci", repository_name = "web", tag = "v1.2"},
--     {at = "10:09", kind = "change_tag_immutability", performer_name = "alice", repository_name = "web", tag = "v1.2", metadata = {immutable = true}},
--     {at = "10:09", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "v1.2"},
--     {at = "10:10", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "v1.2"},
-- ]
--
-- [[cases]]
-- name = "a policy is gone for a day and a night, and no longer"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "critical", repository = "acme/web", event_count = 3}]
-- events = [
--     {days = [-1, -1], at = "02:00", kind = "delete_immutability_policy", performer_name = "alice", repository_name = "web"},
--     {at = "01:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "v1.2"},
--     {at = "01:30", kind = "create_immutability_policy", performer_name = "alice", repository_name = "api"},
--     {at = "01:30", kind = "create_immutability_policy", performer_name = "alice", namespace_name = "globex"},
--     {at = "02:00", kind = "create_immutability_policy", performer_name = "alice", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "a repository is writable for a push, or a tag movable, and stays so or not; a policy of the organization likewise"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "high", score = 52.48, repository = "acme/web", event_count = 7, reason = "user:alice: change_repo_state of acme/web, and 1 images written meanwhile (and 6 more)"},
--     {subject = "user:hal", severity = "medium", score = 47.61},
--     {subject = "user:ivan", severity = "medium", score = 46.71},
--     {subject = "user:jan", severity = "low", score = 21.0},
--     {subject = "user:kim", severity = "critical", score = 87.56},
--     {subject = "robot:acme+ci", severity = "low", score = 20.0, reason = "robot:acme+ci: revert_tag of acme/web:try, to an image that it had before"},
--     {subject = "user:bob", severity = "medium", score = 30.0, reason = "user:bob: delete_immutability_policy in globex"},
--     {subject = "user:frank", severity = "medium", score = 30.0},
--     {subject = "user:gina", repository = "", severity = "critical", score = 87.56},
--     {subject = "user:carol", severity = "low", score = 14.0},
--     {subject = "user:dave", severity = "medium", score = 30.0},
-- ]
-- events = [
--     {at = "10:00", kind = "change_repo_state", performer_name = "alice", repository_name = "web", metadata = {state_changed = "NORMAL"}},
--     {at = "10:05", kind = "revert_tag", performer_name = "acme+ci", repository_name = "web", tag = "try"},
--     {at = "10:00", kind = "delete_immutability_policy", performer_name = "bob", namespace_name = "globex"},
--     {at = "10:05", kind = "push_repo", performer_name = "globex+ci", repository = "globex/app", tag = "try"},
--     {at = "10:06", kind = "create_immutability_policy", performer_name = "bob", namespace_name = "hooli"},
--     {at = "10:00", kind = "delete_immutability_policy", performer_name = "frank", namespace_name = "umbrella"},
--     {at = "10:10", kind = "create_immutability_policy", performer_name = "frank", namespace_name = "umbrella"},
--     {at = "10:00", kind = "delete_immutability_policy", performer_name = "gina", namespace_name = "wayne"},
--     {at = "10:05", kind = "push_repo", performer_name = "wayne+ci", repository = "wayne/app", tag = "try"},
--     {at = "10:10", kind = "create_immutability_policy", performer_name = "gina", namespace_name = "wayne"},
--     {at = "10:06", kind = "change_repo_trust", performer_name = "alice", repository_name = "web", metadata = {trust_enabled = true}},
--     {at = "10:20", times = 5, kind = "change_repo_trust", performer_name = "alice", repository_name = "lib-{n}", metadata = {trust_enabled = false}},
--     {at = "10:00", kind = "change_tag_immutability", performer_name = "hal", repository = "hal/app", tag = "try", metadata = {immutable = false}},
--     {at = "10:05", kind = "move_tag", performer_name = "hal", repository = "hal/app", tag = "try", manifest_digest = "sha256:hal"},
--     {at = "10:00", kind = "change_repo_trust", performer_name = "ivan", repository = "ivan/app", metadata = {trust_enabled = false}},
--     {at = "10:05", kind = "push_repo", performer_name = "ivan", repository = "ivan/app", tag = "try"},
--     {days = [-1, -1], kind = "change_repo_state", performer_name = "jan", repository = "jan/app", metadata = {state_changed = "MIRROR"}},
--     {at = "10:00", kind = "change_repo_state", performer_name = "jan", repository = "jan/app", metadata = {state_changed = "NORMAL"}},
--     {at = "10:00", kind = "change_repo_state", performer_name = "kim", repository = "kim/app", metadata = {state_changed = "NORMAL"}},
--     {at = "10:05", kind = "push_repo", performer_name = "kim", repository = "kim/app", tag = "try"},
--     {at = "10:10", kind = "change_repo_state", performer_name = "kim", repository = "kim/app", metadata = {state_changed = "READ_ONLY"}},
--     {at = "10:00", kind = "update_immutability_policy", performer_name = "carol", namespace_name = "initech"},
--     {at = "10:00", kind = "change_repo_trust", performer_name = "dave", repository = "initech/app", metadata = {trust_enabled = false}},
--     {at = "10:00", kind = "change_repo_trust", performer_name = "dave", repository = "initech/api", metadata = {trust_enabled = true}},
--     {days = [1, 1], at = "10:00", kind = "change_repo_state", performer_name = "alice", repository_name = "web", metadata = {state_changed = "READ_ONLY"}},
-- ]
--
-- [[cases]]
-- name = "a mirror that becomes normal, the body of another change, and who rewrites policies all the time"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-9, -9], kind = "change_repo_state", performer_name = "alice", repository_name = "web", metadata = {state_changed = "READ_ONLY"}},
--     {days = [-9, -9], kind = "change_repo_state", performer_name = "alice", repository_name = "docs", metadata = {state_changed = "READ_ONLY"}},
--     {days = [-2, -2], kind = "change_repo_state", performer_name = "alice", repository_name = "web", metadata = {state_changed = "MIRROR"}},
--     {days = [-3, -3], kind = "move_tag", performer_name = "alice", repository_name = "web", tag = "v1.2", manifest_digest = "sha256:0"},
--     {days = [-20, -3], kind = "update_immutability_policy", performer_name = "carol"},
--     {at = "10:00", kind = "update_immutability_policy", performer_name = "carol"},
--     {at = "10:00", kind = "change_repo_state", performer_name = "alice", repository_name = "web", metadata = {state_changed = "NORMAL"}},
--     {at = "10:05", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "v1.2"},
--     {at = "10:06", kind = "create_application", performer_name = "alice", metadata = {immutable = "false"}},
--     {at = "10:06", kind = "change_repo_state", performer_name = "alice", repository_name = "api", metadata = {state_changed = "READ_ONLY"}},
--     {days = [1, 1], kind = "change_tag_immutability", performer_name = "alice", repository_name = "web", tag = "v1.2", metadata = {immutable = false}},
--     {days = [-1, -1], at = "09:00", kind = "move_tag", performer_name = "alice", repository_name = "web", tag = "v1.2", manifest_digest = "sha256:1"},
-- ]
--
-- [[cases]]
-- name = "what was opened the night before and pushed to then, and is closed a day and more later"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-1, -1], at = "01:00", kind = "change_tag_immutability", performer_name = "alice", repository_name = "web", tag = "v1.2", metadata = {immutable = false}},
--     {days = [-1, -1], at = "02:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "v1.2"},
--     {at = "03:00", kind = "change_tag_immutability", performer_name = "alice", repository_name = "web", tag = "v1.2", metadata = {immutable = true}},
--     {at = "04:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "v1.2"},
-- ]
--
-- [[cases]]
-- name = "prod is moved: to another repository's image, to an old one, to an unknown one, and by one who often does"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 38.0, repository = "acme/web", reason = "user:alice: move_tag of acme/web:prod, to an image of another repository"},
--     {subject = "user:bob", severity = "medium", score = 32.0, reason = "user:bob: move_tag of acme/web:prod, to an image that it had before"},
--     {subject = "user:carol", severity = "low", score = 26.0, reason = "user:carol: move_tag of acme/web:prod"},
--     {subject = "user:dave", severity = "low", score = 19.2},
--     {subject = "user:erin", severity = "low", score = 14.0},
-- ]
-- events = [
--     {days = [-40, -40], kind = "move_tag", performer_name = "dave", repository_name = "web", tag = "try", manifest_digest = "sha256:web2", metadata = {original_manifest_digest = "sha256:web1"}},
--     {days = [-101, -101], kind = "move_tag", performer_name = "dave", repository_name = "web", tag = "try", manifest_digest = "sha256:new"},
--     {days = [-20, -18], performer_name = "carol", namespace_name = "move_tag", repository_name = "web"},
--     {days = [-100, -100], kind = "create_tag", performer_name = "dave", repository_name = "evil", tag = "try", manifest_digest = "sha256:evil"},
--     {days = [-20, -19], kind = "move_tag", performer_name = "dave", repository_name = "api", tag = "try", manifest_digest = "sha256:api"},
--     {at = "10:00", kind = "move_tag", performer_name = "alice", repository_name = "web", tag = "prod", manifest_digest = "sha256:evil"},
--     {at = "10:00", kind = "move_tag", performer_name = "bob", repository_name = "web", tag = "prod", manifest_digest = "sha256:web1"},
--     {at = "10:00", kind = "move_tag", performer_name = "carol", repository_name = "web", tag = "prod", manifest_digest = "sha256:new"},
--     {at = "11:00", kind = "move_tag", performer_name = "erin", repository_name = "web", tag = "try", manifest_digest = "sha256:new2"},
--     {at = "10:00", kind = "move_tag", performer_name = "dave", repository_name = "web", tag = "prod", manifest_digest = "sha256:web2"},
--     {at = "10:00", kind = "create_tag", performer_name = "dave", repository_name = "web", tag = "prod2", manifest_digest = "sha256:web2"},
-- ]
--
-- [[cases]]
-- name = "protection that is added, and a tag that is made"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {kind = "create_immutability_policy", performer_name = "alice", repository_name = "web"},
--     {kind = "change_repo_state", performer_name = "alice", repository_name = "web", metadata = {state_changed = "READ_ONLY"}},
--     {kind = "create_tag", performer_name = "alice", repository_name = "api", tag = "prod", manifest_digest = "sha256:1"},
-- ]
