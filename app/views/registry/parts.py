"""The tables of the registry's screen: what each one asks, and how it is told."""

from typing import Final, NamedTuple

PROTECTING: Final = "QD-19"


class Part(NamedTuple):
    """One table: the question, what its rows are, what to know about it, why it may be empty, its columns' titles."""

    question: str
    rows: str
    said: str
    empty: str
    titles: dict[str, str]


_USE = {"event_count": "events", "pull_count": "pulls", "push_count": "pushes"}
_SPAN = {"first_at": "first (UTC)", "last_at": "last (UTC)"}
PARTS: Final = {
    "Namespaces": Part(
        "registry_namespaces",
        "namespaces",
        "Deletions are those of tags and repositories, pruning by Quay included.",
        "No namespace had an event in this period.",
        {"namespace_name": "namespace", **_USE, "deletion_count": "deletions"}
        | {"repository_count": "repositories", "credential_count": "credentials"},
    ),
    "Repositories": Part(
        "registry_repositories",
        "repositories",
        "",
        "No repository: none is in the inventory, and no event of this period names one.",
        {"visibility": "visibility", "flip_count": "visibility changes", **_USE}
        | {
            "anonymous_pull_count": "anonymous pulls",
            "deletion_count": "tags deleted",
            "last_at": "last event (UTC)",
        },
    ),
    "Visibility changes": Part(
        "registry_visibility",
        "visibility changes",
        "The log names who did it. What only two inventories show happened at some time between them.",
        "Nothing became public or private in this period, by the log or between two inventories.",
        {
            "changed_at": "when (UTC)",
            "visibility": "became",
            "performer_name": "performer",
            "told_by": "told by",
        },
    ),
    "Protected tags": Part(
        "registry_protected_tags",
        "pushes to protected tags",
        "Protected are tags that deployments rely on: with a word such as latest, stable, live, prod, production, release, "
        f"main or master in them, and versions such as v1.2: those that {PROTECTING} watches. A version should be pushed "
        "once, so those that were pushed again come first.",
        "Nobody pushed to a protected tag in this period.",
        {"is_version": "a version", "push_count": "pushes", "credential_count": "credentials"}
        | {"last_pusher": "last pushed by", **_SPAN},
    ),
    "Deletions": Part(
        "registry_deleters",
        "deletions by repository",
        "Who deleted what; pruning by Quay is in the chart alone.",
        "Nobody deleted a tag or a repository in this period.",
        {"performer_name": "performer", "tag_count": "tags deleted", "purged_count": "of these for good"}
        | {"repository_count": "repository deleted", **_SPAN},
    ),
    "Mirrors": Part(
        "registry_mirrors",
        "mirrors",
        "",
        "Nothing is copied from elsewhere, or no inventory tells.",
        {
            "what": "what",
            "copied_from": "copied from",
            "is_enabled": "in use",
            "is_tls_verified": "certificate checked",
        }
        | {"has_external_user": "signs in", "robot_name": "robot", "sync_status": "last copy"}
        | {"interval_hours": "hours between copies"},
    ),
}
