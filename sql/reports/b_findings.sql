-- title = "What is not as it was written"
-- reads = ["told_findings"]
-- empty = "Every manifest, window and snapshot of the lake is as it was written."
--
-- [figures]
-- finding_count = "count(*)"
-- is_all_well = "count(*) = 0"
--
-- [[statements]]
-- when = "is_all_well"
-- says = "Everything that was looked at is as it was written."
-- [[statements]]
-- when = "finding_count"
-- says = "{finding_count:thing is|things are} not as written."
--
-- [[exceptions]]
-- each = {}
-- says = "{place}: {finding}."
--
-- [columns]
-- place = ["Where", "text", "the file or folder, below the lake"]
-- finding = ["What", "text", "what is wrong with it"]
select
    place,
    finding
from told_findings
order by
    place asc,
    finding asc
