-- title = "Who granted whom what in this namespace?"
-- why = "Rights that nobody remembers giving: roles on repositories, roles of new ones, and places in teams."
-- reads = ["events"]
--
-- [parameters]
-- namespace = "'initech'"
-- since = "date '2026-01-01'"
with given as (
    select
        occurred_at,
        performer_name,
        kind,
        target_name,
        repository_name,
        credential_kind,
        credential_name,
        network,
        -- Whoever reads a key must not stumble over details that are no JSON.
        try_cast(metadata as json) as details
    from events
    where
        (kind_family in ('permission', 'team') or kind = 'take_ownership')
        and namespace_name = $namespace
        and day >= $since
)

select
    occurred_at,
    performer_name,
    kind,
    target_name as grantee_name,
    details ->> '$.team' as team_name,
    details ->> '$.role' as role_name,
    repository_name,
    credential_kind,
    credential_name,
    network
from given
order by
    occurred_at,
    kind,
    grantee_name
