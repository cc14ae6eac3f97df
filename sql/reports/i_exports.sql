-- title = "Exports of the log"
-- reads = ["mart_change_events"]
-- empty = "No export of the log is in the log of the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- export_count = "count(case when kind = 'export_logs_success' then 1 end)"
-- failed_count = "count(case when kind = 'export_logs_failure' then 1 end)"
-- actor_count = "count(distinct performer_name)"
--
-- [[statements]]
-- says = "{export_count:export|exports} of the log and {failed_count:failed one|failed ones} are in the log, by {actor_count:account|accounts}."
--
-- [section]
-- name = "log-access"
-- title = "Access to the log"
-- question = "Who took the log out?"
-- limits = [
--     "Reading the log, in the web interface or by the API, is not logged by Quay: only exports are. The readings of this program are told by its manifests instead (section B).",
--     "That an export file was downloaded, and by whom, is not logged.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC7.2"]
-- pci = ["10.2.1.3"]
-- iso27001 = ["A.8.15"]
-- nist = ["AU-9(4)"]
--
-- [columns]
-- occurred_at = ["When", "time", "when it was asked for"]
-- kind = ["Kind", "text", "whether it was queued or failed"]
-- performer_name = ["By", "text", "who asked, as Quay says"]
-- namespace_name = ["Whose log", "text", "the namespace"]
-- repository_name = ["Repository", "text", "the repository, where only its log was asked for"]
-- target_host = ["Sent to host", "text", "the host of the address that is called back; the rest may be secret and is left out"]
-- email = ["Sent to mail", "text", "the mail address"]
-- failure = ["Failure", "text", "why it failed"]
-- ip = ["From", "text", "the address"]
-- event_key = ["Event", "text", "which event: day, scope and place"]
select
    occurred_at,
    kind,
    performer_name,
    namespace_name,
    repository_name,
    nullif(
        regexp_extract(
            lower(json_extract_string(metadata, '$.url')), '^[a-z]+://(?:[^/?#]*@)?([^/:?#]+)', 1
        ),
        ''
    ) as target_host,
    json_extract_string(metadata, '$.email') as email,
    json_extract_string(metadata, '$.error') as failure,
    ip,
    event_key
from mart_change_events
where
    kind in ('export_logs_success', 'export_logs_failure')
    and day >= $since
    and day <= $until
order by
    occurred_at asc,
    event_key asc
