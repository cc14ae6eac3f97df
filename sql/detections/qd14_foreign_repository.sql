-- id = "QD-14"
-- title = "A person pulls a repository that nobody of their kind pulls"
-- family = "exfiltration"
-- severity = "low"
-- why = "This person pulled what colleagues with the same work never touch and hardly anybody else does, or goes through a namespace that was foreign until two weeks ago: access out of curiosity, or by somebody else with the person's token."
-- tactics = ["Collection"]
-- techniques = ["T1213"]
-- reads = [
--     "base_peer_repositories",
--     "base_performer_habits",
--     "base_performers",
--     "base_registry",
--     "base_renames",
--     "base_repositories",
--     "int_acts",
-- ]
-- next_steps = [
--     "Ask the owner of the repository whether this person has business there.",
--     "Look at where and with what the credential was used on that day.",
--     "If nobody can say why: take the right away and revoke the credential.",
-- ]
-- false_positives = [
--     "A new project or a favour for another team.",
--     "An incident in which people look at what they do not own.",
--     "A reorganization: the peers follow within weeks.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo"]
-- failure_kinds = []
-- inventory = ["repositories"]
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 14
--
-- [params]
-- ordinary_bits = 5.0      # what people find by themselves in a normal week is this unlikely
-- points_per_bit = 4.0
-- namespace_points = 36.0  # for ten times as many repositories within two weeks in namespaces that are new to the person
-- min_score = 12.0
with pulled_repositories as (
    select
        credential,
        performer_name,
        repository,
        min(namespace_name) as namespace_name,
        min(network) as network,
        max(network) as other_network,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as event_key
    from int_acts
    where
        day = $day
        and kind = 'pull_repo'
        and performer_kind = 'user'
    group by
        credential,
        performer_name,
        repository
),

reached_repositories as (
    select
        *,
        count(*) over (partition by repository) - 1 as other_count
    from pulled_repositories
),

-- New to everybody is not foreign to anybody.
made_repositories as (
    select repository
    from int_acts
    where kind in ('create_repo', 'push_repo')
    group by repository
),

-- An organization's new name makes nothing foreign.
named_habits as (
    select
        performer_name,
        habit,
        habit_value,
        first_day
    from base_performer_habits
    union all
    select
        habits.performer_name,
        habits.habit,
        renames.new_name || substr(habits.habit_value, length(renames.old_name) + 1) as habit_value,
        habits.first_day
    from base_performer_habits as habits
    inner join base_renames as renames on split_part(habits.habit_value, '/', 1) = renames.old_name
),

known_habits as (
    select
        performer_name,
        habit,
        habit_value,
        min(first_day) as first_day
    from named_habits
    group by
        performer_name,
        habit,
        habit_value
),

-- A few a day in a namespace where the person had no business until two weeks ago.
earlier_visits as (
    select
        known.performer_name,
        sum(1 - coalesce(peers.peer_share, 0)) as foreign_weight,
        count(*) as foreign_count
    from known_habits as known
    inner join base_performers
        on
            known.performer_name = base_performers.performer_name
            and known.first_day >= base_performers.first_day + 7
    inner join known_habits as namespaces
        on
            namespaces.habit = 'namespace'
            and known.performer_name = namespaces.performer_name
            and split_part(known.habit_value, '/', 1) = namespaces.habit_value
    left join base_repositories on known.habit_value = base_repositories.repository
    left join base_peer_repositories as peers
        on
            known.performer_name = peers.performer_name
            and known.habit_value = peers.repository
    where
        known.habit = 'repository'
        and namespaces.first_day >= $day - 13
        and namespaces.habit_value <> namespaces.performer_name
        and base_repositories.is_public is not true
    group by known.performer_name
),

peer_groups as (
    select
        performer_name,
        max(peers) as group_size
    from base_peer_repositories
    group by performer_name
),

