select $day::date as day, namespace_name, kind, sum(events)::bigint as event_count
from cells
group by all
