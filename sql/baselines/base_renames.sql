-- title = "Organizations that got another name, up to the evening of the day judged"
-- grain = ["new_name", "old_name"]
-- reads = ["mart_change_events"]
-- units = "the day judged and the 100 days before it"
-- source = "mart_change_events: from then on the log shows the new name, and what was learned before stands under the old"
--
-- [columns]
-- new_name = "what it is called now"
-- old_name = "what it was called"
select
    json_extract_string(metadata, '$.new_name') as new_name,
    json_extract_string(metadata, '$.old_name') as old_name
from mart_change_events
where
    kind = 'org_change_name'
    and day >= $day - 100
    and day <= $day
    and json_extract_string(metadata, '$.new_name') <> json_extract_string(metadata, '$.old_name')
group by
    json_extract_string(metadata, '$.new_name'),
    json_extract_string(metadata, '$.old_name')
