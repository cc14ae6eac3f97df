-- title = "Performers and credentials are of the kinds that the documentation lists"
-- grain = ["day", "performer_kind", "credential_kind"]
-- reads = ["int_object_uses"]
-- units = "counts are events"
-- source = "detections and reports compare with these words"
--
-- [columns]
-- day = "the UTC day"
-- performer_kind = "a kind of performer"
-- credential_kind = "a kind of credential"
-- event_count = "events of these kinds"
select
    day,
    performer_kind,
    credential_kind,
    cast(sum(event_count) as bigint) as event_count
from int_object_uses
where
    performer_kind is null
    or credential_kind is null
    or performer_kind not in ('user', 'robot', 'anonymous', 'worker')
    or credential_kind not in (
        'password_or_session',
        'oauth_token',
        'app_specific_token',
        'robot',
        'access_token',
        'anonymous',
        'worker'
    )
group by
    day,
    performer_kind,
    credential_kind
