-- id = "QD-15"
-- title = "A credential walks through the history of one repository"
-- family = "exfiltration"
-- severity = "medium"
-- why = "Who pulls every version of one repository wants its past: secrets that were once in a layer, or the whole product."
-- tactics = ["Collection"]
-- techniques = ["T1213", "T1530"]
-- reads = ["int_acts", "base_credentials", "base_performers", "base_repositories", "mart_credential_habit_daily"]
-- next_steps = [
--     "Ask the owner whether a retention, backup or scan job was started over this repository.",
--     "Compare client and network with those the credential usually has.",
--     "If unexplained: revoke or regenerate the credential, and rotate what was ever baked into these images.",
-- ]
-- false_positives = [
--     "A scan, backup or retention job that reads the repository for the first time.",
--     "Somebody who looks for the version that broke something.",
--     "A mirror that fills up.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo"]
-- failure_kinds = []
-- inventory = ["repositories"]
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 7
--
-- [params]
-- min_versions = 20        # a day: fewer are looked through by hand
-- day_points = 32.0        # for ten times the usual on one day
-- min_known_days = 7       # before the last two weeks, or nobody can tell how many a day are usual
-- min_excess = 5           # versions beyond the most usual, day by day over two weeks
-- min_usual = 4            # versions a day that anybody may take
-- excess_points = 40.0     # for ten times as many beyond the most usual as that
-- excess_day_points = 16.0 # for each such day, at most: who looks for what broke is done in two
-- min_score = 12.0
with pulled_repositories as (
    select
        day,
        credential,
        repository,
        min(performer_name) as performer_name,
        min(namespace_name) as namespace_name,
        min(network) as network,
        max(network) as other_network,
        -- The same version by tag and, for its platform, by digest counts once.
        greatest(count(distinct tag), count(distinct manifest_digest)) as version_count,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key, 20) as evidence
    from int_acts
    where
        kind = 'pull_repo'
        and credential_kind <> 'anonymous'
    group by
        day,
        credential,
        repository
),

-- A job that comes back for the same versions reads; who walks takes others each time.
pulled_versions as (
    select distinct
        day < $day as is_former,
        credential,
        repository,
        coalesce(manifest_digest, tag) as pulled_version
    from int_acts
    where kind = 'pull_repo'
),

repeated_versions as (
    select
        again.credential,
        again.repository,
        count(*) as repeated_count
    from pulled_versions as again
    inner join pulled_versions as former
        on
            again.credential = former.credential
            and again.repository = former.repository
            and again.pulled_version = former.pulled_version
            and former.is_former
    where not again.is_former
    group by
        again.credential,
        again.repository
),

-- A walk by a dozen a day: what goes beyond the most versions that its holder ever took on a day, of anything.
version_days as (
    select
        coalesce(performer_name, credential) as holder,
        habit_value as repository,
        day,
        sum(version_count) as version_count
    from mart_credential_habit_daily
    where
        habit = 'repository'
        and day >= $day - 41
        and day < $day
    group by
        coalesce(performer_name, credential),
        habit_value,
        day
),

usual_versions as (
    select
        holder,
        repository,
        avg(version_count) as version_count
    from version_days
    where day >= $day - 28
    group by
        holder,
        repository
),

usual_days as (
    select
        holder,
        max(version_count) as version_max
    from version_days
    where day < $day - 13
    group by holder
    having count(distinct day) >= $min_known_days
),

excesses as (
    select
        version_days.holder,
        version_days.repository,
        sum(version_days.version_count - usual_days.version_max) as excess_count,
        count(*) as excess_day_count
    from version_days
    inner join usual_days on version_days.holder = usual_days.holder
    where
        version_days.day >= $day - 13
        and version_days.version_count > usual_days.version_max
    group by
        version_days.holder,
        version_days.repository
),

