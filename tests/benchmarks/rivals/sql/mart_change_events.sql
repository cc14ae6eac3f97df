select
    $day || ' ' || $scope || ' #' || case when position < 10000000 then lpad(position::varchar, 8, '0') else position::varchar end
        as event_key,
    scope,
    $day::date as day,
    position,
    occurred_at,
    kind,
    kind_family,
    true as is_change,
    namespace_name,
    repository_name,
    namespace_name || '/' || repository_name as repository,
    performer_name,
    performer_is_robot,
    performer_kind,
    credential_kind,
    credential_id,
    credential_name,
    case credential_kind when 'password_or_session' then 'user' else credential_kind end
    || coalesce(':' || credential_id, '') as credential,
    ip,
    network,
    country_code,
    user_agent,
    user_agent_family as client,
    tag,
    manifest_digest,
    target_name,
    case
        when json_valid(metadata) then metadata
        when json_valid(regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}', '\\ufffd', 'g'))
            then regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}', '\\ufffd', 'g')
    end as metadata
from read_parquet('{events}')
where
    performer_kind <> 'worker'
    and kind not in (
        'autoprune_tag_delete', 'build_dockerfile', 'delete_tag_failed', 'federated_robot_token_exchange',
        'start_build_trigger', 'tag_made_immutable_by_policy', 'tags_made_immutable_by_policy'
    )
    and case
        when
            kind in (
                'org_mirror_sync_cancelled', 'org_mirror_sync_now_requested', 'repo_mirror_sync_now_requested'
            )
            then true
        when kind_family = 'mirror' then not contains(kind, '_sync_')
        else kind_family not in ('pull', 'push', 'login', 'unknown')
    end
