-- title = "Quay's clock against the reader's, by each nightly run"
-- reads = ["told_nights"]
-- empty = "No nightly run of the period measured Quay's clock."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- measured_count = "count(*)"
-- largest_skew = "round(max(abs(clock_skew_seconds)), 1)"
--
-- [[statements]]
-- when = "measured_count"
-- says = "{measured_count:nightly run|nightly runs} measured Quay's clock: it was at most {largest_skew} s from the reader's."
--
-- [columns]
-- day = ["Day", "day", "the UTC day of the run"]
-- night = ["Number", "count", "its place in the journal of nights"]
-- begun_at = ["Begun", "time", "when the run began, by the reader's clock"]
-- clock_skew_seconds = ["Ahead by (s)", "number", "seconds that Quay's clock was ahead of the reader's, below zero behind it"]
select
    day,
    night,
    begun_at,
    clock_skew_seconds
from told_nights
where
    clock_skew_seconds is not null
    and day >= $since
    and day <= $until
order by night
