-- title = "The kinds of entry that Quay knows, and which of them are changes or refusals"
-- grain = ["kind"]
-- reads = ["stg_kinds"]
-- units = "none"
-- source = "kinds and families of stg_kinds; what a person decides is a change, what Quay does by itself is none"
--
-- [columns]
-- kind = "Quay's name for what happened"
-- kind_family = "what sort of thing it is"
-- is_change = "whether somebody changed something: no pull, push, build, login or refusal"
-- is_failure = "whether it was refused: a pull, push, deletion or login"
select
    kind,
    kind_family,
    case
        when
            kind in (
                'autoprune_tag_delete',
                'build_dockerfile',
                'delete_tag_failed',
                'federated_robot_token_exchange',
                'start_build_trigger',
                'tag_made_immutable_by_policy',
                'tags_made_immutable_by_policy'
            )
            then false
        when
            kind in (
                'org_mirror_sync_cancelled', 'org_mirror_sync_now_requested', 'repo_mirror_sync_now_requested'
            )
            then true
        when kind_family = 'mirror' then kind not like '%\_sync\_%' escape '\'
        else kind_family not in ('pull', 'push', 'login')
    end as is_change,
    kind in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed', 'login_failure') as is_failure
from stg_kinds
