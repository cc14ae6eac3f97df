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
-- min_name = 4             # letters of a name that another name may imitate; shorter ones are in many names
-- registered_part = '[^.]+[.]((ac|co|com|edu|gov|net|org)[.][a-z]{2}|[^.]+)$'
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
    select
        mirrors.namespace_name,
        mirrors.repository,
        regexp_extract(lower(mirrors.reference), '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?([^/:?#]+)', 1)
            as host_name
    from mirrors
    left join changes
        on
            changes.day = $day
            and mirrors.namespace_name = changes.namespace_name
            and mirrors.repository is not distinct from changes.repository
    where changes.event_key is null
),

host_uses as (
    select
        aspect,
        host_name,
        namespace_name,
        repository
    from changes
    where day < $day
    union
    select
        'source' as aspect,
        said_old_host as host_name,
        namespace_name,
        repository
    from changes
    where day < $day
    union
    select
        'source' as aspect,
        host_name,
        namespace_name,
        repository
    from settled_mirrors
),

known_hosts as (
    select
        aspect,
        host_name,
        regexp_extract(host_name, $registered_part) as registered_name,
        count(*) as use_count
    from host_uses
    where host_name is not null
    group by
        aspect,
        host_name
),

followed_changes as (
    select
        *,
        coalesce(
            said_old_host,
            case
                when aspect = 'source'
                    then
                        lag(host_name) over (
                            partition by namespace_name, repository, aspect
                            order by event_key
                        )
            end
        ) as old_host
    from changes
),

-- Back to what it was, within a day: long enough for the registry to fetch once.
reversals as (
    select
        turnings.event_key,
        min(later.event_key) as reversal_key,
        min(later.day) as day,
        min(later.occurred_at) as occurred_at
    from followed_changes as turnings
    inner join followed_changes as later
        on
            turnings.namespace_name = later.namespace_name
            and turnings.repository is not distinct from later.repository
            and turnings.setting = later.setting
            and turnings.occurred_at < later.occurred_at
            and turnings.occurred_at + interval 24 hours > later.occurred_at
    where
        later.day <= $day
        and (
            (turnings.old_host <> turnings.host_name and turnings.old_host = later.host_name)
            or (turnings.setting = 'verify_tls' and turnings.new_value = 'false' and later.new_value = 'true')
            or (
                turnings.setting = 'unsigned_images'
                and turnings.new_value = 'true'
                and later.new_value = 'false'
            )
        )
    group by turnings.event_key
),

-- Names that somebody else registered, but with the word of a better known one in them, or hardly different.
likenesses as (
    select
        changes.event_key,
        sum(
            case
                when regexp_extract(changes.host_name, $registered_part) = known_hosts.registered_name
                    then -known_hosts.use_count
                else known_hosts.use_count
            end
        ) > 0 as is_alike
    from changes
    inner join known_hosts
        on
            changes.aspect = known_hosts.aspect
            and length(split_part(known_hosts.registered_name, '.', 1)) >= $min_name
            and (
                contains(changes.host_name, split_part(known_hosts.registered_name, '.', 1))
                or levenshtein(changes.host_name, known_hosts.host_name) * 7 < length(known_hosts.host_name)
            )
    where changes.aspect = 'source'
    group by changes.event_key
),

compared_changes as (
    select
        changes.*,
        coalesce(known_hosts.use_count, 0) as use_count,
        coalesce(likenesses.is_alike, false) as is_alike,
        reversals.reversal_key,
        coalesce(reversals.occurred_at, changes.occurred_at) as last_at,
        coalesce(habits.day_count, 0) as habit_day_count
    from followed_changes as changes
    cross join base_registry
    left join reversals on changes.event_key = reversals.event_key
    left join likenesses on changes.event_key = likenesses.event_key
    left join known_hosts
        on
            changes.aspect = known_hosts.aspect
            and changes.host_name = known_hosts.host_name
    left join base_performer_habits as habits
        on
            habits.habit = 'kind'
            and changes.kind = habits.habit_value
            and changes.performer_name = habits.performer_name
    where
        -- Of yesterday's changes only what is taken back today is news.
        (changes.day = $day or reversals.day = $day)
        and changes.day <= $day
        and base_registry.day_count >= 7
),

