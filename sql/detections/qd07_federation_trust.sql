-- id = "QD-07"
-- title = "Outside identities may act as a robot: trust added or broadened"
-- family = "credential_misuse"
-- severity = "high"
-- why = "Whoever controls the identity that was added holds the robot for good, without any token that could be revoked."
-- tactics = ["Defense Evasion", "Privilege Escalation", "Persistence"]
-- techniques = ["T1484.002", "T1098.001"]
-- reads = [
--     "base_credentials",
--     "base_grants",
--     "base_namespace_habits",
--     "int_acts",
--     "mart_change_events",
--     "stg_inventory_robot_federations",
-- ]
-- next_steps = [
--     "Ask who made the change whether issuer and subject are yours: an owner, repository or cluster of the organization.",
--     "If not: delete the robot's federation, regenerate its token and review what it did since the change.",
--     "If they are: pin subject and audiences as narrowly as the issuer allows.",
--     "List every other change of the same person on that day.",
-- ]
-- false_positives = [
--     "An organization that takes up keyless CI: its first issuer is new to it.",
--     "A repository or cluster of the own company under another owner's name.",
-- ]
--
-- [needs]
-- kinds = ["create_robot_federation"]
-- inventory = ["robot_federations"]
-- history_days = 0
--
-- [keys]
-- create_robot_federation = ["config", "robot"]
-- federated_robot_token_exchange = ["issuer", "robot", "subject"]
--
-- [params]
-- issuer_points = 26           # an issuer that the namespace never trusted
-- registry_points = 8          # ... nor anybody else in the registry
-- owner_points = 26            # a known issuer vouches for somebody else's things
-- wide_points = 20             # a subject with a wildcard, or so short that it can hardly be one thing
-- min_subject_length = 8
-- audience_points = 6          # no audience: a token that was made for another service is taken
-- strength_points = 8          # the robot may write
-- robot_points = 6             # a robot in use, not one that is being set up
-- actor_points = 6             # by somebody who never did so
-- exchange_points = 25         # used within a day from a network that the namespace does not know
--
-- [sigma]
-- without = "knowing which issuers and identities the namespace trusted before, and which robot an exchange is for"
-- louder_in = [
--     "a known thing, by a habitual hand, from another branch",
--     "one more repository of the same owner, set up by somebody who never did",
-- ]
-- quieter_in = [
--     "trust of yesterday, used today within a day from a network that nobody knows",
-- ]
--
-- [[sigma.rules]]
-- title = "Outside identities may act as a robot"
-- detection = {selection = {kind = "create_robot_federation"}, condition = "selection"}
with trusts as (
    select
        event_key,
        day,
        occurred_at,
        performer_name,
        credential,
        network,
        namespace_name,
        namespace_name || '+' || regexp_replace(json_extract_string(metadata, '$.robot'), '^.*\+', '')
            as robot_name,
        unnest(
            try(
                from_json(
                    json_extract_string(metadata, '$.config'),
                    '[{"issuer": "VARCHAR", "subject": "VARCHAR", "audiences": "VARCHAR"}]'
                )
            )
        ) as outsider
    from mart_change_events
    where
        kind = 'create_robot_federation'
        and day >= $day - 100
        and day <= $day
),

identities as (
    select
        event_key,
        day,
        occurred_at,
        performer_name,
        credential,
        network,
        namespace_name,
        robot_name,
        outsider.issuer,
        outsider.subject,
        outsider.audiences,
        -- Whose thing it is: repo:acme of repo:acme/web:ref:refs/heads/main.
        coalesce(nullif(regexp_extract(outsider.subject, '^[^:/]+[:/][^:/]+'), ''), outsider.subject)
            as subject_owner
    from trusts
),

-- Changes of the day before count when they are used on the day itself.
recent_identities as (
    select *
    from identities
    where day >= $day - 1
),

known_identities as (
    select
        namespace_name,
        issuer,
        subject_owner
    from identities
    where day < $day - 1
    union
    select
        federations.namespace_name,
        federations.issuer,
        coalesce(nullif(regexp_extract(federations.subject, '^[^:/]+[:/][^:/]+'), ''), federations.subject)
            as subject_owner
    from stg_inventory_robot_federations as federations
    -- The inventory may have been taken after the change, and show what it made.
    where federations.robot_name not in (select changed.robot_name from recent_identities as changed)
),

