-- title = "The network around each address: /24 of IPv4, /64 of IPv6"
-- grain = ["ip"]
-- reads = ["stg_log_entries"]
-- units = "IPv6 networks as four groups of hexadecimal digits without leading zeros, then ::/64"
-- source = "RFC 4291 section 2.2 for what an address may look like; an IPv4-mapped address counts as IPv4"
-- keep = true
--
-- [columns]
-- ip = "the address as Quay wrote it"
-- network = "203.0.113.0/24 or 2001:db8:0:0::/64; null where the text is no address"
with addresses as (
    select distinct ip
    from stg_log_entries
    where ip is not null
),

spellings as (
    select
        ip,
        case
            when lower(ip) like '::ffff:%.%' then substr(ip, length('::ffff:') + 1)
            else ip
        end as as_ipv4,
        -- The last two groups may be written as an IPv4 address: they are outside the /64, so any two
        -- groups will do.
        lower(regexp_replace(
            ip,
            ':(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$',
            ':0:0'
        )) as as_ipv6
    from addresses
),

halves as (
    select
        ip,
        as_ipv4,
        as_ipv6,
        split_part(as_ipv6, '::', 1) as head,
        split_part(as_ipv6, '::', 2) as tail
    from spellings
),

counted_halves as (
    select
        *,
        case when head = '' then 0 else length(head) - length(replace(head, ':', '')) + 1 end as head_groups,
        case when tail = '' then 0 else length(tail) - length(replace(tail, ':', '')) + 1 end as tail_groups
    from halves
),

shapes as (
    select
        *,
        regexp_matches(
            as_ipv4,
            '^(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$'
        ) as is_ipv4,
        regexp_matches(
            as_ipv6, '^([0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6})?::([0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6})?$'
        )
        and head_groups + tail_groups <= 7 as is_shortened_ipv6,
        regexp_matches(as_ipv6, '^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$') as is_full_ipv6
    from counted_halves
),

groups as (
    select
        ip,
        as_ipv4,
        is_ipv4,
        case
            when is_full_ipv6 then as_ipv6
            when is_shortened_ipv6
                then
                    case when head = '' then '' else head || ':' end
                    || repeat('0:', 8 - head_groups - tail_groups)
                    || tail
        end as eight_groups
    from shapes
)

select
    ip,
    case
        when is_ipv4
            then
                split_part(as_ipv4, '.', 1) || '.' || split_part(as_ipv4, '.', 2) || '.'
                || split_part(as_ipv4, '.', 3) || '.0/24'
        when eight_groups is not null
            then
                coalesce(nullif(ltrim(split_part(eight_groups, ':', 1), '0'), ''), '0') || ':'
                || coalesce(nullif(ltrim(split_part(eight_groups, ':', 2), '0'), ''), '0') || ':'
                || coalesce(nullif(ltrim(split_part(eight_groups, ':', 3), '0'), ''), '0') || ':'
                || coalesce(nullif(ltrim(split_part(eight_groups, ':', 4), '0'), ''), '0') || '::/64'
    end as network
from groups
