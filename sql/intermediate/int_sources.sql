-- title = "Windows other than all that speak for their namespace on a day"
-- grain = ["scope", "day"]
-- reads = ["stg_windows"]
-- units = "one window a namespace; one a repository where nothing shows the whole namespace"
-- source = "each namespace and day is taken from the best window: verified ones first, then all, org, user, and repo last"
--
-- [columns]
-- scope = "the window to take entries from"
-- day = "the UTC day"
-- namespace_name = "the namespace that it speaks for: entries of other windows about it are left out"
with whole_windows as (
    select
        day,
        scope,
        scope_kind,
        scope_namespace,
        case when state = 'verified' then 0 else 1 end as proof_rank,
        case scope_kind when 'all' then 0 when 'org' then 1 else 2 end as scope_rank
    from stg_windows
    where scope_kind <> 'repo'
),

named_namespaces as (
    select distinct
        day,
        scope_namespace
    from stg_windows
    where scope_kind <> 'all'
),

ranked_windows as (
    select
        named_namespaces.day,
        named_namespaces.scope_namespace as namespace_name,
        whole_windows.scope,
        row_number() over (
            partition by named_namespaces.day, named_namespaces.scope_namespace
            order by whole_windows.proof_rank, whole_windows.scope_rank
        ) as place
    from named_namespaces
    inner join whole_windows
        on
            named_namespaces.day = whole_windows.day
            and (
                whole_windows.scope_kind = 'all'
                or named_namespaces.scope_namespace = whole_windows.scope_namespace
            )
),

-- A repository's window does not show what happens to its namespace, so it never stands in for one that does.
lone_repository_windows as (
    select
        stg_windows.scope,
        stg_windows.day,
        stg_windows.scope_namespace as namespace_name
    from stg_windows
    left join ranked_windows
        on
            stg_windows.day = ranked_windows.day
            and stg_windows.scope_namespace = ranked_windows.namespace_name
    where stg_windows.scope_kind = 'repo' and ranked_windows.scope is null
)

select
    scope,
    day,
    namespace_name
from ranked_windows
where place = 1 and scope <> 'all'
union all
select
    scope,
    day,
    namespace_name
from lone_repository_windows
