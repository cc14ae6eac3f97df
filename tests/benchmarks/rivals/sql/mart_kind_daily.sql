select $scope as scope, $day::date as day, kind, sum(events)::bigint as event_count
from cells
group by all