foreign_repositories as (
    select
        pulled.*,
        coalesce(base_repositories.puller_count, 0) + pulled.other_count as puller_count,
        case
            when base_repositories.first_day is not null
                then least(1, ($day - base_repositories.first_day) / 28.0)
            when made_repositories.repository is not null then 0
            else 1
        end as age_weight,
        -log2(
            (
                coalesce(peers.peer_count, 0)
                + 5.0 * (coalesce(base_repositories.puller_count, 0) + pulled.other_count + 0.5)
                / (base_registry.performer_count + 1)
            )
            / (coalesce(peer_groups.group_size, 0) + 5)
        ) as surprise_bits,
        1 - coalesce(peers.peer_share, 0) as foreign_weight,
        coalesce(namespaces.first_day, $day) >= $day - 13 as is_new_namespace
    from reached_repositories as pulled
    inner join base_performers on pulled.performer_name = base_performers.performer_name
    cross join base_registry
    left join known_habits as known
        on
            known.habit in ('repository', 'pushed_repository')
            and pulled.performer_name = known.performer_name
            and pulled.repository = known.habit_value
    left join known_habits as namespaces
        on
            namespaces.habit = 'namespace'
            and pulled.performer_name = namespaces.performer_name
            and pulled.namespace_name = namespaces.habit_value
    left join base_repositories on pulled.repository = base_repositories.repository
    left join base_peer_repositories as peers
        on
            pulled.performer_name = peers.performer_name
            and pulled.repository = peers.repository
    left join peer_groups on pulled.performer_name = peer_groups.performer_name
    left join made_repositories on pulled.repository = made_repositories.repository
    where
        base_performers.is_known
        and known.habit_value is null
        and base_repositories.is_public is not true
        and pulled.namespace_name <> pulled.performer_name
),

scored_repositories as (
    select
        *,
        age_weight
        * (
            greatest(surprise_bits - $ordinary_bits, 0) * $points_per_bit
            + case when is_new_namespace then 6 else 0 end
        ) as points
    from foreign_repositories
),

visits as (
    select
        credential,
        min(performer_name) as performer_name,
        case when min(network) = max(other_network) then min(network) end as network,
        case when min(namespace_name) = max(namespace_name) then min(namespace_name) end as namespace_name,
        arg_max(repository, (points, repository)) as repository,
        arg_max(puller_count, (points, repository)) as puller_count,
        max(surprise_bits) as surprise_bits,
        count(*) as repository_count,
        -- Several at once come of one cause: they weigh less than each alone.
        max(points) + 12 * log10(sum(points) / nullif(max(points), 0)) as day_score,
        sum(case when is_new_namespace then age_weight * foreign_weight else 0 end) as foreign_weight,
        count(case when is_new_namespace then 1 end) as foreign_count,
        min(first_at) as first_at,
        max(last_at) as last_at,
        cast(sum(event_count) as bigint) as event_count,
        min(event_key, 20) as evidence
    from scored_repositories
    where points > 0
    group by credential
),

