-- title = "Settings that were changed"
-- reads = ["mart_change_events"]
-- empty = "No setting was changed in the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- setting_count = "count(*)"
-- public_count = "count(case when kind = 'change_repo_visibility' and new_value = 'public' then 1 end)"
--
-- [[statements]]
-- says = "{setting_count:setting was|settings were} changed; {public_count:repository was|repositories were} made public."
--
-- [[exceptions]]
-- each = { is_made_public = true }
-- says = "{performer_name} made {object_name} public at {occurred_at}."
--
-- [columns]
-- occurred_at = ["When", "time", "when it happened"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- namespace_name = ["Namespace", "text", "whose log it is in"]
-- object_name = ["What", "text", "the repository or thing"]
-- old_value = ["Before", "text", "what Quay says, or what the last change of the same setting left; none where nothing tells"]
-- new_value = ["After", "text", "what is now, as far as Quay says"]
-- performer_name = ["By", "text", "who did it, as Quay says"]
-- credential = ["With", "text", "what was used to act"]
-- ip = ["From", "text", "the address"]
-- is_made_public = ["Made public", "flag", "whether it opened a repository to everybody"]
-- event_key = ["Event", "text", "which event: day, scope and place"]
with setting_events as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        namespace_name,
        coalesce(repository || coalesce(':' || tag, ''), target_name, namespace_name) as object_name,
        kind || '|' || coalesce(repository || coalesce(':' || tag, ''), namespace_name, '') || '|'
        || coalesce(json_extract_string(metadata, '$.changed'), '') as setting_key,
        performer_name,
        credential,
        ip,
        coalesce(
            json_extract_string(metadata, '$.previous_immutable'),
            json_extract_string(metadata, '$.old_expiration_date'),
            json_extract_string(metadata, '$.old_external_reference'),
            json_extract_string(metadata, '$.previous_limit'),
            json_extract_string(metadata, '$.old_name'),
            json_extract_string(metadata, '$.original_manifest_digest')
        ) as said_old_value,
        coalesce(
            json_extract_string(metadata, '$.visibility'),
            json_extract_string(metadata, '$.state_changed'),
            json_extract_string(metadata, '$.trust_enabled'),
            json_extract_string(metadata, '$.immutable'),
            json_extract_string(metadata, '$.expiration_date'),
            json_extract_string(metadata, '$.tag_expiration'),
            json_extract_string(metadata, '$.external_reference'),
            json_extract_string(metadata, '$.limit'),
            json_extract_string(metadata, '$.new_name'),
            json_extract_string(metadata, '$.enabled'),
            json_extract_string(metadata, '$.value'),
            json_extract_string(metadata, '$.tag_pattern'),
            json_extract_string(metadata, '$.manifest_digest')
        ) as said_value,
        json_extract_string(metadata, '$.changed') as changed,
        json_extract_string(metadata, '$.to') as changed_to
    from mart_change_events
    where
        day <= $until
        and (
            kind like '%change%'
            or kind like 'update%'
            or kind like 'reset%'
            or kind in (
                'move_tag', 'revert_tag', 'toggle_repo_trigger', 'org_mirror_enabled', 'org_mirror_disabled'
            )
            or kind in ('enable_team_sync', 'disable_team_sync')
        )
        and kind_family not in ('permission', 'billing', 'user', 'application')
),

valued_events as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        namespace_name,
        object_name,
        setting_key,
        performer_name,
        credential,
        ip,
        regexp_replace(said_old_value, '://[^/?#]*@', '://***@') as said_old_value,
        -- Of a secret setting only that it changed is told; an address may hold a password.
        case
            when changed in ('external_registry_username', 'external_registry_password')
                then changed || ' (not shown)'
            else
                regexp_replace(
                    coalesce(changed || ' = ' || coalesce(changed_to, 'nothing'), said_value),
                    '://[^/?#]*@',
                    '://***@'
                )
        end as new_value
    from setting_events
),

folded_events as (
    select
        *,
        coalesce(
            said_old_value,
            lag(new_value) over (partition by setting_key order by occurred_at asc, event_key asc)
        ) as old_value
    from valued_events
)

select
    occurred_at,
    kind,
    namespace_name,
    object_name,
    old_value,
    new_value,
    performer_name,
    credential,
    ip,
    coalesce(kind = 'change_repo_visibility' and new_value = 'public', false) as is_made_public,
    event_key
from folded_events
where day >= $since
order by
    occurred_at asc,
    event_key asc
