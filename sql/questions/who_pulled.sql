-- title = "Who pulled this repository, from where, and with what?"
-- why = "The first thing to know when an image turns out to hold a secret, a flaw or somebody else's code."
-- reads = ["events"]
--
-- [parameters]
-- namespace = "'globex'"
-- repository = "'pricing-model'"
-- since = "date '2026-01-01'"
select
    performer_name,
    credential_kind,
    credential_name,
    network,
    country_code,
    user_agent_family,
    count(*) as pull_count,
    count(distinct coalesce(manifest_digest, tag)) as image_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from events
where
    kind in ('pull_repo', 'repo_verb')
    and namespace_name = $namespace
    and repository_name = $repository
    and day >= $since
group by all
order by
    pull_count desc,
    first_at asc
