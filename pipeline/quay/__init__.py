"""All that knows Quay: scopes, endpoints, the client, and the pure step from an answer to canonical lines."""
