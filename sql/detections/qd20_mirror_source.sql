-- id = "QD-20"
-- title = "A mirror or proxy cache is pointed elsewhere, or trusts without looking"
-- family = "supply_chain"
-- severity = "high"
-- why = "Whoever chooses where images are copied from, or switches off the check of the certificate or signature, chooses what everybody downstream runs."
-- tactics = ["Initial Access", "Persistence"]
-- techniques = ["T1195.002", "T1199"]
-- reads = ["base_performer_habits", "base_registry", "mart_change_events", "stg_inventory_organization_mirrors", "stg_inventory_repository_mirrors"]
-- next_steps = [
--     "Look whether the new host belongs to the vendor, letter by letter.",
--     "Ask who acted for the change; stop the synchronization until that is answered.",
--     "If unexpected: restore the source, delete what was copied since, and look for hosts that pulled it.",
--     "Revoke the credential and look at what else it changed on that day.",
-- ]
-- false_positives = [
--     "A vendor who moves to another address.",
--     "A new upstream that the platform team adds.",
--     "A proxy that the company replaces.",
-- ]
--
-- [needs]
-- kinds = ["repo_mirror_config_changed", "org_mirror_enabled", "org_mirror_config_changed", "create_proxy_cache_config"]
-- failure_kinds = []
-- inventory = ["organization_mirrors", "repository_mirrors"]
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 28
--
-- [keys]
-- repo_mirror_config_changed = ["changed", "to"]
-- org_mirror_enabled = ["external_registry_url"]
-- org_mirror_config_changed = ["external_reference", "old_external_reference"]
-- create_proxy_cache_config = ["upstream_registry"]
--
-- [params]
-- min_score = 12.0
--
-- [sigma]
-- without = "knowing where images came from before"
-- louder_in = [
--     "to hosts that are known, from the log or the inventory",
--     "a registry that is six days old sets up its mirrors",
-- ]
--
-- [[sigma.rules]]
-- title = "A mirror or proxy cache is pointed elsewhere"
-- [sigma.rules.detection]
-- mirror = {kind = "repo_mirror_config_changed", changed = ["external_reference", "http_proxy", "https_proxy", "robot_username"], "to|exists" = true}
-- tls = {kind = "repo_mirror_config_changed", changed = "verify_tls", to = "false"}
-- unsigned = {kind = "repo_mirror_config_changed", changed = "unsigned_images", to = "true"}
-- account = {kind = "repo_mirror_config_changed", changed = ["external_registry_username", "external_registry_password"]}
-- organization = {kind = ["org_mirror_config_changed", "org_mirror_enabled", "create_proxy_cache_config"]}
-- condition = "1 of them"
with settings as (
    select
        event_key,
        day,
        occurred_at,
        credential,
        performer_name,
        network,
        namespace_name,
        repository,
        kind,
        coalesce(json_extract_string(metadata, '$.changed'), 'source') as setting,
        coalesce(
            json_extract_string(metadata, '$.to'),
            json_extract_string(metadata, '$.external_reference'),
            json_extract_string(metadata, '$.external_registry_url'),
            json_extract_string(metadata, '$.upstream_registry')
        ) as new_value,
        json_extract_string(metadata, '$.old_external_reference') as said_old_value
    from mart_change_events
    where
        day >= $day - 100
        and kind in (
            'create_proxy_cache_config',
            'org_mirror_config_changed',
            'org_mirror_enabled',
            'repo_mirror_config_changed'
        )
),

-- Where images come from, or through, is a host; what stands before an @ is a name to show.
changes as (
    select
        settings.*,
        case
            when setting in ('source', 'external_reference') then 'source'
            when setting in ('http_proxy', 'https_proxy') then 'proxy'
            else setting
        end as aspect,
        regexp_extract(lower(new_value), '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?([^/:?#]+)', 1) as host_name,
        regexp_extract(lower(said_old_value), '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?([^/:?#]+)', 1)
            as said_old_host
    from settings
),

mirrors as (
    select
        namespace_name,
        namespace_name || '/' || repository_name as repository,
        external_reference as reference
    from stg_inventory_repository_mirrors
    union all
    select
        namespace_name,
        cast(null as varchar) as repository,
        external_registry_url as reference
    from stg_inventory_organization_mirrors
),

-- The inventory may be of the next morning: what changed today says nothing about before.
settled_mirrors as (
    select mirrors.reference
    from mirrors
    left join changes
        on
            changes.day = $day
            and mirrors.namespace_name = changes.namespace_name
            and mirrors.repository is not distinct from changes.repository
    where changes.event_key is null
),

known_hosts as (
    select
        aspect,
        host_name
    from changes
    where day < $day
    union
    select
        'source' as aspect,
        said_old_host as host_name
    from changes
    where day < $day
    union
    select
        'source' as aspect,
        regexp_extract(lower(reference), '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?([^/:?#]+)', 1) as host_name
    from settled_mirrors
),

