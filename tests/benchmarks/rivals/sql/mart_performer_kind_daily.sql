select
    $scope as scope,
    $day::date as day,
    account_name as namespace_name,
    performer_name,
    performer_kind,
    kind,
    sum(events)::bigint as event_count
from cells
group by all
