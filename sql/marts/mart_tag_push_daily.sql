-- title = "Who pushed each tag"
-- grain = ["day", "namespace_name", "repository_name", "tag", "credential_kind", "credential_name", "performer_name"]
-- reads = ["stg_events"]
-- units = "push_count counts events; times are UTC"
-- source = "stg_events of kind push_repo that name a repository and a tag: pushes by digest name none"
--
-- [columns]
-- day = "the UTC day"
-- namespace_name = "whose repository"
-- repository_name = "its name at that time"
-- tag = "the tag that was pushed"
-- credential_kind = "password_or_session, oauth_token, app_specific_token, robot, access_token, anonymous, worker"
-- credential_name = "what was used to push: its id, or its name where it has none"
-- performer_name = "in whose hands, as Quay says"
-- push_count = "pushes"
-- first_at = "the first push"
-- last_at = "the last push"
select
    day,
    namespace_name,
    repository_name,
    tag,
    credential_kind,
    coalesce(credential_id, credential_name) as credential_name,
    performer_name,
    count(*) as push_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from stg_events
where
    kind = 'push_repo'
    and repository_name is not null
    and tag is not null
group by
    day,
    namespace_name,
    repository_name,
    tag,
    credential_kind,
    coalesce(credential_id, credential_name),
    performer_name
