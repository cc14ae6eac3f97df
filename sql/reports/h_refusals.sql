-- title = "Who was refused, from where"
-- reads = ["mart_failure_daily"]
-- empty = "No refusal is in the log of the period; the table above says of each kind whether Quay logs it."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- group_count = "count(*)"
-- network_count = "count(distinct network)"
--
-- [[statements]]
-- when = "group_count"
-- says = "They came from {network_count:network|networks}."
--
-- [columns]
-- kind = ["Kind", "text", "what was refused"]
-- tried = ["Tried", "text", "who was to sign in; none for what is no sign-in, and for tokens that nobody knows"]
-- credential = ["With", "text", "what was used to act, where it is no sign-in"]
-- network = ["Network", "text", "the /24 or /64 around the address"]
-- event_count = ["Refusals", "count", "how often"]
-- day_count = ["Days", "count", "on how many days"]
-- repository_count = ["Repositories", "count", "how many repositories were asked for"]
-- missing_count = ["Not there", "count", "refusals because there is no such namespace or repository"]
-- first_at = ["First", "time", "the first refusal"]
-- last_at = ["Last", "time", "the last refusal"]
select
    kind,
    tried,
    case when kind <> 'login_failure' then credential end as credential,
    network,
    cast(sum(event_count) as bigint) as event_count,
    count(distinct day) as day_count,
    count(distinct repository) as repository_count,
    cast(sum(missing_count) as bigint) as missing_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from mart_failure_daily
where
    day >= $since
    and day <= $until
group by
    kind,
    tried,
    case when kind <> 'login_failure' then credential end,
    network
order by
    kind asc,
    event_count desc,
    tried asc,
    credential asc,
    network asc
