-- title = "The OAuth applications of organizations, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "client_id"]
-- reads = ["raw_inventory_applications"]
-- units = "none"
-- source = "organization/NAME/applications of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- client_id = "the application's public name"
-- application_name = "its name for people"
-- redirect_uri = "where users are sent with a token, without query; null where it is not shown or may hold a secret"
-- application_uri = "its home page, without query"
select
    snapshot_date,
    namespace_name,
    client_id,
    application_name,
    redirect_uri,
    application_uri
from raw_inventory_applications
