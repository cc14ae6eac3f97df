-- title = "Windows that were read again and sealed anew"
-- reads = ["told_seals"]
-- empty = "No window of the period was sealed more than once."
--
-- [figures]
-- again_count = "count(*)"
-- drift_count = "count(case when is_content_changed then 1 end)"
--
-- [[statements]]
-- when = "again_count"
-- says = "{again_count:window was|windows were} sealed more than once; the entries of {drift_count} differ between the first and the last time."
--
-- [[exceptions]]
-- each = { change_seen = "fewer entries than at first" }
-- says = "{scope} on {day} held {first_row_count:entry|entries} when first sealed and {last_row_count} now: entries went from the log, or a worse reading took the place of a better one."
-- [[exceptions]]
-- each = { change_seen = "other entries, as many" }
-- says = "{scope} on {day} holds other entries than when it was first sealed, as many: an account was renamed or deleted, or the log was changed."
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- scope = ["Scope", "text", "whose log was read"]
-- seal_count = ["Seals", "count", "how often it was sealed"]
-- first_sealed_at = ["First sealed", "time", "when it was first sealed"]
-- last_sealed_at = ["Last sealed", "time", "when it was last sealed"]
-- first_state = ["First state", "text", "its state then"]
-- last_state = ["Last state", "text", "its state now"]
-- first_row_count = ["First entries", "count", "its entries then"]
-- last_row_count = ["Last entries", "count", "its entries now"]
-- is_content_changed = ["Changed", "flag", "whether the entries differ"]
-- change_seen = ["Change", "text", "how"]
with numbered_seals as (
    select
        scope,
        day,
        written_at,
        state,
        row_count,
        rows_sha256,
        count(*) over (partition by scope, day) as seal_count,
        row_number() over (partition by scope, day order by sequence asc) as place,
        row_number() over (partition by scope, day order by sequence desc) as place_from_last
    from told_seals
)

select
    first_seals.day,
    first_seals.scope,
    first_seals.seal_count,
    first_seals.written_at as first_sealed_at,
    last_seals.written_at as last_sealed_at,
    first_seals.state as first_state,
    last_seals.state as last_state,
    first_seals.row_count as first_row_count,
    last_seals.row_count as last_row_count,
    first_seals.rows_sha256 <> last_seals.rows_sha256 as is_content_changed,
    case
        when first_seals.rows_sha256 = last_seals.rows_sha256 then 'the same entries'
        when first_seals.state = 'open' then 'the day was not over at first'
        when last_seals.row_count > first_seals.row_count then 'more entries than at first'
        when last_seals.row_count < first_seals.row_count then 'fewer entries than at first'
        else 'other entries, as many'
    end as change_seen
from numbered_seals as first_seals
inner join numbered_seals as last_seals
    on
        first_seals.scope = last_seals.scope
        and first_seals.day = last_seals.day
        and last_seals.place_from_last = 1
where
    first_seals.place = 1
    and first_seals.seal_count > 1
order by
    first_seals.day asc,
    first_seals.scope asc
