-- title = "What each detection could see"
-- reads = ["detection_readiness", "told_detections"]
-- empty = "There is no detection."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- detection_count = "count(*)"
-- ready_count = "count(case when ready_day_count = judged_day_count and judged_day_count > 0 then 1 end)"
-- judged_count = "coalesce(max(judged_day_count), 0)"
-- is_unjudged = "coalesce(max(judged_day_count), 0) = 0"
--
-- [[statements]]
-- when = "judged_count"
-- says = "{detection_count:detection|detections} judged {judged_count:day|days} of the period; {ready_count} of them could see all they look for on every one of those days."
--
-- [[exceptions]]
-- when = "is_unjudged"
-- says = "No detection judged a day of the period: nobody looked for anything in it."
-- [[exceptions]]
-- each = { is_ever_blind = true }
-- says = "{detection_id} ({title}) was blind on {blind_day_count:day|days}: {blind_reason}."
-- [[exceptions]]
-- each = { is_left_out = true }
-- says = "{detection_id} ({title}) judged no day of the period."
--
-- [columns]
-- detection_id = ["Detection", "text", "its id"]
-- title = ["What it looks for", "text", "its title"]
-- severity = ["Severity", "text", "how much it matters where it fires"]
-- judged_day_count = ["Days judged", "count", "days of the period on which it was asked"]
-- ready_day_count = ["Ready", "count", "days on which it could see all"]
-- degraded_day_count = ["Degraded", "count", "days on which it could see a part"]
-- blind_day_count = ["Blind", "count", "days on which it could see nothing and was not run"]
-- blind_reason = ["Why blind", "text", "the reason on the last such day"]
-- is_ever_blind = ["Ever blind", "flag", "whether there was such a day"]
-- is_left_out = ["Left out", "flag", "whether it judged no day, and others did"]
with judgements as (
    select
        detection_id,
        count(*) as judged_day_count,
        count(case when readiness = 'ready' then 1 end) as ready_day_count,
        count(case when readiness = 'degraded' then 1 end) as degraded_day_count,
        count(case when readiness = 'blind' then 1 end) as blind_day_count,
        max(case when readiness = 'blind' then day end) as last_blind_day
    from detection_readiness
    where
        day >= $since
        and day <= $until
    group by detection_id
)

select
    coalesce(told_detections.detection_id, judgements.detection_id) as detection_id,
    coalesce(told_detections.title, 'a rule of this site') as title,
    told_detections.severity,
    coalesce(judgements.judged_day_count, 0) as judged_day_count,
    coalesce(judgements.ready_day_count, 0) as ready_day_count,
    coalesce(judgements.degraded_day_count, 0) as degraded_day_count,
    coalesce(judgements.blind_day_count, 0) as blind_day_count,
    array_to_string(last_blind.reasons, '; ') as blind_reason,
    coalesce(judgements.blind_day_count, 0) > 0 as is_ever_blind,
    judgements.detection_id is null and count(judgements.detection_id) over () > 0 as is_left_out
from told_detections
full outer join judgements on told_detections.detection_id = judgements.detection_id
left join detection_readiness as last_blind
    on
        judgements.detection_id = last_blind.detection_id
        and judgements.last_blind_day = last_blind.day
order by detection_id