scored_changes as (
    select
        *,
        case
            when new_value is null then 0
            when aspect = 'source'
                then
                    34.0 / (1 + 2 * use_count)
                    + case when old_host <> host_name then 14 else 0 end
                    + case when is_alike then 20.0 / (1 + use_count) else 0 end
            when aspect = 'proxy' then 24.0 / (1 + 2 * use_count)
            when aspect = 'verify_tls' and new_value = 'false' then 34
            when aspect = 'unsigned_images' and new_value = 'true' then 30
            when aspect = 'robot_username' then 10
            when aspect in ('external_registry_username', 'external_registry_password') then 8
            else 0
        end
        -- Who tends mirrors all the time tends them today.
        * (0.6 + 0.4 / (1 + habit_day_count))
        * case when reversal_key is null then 1 else 1.5 end as points
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
            || coalesce(' (before: ' || left(old_host, 80) || ')', '')
            || case when is_alike then ', a name like one that is known' else '' end
            || case when reversal_key is null then '' else ', and back again within a day' end,
            (points, event_key)
        ) as finding,
        max(points) + 12 * log10(sum(points) / nullif(max(points), 0)) as score,
        min(occurred_at) as first_at,
        max(last_at) as last_at,
        count(*) as event_count,
        list_sort(list_distinct(list(event_key) || list(reversal_key)))[1:20] as evidence
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
-- fires = [{subject = "user:alice", performer_name = "alice", network = "198.51.100.0/24", namespace_name = "acme", repository = "acme/base", severity = "high", score = 70.11, event_count = 2, reason = "user:alice changed where images come from: source of acme/base set to quay-io.example/acme/base (before: quay.io), a name like one that is known (2 such changes)"}]
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
-- fires = [{subject = "user:alice", namespace_name = "", network = "", severity = "low", event_count = 3, score = 14.98}]
-- events = [
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "robot_username", to = "acme+x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository = "globex/base", network = "203.0.113.0/24", metadata = {changed = "external_registry_username", to = "x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "external_registry_password", to = "********"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "bob", repository_name = "base", metadata = {changed = "robot_username", to = "acme+x"}},
-- ]
--
-- [[cases]]
-- name = "elsewhere for a few hours, then back as it was; a certificate unlooked at overnight; what comes back too late, elsewhere or not at all"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "high", score = 73.32, event_count = 2, first_at = 2026-03-03T10:00:00, last_at = 2026-03-03T14:00:00, reason = "user:alice changed where images come from: source of acme/base set to vendor.example/base (before: quay.io), and back again within a day (2 such changes)"},
--     {subject = "user:bob", severity = "medium", score = 40.8, event_count = 1, first_at = 2026-03-02T20:00:00, last_at = 2026-03-03T08:00:00, evidence = ["2026-03-02 all #00000002", "2026-03-03 all #00000001"]},
--     {subject = "user:carl", severity = "high", score = 45.0},
--     {subject = "user:dan", severity = "medium", score = 34.0, event_count = 1},
--     {subject = "user:eve", severity = "low", score = 27.2, event_count = 1},
--     {subject = "user:fay", severity = "medium", score = 30.0, event_count = 1},
--     {subject = "user:gus", score = 37.61, event_count = 2},
--     {subject = "user:hal", score = 49.88, event_count = 2},
--     {subject = "user:ira", score = 37.3, event_count = 2},
--     {subject = "user:joe", score = 33.61, event_count = 2},
--     {subject = "user:kay", score = 14.95, event_count = 2},
--     {subject = "user:leo", score = 51.61, event_count = 2},
-- ]
-- events = [
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "base", metadata = {changed = "external_reference", to = "quay.io/base"}},
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "external_reference", to = "vendor.example/base"}},
--     {at = "14:00", kind = "repo_mirror_config_changed", performer_name = "alice", repository_name = "base", metadata = {changed = "external_reference", to = "quay.io/base"}},
--     {days = [-1, -1], at = "20:00", kind = "repo_mirror_config_changed", performer_name = "bob", repository_name = "b", metadata = {changed = "verify_tls", to = false}},
--     {at = "08:00", kind = "repo_mirror_config_changed", performer_name = "bob", repository_name = "b", metadata = {changed = "verify_tls", to = true}},
--     {at = "08:00", kind = "repo_mirror_config_changed", performer_name = "carl", repository_name = "c", metadata = {changed = "unsigned_images", to = true}},
--     {at = "09:00", kind = "repo_mirror_config_changed", performer_name = "carl", repository_name = "c", metadata = {changed = "unsigned_images", to = false}},
--     {at = "08:00", kind = "repo_mirror_config_changed", performer_name = "dan", repository_name = "d", metadata = {changed = "verify_tls", to = false}},
--     {at = "09:00", kind = "repo_mirror_config_changed", performer_name = "dan", repository_name = "d2", metadata = {changed = "verify_tls", to = true}},
--     {days = [1, 1], at = "07:00", kind = "repo_mirror_config_changed", performer_name = "dan", repository_name = "d", metadata = {changed = "verify_tls", to = true}},
--     {days = [-1, -1], at = "08:00", kind = "repo_mirror_config_changed", performer_name = "eve", repository_name = "e", metadata = {changed = "verify_tls", to = false}},
--     {at = "08:00", kind = "repo_mirror_config_changed", performer_name = "eve", repository_name = "e", metadata = {changed = "verify_tls", to = true}},
--     {at = "09:00", kind = "repo_mirror_config_changed", performer_name = "eve", repository_name = "e", metadata = {changed = "verify_tls", to = false}},
--     {at = "08:00", times = 2, every = "1h", kind = "repo_mirror_config_changed", performer_name = "gus", repository_name = "g", metadata = {changed = "verify_tls", to = false}},
--     {at = "10:00", kind = "org_mirror_config_changed", performer_name = "hal", namespace_name = "n1", metadata = {old_external_reference = "quay.io/x", external_reference = "vendor2.example/x"}},
--     {at = "12:00", kind = "org_mirror_config_changed", performer_name = "hal", namespace_name = "n2", metadata = {old_external_reference = "vendor2.example/y", external_reference = "quay.io/y"}},
--     {at = "08:00", kind = "repo_mirror_config_changed", performer_name = "ira", repository_name = "i", metadata = {changed = "verify_tls", to = false}},
--     {at = "09:00", kind = "repo_mirror_config_changed", performer_name = "ira", repository_name = "i", metadata = {changed = "unsigned_images", to = true}},
--     {at = "08:00", times = 2, every = "1h", kind = "repo_mirror_config_changed", performer_name = "joe", repository_name = "j", metadata = {changed = "unsigned_images", to = true}},
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "k", metadata = {changed = "external_reference", to = "w.example/k"}},
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "l", metadata = {changed = "external_reference", to = "quay.io/l"}},
--     {at = "10:00", times = 2, every = "1h", kind = "repo_mirror_config_changed", performer_name = "kay", repository_name = "k", metadata = {changed = "external_reference", to = "w.example/k{n}"}},
--     {at = "10:00", times = 2, every = "1h", kind = "repo_mirror_config_changed", performer_name = "leo", repository_name = "l", metadata = {changed = "external_reference", to = "v{n}.example/l"}},
--     {at = "07:00", kind = "repo_mirror_config_changed", performer_name = "fay", repository_name = "f", metadata = {changed = "unsigned_images", to = false}},
--     {at = "09:00", kind = "repo_mirror_config_changed", performer_name = "fay", repository_name = "f", metadata = {changed = "unsigned_images", to = true}},
-- ]
--
-- [[cases]]
-- name = "names like a known one: its word in another, a letter off; below it, or like one that fewer know"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:a", severity = "high", score = 54.0, reason = "user:a changed where images come from: source of acme/a set to registry-1.docker-cdn.io/x, a name like one that is known"},
--     {subject = "user:b", severity = "high", score = 54.0},
--     {subject = "user:c", severity = "medium", score = 34.0},
--     {subject = "user:d", severity = "low", score = 21.33},
--     {subject = "user:e", severity = "medium", score = 34.0},
-- ]
-- events = [
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "m1", metadata = {changed = "external_reference", to = "registry-1.docker.io/x"}},
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "m2", metadata = {changed = "external_reference", to = "registry-1.docker.io/y"}},
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "m3", metadata = {changed = "external_reference", to = "hub.docker-mirror.example/y"}},
--     {days = [-40, -40], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "m4", metadata = {changed = "external_reference", to = "gcr.io/y"}},
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "a", repository_name = "a", metadata = {changed = "external_reference", to = "registry-1.docker-cdn.io/x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "b", repository_name = "b", metadata = {changed = "external_reference", to = "registry-1.d0cker.io/x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "c", repository_name = "c", metadata = {changed = "external_reference", to = "mirror.gcr.example/x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "d", repository_name = "d", metadata = {changed = "external_reference", to = "hub.docker-mirror.example/x"}},
--     {at = "10:00", kind = "repo_mirror_config_changed", performer_name = "e", repository_name = "e", metadata = {changed = "external_reference", to = "auth.docker.io/x"}},
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
--     {days = [-100, -100], kind = "repo_mirror_config_changed", performer_name = "carol", repository_name = "x", metadata = {changed = "https_proxy", to = "http://proxy.example:3128"}},
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
-- name = "the inventory of the next morning already shows the new host, in a registry a week old"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", score = 34.0}, {subject = "user:bob", score = 34.0}]
-- events = [
--     {days = [-7, -1], performer_name = "alice", repository_name = "web"},
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
