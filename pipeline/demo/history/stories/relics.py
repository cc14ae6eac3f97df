"""Kinds that today's Quay knows but never writes: rows that an older version left.

Source: quay/quay initdb.py names them, and nothing in ffba0c70 logs them.
"""

from typing import Final

from pipeline.demo.history.estate import new_uuid
from pipeline.demo.history.session import Session

# What each adds to the repository and its namespace.
RELICS: Final = {
    "add_repo_accesstoken": {"token": "build-worker"},
    "add_repo_permission": {"username": "bob"},
    "delete_repo_accesstoken": {"token": "build-worker"},
    "oauth_token_revoked": {"application": "ci-dashboard"},
    "repo_verb": {"verb": "squash"},
    "start_build_trigger": {},
    "repo_mirror_enabled": {},
    "repo_mirror_sync_now_requested": {},
    "repo_mirror_sync_test_started": {},
    "repo_mirror_sync_test_success": {},
    "repo_mirror_sync_test_failed": {},
    "repo_mirror_disabled": {},
}


def remember_an_older_version(session: Session) -> None:
    """One row of each kind, in one repository."""
    world = session.world
    repository = world.estate.choice([session.organization]).draw(world.rng)
    webhook = {"webhook_id": new_uuid(world.rng)}
    for kind, own in (("add_repo_webhook", webhook), *RELICS.items(), ("delete_repo_webhook", webhook)):
        metadata = {**own, "repo": repository.name, "namespace": repository.namespace}
        session.write(kind, repository.namespace, metadata, repository=repository)


STORIES = (remember_an_older_version,)