scored_visits as (
    select
        visits.*,
        visits.foreign_count + coalesce(earlier.foreign_count, 0) as fortnight_count,
        greatest(
            visits.day_score,
            case
                when visits.foreign_weight > 0 and earlier.foreign_weight > 0
                    then 14 + $namespace_points * log10(visits.foreign_weight + earlier.foreign_weight)
                else 0
            end
        ) as score
    from visits
    left join earlier_visits as earlier on visits.performer_name = earlier.performer_name
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    case when repository_count = 1 then repository end as repository,
    case when foreign_count = repository_count then 'namespace:' || namespace_name end as shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    performer_name || ' pulled ' || repository || ', which close colleagues do not pull (others who do: '
    || puller_count || '; ' || round(surprise_bits, 1) || ' bits)'
    || case when repository_count > 1 then ', and ' || (repository_count - 1) || ' more like it' else '' end
    || case
        when foreign_count > 0 and fortnight_count > foreign_count
            then '; within 14 days ' || fortnight_count || ' in namespaces that are new to them'
        else ''
    end
        as reason,
    first_at,
    last_at,
    event_count,
    evidence
from scored_visits
where score >= $min_score
-- [[cases]]
-- name = "somebody of finance pulls the signing service of another organization"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", performer_name = "alice", network = "198.51.100.0/24", namespace_name = "security", repository = "security/signing", severity = "low", score = 12.11, event_count = 2, reason = "alice pulled security/signing, which close colleagues do not pull (others who do: 4; 6.5 bits)"}]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 5, performer_name = "alice", repository_name = "ledger-{n}"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger-1"},
--     {days = [-40, -1], at = "10:00", times = 12, performer_name = "colleague{n}", repository_name = "tax"},
--     {days = [-40, -1], at = "10:00", times = 2, performer_name = "person{n}", repository = "security/signing"},
--     {days = [-40, -1], at = "10:00", performer_name = "person1", repository = "security/keys"},
--     {days = [-40, -1], at = "11:00", kind = "push_repo", performer_name = "security+ci", repository = "security/signing"},
--     {days = [-1, -1], at = "11:00", kind = "push_repo", performer_name = "security+ci", repository = "security/signing"},
--     {days = [-1, -1], at = "11:00", performer_name = "person9", repository = "security/signing"},
--     {at = "10:00", times = 2, performer_name = "alice", repository = "security/signing"},
--     {at = "10:00", performer_name = "alice", repository_name = "ledger-1"},
--     {at = "11:00", performer_name = "alice", repository_name = "tax"},
--     {at = "12:00", performer_name = "person1", repository = "security/signing"},
-- ]
--
-- [[cases]]
-- name = "twenty-five such repositories, in two organizations and from two networks; one, two, and two that are three weeks old by others"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t1", shared = "", repository = "", namespace_name = "", network = "", performer_name = "alice", severity = "medium", score = 33.58, event_count = 25, reason = "alice pulled security/signing, which close colleagues do not pull (others who do: 1; 8.2 bits), and 24 more like it"},
--     {subject = "user:bob", namespace_name = "acme", repository = "acme/vault-29", score = 12.72},
--     {subject = "user:cid", shared = "", repository = "", namespace_name = "", severity = "low", score = 27.2, event_count = 2, reason = "cid pulled 198.51.100.0/24, which close colleagues do not pull (others who do: 0; 9.8 bits), and 1 more like it"},
--     {subject = "user:eli", severity = "low", score = 17.65, event_count = 2},
-- ]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "bob", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", times = 30, performer_name = "acme+ci", repository_name = "vault-{n}"},
--     {days = [-40, -1], at = "10:00", times = 2, performer_name = "cid", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", times = 2, performer_name = "eli", repository_name = "ledger"},
--     {days = [-21, -1], at = "10:00", times = 2, performer_name = "acme+ci", repository = "docker/fresh-{n}"},
--     {at = "11:00", performer_name = "cid", repository_name = "vault-28"},
--     # Named like the network that everybody comes from, and foreign all the same.
--     {at = "11:00", performer_name = "cid", repository = "198.51.100.0/24"},
--     {at = "11:00", times = 2, performer_name = "eli", repository = "docker/fresh-{n}"},
--     {days = [-40, -1], at = "10:00", performer_name = "security+ci", repository = "security/signing"},
--     {at = "10:00", times = 24, performer_name = "alice", credential = "app_specific_token:t1", repository_name = "vault-{n}"},
--     {at = "11:00", performer_name = "alice", credential = "app_specific_token:t1", repository = "security/signing", network = "203.0.113.0/24"},
--     {at = "11:00", performer_name = "bob", repository_name = "vault-29"},
-- ]
--
-- [[cases]]
-- name = "what is public, made today, a few days or three weeks old, or one's own"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "acme+ci", repository_name = "vault"},
--     {days = [-2, -1], at = "10:00", performer_name = "acme+ci", repository_name = "project"},
--     {at = "09:00", kind = "create_repo", performer_name = "person1", repository_name = "newest"},
--     {at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "newer"},
--     {at = "10:00", performer_name = "alice", repository_name = "vault"},
--     {at = "10:00", performer_name = "alice", repository_name = "project"},
--     {days = [-21, -1], at = "10:00", performer_name = "acme+ci", repository_name = "plan"},
--     {at = "10:00", performer_name = "alice", repository_name = "plan"},
--     {at = "10:00", performer_name = "alice", repository_name = "newest"},
--     {at = "10:00", performer_name = "alice", repository_name = "newer"},
--     {at = "10:00", performer_name = "alice", repository = "alice/scratch"},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "vault", is_public = true}]
--
-- [[cases]]
-- name = "a robot, somebody new, somebody who pulled it weeks ago or yesterday, and pushes and tags"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "acme+cd", repository_name = "web"},
--     {days = [-40, -1], at = "10:00", times = 4, performer_name = "acme+ci", repository_name = "vault-{n}"},
--     {days = [-40, -40], performer_name = "alice", repository_name = "vault-0"},
--     {days = [-40, -40], kind = "push_repo", performer_name = "alice", repository_name = "vault-3"},
--     {days = [-3, -1], performer_name = "dora", repository_name = "ledger"},
--     {days = [-1, -1], performer_name = "alice", repository_name = "vault-1"},
--     {at = "10:00", performer_name = "alice", repository_name = "vault-0"},
--     {at = "10:00", performer_name = "acme+cd", repository_name = "vault-1"},
--     {at = "10:00", performer_name = "dora", repository_name = "vault-2"},
--     {at = "11:00", kind = "push_repo", performer_name = "alice", repository = "audit/vault"},
--     {at = "11:00", performer_name = "alice", repository_name = "vault-3"},
--     {at = "11:00", kind = "create_tag", performer_name = "alice", repository_name = "vault-2"},
--     {at = "11:00", performer_name = "acme+cd", repository = "security/signing"},
-- ]
-- inventory.repositories = [
--     {namespace_name = "security", repository_name = "signing", is_public = false},
--     {namespace_name = "audit", repository_name = "vault", is_public = false},
-- ]
--
-- [[cases]]
-- name = "a repository that nobody has touched as long as anybody remembers, by one with close colleagues and by one without"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", repository = "acme/attic", score = 18.79}, {subject = "user:zed", repository = "vault/cellar", score = 15.5}]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "zed", repository_name = "solo"},
--     {at = "10:00", performer_name = "zed", repository = "vault/cellar"},
--     {at = "10:00", performer_name = "alice", repository_name = "attic"},
--     {at = "11:00", kind = "push_repo", performer_name = "alice", repository_name = "ledger"},
-- ]
--
-- [[cases]]
-- name = "a project that half a dozen people start to look at on the same day"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "acme+ci", repository_name = "vault"},
--     {at = "10:00", times = 12, performer_name = "colleague{n}", repository_name = "vault"},
-- ]
--
-- [[cases]]
-- name = "what four of the nearest colleagues pull, and hardly anybody else"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", times = 4, performer_name = "colleague{n}", repository_name = "tax"},
--     {at = "10:00", performer_name = "alice", repository_name = "tax"},
-- ]
--
-- [[cases]]
-- name = "two repositories a day of another organization, which half of that organization pulls, for a fortnight; longer, from the first week on, once, beside others"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", performer_name = "alice", namespace_name = "globex", severity = "high", score = 66.65, shared = "namespace:globex", event_count = 2, reason = "alice pulled globex/app-0-1, which close colleagues do not pull (others who do: 30; 2.5 bits), and 1 more like it; within 14 days 29 in namespaces that are new to them"},
--     {subject = "user:bob", score = 13.8, reason = "bob pulled globex/lib-0, which close colleagues do not pull (others who do: 0; 8.4 bits)"},
--     {subject = "user:dora", score = 24.84, reason = "dora pulled globex/third, which close colleagues do not pull (others who do: 0; 8.4 bits); within 14 days 2 in namespaces that are new to them"},
--     {subject = "user:eve", score = 13.8, reason = "eve pulled acme/attic, which close colleagues do not pull (others who do: 0; 8.4 bits)"},
--     {subject = "user:gil", score = 31.18, reason = "gil pulled globex/sixth, which close colleagues do not pull (others who do: 0; 8.4 bits), and 1 more like it; within 14 days 3 in namespaces that are new to them"},
-- ]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 30, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 10, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "11:00", times = 30, every = "10s", performer_name = "person{n}", repository = "globex/app-0-0"},
--     {days = [-40, -1], at = "11:00", times = 30, every = "10s", performer_name = "person{n}", repository = "globex/app-0-1"},
--     {days = [-13, 0], at = "14:00", times = 2, performer_name = "alice", repository = "globex/app-{d}-{n}"},
--     {days = [-3, -3], performer_name = "alice", repository = "globex/open"},
--     {days = [-3, -3], performer_name = "alice", repository = "alice/scratch"},
--     {days = [-2, -2], performer_name = "alice", repository = "initech/tool"},
--     {days = [-40, -1], at = "10:00", performer_name = "bob", repository_name = "ledger"},
--     {days = [-20, 0], at = "14:00", performer_name = "bob", repository = "globex/lib-{d}"},
--     {days = [-10, -1], at = "10:00", performer_name = "dora", repository_name = "ledger"},
--     {days = [-5, -5], performer_name = "dora", repository = "globex/first"},
--     {days = [-3, -3], performer_name = "dora", repository = "globex/second"},
--     {performer_name = "dora", repository = "globex/third"},
--     {days = [-40, -1], at = "10:00", performer_name = "eve", repository_name = "ledger"},
--     {days = [-3, -3], performer_name = "eve", repository = "globex/fourth"},
--     {performer_name = "eve", repository_name = "attic"},
--     {days = [-40, -1], at = "10:00", performer_name = "gil", repository_name = "ledger"},
--     {days = [-3, -3], times = 2, performer_name = "gil", repository = "globex/fifth-{n}"},
--     {performer_name = "gil", repository = "globex/sixth"},
--     {performer_name = "gil", repository_name = "cellar"},
-- ]
-- inventory.repositories = [{namespace_name = "globex", repository_name = "open", is_public = true}]
--
-- [[cases]]
-- name = "an organization gets another name: what one pulled there, what one did not, and somebody of another"
-- day = 2026-03-03
-- fires = [{subject = "user:bob", repository = "apex/vault", score = 20.09}, {subject = "user:carl", repository = "apex/charts", score = 26.09}]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "bob", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "staff{n}", repository = "init/ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "carl", repository = "init/ledger"},
--     {at = "08:00", kind = "org_change_name", performer_name = "root", namespace_name = "apex", metadata = {old_name = "acme", new_name = "apex"}},
--     {at = "09:00", performer_name = "alice", repository = "apex/ledger"},
--     {at = "09:00", performer_name = "bob", repository = "apex/vault"},
--     {days = [-40, -40], performer_name = "carl", repository = "init/charts"},
--     {at = "09:00", performer_name = "carl", repository = "apex/charts"},
-- ]
--
-- [[cases]]
-- name = "a first look thirteen days ago, others a week after the first day, and another who was there a day longer"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", score = 40.17, event_count = 2, reason = "alice pulled globex/app-1, which close colleagues do not pull (others who do: 31; 2.2 bits), and 1 more like it; within 14 days 6 in namespaces that are new to them"},
--     {subject = "user:hire", score = 36.93, event_count = 1, reason = "hire pulled globex/app-0, which close colleagues do not pull (others who do: 32; 2.2 bits); within 14 days 5 in namespaces that are new to them"},
-- ]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 30, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 10, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "bob", repository_name = "ledger"},
--     {days = [-10, -1], at = "10:00", performer_name = "hire", repository_name = "ledger"},
--     {days = [-40, -1], at = "11:00", times = 30, every = "10s", performer_name = "person{n}", repository = "globex/app-0"},
--     {days = [-40, -1], at = "11:00", times = 30, every = "10s", performer_name = "person{n}", repository = "globex/app-1"},
--     {days = [-13, -13], at = "14:00", times = 4, performer_name = "alice", repository = "globex/old-{n}"},
--     {days = [-14, -14], at = "14:00", times = 4, performer_name = "bob", repository = "globex/old-{n}"},
--     {days = [-3, -3], at = "14:00", times = 4, performer_name = "hire", repository = "globex/old-{n}"},
--     {at = "14:00", times = 2, performer_name = "alice", repository = "globex/app-{n}"},
--     {at = "14:00", times = 2, performer_name = "bob", repository = "globex/app-{n}"},
--     {at = "14:00", performer_name = "hire", repository = "globex/app-0"},
-- ]
--
-- [[cases]]
-- name = "days in other namespaces that are no visits: as a new hire, in one's own, to what is public, by another name, by push, or with nothing foreign today"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -1], at = "09:00", times = 30, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 10, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "11:00", times = 30, every = "10s", performer_name = "person{n}", repository = "globex/app-0"},
--     {days = [-9, -1], at = "10:00", performer_name = "hire", repository_name = "ledger"},
--     {days = [-3, -3], at = "14:00", times = 4, performer_name = "hire", repository = "globex/old-{n}"},
--     {days = [-40, -1], at = "10:00", performer_name = "own", repository_name = "ledger"},
--     {days = [-3, -3], at = "14:00", times = 4, performer_name = "own", repository = "own/toy-{n}"},
--     {days = [-40, -1], at = "10:00", performer_name = "pub", repository_name = "ledger"},
--     {days = [-3, -3], at = "14:00", times = 2, performer_name = "pub", repository = "globex/open-{n}"},
--     {days = [-40, -1], at = "10:00", performer_name = "ren", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", times = 5, performer_name = "ren", repository = "initech/team/tool-{n}"},
--     {at = "08:00", kind = "org_change_name", performer_name = "root", namespace_name = "hooli", metadata = {old_name = "initech", new_name = "hooli"}},
--     {days = [-40, -1], at = "10:00", performer_name = "pusher", repository_name = "ledger"},
--     {days = [-3, -3], at = "14:00", times = 4, kind = "push_repo", performer_name = "pusher", repository = "globex/own-{n}"},
--     {days = [-40, 0], at = "10:00", performer_name = "back", repository_name = "ledger"},
--     {days = [-3, -3], at = "14:00", times = 4, performer_name = "back", repository = "globex/old-{n}"},
--     {at = "14:00", performer_name = "hire", repository = "globex/app-0"},
--     {at = "14:00", performer_name = "own", repository = "globex/app-0"},
--     {at = "14:00", performer_name = "pub", repository = "globex/app-0"},
--     {at = "14:00", performer_name = "pusher", repository = "globex/app-0"},
--     {at = "14:00", times = 5, performer_name = "ren", repository = "hooli/team/tool-{n}"},
-- ]
-- inventory.repositories = [
--     {namespace_name = "globex", repository_name = "open-0", is_public = true},
--     {namespace_name = "globex", repository_name = "open-1", is_public = true},
-- ]
