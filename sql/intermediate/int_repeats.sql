-- title = "Entries of scope all, of accounts that are gone, that another window shows as well"
-- grain = ["scope", "day", "position"]
-- reads = ["int_placed_entries", "int_sources"]
-- units = "as many of a set of equal entries as the other windows show"
-- source = "a deleted account's entries lose its name (quay/quay data/model/user.py, ffba0c70), so no name tells whose they are"
--
-- [columns]
-- scope = "always all"
-- day = "the UTC day"
-- position = "place in the window of all"
with spoken_days as (
    select distinct day
    from int_sources
),

-- The account's own window may have been read while it lived, and then shows these too; a new account of
-- the same name shows others. So they are told apart entry by entry, leaving out what changes with an
-- account.
orphaned_entries as (
    select
        int_placed_entries.scope,
        int_placed_entries.day,
        int_placed_entries.position,
        int_placed_entries.occurred_at,
        int_placed_entries.kind,
        int_placed_entries.metadata,
        coalesce(int_placed_entries.ip, '') as ip
    from int_placed_entries
    inner join spoken_days on int_placed_entries.day = spoken_days.day
    where int_placed_entries.scope = 'all' and int_placed_entries.is_account_gone
),

sourced_entries as (
    select
        int_placed_entries.day,
        int_placed_entries.occurred_at,
        int_placed_entries.kind,
        coalesce(int_placed_entries.ip, '') as ip,
        int_placed_entries.metadata
    from int_placed_entries
    inner join int_sources
        on int_placed_entries.scope = int_sources.scope and int_placed_entries.day = int_sources.day
    where
        exists (
            select 1
            from orphaned_entries
            where
                orphaned_entries.day = int_placed_entries.day
                and orphaned_entries.occurred_at = int_placed_entries.occurred_at
                and orphaned_entries.kind = int_placed_entries.kind
        )
),

sourced_copies as (
    select
        day,
        occurred_at,
        kind,
        ip,
        metadata,
        count(*) as copies
    from sourced_entries
    group by
        day,
        occurred_at,
        kind,
        ip,
        metadata
),

numbered_orphans as (
    select
        orphaned_entries.scope,
        orphaned_entries.day,
        orphaned_entries.position,
        sourced_copies.copies,
        row_number() over (
            partition by
                orphaned_entries.day,
                orphaned_entries.occurred_at,
                orphaned_entries.kind,
                orphaned_entries.ip,
                orphaned_entries.metadata
            order by orphaned_entries.position
        ) as copy_number
    from orphaned_entries
    inner join sourced_copies
        on
            orphaned_entries.day = sourced_copies.day
            and orphaned_entries.occurred_at = sourced_copies.occurred_at
            and orphaned_entries.kind = sourced_copies.kind
            and orphaned_entries.ip = sourced_copies.ip
            and orphaned_entries.metadata = sourced_copies.metadata
)

select
    scope,
    day,
    position
from numbered_orphans
where copy_number <= copies