former_sources as (
    select
        repository,
        arg_max(host_name, event_key) as host_name
    from changes
    where
        aspect = 'source'
        and day < $day
    group by repository
),

compared_changes as (
    select
        changes.*,
        coalesce(changes.said_old_host, former_sources.host_name) as old_host,
        known_hosts.host_name is null and changes.new_value is not null as is_new_host,
        coalesce(habits.day_count, 0) as habit_day_count
    from changes
    cross join base_registry
    left join known_hosts
        on
            changes.aspect = known_hosts.aspect
            and changes.host_name = known_hosts.host_name
    left join former_sources on changes.repository = former_sources.repository
    left join base_performer_habits as habits
        on
            habits.habit = 'kind'
            and changes.kind = habits.habit_value
            and changes.performer_name = habits.performer_name
    where
        changes.day = $day
        and base_registry.day_count >= 7
),

scored_changes as (
    select
        *,
        case
            when aspect = 'source'
                then
                    case when is_new_host then 34 else 6 end
                    + case when old_host <> host_name then 14 else 0 end
            when aspect = 'proxy' and is_new_host then 24
            when aspect = 'verify_tls' and new_value = 'false' then 34
            when aspect = 'unsigned_images' and new_value = 'true' then 30
            when aspect = 'robot_username' then 10
            when aspect in ('external_registry_username', 'external_registry_password') then 8
            else 0
        end
        -- Who tends mirrors all the time tends them today.
        * (0.6 + 0.4 / (1 + habit_day_count)) as points
    from compared_changes
),

