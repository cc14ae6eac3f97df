-- title = "Changes by day, kind and account: no pull, no sign-in"
-- reads = ["events"]
-- empty = "Nothing was made, changed or deleted in the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- event_total = "cast(coalesce(sum(event_count), 0) as bigint)"
-- push_total = "cast(coalesce(sum(case when kind = 'push_repo' then event_count end), 0) as bigint)"
-- actor_count = "count(distinct performer_name)"
-- worker_total = "cast(coalesce(sum(case when performer_kind = 'worker' then event_count end), 0) as bigint)"
--
-- [[statements]]
-- says = "{event_total:event|events} by {actor_count:account|accounts} made, changed or deleted something: {push_total:push|pushes}, and {worker_total:event|events} of Quay's own workers, such as mirrors and pruning."
--
-- [section]
-- name = "changes"
-- title = "Change management"
-- question = "What was made, changed and deleted, and by whom?"
-- limits = [
--     "A push does not log the digest of what was pushed: that a tag got another content shows only where a tag was moved or reverted.",
--     "Who approved a change is not in the log; compare with the records of approvals, by day and account.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC8.1"]
-- pci = ["10.2.1.7"]
-- iso27001 = ["A.8.32"]
-- nist = ["CM-3", "CM-5"]
-- dora = ["RTS Art 12(2)(c)(iii)"]
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- kind_family = ["Family", "text", "what sort of thing it is"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- namespace_name = ["Namespace", "text", "whose log it is in"]
-- performer_name = ["By", "text", "who did it, as Quay says; none for nobody, or an account that is gone"]
-- performer_kind = ["Sort", "text", "user, robot, anonymous or worker"]
-- event_count = ["Events", "count", "how often"]
-- repository_count = ["Repositories", "count", "distinct repositories"]
select
    day,
    kind_family,
    kind,
    namespace_name,
    performer_name,
    performer_kind,
    count(*) as event_count,
    count(distinct repository_name) as repository_count
from events
where
    kind_family not in ('pull', 'login', 'audit')
    and kind not in ('push_repo_failed', 'delete_tag_failed')
    and day >= $since
    and day <= $until
group by
    day,
    kind_family,
    kind,
    namespace_name,
    performer_name,
    performer_kind
order by
    day asc,
    kind_family asc,
    kind asc,
    namespace_name asc,
    performer_name asc,
    performer_kind asc
