-- title = "The kinds of entry that Quay knows, by family"
-- grain = ["kind"]
-- reads = ["raw_kinds"]
-- units = "none"
-- source = "quay/quay initdb.py and its migrations, commit ffba0c70"
--
-- [columns]
-- kind = "Quay's name for what happened"
-- kind_family = "what sort of thing it is: pull, push, tag, permission, login, ..."
select
    kind,
    kind_family
from raw_kinds