strong_robots as (
    select distinct grantee_name as robot_name
    from base_grants
    where role <> 'read'
),

exchanges as (
    select
        acts.event_key,
        acts.occurred_at,
        acts.network,
        acts.namespace_name || '+'
        || regexp_replace(json_extract_string(acts.metadata, '$.robot'), '^.*\+', '') as robot_name,
        json_extract_string(acts.metadata, '$.issuer') as issuer,
        json_extract_string(acts.metadata, '$.subject') as subject
    from int_acts as acts
    left join base_namespace_habits as habits
        on
            habits.habit = 'network'
            and acts.namespace_name = habits.namespace_name
            and acts.network = habits.habit_value
    where
        acts.kind = 'federated_robot_token_exchange'
        and acts.day = $day
        and habits.habit_value is null
),

first_exchanges as (
    select
        identities.event_key as trust_key,
        identities.issuer,
        identities.subject,
        max(exchanges.network) as network,
        max(exchanges.occurred_at) as last_at,
        count(*) as exchange_count,
        list_sort(list(exchanges.event_key))[1:19] as evidence
    from recent_identities as identities
    inner join exchanges
        on
            identities.robot_name = exchanges.robot_name
            and identities.issuer = exchanges.issuer
            and identities.subject = exchanges.subject
            and identities.occurred_at <= exchanges.occurred_at
            and identities.occurred_at + interval 24 hour >= exchanges.occurred_at
    group by
        identities.event_key,
        identities.issuer,
        identities.subject
),

known_issuers as (
    select distinct
        namespace_name,
        issuer
    from known_identities
),

issuers_anywhere as (
    select distinct issuer
    from known_identities
),

known_actors as (
    select distinct performer_name
    from identities
    where day < $day - 1
),

weighed_identities as (
    select
        identities.event_key,
        identities.occurred_at,
        identities.performer_name,
        identities.credential,
        identities.network,
        identities.namespace_name,
        identities.robot_name,
        identities.issuer,
        identities.subject,
        exchanges.network as exchange_network,
        coalesce(exchanges.last_at, identities.occurred_at) as last_at,
        coalesce(exchanges.exchange_count, 0) as exchange_count,
        coalesce(exchanges.evidence, []) as exchange_evidence,
        case when issuers.issuer is null then $issuer_points else 0 end
        + case when anywhere.issuer is null then $registry_points else 0 end
        + case when issuers.issuer is not null and owners.subject_owner is null then $owner_points else 0 end
        + case
            when identities.subject like '%*%' or length(identities.subject) < $min_subject_length
                then $wide_points
            else 0
        end
        + case when identities.audiences is null then $audience_points else 0 end as identity_points,
        case when strong.robot_name is null then 0 else $strength_points end
        + case when robots.is_known then $robot_points else 0 end
        + case when actors.performer_name is null then $actor_points else 0 end
        + case when exchanges.trust_key is null then 0 else $exchange_points end as circumstance_points
    from recent_identities as identities
    left join first_exchanges as exchanges
        on
            identities.event_key = exchanges.trust_key
            and identities.issuer = exchanges.issuer
            and identities.subject = exchanges.subject
    left join known_issuers as issuers
        on
            identities.namespace_name = issuers.namespace_name
            and identities.issuer = issuers.issuer
    left join issuers_anywhere as anywhere on identities.issuer = anywhere.issuer
    left join known_identities as owners
        on
            identities.namespace_name = owners.namespace_name
            and identities.issuer = owners.issuer
            and identities.subject_owner = owners.subject_owner
    left join strong_robots as strong on identities.robot_name = strong.robot_name
    left join base_credentials as robots on 'robot:' || identities.robot_name = robots.credential
    left join known_actors as actors on identities.performer_name = actors.performer_name
    where
        identities.day = $day
        or exchanges.trust_key is not null
),

-- What is known in all parts adds nothing: neither by who added it, nor by its use.
ranked_identities as (
    select
        *,
        identity_points + circumstance_points as score,
        row_number() over (
            partition by robot_name
            order by identity_points + circumstance_points desc, event_key asc, issuer asc, subject asc
        ) as place
    from weighed_identities
    where identity_points > $audience_points
)