walked_repositories as (
    select
        walked.*,
        usual_days.version_max,
        case
            when 2 * coalesce(repeated_versions.repeated_count, 0) < walked.version_count
                then walked.version_count - usual_days.version_max + excesses.excess_count
        end as excess_count,
        1 + excesses.excess_day_count as excess_day_count,
        greatest(
            coalesce(earlier.version_count, 0),
            coalesce(usual.version_count, 0),
            -- Who pulls widely takes as many of a repository that is new to it.
            case
                when base_credentials.is_broad
                    then base_credentials.pull_median / greatest(base_credentials.repository_median, 1)
                else 0
            end
        ) as usual_count
    from pulled_repositories as walked
    left join pulled_repositories as earlier
        on
            walked.day > earlier.day
            and walked.credential = earlier.credential
            and walked.repository = earlier.repository
    left join usual_versions as usual
        on
            coalesce(walked.performer_name, walked.credential) = usual.holder
            and walked.repository = usual.repository
    left join repeated_versions
        on
            walked.credential = repeated_versions.credential
            and walked.repository = repeated_versions.repository
    left join base_credentials on walked.credential = base_credentials.credential
    left join base_performers on walked.performer_name = base_performers.performer_name
    left join usual_days
        on
            coalesce(walked.performer_name, walked.credential) = usual_days.holder
            and walked.version_count > usual_days.version_max
    left join excesses
        on
            usual_days.holder = excesses.holder
            and walked.repository = excesses.repository
    left join base_repositories on walked.repository = base_repositories.repository
    where
        walked.day = $day
        and base_repositories.is_public is not true
        and (base_credentials.is_known or base_performers.is_known)
),

scored_walks as (
    select
        *,
        greatest(
            case
                when version_count >= $min_versions
                    then $day_points * log10((1 + version_count) / (1 + usual_count))
                else 0
            end,
            case
                when excess_count >= $min_excess
                    then least(
                        $excess_day_points * excess_day_count,
                        24
                        + $excess_points * log10((1 + excess_count) / (1 + greatest(version_max, $min_usual)))
                    )
                else 0
            end
        ) as score
    from walked_repositories
),

ranked_walks as (
    select
        *,
        row_number() over (
            partition by credential
            order by score desc, repository asc
        ) as place
    from scored_walks
)

select
    credential as subject,
    performer_name,
    credential,
    case when network = other_network then network end as network,
    namespace_name,
    repository,
    cast(null as varchar) as shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ' pulled ' || version_count || ' versions of ' || repository || ' in one day (usual: '
    || round(usual_count, 1) || ')'
    || case
        when excess_count >= $min_excess
            then
                '; within 14 days ' || excess_count || ' beyond the ' || version_max
                || ' a day that it never exceeded'
        else ''
    end
    || case when network = other_network then ', from ' || network else '' end as reason,
    first_at,
    last_at,
    event_count,
    evidence
from ranked_walks
where
    place = 1
    and score >= $min_score
