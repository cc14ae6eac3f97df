-- id = "QD-30"
-- title = "Much was deleted, or the way back was cut off"
-- family = "destruction"
-- severity = "high"
-- why = "Deleted tags come back within the time machine's days, repositories never: much deletion after a shorter retention is sabotage."
-- tactics = ["Impact"]
-- techniques = ["T1485", "T1490"]
-- reads = ["mart_change_events", "mart_credential_habit_daily", "base_repositories"]
-- next_steps = [
--     "Stop the credential: revoke the token, regenerate the robot's, disable the account.",
--     "Set tag expiration and prune policies back at once: what is not yet collected can be restored from the tag history.",
--     "Restore deleted tags by their history, and repositories from a mirror or a backup.",
--     "Ask the owner of the credential; if it was a clean-up, note who ordered it.",
-- ]
-- false_positives = [
--     "A cleaner that deletes by schedule: it is measured by its own busiest day of the last hundred.",
--     "A project that ends: its repositories are deleted by those who used them.",
-- ]
--
-- [needs]
-- kinds = ["delete_tag", "permanently_delete_tag", "delete_repo"]
-- history_days = 28
--
-- [keys]
-- change_tag_expiration = ["expiration_date"]
-- create_namespace_autoprune_policy = ["method", "tag_pattern", "value"]
-- create_repository_autoprune_policy = ["method", "tag_pattern", "value"]
-- org_change_tag_expiration = ["tag_expiration"]
-- update_namespace_autoprune_policy = ["method", "tag_pattern", "value"]
-- update_repository_autoprune_policy = ["method", "tag_pattern", "value"]
-- user_change_tag_expiration = ["tag_expiration"]
--
-- [params]
-- default_seconds = 1209600    # two weeks: Quay's time machine where nobody changed it
-- short_seconds = 86400        # a day: too short for anybody to notice
-- short_ages = "^([0-9]+[sm]|1?[0-9]h|2[0-4]h|1d)$"
-- few_tags = 3
-- min_pullers = 3              # a repository that so many use is alive
-- min_burst = 50               # tags, or a tenth of so many repositories, within an hour
-- min_chain = 10
-- min_score = 12
--
-- [sigma]
-- without = "knowing how much the same actor deletes on other days, and which repositories are in use"
-- louder_in = [
--     "quiet: the weekly cleaner, also of repositories and for good, and policies that leave enough",
--     "quiet: retention as short as before, or longer; a few tags, twice; what expires later; yesterday's deletions",
-- ]
-- quieter_in = [
--     "twelve tags every day of a fortnight, by one who never deleted, and by one who always did",
-- ]
--
-- [[sigma.rules]]
-- title = "Something is deleted"
-- name = "qd30_deletion"
-- detection = {selection = {kind = ["delete_tag", "permanently_delete_tag", "delete_repo", "delete_robot", "org_delete"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "Much is deleted within an hour"
-- correlation = {type = "event_count", rules = ["qd30_deletion"], group-by = ["credential"], timespan = "1h", condition = {gte = 50}}
--
-- [[sigma.rules]]
-- title = "Repositories are deleted within a day"
-- name = "qd30_repository"
-- detection = {selection = {kind = ["delete_repo", "org_delete"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "Several repositories are deleted within a day"
-- correlation = {type = "event_count", rules = ["qd30_repository"], group-by = ["credential"], timespan = "24h", condition = {gte = 3}}
--
-- [[sigma.rules]]
-- title = "A tag is deleted for good"
-- detection = {selection = {kind = "permanently_delete_tag"}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "Tags are kept for a day at most"
-- [sigma.rules.detection]
-- retention = {kind = ["org_change_tag_expiration", "user_change_tag_expiration"], "tag_expiration|lte" = 86400}
-- few = {"kind|endswith" = "_autoprune_policy", method = "number_of_tags", "value|lte" = 3}
-- short = {"kind|endswith" = "_autoprune_policy", "value|re" = "^([0-9]+[sm]|1?[0-9]h|2[0-4]h|1d)$"}
-- pattern = {"tag_pattern" = "*"}
-- condition = "retention or ((few or short) and not pattern)"
with retentions as (
    select
        event_key,
        try_cast(json_extract_string(metadata, '$.tag_expiration') as double) as lasting_seconds,
        try_cast(json_extract_string(metadata, '$.tag_expiration') as double) <= $short_seconds as is_short,
        lag(try_cast(json_extract_string(metadata, '$.tag_expiration') as double), 1, $default_seconds) over (
            partition by namespace_name
            order by occurred_at, event_key
        ) as previous_seconds
    from mart_change_events
    where
        kind in ('org_change_tag_expiration', 'user_change_tag_expiration')
        and day >= $day - 100
        and day <= $day
),

changes as (
    select
        event_key,
        day,
        occurred_at,
        coalesce(performer_name, credential) as actor,
        performer_name,
        credential,
        network,
        namespace_name,
        repository,
        coalesce(tag, manifest_digest, target_name, '') as thing,
        kind = 'permanently_delete_tag' as is_permanent,
        kind = 'delete_repo' as is_repository,
        case
            when kind in ('delete_tag', 'permanently_delete_tag') then 1
            when
                kind = 'change_tag_expiration'
                and try_cast(json_extract_string(metadata, '$.expiration_date') as double)
                <= epoch(occurred_at) + $short_seconds
                then 1
            when kind in ('delete_repo', 'delete_robot') then 10
            when kind = 'org_delete' then 50
            else 0
        end as weight,
        -- A policy for some tags alone is housekeeping.
        kind like '%_autoprune_policy'
        and json_extract_string(metadata, '$.tag_pattern') is null
        and case json_extract_string(metadata, '$.method')
            when 'number_of_tags'
                then try_cast(json_extract_string(metadata, '$.value') as double) <= $few_tags
            else regexp_matches(json_extract_string(metadata, '$.value'), $short_ages)
        end as is_harsh_policy
    from mart_change_events
    where
        day >= $day - 1
        and day <= $day
),

-- What Quay is told to forget sooner, or to delete by itself, cannot be brought back.
losses as (
    select
        changes.*,
        coalesce(changes.is_harsh_policy or retentions.event_key is not null, false) as is_cut_back
    from changes
    left join retentions
        on
            changes.event_key = retentions.event_key
            and retentions.lasting_seconds < retentions.previous_seconds
            and retentions.is_short
),

-- Each thing once: deleting the same tag again deletes nothing more.
lost_things as (
    select
        losses.actor,
        losses.is_cut_back,
        losses.namespace_name,
        losses.repository,
        min(losses.performer_name) as performer_name,
        min(losses.credential) as credential,
        min(losses.network) as network,
        bool_or(losses.is_permanent) as is_permanent,
        max(case when losses.is_repository then base_repositories.puller_count else 0 end) as puller_count,
        max(losses.weight) as weight,
        count(*) as event_count,
        max(losses.day) as day,
        min(losses.occurred_at) as occurred_at,
        max(losses.occurred_at) as last_at,
        min(losses.event_key) as event_key
    from losses
    left join base_repositories on losses.repository = base_repositories.repository
    where
        losses.is_cut_back
        or (losses.weight > 0 and losses.day = $day)
    group by
        losses.actor,
        losses.is_cut_back,
        losses.namespace_name,
        losses.repository,
        losses.weight,
        losses.thing
),

paced_things as (
    select
        *,
        sum(weight) over (
            partition by actor
            order by occurred_at
            range between interval 1 hour preceding and current row
        ) as hour_weight,
        min(case when is_cut_back then occurred_at end) over (partition by actor) as cut_back_at
    from lost_things
),

past_days as (
    select
        coalesce(performer_name, credential) as actor,
        day,
        sum(
            event_count * case
                when habit_value = 'org_delete' then 50
                when habit_value in ('delete_repo', 'delete_robot') then 10
                else 1
            end
        ) as weight,
        count(case when habit_value = 'permanently_delete_tag' then 1 end) as permanent_count
    from mart_credential_habit_daily
    where
        habit = 'kind'
        and habit_value in (
            'delete_tag', 'permanently_delete_tag', 'delete_repo', 'delete_robot', 'org_delete'
        )
        and day >= $day - 100
        and day < $day
    group by
        coalesce(performer_name, credential),
        day
),

usual_losses as (
    select
        actor,
        max(weight) as most_weight,
        sum(case when day >= $day - 13 then weight else 0 end) as fortnight_weight,
        sum(case when day < $day - 13 then weight else 0 end) as former_weight,
        max(case when day < $day - 13 then weight else 0 end) as former_most_weight,
        sum(case when day >= $day - 13 then permanent_count else 0 end) as fortnight_permanent_count,
        sum(case when day < $day - 13 then permanent_count else 0 end) as former_permanent_count
    from past_days
    group by actor
),

sums as (
    select
        actor,
        min(performer_name) as performer_name,
        case when count(distinct credential) = 1 then min(credential) else 'user:' || actor end as subject,
        case when count(distinct network) = 1 then min(network) end as network,
        case when count(distinct namespace_name) = 1 then min(namespace_name) end as namespace_name,
        case when count(distinct repository) = 1 then min(repository) end as repository,
        sum(weight) as weight,
        max(hour_weight) as hour_weight,
        sum(case when occurred_at >= cut_back_at then weight else 0 end) as weight_after,
        count(case when is_cut_back then 1 end) as cut_back_count,
        count(case when puller_count >= $min_pullers then 1 end) as alive_count,
        bool_or(is_permanent) as is_permanent,
        min(occurred_at) as first_at,
        max(last_at) as last_at,
        sum(event_count) as event_count,
        min(event_key, 20) as evidence
    from paced_things
    group by actor
    -- Yesterday's shorter retention alone was told yesterday.
    having max(day) = $day
),

sprees as (
    select
        sums.*,
        coalesce(usual_losses.most_weight, 0) as usual_weight,
        sums.weight + coalesce(usual_losses.fortnight_weight, 0) as fortnight_weight,
        -- A fortnight of the twelve weeks before: what goes slowly must not become its own habit.
        coalesce(usual_losses.former_weight, 0) / 6.2 as former_weight,
        coalesce(usual_losses.former_most_weight, 0) as former_most_weight,
        (sums.is_permanent or coalesce(usual_losses.fortnight_permanent_count, 0) > 0)
        and coalesce(usual_losses.former_permanent_count, 0) = 0 as is_final
    from sums
    left join usual_losses on sums.actor = usual_losses.actor
),

scored_sprees as (
    select
        *,
        greatest(
            36 * log10(greatest(1, weight / (5 + usual_weight))),
            case
                -- What was told yesterday is told again only while it goes on.
                when weight * 20 >= fortnight_weight
                    then
                        40 * log10(
                            greatest(1, fortnight_weight / (15 + former_most_weight + 2 * former_weight))
                        )
                else 0
            end
        )
        + case when hour_weight >= greatest($min_burst, 2 * usual_weight) then 10 else 0 end
        + 12 * log2(1 + alive_count)
        + case when is_final then 16 else 0 end
        + least(28, 20 * cut_back_count)
        + case when weight_after >= $min_chain then 36 else 0 end as score
    from sprees
)

select
    subject,
    performer_name,
    subject as credential,
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
    actor || ' deleted what counts as ' || weight || ' tags, ' || hour_weight
    || ' within an hour (usually at most ' || usual_weight || ' a day; a repository counts as ten), with '
    || alive_count || ' repositories in use'
    || case
        when fortnight_weight > 2 * weight then ', ' || fortnight_weight || ' within a fortnight'
        else ''
    end
    || case when is_final then '; tags for good, past the time machine' else '' end
    || case when cut_back_count > 0 then '; shortened how long tags are kept' else '' end as reason,
    first_at,
    last_at,
    cast(event_count as bigint) as event_count,
    evidence
from scored_sprees
where score >= $min_score

-- [[cases]]
-- name = "retention shortened to nothing in the evening, three hundred tags deleted in the night"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:mallory", severity = "critical", score = 130.01, event_count = 301, namespace_name = "acme", repository = "acme/web", network = "198.51.100.0/24", reason = "mallory deleted what counts as 300 tags, 300 within an hour (usually at most 0 a day; a repository counts as ten), with 0 repositories in use; shortened how long tags are kept"},
-- ]
-- events = [
--     {days = [-1, -1], at = "23:00", kind = "org_change_tag_expiration", performer_name = "mallory", metadata = {tag_expiration = 0}},
--     {at = "01:00", times = 300, every = "2s", kind = "delete_tag", performer_name = "mallory", repository_name = "web", tag = "v{n}"},
--     {at = "02:00", kind = "create_repo", performer_name = "mallory", repository_name = "new"},
-- ]
--
-- [[cases]]
-- name = "repositories in use, robots, an organization; tags for good and tags that expire within a day"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:ann", repository = "", severity = "high", score = 52.01, event_count = 3, reason = "ann deleted what counts as 30 tags, 30 within an hour (usually at most 0 a day; a repository counts as ten), with 3 repositories in use"},
--     {subject = "user:ben", network = "", severity = "low", score = 21.67, event_count = 2},
--     {subject = "user:cat", severity = "medium", score = 46.0, event_count = 1},
--     {subject = "user:dan", severity = "medium", score = 38.75, event_count = 30},
--     {subject = "app_specific_token:t", severity = "low", score = 21.67, event_count = 35, performer_name = "eva", reason = "eva deleted what counts as 20 tags, 2 within an hour (usually at most 0 a day; a repository counts as ten), with 0 repositories in use"},
--     {subject = "user:uma", score = 20.84, event_count = 3, reason = "uma deleted what counts as 150 tags, 150 within an hour (usually at most 70 a day; a repository counts as ten), with 0 repositories in use"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "p0", repository_name = "a0"},
--     {days = [-28, -1], times = 3, performer_name = "p0", repository_name = "a{n}"},
--     {days = [-28, -1], times = 3, performer_name = "p1", repository_name = "a{n}"},
--     {days = [-28, -1], times = 3, performer_name = "p2", repository_name = "a{n}"},
--     {days = [-40, -40], kind = "delete_tag", times = 2, performer_name = "dan", tag = "v{n}"},
--     {at = "09:00", times = 3, kind = "delete_repo", performer_name = "ann", repository_name = "a{n}"},
--     {at = "09:00", kind = "delete_repo", performer_name = "ben", repository_name = "b"},
--     {at = "09:00", kind = "delete_robot", performer_name = "ben", target_name = "acme+ci", credential = "oauth_token:4", network = "192.0.2.0/24"},
--     {at = "09:00", kind = "org_delete", performer_name = "cat"},
--     {at = "09:00", times = 30, kind = "permanently_delete_tag", performer_name = "dan", tag = "v{n}"},
--     {at = "00:00", times = 20, every = "61m", kind = "change_tag_expiration", performer_name = "eva", credential = "app_specific_token:t", repository_name = "a0", tag = "v{n}", metadata = {expiration_date = 1772600000}},
--     {at = "00:10", times = 20, every = "61m", kind = "delete_tag", performer_name = "eva", credential = "app_specific_token:t", repository_name = "a0", tag = "v{n}"},
--     {days = [-28, -1], performer_name = "p0", repository_name = "b"},
--     {days = [-20, -20], kind = "delete_robot", performer_name = "uma", target_name = "acme+x"},
--     {days = [-20, -20], kind = "delete_repo", performer_name = "uma", repository_name = "x"},
--     {days = [-20, -20], kind = "org_delete", performer_name = "uma", namespace_name = "x"},
--     {days = [-20, -20], times = 9, performer_name = "uma", namespace_name = "delete_tag"},
--     {at = "09:00", times = 3, kind = "org_delete", performer_name = "uma", namespace_name = "u{n}"},
-- ]
--
-- [[cases]]
-- name = "retention cut back without much deletion: by policy, by hand, for an account, twice"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:ann", namespace_name = "", severity = "low", score = 20.0, event_count = 6},
--     {subject = "user:ben", severity = "low", score = 28.0, event_count = 2},
--     {subject = "user:cat", severity = "low", score = 20.0, reason = "cat deleted what counts as 0 tags, 0 within an hour (usually at most 0 a day; a repository counts as ten), with 0 repositories in use; shortened how long tags are kept"},
--     {subject = "user:dan", severity = "high", score = 66.84, event_count = 11},
--     {subject = "user:gus", score = 22.85, event_count = 7},
-- ]
-- events = [
--     {days = [-50, -50], kind = "org_change_tag_expiration", performer_name = "ann", namespace_name = "globex", metadata = {tag_expiration = 86400}},
--     {days = [-101, -101], kind = "user_change_tag_expiration", performer_name = "cat", namespace_name = "cat", metadata = {tag_expiration = 0}},
--     {at = "08:00", times = 5, kind = "delete_tag", performer_name = "ann", tag = "v{n}"},
--     {at = "09:00", kind = "org_change_tag_expiration", performer_name = "ann", namespace_name = "globex", metadata = {tag_expiration = 3600}},
--     {at = "09:00", kind = "create_namespace_autoprune_policy", performer_name = "ben", metadata = {method = "number_of_tags", value = 3}},
--     {at = "09:10", kind = "update_repository_autoprune_policy", performer_name = "ben", repository_name = "web", metadata = {method = "creation_date", value = "12h"}},
--     {at = "09:00", kind = "user_change_tag_expiration", performer_name = "cat", namespace_name = "cat", metadata = {tag_expiration = 86400}},
--     {at = "09:00", kind = "org_change_tag_expiration", performer_name = "dan", namespace_name = "acme", metadata = {tag_expiration = 0}},
--     {at = "10:00", times = 10, kind = "delete_tag", performer_name = "dan", tag = "v{n}"},
--     {at = "09:00", kind = "org_change_tag_expiration", performer_name = "gus", namespace_name = "hooli", metadata = {tag_expiration = 0}},
--     {at = "10:00", times = 6, kind = "delete_tag", performer_name = "gus", namespace_name = "hooli", tag = "v{n}"},
-- ]
--
-- [[cases]]
-- name = "a cleaner deletes four times as much as ever, within the hour"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+broom", severity = "medium", score = 31.29, event_count = 800}]
-- events = [
--     {days = [-100, -100], times = 200, every = "3s", kind = "delete_tag", performer_name = "acme+broom", tag = "{d}-{n}"},
--     {days = [-7, -7], times = 20, every = "3s", kind = "delete_tag", performer_name = "acme+broom", tag = "{d}-{n}"},
--     {days = [-101, -101], times = 900, every = "3s", kind = "delete_tag", performer_name = "acme+broom", tag = "{d}-{n}"},
--     {days = [-7, -7], times = 900, every = "3s", performer_name = "acme+broom"},
--     {at = "03:00", times = 800, every = "3s", kind = "delete_tag", performer_name = "acme+broom", tag = "{d}-{n}"},
-- ]
--
-- [[cases]]
-- name = "twelve tags every day of a fortnight, by one who never deleted, and by one who always did"
-- day = 2026-03-03
-- fires = [{subject = "user:slow", severity = "medium", score = 37.89, event_count = 12}]
-- events = [
--     {days = [-13, -1], times = 12, kind = "delete_tag", performer_name = "slow", tag = "{d}-{n}"},
--     {days = [-20, -20], times = 3, kind = "delete_tag", performer_name = "slow", tag = "{d}-{n}"},
--     {times = 12, kind = "delete_tag", performer_name = "slow", tag = "{d}-{n}"},
--     {days = [-100, -1], times = 12, kind = "delete_tag", performer_name = "old", tag = "{d}-{n}"},
--     {times = 12, kind = "delete_tag", performer_name = "old", tag = "{d}-{n}"},
-- ]
--
-- [[cases]]
-- name = "for good, day after day, by one who never did; by one who did weeks ago, or does so no longer; once much was told"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:slow", severity = "medium", score = 45.93, event_count = 18, reason = "slow deleted what counts as 18 tags, 18 within an hour (usually at most 22 a day; a repository counts as ten), with 0 repositories in use, 84 within a fortnight; tags for good, past the time machine"},
--     {subject = "user:used", severity = "low", score = 25.85, event_count = 18},
--     {subject = "user:some", severity = "low", score = 16.0, event_count = 1},
--     {subject = "user:perm", score = 33.18, event_count = 18},
--     {subject = "user:once", score = 17.18, event_count = 18},
-- ]
-- events = [
--     {days = [-3, -1], times = 22, kind = "permanently_delete_tag", performer_name = "slow", tag = "{d}-{n}"},
--     {times = 18, kind = "delete_tag", performer_name = "slow", tag = "{d}-{n}"},
--     {days = [-40, -40], times = 3, kind = "permanently_delete_tag", performer_name = "used", tag = "{d}-{n}"},
--     {days = [-3, -1], times = 22, kind = "permanently_delete_tag", performer_name = "used", tag = "{d}-{n}"},
--     {times = 18, kind = "permanently_delete_tag", performer_name = "used", tag = "{d}-{n}"},
--     {days = [-13, -13], kind = "permanently_delete_tag", performer_name = "perm", tag = "{d}-{n}"},
--     {times = 18, kind = "delete_tag", performer_name = "perm", tag = "{d}-{n}"},
--     {days = [-20, -20], kind = "permanently_delete_tag", performer_name = "once", tag = "{d}-{n}"},
--     {times = 18, kind = "permanently_delete_tag", performer_name = "once", tag = "{d}-{n}"},
--     {days = [-13, -13], times = 50, kind = "delete_tag", performer_name = "some", tag = "{d}-{n}"},
--     {times = 1, kind = "permanently_delete_tag", performer_name = "some", tag = "{d}-{n}"},
-- ]
--
-- [[cases]]
-- name = "quiet: the weekly cleaner, also of repositories and for good, and policies that leave enough"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-7, -7], times = 200, every = "3s", kind = "delete_tag", performer_name = "broom", tag = "{n}"},
--     {days = [-28, -28], times = 200, every = "3s", kind = "delete_tag", performer_name = "broom", tag = "{n}"},
--     {days = [-49, -49], times = 200, every = "3s", kind = "delete_tag", performer_name = "broom", tag = "{n}"},
--     {days = [-70, -70], times = 200, every = "3s", kind = "delete_tag", performer_name = "broom", tag = "{n}"},
--     {at = "03:00", times = 210, every = "3s", kind = "delete_tag", performer_name = "broom", tag = "{n}"},
--     {days = [-30, -30], times = 4, kind = "delete_repo", performer_name = "ann", repository_name = "x{n}"},
--     {at = "09:00", times = 5, kind = "delete_repo", performer_name = "ann", repository_name = "y{n}"},
--     {days = [-90, -90], kind = "org_delete", performer_name = "cat", namespace_name = "old"},
--     {at = "09:00", kind = "org_delete", performer_name = "cat", namespace_name = "young"},
--     {days = [-30, -30], kind = "permanently_delete_tag", performer_name = "ben", repository_name = "web", tag = "a"},
--     {at = "09:00", kind = "permanently_delete_tag", performer_name = "ben", repository_name = "web", tag = "b"},
--     {at = "09:00", kind = "create_namespace_autoprune_policy", performer_name = "dan", metadata = {method = "number_of_tags", value = 4}},
--     {at = "09:00", kind = "create_repository_autoprune_policy", performer_name = "dan", repository_name = "web", metadata = {method = "creation_date", value = "2w"}},
--     {at = "09:00", kind = "update_namespace_autoprune_policy", performer_name = "dan", metadata = {method = "creation_date", value = "1h", tag_pattern = "pr-.*"}},
--     {at = "09:00", kind = "create_immutability_policy", performer_name = "dan", metadata = {method = "number_of_tags", value = 1}},
-- ]
--
-- [[cases]]
-- name = "quiet: retention as short as before, or longer; a few tags, twice; what expires later; yesterday's deletions"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-100, -100], kind = "user_change_tag_expiration", performer_name = "zed", namespace_name = "zed", metadata = {tag_expiration = 0}},
--     {at = "09:00", kind = "user_change_tag_expiration", performer_name = "zed", namespace_name = "zed", metadata = {tag_expiration = 86400}},
--     {days = [-50, -50], kind = "org_change_tag_expiration", performer_name = "ann", metadata = {tag_expiration = 86400}},
--     {at = "09:00", kind = "org_change_tag_expiration", performer_name = "ann", metadata = {tag_expiration = 86400}},
--     {at = "09:00", kind = "org_change_tag_expiration", performer_name = "ben", namespace_name = "globex", metadata = {tag_expiration = 604800}},
--     {days = [-1, -1], kind = "org_change_tag_expiration", performer_name = "fay", namespace_name = "home", metadata = {tag_expiration = 0}},
--     {at = "09:00", times = 10, kind = "delete_tag", performer_name = "cat", tag = "v{n}"},
--     {at = "10:00", times = 10, kind = "delete_tag", performer_name = "cat", tag = "v{n}"},
--     {at = "09:00", times = 60, kind = "change_tag_expiration", performer_name = "dan", tag = "v{n}", metadata = {expiration_date = 1780000000}},
--     {days = [-1, -1], at = "09:00", times = 60, kind = "delete_tag", performer_name = "eva", tag = "v{n}"},
--     {at = "09:00", times = 2, kind = "delete_tag", performer_name = "eva", repository_name = "web", tag = "w{n}"},
--     {at = "09:00", times = 60, kind = "create_tag", performer_name = "eva", repository_name = "web", tag = "x{n}", metadata = {expiration_date = 1}},
--     {days = [1, 1], at = "09:00", times = 60, kind = "delete_tag", performer_name = "eva", tag = "v{n}"},
-- ]
