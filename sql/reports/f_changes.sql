-- title = "Tokens and keys that were made, renewed or taken away"
-- reads = ["mart_change_events"]
-- empty = "No token or key was made, renewed or taken away in the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- change_count = "count(*)"
-- actor_count = "count(distinct changed_by)"
--
-- [[statements]]
-- when = "change_count"
-- says = "{change_count:change|changes} of tokens, robots, passwords and keys by {actor_count:account|accounts} are in the log."
--
-- [columns]
-- occurred_at = ["When", "time", "when it happened"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- target_name = ["What", "text", "the token, robot or key, by its name"]
-- namespace_name = ["Namespace", "text", "whose log it is in"]
-- rights = ["Rights", "text", "the scopes of an OAuth token"]
-- changed_by = ["By", "text", "who did it, as Quay says"]
-- credential = ["With", "text", "what was used to act"]
-- ip = ["From", "text", "the address"]
-- event_key = ["Event", "text", "which event: day, scope and place"]
select
    occurred_at,
    kind,
    target_name,
    namespace_name,
    json_extract_string(metadata, '$.scope') as rights,
    performer_name as changed_by,
    credential,
    ip,
    event_key
from mart_change_events
where
    kind in (
        'account_change_password',
        'create_app_specific_token',
        'create_application',
        'create_oauth_api_token',
        'create_robot', 'create_robot_federation', 'delete_application', 'delete_robot',
        'delete_robot_federation', 'oauth_token_assigned', 'regenerate_robot_token',
        'reset_application_client_secret', 'revoke_app_specific_token', 'revoke_oauth_api_token',
        'service_key_approve', 'service_key_create', 'service_key_delete', 'service_key_extend',
        'service_key_modify', 'service_key_rotate', 'update_application', 'user_change_password',
        'user_generate_client_key'
    )
    and day >= $since
    and day <= $until
order by
    occurred_at asc,
    event_key asc
