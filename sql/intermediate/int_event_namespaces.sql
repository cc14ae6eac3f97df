-- title = "In whose log each entry would be as an event, which few of them need their details read for"
-- grain = ["scope", "day", "position"]
-- reads = ["int_entries", "int_placed_entries"]
-- units = "one row an entry, also of those that are no event"
-- source = "only an account that is gone keeps its name in the details alone"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day of the window"
-- position = "place in the window's canonical order"
-- namespace_name = "the account whose log it is in, or the name the details keep of it once it is gone"
select
    scope,
    day,
    position,
    account_name as namespace_name
from int_placed_entries
where not is_account_gone
union all
select
    scope,
    day,
    position,
    namespace_name
from int_entries
where is_account_gone