actors as (
    select
        credential,
        min(performer_name) as performer_name,
        case when min(network) = max(network) then min(network) end as network,
        case when min(namespace_name) = max(namespace_name) then min(namespace_name) end as namespace_name,
        arg_max(repository, (points, event_key)) as repository,
        arg_max(
            aspect || ' of ' || coalesce(repository, namespace_name) || ' set to '
            || coalesce(left(new_value, 120), 'nothing')
            || coalesce(' (before: ' || left(old_host, 80) || ')', ''),
            (points, event_key)
        ) as finding,
        max(points) + 12 * log10(sum(points) / max(points)) as score,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as event_count,
        list_sort(list(event_key))[1:20] as evidence
    from scored_changes
    where points > 0
    group by credential
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
        when score >= 44 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ' changed where images come from: ' || finding
    || case when event_count > 1 then ' (' || event_count || ' such changes)' else '' end as reason,
    first_at,
    last_at,
    event_count,
    evidence
from actors
where score >= $min_score
-- [[cases]]
-- name = "a mirror is turned from quay.io to a host that looks like it, and no longer looks at certificates"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", performer_name = "alice", network = "198.51.100.0/24", namespace_name = "acme", repository = "acme/base", severity = "high", score = 50.79, event_count = 2, reason = "user:alice changed where images come from: source of acme/base set to quay-io.example/acme/base (before: quay.io) (2 such changes)"}]
-- events = [
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "base", metadata = {changed = "external_reference", to = "docker.io/acme/base"}},
--     {days = [-20, -20], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "base", metadata = {changed = "external_reference", to = "quay.io/acme/base"}},
--     {days = [-30, -30], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "base", metadata = {changed = "http_proxy", to = "quay-io.example"}},
--     {days = [-10, -10], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "base", metadata = {changed = "mirror_rule", to = "stable"}},
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "external_reference", to = "quay-io.example/acme/base"}},
--     {at = "10:01", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "verify_tls", to = false}},
--     {at = "10:02", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "sync_interval", to = 86400}},
--     {at = "10:03", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "is_enabled", to = false}},
-- ]
--
-- [[cases]]
-- name = "each setting by itself, by somebody who never did"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:a", score = 34.0, severity = "medium"},
--     {subject = "user:b", score = 34.0},
--     {subject = "user:c", score = 34.0},
--     {subject = "user:d", score = 48.0, severity = "high", reason = "user:d changed where images come from: source of globex set to mirror.evil.example/x (before: registry.vendor.example)"},
--     {subject = "user:e", score = 30.0},
--     {subject = "user:f", score = 24.0, severity = "low"},
--     {subject = "user:g", score = 24.0},
--     {subject = "user:h", score = 34.0},
--     {subject = "user:i", score = 34.0},
-- ]
-- events = [
--     {days = [-101, -101], kind = "create_proxy_cache_config", performer_name = "b", namespace_name = "cache", metadata = {upstream_registry = "new2.example"}},
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "11:00", kind = "org_mirror_config_changed", performer_name = "i", namespace_name = "hooli", metadata = {old_external_reference = "new1.example", external_reference = "new1.example"}},
--     {at = "10:00", kind = "org_mirror_enabled", performer_name = "a", metadata = {external_registry_url = "https://new1.example", external_namespace = "x"}},
--     {at = "10:00", kind = "create_proxy_cache_config", performer_name = "b", namespace_name = "cache", metadata = {upstream_registry = "new2.example"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "c", repository_name = "c", metadata = {changed = "external_reference", to = "https://docker.io@new3.example:5000/x"}},
--     {at = "10:00", kind = "org_mirror_config_changed", performer_name = "d", namespace_name = "globex", metadata = {old_external_reference = "registry.vendor.example/x", external_reference = "mirror.evil.example/x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "e", repository_name = "e", metadata = {changed = "unsigned_images", to = true}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "f", repository_name = "f", metadata = {changed = "http_proxy", to = "http://proxy1.example:3128"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "g", repository_name = "g", metadata = {changed = "https_proxy", to = "http://proxy2.example:3128"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "h", repository_name = "h", metadata = {changed = "verify_tls", to = false}},
-- ]
--
-- [[cases]]
-- name = "what adds up only together: robot and name at the source, on two repositories and from two networks"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "low", event_count = 3, score = 14.98}]
-- events = [
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "robot_username", to = "acme+x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository = "globex/base", network = "203.0.113.0/24", metadata = {changed = "external_registry_username", to = "x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "external_registry_password", to = "********"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "bob", repository_name = "base", metadata = {changed = "robot_username", to = "acme+x"}},
-- ]
--
-- [[cases]]
-- name = "who tends mirrors adds one of a new vendor"
-- day = 2026-03-03
-- fires = [{subject = "user:carol", severity = "low", score = 21.64}]
-- events = [
--     {days = [-20, -11], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "base", metadata = {changed = "sync_interval", to = 60}},
--     {days = [-20, -11], kind = "org_change_email", performer_name = "carol"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "new", metadata = {changed = "external_reference", to = "registry.vendor.example/x"}},
-- ]
--
-- [[cases]]
-- name = "to hosts that are known, from the log or the inventory"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-50, -50], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "y", metadata = {changed = "sync_interval", to = 60}},
--     {days = [-30, -30], kind = "create_proxy_cache_config", performer_name = "carol", namespace_name = "cache", metadata = {upstream_registry = "docker.io"}},
--     {days = [-30, -30], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "x", metadata = {changed = "https_proxy", to = "http://proxy.example:3128"}},
--     {days = [-25, -25], kind = "org_mirror_config_changed", performer_name = "carol", namespace_name = "globex", metadata = {old_external_reference = "old.vendor.example/x", external_reference = "docker.io/x"}},
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "a", repository_name = "a", metadata = {changed = "external_reference", to = "docker.io/x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "b", repository_name = "b", metadata = {changed = "external_reference", to = "quay.io/x"}},
--     {at = "10:00", kind = "org_mirror_enabled", performer_name = "c", metadata = {external_registry_url = "https://harbor.example"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "d", repository_name = "d", metadata = {changed = "http_proxy", to = "http://proxy.example:3128"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "h", repository_name = "h", metadata = {changed = "external_reference", to = "old.vendor.example/x"}},
-- ]
-- inventory.repository_mirrors = [{namespace_name = "acme", repository_name = "y", external_reference = "quay.io/y"}]
-- inventory.organization_mirrors = [{namespace_name = "initech", external_registry_url = "https://harbor.example"}]
--
-- [[cases]]
-- name = "settings that become safer, or empty, and the body of another change"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "e", repository_name = "e", metadata = {changed = "verify_tls", to = true}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "f", repository_name = "f", metadata = {changed = "unsigned_images", to = false}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "g", repository_name = "g", metadata = {changed = "https_proxy"}},
--     {at = "10:00", kind = "create_application", performer_name = "i", metadata = {changed = "verify_tls", to = "false", external_reference = "new7.example/x"}},
-- ]
--
-- [[cases]]
-- name = "what was yesterday or is tomorrow"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-1, -1], kind = "repo_mirror_config_changed", performer_name = "dave", repository_name = "z", metadata = {changed = "external_reference", to = "new9.example/x"}},
--     {days = [1, 1], kind = "repo_mirror_config_changed", performer_name = "dave", repository_name = "z", metadata = {changed = "external_reference", to = "new8.example/x"}},
-- ]
--
-- [[cases]]
-- name = "the inventory of the next morning already shows the new host"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", score = 34.0}, {subject = "user:bob", score = 34.0}]
-- events = [
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "external_reference", to = "quay-io.example/x"}},
--     {at = "10:00", kind = "org_mirror_enabled", performer_name = "bob", namespace_name = "globex", metadata = {external_registry_url = "https://docker-io.example"}},
-- ]
-- inventory.repository_mirrors = [{namespace_name = "acme", repository_name = "base", external_reference = "quay-io.example/x"}]
-- inventory.organization_mirrors = [{namespace_name = "globex", external_registry_url = "https://docker-io.example"}]
--
-- [[cases]]
-- name = "a registry that is six days old sets up its mirrors"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-6, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "external_reference", to = "quay.io/x"}},
-- ]
