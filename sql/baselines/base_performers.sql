-- title = "How well each performer is known, and what it usually does"
-- grain = ["performer_name"]
-- reads = ["base_performer_habits", "base_habit_days"]
-- units = "counts are of the 28 days before the day judged, first_day and last_day of the 100 before it"
-- source = "base_performer_habits; performers without a name have no row; a day of refusals alone is no active day"
--
-- [columns]
-- performer_name = "who did it, as Quay says"
-- performer_kind = "user or robot"
-- first_day = "the first day on which it acted"
-- last_day = "the last day"
-- active_day_count = "days on which it acted"
-- is_known = "whether those are seven or more"
-- credential_count = "credentials that it used"
-- change_day_count = "days on which it changed something"
-- mint_day_count = "days on which it made, renewed or assigned a credential"
-- grant_day_count = "days on which it changed permissions or teams"
-- deletion_day_count = "days on which it deleted tags, repositories, robots or more"
-- push_day_count = "days on which it pushed"
-- namespace_count = "namespaces in which it acted"
-- repository_count = "repositories that it pulled"
-- pushed_repository_count = "repositories that it pushed to"
-- network_count = "networks from which it acted"
-- country_count = "countries from which it acted"
-- client_count = "clients with which it acted"
with holders as (
    select
        performer_name,
        max(performer_kind) as performer_kind,
        count(distinct case when day_bits <> 0 then credential end) as credential_count
    from base_habit_days
    where performer_name is not null
    group by performer_name
),

deeds as (
    select
        performer_name,
        habit_value as kind,
        day_bits,
        first_day,
        last_day
    from base_performer_habits
    where
        habit = 'kind'
        and habit_value not in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed', 'login_failure')
),

days as (
    select
        performer_name,
        min(first_day) as first_day,
        max(last_day) as last_day,
        bit_count(bit_or(day_bits)) as active_day_count,
        bit_count(
            bit_or(
                case
                    when
                        kind in (
                            'create_app_specific_token',
                            'create_oauth_api_token',
                            'create_robot',
                            'oauth_token_assigned',
                            'regenerate_robot_token',
                            'reset_application_client_secret',
                            'user_generate_client_key'
                        )
                        then day_bits
                    else 0
                end
            )
        ) as mint_day_count,
        bit_count(
            bit_or(
                case
                    when
                        kind like '%\_repo\_permission' escape '\'
                        or kind like '%\_prototype\_permission' escape '\'
                        or kind like 'org\_%\_team%' escape '\'
                        or kind = 'org_team_member_invite_accepted'
                        then day_bits
                    else 0
                end
            )
        ) as grant_day_count,
        bit_count(
            bit_or(
                case
                    when
                        kind in (
                            'delete_tag',
                            'permanently_delete_tag',
                            'delete_repo',
                            'delete_robot',
                            'org_delete',
                            'user_delete'
                        )
                        then day_bits
                    else 0
                end
            )
        ) as deletion_day_count,
        bit_count(bit_or(case when kind = 'push_repo' then day_bits else 0 end)) as push_day_count
    from deeds
    group by performer_name
),

change_days as (
    select
        performer_name,
        bit_count(bit_or(day_bits)) as change_day_count
    from base_habit_days
    where
        habit = 'kind'
        and change_count > 0
        and performer_name is not null
    group by performer_name
),

breadths as (
    select
        performer_name,
        count(case when habit = 'namespace' then 1 end) as namespace_count,
        count(case when habit = 'repository' then 1 end) as repository_count,
        count(case when habit = 'pushed_repository' then 1 end) as pushed_repository_count,
        count(case when habit = 'network' then 1 end) as network_count,
        count(case when habit = 'country' then 1 end) as country_count,
        count(case when habit = 'client' then 1 end) as client_count
    from base_performer_habits
    where day_bits <> 0
    group by performer_name
)

select
    days.performer_name,
    holders.performer_kind,
    days.first_day,
    days.last_day,
    days.active_day_count,
    days.active_day_count >= 7 as is_known,
    holders.credential_count,
    coalesce(change_days.change_day_count, 0) as change_day_count,
    days.mint_day_count,
    days.grant_day_count,
    days.deletion_day_count,
    days.push_day_count,
    coalesce(breadths.namespace_count, 0) as namespace_count,
    coalesce(breadths.repository_count, 0) as repository_count,
    coalesce(breadths.pushed_repository_count, 0) as pushed_repository_count,
    coalesce(breadths.network_count, 0) as network_count,
    coalesce(breadths.country_count, 0) as country_count,
    coalesce(breadths.client_count, 0) as client_count
from days
inner join holders on days.performer_name = holders.performer_name
left join change_days on days.performer_name = change_days.performer_name
left join breadths on days.performer_name = breadths.performer_name
