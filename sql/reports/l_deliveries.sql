-- title = "Notifications that were sent in the period"
-- reads = ["told_deliveries"]
-- empty = "No notification was sent in the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- delivery_count = "count(*)"
-- case_total = "cast(coalesce(sum(case_count), 0) as bigint)"
--
-- [[statements]]
-- when = "delivery_count"
-- says = "{delivery_count:notification|notifications} about {case_total:case|cases} were sent."
--
-- [columns]
-- place = ["Number", "count", "its place among all notifications"]
-- sent_at = ["When", "time", "when it was sent"]
-- service = ["By", "text", "the service that was used"]
-- target = ["Target", "text", "a digest that tells targets apart and does not give their address away"]
-- case_count = ["Cases", "count", "cases that it was about"]
select
    place,
    sent_at,
    service,
    target,
    case_count
from told_deliveries
where
    sent_at >= $since
    and sent_at < $until + 1
order by place
