-- title = "Deletions a day: tags, by people, for good and by pruning, and repositories"
-- reads = ["mart_namespace_kind_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "one namespace; null for all"
--
-- [columns]
-- day = "the UTC day"
-- what = "what was deleted, and how"
-- deletion_count = "deletions"
select
    day,
    case kind
        when 'autoprune_tag_delete' then 'tag, by pruning'
        when 'delete_repo' then 'repository'
        when 'delete_tag' then 'tag'
        else 'tag, for good'
    end as what,
    cast(sum(event_count) as bigint) as deletion_count
from mart_namespace_kind_daily
where
    kind in ('autoprune_tag_delete', 'delete_repo', 'delete_tag', 'permanently_delete_tag')
    and day >= $since
    and day <= $until
    and ($namespace is null or namespace_name = $namespace)
group by
    day,
    kind
order by
    day asc,
    what asc
