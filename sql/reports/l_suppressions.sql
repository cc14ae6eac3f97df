-- title = "Suppressions that covered a day of the period"
-- reads = ["signals", "told_suppressions"]
-- empty = "No suppression covered a day of the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- suppression_count = "count(*)"
-- signal_total = "cast(coalesce(sum(signal_count), 0) as bigint)"
--
-- [[statements]]
-- when = "suppression_count"
-- says = "{suppression_count:suppression|suppressions} covered days of the period and took out {signal_total:signal|signals}."
--
-- [columns]
-- suppression_id = ["Suppression", "text", "its id"]
-- detection_id = ["Detection", "text", "which detection it silences; * for every one"]
-- subject = ["About", "text", "whom or what, with * and ? as patterns"]
-- network = ["Network", "text", "only from there; none for anywhere"]
-- namespace_name = ["Namespace", "text", "only there; none for anywhere"]
-- repository = ["Repository", "text", "only there; none for anywhere"]
-- since_day = ["From", "day", "the first day covered"]
-- until_day = ["To", "day", "the last day covered"]
-- why = ["Why", "text", "the reason that was given"]
-- entered_by = ["By", "text", "who entered it"]
-- entered_at = ["Entered", "time", "when"]
-- lifted_from = ["Lifted from", "day", "the first day that it covers no more"]
-- lifted_by = ["Lifted by", "text", "who lifted it"]
-- lifted_why = ["Lifted why", "text", "the reason that was given"]
-- signal_count = ["Signals", "count", "signals of the period that it took out"]
with hidden_signals as (
    select
        suppression_id,
        count(*) as signal_count
    from signals
    where
        suppression_id is not null
        and day >= $since
        and day <= $until
    group by suppression_id
)

select
    told_suppressions.suppression_id,
    told_suppressions.detection_id,
    told_suppressions.subject,
    told_suppressions.network,
    told_suppressions.namespace_name,
    told_suppressions.repository,
    told_suppressions.since_day,
    told_suppressions.until_day,
    told_suppressions.why,
    told_suppressions.entered_by,
    told_suppressions.entered_at,
    told_suppressions.lifted_from,
    told_suppressions.lifted_by,
    told_suppressions.lifted_why,
    coalesce(hidden_signals.signal_count, 0) as signal_count
from told_suppressions
left join hidden_signals on told_suppressions.suppression_id = hidden_signals.suppression_id
where
    told_suppressions.since_day <= $until
    and told_suppressions.until_day >= $since
    and (told_suppressions.lifted_from is null or told_suppressions.lifted_from > $since)
order by
    told_suppressions.entered_at asc,
    told_suppressions.suppression_id asc
