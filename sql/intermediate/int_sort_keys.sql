-- title = "What the events of a day are sorted by, for every entry: few of them need their details read for it"
-- grain = ["scope", "day", "position"]
-- reads = ["int_entries", "int_placed_entries"]
-- units = "times are UTC, whole seconds"
-- source = "only an account that is gone keeps its name in the details alone"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day of the window"
-- position = "place in the window's canonical order"
-- occurred_at = "when it happened"
-- namespace_name = "the account whose log it is in, or the name the details keep of it once it is gone"
-- performer_name = "who did it, as Quay says"
select
    scope,
    day,
    position,
    occurred_at,
    account_name as namespace_name,
    performer_name
from int_placed_entries
where not is_account_gone
union all
select
    scope,
    day,
    position,
    occurred_at,
    namespace_name,
    performer_name
from int_entries
where is_account_gone