-- [[cases]]
-- name = "every version of one repository, from two networks"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", network = "", performer_name = "alice", namespace_name = "acme", repository = "acme/web", severity = "high", event_count = 300, reason = "user:alice pulled 300 versions of acme/web in one day (usual: 1.0)"}]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web", tag = "latest"},
--     {at = "09:00", times = 150, every = "20s", performer_name = "alice", repository_name = "web", tag = "v{n}"},
--     {at = "10:00", times = 150, every = "20s", performer_name = "alice", repository_name = "web", tag = "w{n}", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "a robot that pulls one version all day long walks through eighty, and a second repository"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+cd", network = "198.51.100.0/24", repository = "acme/web", severity = "high", score = 51.44, event_count = 80, reason = "robot:acme+cd pulled 80 versions of acme/web in one day (usual: 1.0), from 198.51.100.0/24"}]
-- events = [
--     {days = [-45, -29], at = "09:00", times = 9, every = "3m", performer_name = "acme+cd", repository_name = "web", tag = "latest"},
--     {days = [-20, -2], at = "09:00", times = 90, every = "3m", performer_name = "acme+cd", repository_name = "web", tag = "latest"},
--     {days = [-20, -2], at = "09:00", times = 100, every = "3m", performer_name = "acme+ab", repository_name = "web", tag = "latest"},
--     {days = [-20, -1], at = "09:00", times = 100, every = "3m", performer_name = "acme+cd", repository_name = "api", tag = "latest"},
--     {days = [-20, -1], at = "09:00", kind = "push_repo", performer_name = "acme+cd", repository_name = "web", tag = "latest"},
--     {days = [-1, -1], at = "09:00", times = 70, performer_name = "acme+audit", repository_name = "web", tag = "v{n}"},
--     {days = [-1, -1], at = "09:00", times = 70, performer_name = "acme+cd", repository_name = "docs", tag = "v{n}"},
--     {at = "10:00", times = 40, performer_name = "acme+cd", repository_name = "web", tag = "v{n}"},
--     {at = "10:00", times = 40, performer_name = "acme+cd", repository_name = "web", tag = "w{n}"},
--     {at = "10:05", times = 60, performer_name = "acme+cd", repository_name = "api", manifest_digest = "sha256:{n}"},
-- ]
--
-- [[cases]]
-- name = "a hundred versions with a token that is new, of a person who is known"
-- day = 2026-03-03
-- fires = [{subject = "oauth_token:7", severity = "high"}]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web", tag = "latest"},
--     {at = "09:00", times = 100, performer_name = "alice", credential = "oauth_token:7", repository_name = "api", tag = "v{n}"},
-- ]
--
-- [[cases]]
-- name = "a hundred versions with an access token, which belongs to nobody"
-- day = 2026-03-03
-- fires = [{subject = "access_token:deploy", severity = "high"}]
-- events = [
--     {days = [-20, -1], at = "09:00", credential = "access_token:deploy", repository_name = "web", tag = "latest"},
--     {at = "09:00", times = 100, credential = "access_token:deploy", repository_name = "api", tag = "v{n}"},
-- ]
--
-- [[cases]]
-- name = "fifty versions, or twenty of a repository never pulled before, looked through for the one that broke it"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "medium"}, {subject = "user:bob", severity = "medium", repository = "acme/api"}]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web", tag = "latest"},
--     {at = "09:00", times = 50, performer_name = "alice", repository_name = "web", tag = "v{n}"},
--     {days = [-20, -1], at = "09:00", performer_name = "bob", repository_name = "web", tag = "latest"},
--     {at = "09:00", times = 20, performer_name = "bob", repository_name = "api", tag = "v{n}"},
-- ]
--
-- [[cases]]
-- name = "what a robot of twelve days walked through yesterday as well, and what is public"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-12, -1], at = "09:00", performer_name = "acme+keep", repository_name = "docs", tag = "latest"},
--     {days = [-1, 0], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {at = "12:00", times = 90, performer_name = "acme+keep", repository_name = "open", tag = "v{n}"},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "open", is_public = true}]
--
-- [[cases]]
-- name = "a scanner looks at all versions of one repository every day, and for the first time at thirty of another"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+scan", repository = "acme/web-2", severity = "low", score = 28.46}]
-- events = [
--     {days = [-27, -2], weekdays = true, at = "09:00", times = 30, performer_name = "acme+scan", repository_name = "web-{n}", tag = "v1"},
--     {days = [-27, -2], weekdays = true, at = "10:00", times = 60, performer_name = "acme+scan", repository_name = "web-1", tag = "v{n}"},
--     {at = "11:00", times = 30, performer_name = "acme+scan", repository_name = "web-2", tag = "v{n}"},
--     {at = "10:00", times = 60, performer_name = "acme+scan", repository_name = "web-1", tag = "v{n}"},
-- ]
--
-- [[cases]]
-- name = "twenty-five where a hundred pulls of one are usual; quiet: nineteen versions, a robot that is new, pushes, one tag many times, and nobody in particular"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+cd", severity = "medium", score = 35.65, event_count = 25}]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web", tag = "latest"},
--     {days = [-20, -1], at = "09:00", repository_name = "web", tag = "latest"},
--     {days = [-3, -1], at = "09:00", performer_name = "acme+new", repository_name = "web", tag = "latest"},
--     {days = [-1, -1], at = "09:00", times = 90, performer_name = "alice", repository_name = "docs", tag = "v{n}"},
--     {at = "09:00", times = 19, performer_name = "alice", repository_name = "api", tag = "v{n}"},
--     {at = "10:00", times = 90, kind = "push_repo", performer_name = "alice", repository_name = "api", tag = "w{n}"},
--     {at = "11:00", times = 90, performer_name = "alice", repository_name = "web", tag = "latest"},
--     {days = [-20, -1], at = "09:00", times = 100, every = "3m", performer_name = "acme+cd", repository_name = "web", tag = "latest"},
--     {at = "09:00", times = 25, performer_name = "acme+cd", repository_name = "web", tag = "v{n}"},
--     {at = "11:00", times = 90, performer_name = "acme+new", repository_name = "web", tag = "v{n}"},
--     {at = "11:00", times = 90, repository_name = "web", tag = "v{n}"},
-- ]
--
-- [[cases]]
-- name = "fifteen old builds a day: for four days, the last with another credential; on two days, after as many six weeks ago or without; five; and fifteen repositories a day"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:cyd", severity = "medium", score = 32.0},
--     {subject = "user:dan", severity = "medium", score = 32.0},
--     {subject = "user:eli", score = 27.17},
--     {subject = "user:alice", repository = "acme/web", severity = "high", score = 64.0, event_count = 15, reason = "user:alice pulled 15 versions of acme/web in one day (usual: 3.6); within 14 days 58 beyond the 2 a day that it never exceeded, from 198.51.100.0/24"},
-- ]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 2, performer_name = "alice", repository_name = "web", tag = "v{n}"},
--     {days = [-40, -1], at = "09:00", times = 2, performer_name = "bob", repository_name = "web", tag = "v{n}"},
--     {days = [-3, -1], at = "10:00", times = 15, performer_name = "alice", credential = "app_specific_token:t", repository_name = "web", manifest_digest = "sha256:{d}-{n}"},
--     {days = [-3, 0], at = "11:00", times = 15, performer_name = "bob", repository_name = "web-{n}", tag = "v1"},
--     {at = "10:00", times = 15, performer_name = "alice", repository_name = "web", manifest_digest = "sha256:{n}"},
--     {days = [-40, -1], at = "09:00", times = 2, performer_name = "cyd", repository_name = "web", tag = "v{n}"},
--     {days = [-42, -42], at = "10:00", times = 15, performer_name = "cyd", repository_name = "web", tag = "v{n}"},
--     {days = [-1, 0], at = "10:00", times = 15, performer_name = "cyd", repository_name = "web", tag = "v{d}-{n}"},
--     {days = [-20, -1], at = "09:00", times = 2, performer_name = "dan", repository_name = "web", tag = "v{n}"},
--     {days = [-13, -13], at = "10:00", times = 15, performer_name = "dan", repository_name = "web", tag = "v{d}-{n}"},
--     {at = "10:00", times = 15, performer_name = "dan", repository_name = "web", tag = "v{n}"},
--     {days = [-40, -1], at = "09:00", times = 2, performer_name = "eli", repository_name = "web", tag = "v{n}"},
--     {days = [-1, -1], at = "09:00", times = 2, performer_name = "eli", repository_name = "web", tag = "w{n}"},
--     {at = "10:00", times = 5, performer_name = "eli", repository_name = "web", tag = "v{n}"},
-- ]
--
-- [[cases]]
-- name = "somebody young, somebody who did so last month, somebody for the first day, somebody who did so until yesterday, and a few"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-16, -1], at = "09:00", performer_name = "young", repository_name = "web", tag = "v1"},
--     {days = [-3, 0], at = "10:00", times = 15, performer_name = "young", repository_name = "web", tag = "v{d}-{n}"},
--     {days = [-40, -1], at = "09:00", performer_name = "scan", repository_name = "web", tag = "v1"},
--     {days = [-41, -41], at = "10:00", times = 15, performer_name = "scan", repository_name = "api", tag = "v{n}"},
--     {days = [-3, 0], at = "10:00", times = 15, performer_name = "scan", repository_name = "web", tag = "v{d}-{n}"},
--     {days = [-40, -1], at = "09:00", performer_name = "first", repository_name = "web", tag = "v1"},
--     {at = "10:00", times = 15, performer_name = "first", repository_name = "web", tag = "v{n}"},
--     {days = [-40, 0], at = "09:00", performer_name = "done", repository_name = "web", tag = "v1"},
--     {days = [-4, -1], at = "10:00", times = 15, performer_name = "done", repository_name = "web", tag = "v{d}-{n}"},
--     {days = [-40, -2], at = "09:00", performer_name = "few", repository_name = "web", tag = "v1"},
--     {days = [-1, 0], at = "10:00", times = 3, performer_name = "few", repository_name = "web", tag = "v{d}-{n}"},
-- ]
--
-- [[cases]]
-- name = "five beyond the most, on two days thirteen days apart, by somebody of whom seven days are known"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "low", score = 27.17, event_count = 3}]
-- events = [
--     {days = [-28, -1], at = "08:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "v1"},
--     {days = [-42, -42], at = "09:00", times = 40, performer_name = "alice", repository_name = "web", tag = "v{n}"},
--     {days = [-41, -35], at = "09:00", performer_name = "alice", repository_name = "web", tag = "v1"},
--     {days = [-13, -13], at = "09:00", times = 4, performer_name = "alice", repository_name = "web", tag = "w{n}"},
--     {at = "09:00", times = 3, performer_name = "alice", repository_name = "web", tag = "x{n}"},
-- ]
--
-- [[cases]]
-- name = "quiet: once a week a scanner looks at all versions of one repository and at others, and a backup reads one; another backup began two days ago"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -1], at = "09:00", performer_name = "acme+late", repository_name = "docs", tag = "latest"},
--     {days = [-2, 0], at = "10:00", times = 90, performer_name = "acme+late", repository_name = "web", tag = "v{n}"},
--     {days = [-27, -27], at = "09:00", times = 30, performer_name = "acme+scan", repository_name = "web-{n}", tag = "v1"},
--     {days = [-27, -27], at = "10:00", times = 60, performer_name = "acme+scan", repository_name = "web-1", tag = "v{n}"},
--     {days = [-20, -20], at = "09:00", times = 30, performer_name = "acme+scan", repository_name = "web-{n}", tag = "v1"},
--     {days = [-20, -20], at = "10:00", times = 60, performer_name = "acme+scan", repository_name = "web-1", tag = "v{n}"},
--     {days = [-13, -13], at = "09:00", times = 30, performer_name = "acme+scan", repository_name = "web-{n}", tag = "v1"},
--     {days = [-13, -13], at = "10:00", times = 60, performer_name = "acme+scan", repository_name = "web-1", tag = "v{n}"},
--     {days = [-6, -6], at = "09:00", times = 30, performer_name = "acme+scan", repository_name = "web-{n}", tag = "v1"},
--     {days = [-6, -6], at = "10:00", times = 60, performer_name = "acme+scan", repository_name = "web-1", tag = "v{n}"},
--     {at = "11:00", times = 30, performer_name = "acme+scan", repository_name = "web-2", tag = "v{n}"},
--     {at = "10:00", times = 60, performer_name = "acme+scan", repository_name = "web-1", tag = "v{n}"},
--     {days = [-60, -1], at = "09:00", performer_name = "acme+keep", repository_name = "docs", tag = "latest"},
--     {days = [-56, -56], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {days = [-49, -49], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {days = [-42, -42], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {days = [-35, -35], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {days = [-28, -28], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {days = [-21, -21], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {days = [-14, -14], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {days = [-7, -7], at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
--     {at = "10:00", times = 90, performer_name = "acme+keep", repository_name = "web", tag = "v{n}"},
-- ]
