copy (
    with entries as (
        select
            position,
            occurred_at,
            kind,
            ip,
            performer_name,
            performer_is_robot,
            metadata,
            case when $scope = 'all' then namespace_kind else split_part($scope, '/', 1) end as account_kind,
            case when $scope = 'all' then namespace_name else split_part($scope, '/', 2) end as account_name,
            $scope = 'all'
            and (
                namespace_name is null
                or (
                    length(namespace_name) = 36
                    and regexp_full_match(namespace_name, '[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}')
                )
            ) as is_gone,
            case
                when is_gone
                    then
                        coalesce(
                            try(json_extract_string(metadata, '$.namespace')),
                            try(json_extract_string(
                                regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}', '\\ufffd', 'g'),
                                '$.namespace'
                            )),
                            account_name
                        )
                else account_name
            end as namespace_name,
            coalesce(kind_family, 'unknown') as kind_family,
            network
        from read_parquet('{entries}')
        left join kinds using (kind)
        left join networks using (ip)
        -- Eleven columns are sorted, and not the twenty-four that come of them. One window is in the order of time.
        -- No join comes after it, nor a long `in`, which is one: DuckDB 2.0 does not keep the order through them.
        order by namespace_name nulls first, performer_name nulls first, position
    ),
    parsed as (
        select
            entries.*,
            coalesce(
                try(from_json(metadata, '{{
                    "namespace": "VARCHAR", "repo": "VARCHAR", "tag": "VARCHAR",
                    "manifest_digest": "VARCHAR", "digest": "VARCHAR",
                    "user-agent": "VARCHAR", "useragent": "VARCHAR", "user_agent": "VARCHAR",
                    "resolved_ip": {{"country_iso_code": "VARCHAR"}},
                    "username": "VARCHAR", "is_robot": "VARCHAR", "token": "VARCHAR",
                    "oauth_token_id": "VARCHAR", "oauth_token_application": "VARCHAR",
                    "app_specific_token": "VARCHAR", "app_specific_token_title": "VARCHAR"
                }}')),
                try(from_json(regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}', '\\ufffd', 'g'), '{{
                    "namespace": "VARCHAR", "repo": "VARCHAR", "tag": "VARCHAR",
                    "manifest_digest": "VARCHAR", "digest": "VARCHAR",
                    "user-agent": "VARCHAR", "useragent": "VARCHAR", "user_agent": "VARCHAR",
                    "resolved_ip": {{"country_iso_code": "VARCHAR"}},
                    "username": "VARCHAR", "is_robot": "VARCHAR", "token": "VARCHAR",
                    "oauth_token_id": "VARCHAR", "oauth_token_application": "VARCHAR",
                    "app_specific_token": "VARCHAR", "app_specific_token_title": "VARCHAR"
                }}'))
            ) as c,
            case
                when kind not in ('pull_repo', 'push_repo')
                    then
                        try(from_json(
                            case
                                when json_valid(metadata) then metadata
                                else regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}', '\\ufffd', 'g')
                            end,
                            '{{
                                "kind": "VARCHAR", "robot": "VARCHAR", "team": "VARCHAR",
                                "member": "VARCHAR", "user": "VARCHAR", "email": "VARCHAR",
                                "delegate_user": "VARCHAR", "delegate_team": "VARCHAR",
                                "token_display_name": "VARCHAR", "oauth_token_uuid": "VARCHAR",
                                "assigned_user": "VARCHAR", "application_name": "VARCHAR",
                                "application": "VARCHAR", "name": "VARCHAR", "kid": "VARCHAR",
                                "notification_id": "VARCHAR", "webhook_id": "VARCHAR", "trigger_id": "VARCHAR",
                                "build_id": "VARCHAR", "build_uuid": "VARCHAR", "policy_uuid": "VARCHAR",
                                "tag_pattern": "VARCHAR", "external_reference": "VARCHAR", "changed": "VARCHAR",
                                "upstream_registry": "VARCHAR", "key": "VARCHAR", "url": "VARCHAR", "plan": "VARCHAR"
                            }}'
                        ))
            end as d
        from entries
    ),
    actors as (
        select
            *,
            coalesce(c.oauth_token_application, d.application_name) as application,
            coalesce(c."user-agent", c.useragent, c.user_agent) as user_agent,
            lower(regexp_extract(user_agent, '^[^/ ]+')) as product,
            case
                when
                    kind_family in ('pull', 'push', 'tag')
                    or kind in (
                        'repo_mirror_config_changed', 'create_prototype_permission',
                        'modify_prototype_permission', 'delete_prototype_permission'
                    )
                    then c.username
                when kind = 'login_success' then coalesce(d.robot, account_name)
            end as actor_name,
            case
                when performer_name is not null
                    then
                        case
                            when coalesce(performer_is_robot, contains(performer_name, '+')) then 'robot'
                            else 'user'
                        end
                when coalesce(c.is_robot = 'true', false) or (kind = 'login_success' and d.robot is not null)
                    then 'robot'
                when actor_name is not null or c.oauth_token_id is not null then 'user'
                when ip is null and kind_family not in ('pull', 'push', 'login') then 'worker'
                when
                    kind_family in ('pull', 'push', 'login', 'unknown')
                    or kind in (
                        'build_dockerfile', 'delete_tag', 'delete_tag_failed',
                        'federated_robot_token_exchange', 'service_key_create', 'service_key_delete',
                        'service_key_rotate', 'user_create'
                    )
                    then 'anonymous'
                else 'user'
            end as performer_kind,
            case
                when c.oauth_token_id is not null or (d.kind = 'oauth' and performer_kind = 'user')
                    then 'oauth_token'
                when c.app_specific_token is not null and kind_family <> 'token' then 'app_specific_token'
                when d.kind = 'app_specific_token' and performer_kind = 'user' then 'app_specific_token'
                when c.token is not null and (kind_family in ('pull', 'push') or kind = 'delete_tag')
                    then 'access_token'
                when performer_kind = 'user' then 'password_or_session'
                else performer_kind
            end as credential_kind,
            case
                when performer_name is null then actor_name
                when
                    length(performer_name) = 36
                    and regexp_full_match(performer_name, '[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}')
                    then coalesce(actor_name, performer_name)
                else performer_name
            end as holder_name
        from parsed
    )
    select
        $scope as scope,
        position,
        occurred_at,
        kind,
        kind_family,
        namespace_name,
        account_kind as namespace_kind,
        c.repo as repository_name,
        performer_name,
        performer_is_robot,
        performer_kind,
        credential_kind,
        case credential_kind
            when 'oauth_token' then c.oauth_token_id
            when 'app_specific_token' then c.app_specific_token
            when 'access_token' then c.token
            when 'robot' then holder_name
            when 'password_or_session' then holder_name
        end as credential_id,
        case credential_kind
            when 'oauth_token' then application
            when 'app_specific_token' then c.app_specific_token_title
            when 'access_token' then c.token
            when 'robot' then holder_name
            when 'password_or_session' then holder_name
        end as credential_name,
        ip,
        network,
        c.resolved_ip.country_iso_code as country_code,
        user_agent,
        case
            when
                regexp_full_match(
                    product,
                    'docker|containerd|buildkit|nerdctl|skopeo|buildah|podman|cri-o|crane|kaniko|ko|go-containerregistry|helm|oras|'
                    || 'regctl|cosign|trivy|grype|syft|clair|containers|curl|wget|python-requests|python-urllib3|python-httpx|go-http-client|java'
                )
                then product
            when product = 'libpod' then 'podman'
            when product = 'docker-client' then 'docker'
            when product in ('mozilla', 'opera') then 'browser'
            when product is not null then 'other'
        end as user_agent_family,
        c.tag as tag,
        case when contains(coalesce(c.manifest_digest, c.digest), ':') then coalesce(c.manifest_digest, c.digest) end
            as manifest_digest,
        case kind_family
            when 'permission' then coalesce(d.delegate_user, d.delegate_team, d.team, c.username)
            when 'team' then coalesce(d.member, d.user, d.email, d.team)
            when 'robot' then d.robot
            when 'login' then coalesce(d.robot, c.username)
            when 'token'
                then
                    coalesce(
                        c.app_specific_token_title, d.token_display_name, d.oauth_token_uuid, d.assigned_user,
                        d.application, c.token
                    )
            when 'application' then coalesce(d.application_name, d.name)
            when 'service_key' then coalesce(nullif(d.name, ''), d.kid)
            when 'user' then coalesce(c.username, account_name)
            when 'organization' then coalesce(c.namespace, account_name)
            else
                coalesce(
                    d.notification_id, d.webhook_id, d.trigger_id, d.build_id, d.build_uuid, d.policy_uuid,
                    d.external_reference, d.changed, d.upstream_registry, d.tag_pattern, d.key, d.url, d.email, d.plan
                )
        end as target_name,
        metadata
    from actors
) to '{events}' (format parquet, compression zstd)
