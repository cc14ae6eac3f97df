create or replace table networks as
with addresses as (
    select distinct ip from read_parquet('{entries}') where ip is not null
),
spellings as (
    select
        ip,
        case when lower(ip) like '::ffff:%.%' then substr(ip, 8) else ip end as v4,
        '(25[0-5]|2[0-4][0-9]|1[0-9]{{2}}|[1-9]?[0-9])' as octet,
        octet || '(\.' || octet || '){{3}}' as quad,
        lower(regexp_replace(ip, ':' || quad || '$', ':0:0')) as v6,
        string_split(v6, '::') as halves,
        list_transform(halves, lambda half: list_filter(string_split(half, ':'), lambda part: part <> '')) as parts,
        case
            when regexp_full_match(v6, '[0-9a-f]{{1,4}}(:[0-9a-f]{{1,4}}){{7}}') then parts[1]
            when
                regexp_full_match(v6, '([0-9a-f]{{1,4}}(:[0-9a-f]{{1,4}}){{0,6}})?::([0-9a-f]{{1,4}}(:[0-9a-f]{{1,4}}){{0,6}})?')
                and len(parts[1]) + len(parts[2]) <= 7
                then parts[1] || list_resize([]::varchar[], 8 - len(parts[1]) - len(parts[2]), '0') || parts[2]
        end as eight
    from addresses
)
select
    ip,
    case
        when regexp_full_match(v4, quad) then array_to_string(string_split(v4, '.')[:3], '.') || '.0/24'
        when eight is not null
            then
                array_to_string(
                    list_transform(eight[:4], lambda part: coalesce(nullif(ltrim(part, '0'), ''), '0')), ':'
                ) || '::/64'
    end as network
from spellings
