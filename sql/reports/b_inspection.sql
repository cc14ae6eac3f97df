-- title = "What was compared with its hash for this report"
-- reads = ["told_inspection"]
-- empty = "Nothing was looked at."
--
-- [[statements]]
-- each = { subject = "windows" }
-- says = "For this report the files of {looked_at_count:window|windows}, of the whole lake, were compared with the hashes that the chain names."
--
-- [columns]
-- subject = ["What", "text", "what was looked at, in the whole lake"]
-- looked_at_count = ["Looked at", "count", "how many"]
select
    subject,
    looked_at_count
from told_inspection
order by subject