select
    'robot:' || robot_name as subject,
    performer_name,
    credential,
    coalesce(exchange_network, network) as network,
    namespace_name,
    null as repository,
    null as shared,
    case
        when exchange_count > 0 then 'critical'
        when score >= 50 then 'high'
        else 'medium'
    end as severity,
    cast(score as double) as score,
    'robot ' || robot_name || ' may from now on be used by ' || subject || ' of ' || issuer || ', added by '
    || coalesce(performer_name, 'nobody we know')
    || case
        when exchange_count > 0
            then
                '; so it was, ' || exchange_count || ' times, from '
                || coalesce(exchange_network, 'somewhere') || ', a network that ' || namespace_name
                || ' does not know'
        else ''
    end as reason,
    occurred_at as first_at,
    last_at,
    1 + exchange_count as event_count,
    list_sort(list_append(exchange_evidence, event_key)) as evidence
from ranked_identities
where place = 1
-- [[cases]]
-- name = "an organization takes up keyless CI for a robot that is being set up"
-- day = 2026-03-03
-- inventory.repository_permissions = [{namespace_name = "acme", repository_name = "web", grantee_kind = "robot", grantee_name = "acme+ci", role = "read"}]
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 40.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-101, -101], kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "old", config = [{issuer = "https://token.actions.githubusercontent.com", subject = "repo:acme/web:ref:refs/heads/main", audiences = ["quay"]}]}},
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://token.actions.githubusercontent.com", subject = "repo:acme/web:ref:refs/heads/main", audiences = ["quay"]}]}},
-- ]
-- [[cases]]
-- name = "a known issuer vouches for a foreign repository on a robot in use"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 52.0, reason = "robot acme+ci may from now on be used by repo:evil/web:ref:refs/heads/main of https://issuer.example, added by alice", network = "198.51.100.0/24", event_count = 1},
--     {subject = "robot:acme+shared", severity = "medium", score = 32.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- inventory.robot_federations = [
--     {namespace_name = "umbrella", robot_name = "umbrella+ci", issuer = "https://issuer.example", subject = "repo:evil/web:ref:refs/heads/main"},
--     {namespace_name = "umbrella", robot_name = "umbrella+ci", issuer = "https://shared.example", subject = "repo:acme/web:ref:refs/heads/main"},
-- ]
-- inventory.repository_permissions = [
--     {namespace_name = "acme", repository_name = "web", grantee_kind = "robot", grantee_name = "acme+ci", role = "write"},
--     {namespace_name = "acme", repository_name = "web", grantee_kind = "robot", grantee_name = "acme+job", role = "read"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-6, -1], performer_name = "acme+job", repository_name = "web"},
--     {days = [-20, -20], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "acme+old", config = [{issuer = "https://issuer.example", subject = "repo:acme/web:ref:refs/heads/main", audiences = ["quay"]}]}},
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://issuer.example", subject = "repo:acme/web:ref:refs/heads/main", audiences = ["quay"]}, {issuer = "https://issuer.example", subject = "repo:evil/web:ref:refs/heads/main"}]}},
--     {kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "shared", config = [{issuer = "https://shared.example", subject = "repo:acme/web:ref:refs/heads/main"}]}},
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "job", config = [{issuer = "https://issuer.example", subject = "repo:acme/api:ref:refs/heads/main"}]}},
-- ]
-- [[cases]]
-- name = "a known thing, by a habitual hand, from another branch"
-- day = 2026-03-03
-- fires = []
-- inventory.robot_federations = [{namespace_name = "acme", robot_name = "acme+old", issuer = "https://issuer.example", subject = "repo:acme/web:ref:refs/heads/main"}]
-- inventory.repository_permissions = [{namespace_name = "acme", repository_name = "web", grantee_kind = "robot", grantee_name = "acme+ci", role = "write"}]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://issuer.example", subject = "repo:acme/web:ref:refs/heads/release"}]}},
--     {at = "13:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web:ref:refs/heads/release"}},
--     {kind = "delete_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://evil.example", subject = "repo:x/y"}]}},
-- ]
-- [[cases]]
-- name = "the inventory shows what the change itself made; a wildcard, a short subject, a second robot of the day"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 60.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "robot:acme+short", severity = "high", score = 60.0, network = "198.51.100.0/24", event_count = 1},
--     {subject = "robot:acme+exact", severity = "medium", score = 40.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- inventory.robot_federations = [
--     {namespace_name = "acme", robot_name = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/*"},
--     {namespace_name = "acme", robot_name = "acme+old", issuer = "https://old.example", subject = "repo:acme/web"},
-- ]
-- events = [
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://issuer.example", subject = "repo:acme/*", audiences = ["quay"]}, {issuer = "https://old.example", subject = "*"}]}},
--     {at = "12:30", kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://third.example", subject = "repo:acme/web", audiences = ["quay"]}]}},
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "short", config = [{issuer = "https://issuer.example", subject = "cluster", audiences = ["quay"]}]}},
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "exact", config = [{issuer = "https://issuer.example", subject = "clusters", audiences = ["quay"]}]}},
-- ]
-- [[cases]]
-- name = "trust of yesterday, used today within a day from a network that nobody knows"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "critical", score = 65.0, reason = "robot acme+ci may from now on be used by repo:acme/web of https://issuer.example, added by alice; so it was, 2 times, from 203.0.113.0/24, a network that acme does not know", network = "203.0.113.0/24", event_count = 3},
--     {subject = "robot:acme+one", severity = "critical", score = 65.0, event_count = 2, evidence = ["2026-03-02 all #00000002", "2026-03-03 all #00000001"], reason = "robot acme+one may from now on be used by repo:acme/web of https://issuer.example, added by alice; so it was, 1 times, from 203.0.113.0/24, a network that acme does not know"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+web", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "umbrella+web", namespace_name = "umbrella", network = "203.0.113.0/24"},
--     {days = [-28, -28], performer_name = "acme+web", repository_name = "web", network = "192.0.2.0/24", client = "203.0.113.0/24"},
--     {days = [-1, -1], at = "12:30", kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "one", config = [{issuer = "https://issuer.example", subject = "repo:acme/web", audiences = ["quay"]}]}},
--     {at = "12:10", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+one", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-1, -1], at = "13:00", kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://issuer.example", subject = "repo:acme/web", audiences = ["quay"]}, {issuer = "https://issuer.example", subject = "*"}, {issuer = "https://other.example", subject = "repo:acme/web"}]}},
--     {at = "13:00", times = 2, every = "0s", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {at = "13:01", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {at = "12:00", kind = "federated_robot_token_exchange", network = "192.0.2.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-1, -1], at = "14:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
-- ]
-- [[cases]]
-- name = "trust of yesterday that is not used, used by another, for another, before it was there, at home, or a day later"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "acme+web", repository_name = "web", network = "192.0.2.0/24"},
--     {days = [-1, -1], at = "12:30", times = 3, kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci-{n}", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {at = "12:00", kind = "login_failure", network = "203.0.113.0/24", metadata = {robot = "acme+ci-0", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {at = "12:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci-9", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {at = "12:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci-0", issuer = "https://issuer.example", subject = "repo:acme/api"}},
--     {at = "12:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci-0", issuer = "https://other.example", subject = "repo:acme/web"}},
--     {at = "12:00", kind = "federated_robot_token_exchange", network = "192.0.2.0/24", metadata = {robot = "acme+ci-1", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {at = "13:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci-2", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-1, -1], at = "14:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci-2", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-101, -101], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "x", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
-- ]
-- [[cases]]
-- name = "used before it was trusted, and trusted again by somebody who does that"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 34.0, network = "198.51.100.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-100, -100], kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "old", config = [{issuer = "https://old.example", subject = "repo:acme/web"}]}},
--     {at = "11:00", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {at = "12:00", kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://issuer.example", subject = "repo:acme/web", audiences = ["quay"]}]}},
--     {at = "12:30", kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = [{issuer = "https://old.example", subject = "repo:acme/web"}]}},
--     {at = "12:30", kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "ci", config = "no list"}},
-- ]
-- [[cases]]
-- name = "one more repository of the same owner, set up by somebody who never did"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -20], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "old", config = [{issuer = "https://issuer.example", subject = "repo:acme/web:ref:refs/heads/main", audiences = ["quay"]}]}},
--     {kind = "create_robot_federation", performer_name = "alice", metadata = {robot = "new", config = [{issuer = "https://issuer.example", subject = "repo:acme/api:ref:refs/heads/main", audiences = ["quay"]}]}},
-- ]
