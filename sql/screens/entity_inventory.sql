-- title = "What the newest snapshot of the inventory says about a credential, or about those of an owner"
-- reads = ["mart_credential_inventory"]
--
-- [parameters]
-- credential_kind = "the kind of the credential; null for any that is no service key"
-- credential_id = "which one: token uuid, robot; null for any"
-- owner = "whose they are; null for anybody"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- credential_kind = "app_specific_token, oauth_token, robot or service_key"
-- credential_id = "token uuid, robot or key id"
-- credential_name = "its name for people"
-- owner_name = "whose it is; null where no list says"
-- rights = "what it may do; null where that is not limited or not known"
-- repository_count = "repositories on which a robot has a role of its own"
-- created_at = "when it was made, UTC"
-- expires_at = "when it ends, UTC; null for never"
-- last_used_at = "its last use as Quay records it, UTC"
-- age_days = "how old it was on the day of the snapshot"
-- days_to_expiry = "how long it still lasted then"
-- is_use_recorded = "whether Quay records uses of this kind at all"
select
    snapshot_date,
    credential_kind,
    credential_id,
    credential_name,
    owner_name,
    rights,
    repository_count,
    created_at,
    expires_at,
    last_used_at,
    age_days,
    days_to_expiry,
    is_use_recorded
from mart_credential_inventory
where
    snapshot_date = (
        select max(newest.snapshot_date)
        from mart_credential_inventory as newest
    )
    and (
        credential_kind = $credential_kind
        or ($credential_kind is null and credential_kind <> 'service_key')
    )
    and ($credential_id is null or credential_id = $credential_id)
    and ($owner is null or owner_name = $owner)
order by
    created_at asc,
    credential_id asc
limit 500
