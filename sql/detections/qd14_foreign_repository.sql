-- id = "QD-14"
-- title = "A person pulls a repository that nobody of their kind pulls"
-- family = "exfiltration"
-- severity = "low"
-- why = "Colleagues who pull the same things as this person never touch this repository, and hardly anybody else does: access out of curiosity, or by somebody else with the person's token."
-- tactics = ["Collection"]
-- techniques = ["T1213"]
-- reads = ["int_acts", "base_peer_repositories", "base_performer_habits", "base_performers", "base_registry", "base_repositories"]
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
        case when namespaces.habit_value is null then 6 else 0 end as new_namespace_points
    from reached_repositories as pulled
    inner join base_performers on pulled.performer_name = base_performers.performer_name
    cross join base_registry
    left join base_performer_habits as known
        on
            known.habit in ('repository', 'pushed_repository')
            and pulled.performer_name = known.performer_name
            and pulled.repository = known.habit_value
    left join base_performer_habits as namespaces
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
        * (greatest(surprise_bits - $ordinary_bits, 0) * $points_per_bit + new_namespace_points) as points
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
        max(points) + 12 * log10(sum(points) / max(points)) as score,
        min(first_at) as first_at,
        max(last_at) as last_at,
        cast(sum(event_count) as bigint) as event_count,
        min(event_key, 20) as evidence
    from scored_repositories
    where points > 0
    group by credential
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    case when repository_count = 1 then repository end as repository,
    cast(null as varchar) as shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    performer_name || ' pulled ' || repository || ', which close colleagues do not pull (others who do: '
    || puller_count || '; ' || round(surprise_bits, 1) || ' bits)'
    || case when repository_count > 1 then ', and ' || (repository_count - 1) || ' more like it' else '' end
        as reason,
    first_at,
    last_at,
    event_count,
    evidence
from visits
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
-- name = "seventeen such repositories, in two organizations and from two networks, and another person with one"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t1", performer_name = "alice", severity = "medium", event_count = 17, reason = "alice pulled security/signing, which close colleagues do not pull (others who do: 1; 8.1 bits), and 16 more like it"},
--     {subject = "user:bob", namespace_name = "acme", repository = "acme/vault-19", score = 12.59},
-- ]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "bob", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "acme+ci", repository_name = "vault-{n}"},
--     {days = [-40, -1], at = "10:00", performer_name = "security+ci", repository = "security/signing"},
--     {at = "10:00", times = 16, performer_name = "alice", credential = "app_specific_token:t1", repository_name = "vault-{n}"},
--     {at = "11:00", performer_name = "alice", credential = "app_specific_token:t1", repository = "security/signing", network = "203.0.113.0/24"},
--     {at = "11:00", performer_name = "bob", repository_name = "vault-19"},
-- ]
--
-- [[cases]]
-- name = "what is public, made today, a few days old, or one's own"
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
--     {at = "10:00", performer_name = "alice", repository_name = "newest"},
--     {at = "10:00", performer_name = "alice", repository_name = "newer"},
--     {at = "10:00", performer_name = "alice", repository = "alice/scratch"},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "vault", is_public = true}]
--
-- [[cases]]
-- name = "a robot, somebody new, and somebody who pulled it weeks ago or yesterday"
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
--     {at = "11:00", performer_name = "acme+cd", repository = "security/signing"},
-- ]
-- inventory.repositories = [
--     {namespace_name = "security", repository_name = "signing", is_public = false},
--     {namespace_name = "audit", repository_name = "vault", is_public = false},
-- ]
--
-- [[cases]]
-- name = "a repository that nobody has touched as long as anybody remembers"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", repository = "acme/attic"}]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 60, every = "10s", performer_name = "person{n}", repository_name = "mail"},
--     {days = [-40, -1], at = "10:00", times = 20, performer_name = "colleague{n}", repository_name = "ledger"},
--     {days = [-40, -1], at = "10:00", performer_name = "alice", repository_name = "ledger"},
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
