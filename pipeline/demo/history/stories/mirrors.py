"""Stories about mirrors: what is copied from other registries, how, and how that goes wrong."""

from typing import Any, Final

from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import with_password
from pipeline.demo.history.estate import MIRRORS, Repository
from pipeline.demo.history.session import Session
from pipeline.demo.history.workers import UPSTREAM, synchronize

HARBOR: Final = {"external_registry_url": "https://harbor.example.com", "external_namespace": "upstream"}
REFERENCE: Final = "harbor.example.com/upstream"
# Every setting that Quay logs, with a value of each type. Source: quay/quay endpoints/api/mirror.py:171-650, ffba0c70.
SETTINGS: Final[tuple[tuple[str, Any], ...]] = (
    ("is_enabled", False),
    ("external_reference", f"{UPSTREAM}/nginx"),
    ("external_registry_username", "mirror-reader"),
    ("external_registry_password", "********"),
    ("external_registry_username", None),
    ("external_registry_password", None),
    ("robot_username", "platform+mirror"),
    ("sync_start_date", "2026-01-01 00:00:00"),
    ("sync_interval", 21_600),
    ("verify_tls", True),
    ("unsigned_images", False),
    ("http_proxy", "http://proxy.example.com:3128"),
    ("https_proxy", None),
    ("no_proxy", "localhost,127.0.0.1"),
    ("mirror_rule", ["1.*", "stable"]),
    ("sync_status", "SYNC_NOW"),
    ("is_enabled", True),
)


def configure_a_mirror(session: Session) -> None:
    """Each setting of a mirror is gone through; a registry event writes each, with a user agent."""
    world = session.world
    client = Client(with_password(session.name), session.network, session.host, session.user_agent)
    repository = world.estate.repository("platform", world.rng.choice(MIRRORS))
    for changed, to in SETTINGS:
        session.wait(minutes=world.rng.random())
        row = client.event(
            "repo_mirror_config_changed", session.at, repository, {"changed": changed, "to": to}
        )
        world.journal.add(row)


def see_a_mirror_fail(session: Session) -> None:
    """A mirror's source is out of reach for one synchronization, whatever the odds of the other days."""
    synchronize(
        session.world, session.world.estate.repository("platform", MIRRORS[0]), session.at, is_failing=True
    )


def mirror_an_organization(session: Session) -> None:
    """An organization follows another registry: set up, discovered, changed, cancelled, switched off."""
    robot = "platform+mirror"
    session.in_organization(
        "org_mirror_enabled",
        external_registry_type="harbor",
        **HARBOR,
        sync_interval=3_600,
        robot_username=robot,
    )
    session.in_organization("org_mirror_sync_now_requested", external_reference=REFERENCE)
    repository = session.world.new_repository("platform", "mirrored")
    discover(session, "started")
    created = {"external_reference": f"{REFERENCE}/app", "visibility": "private", "via_org_mirror": True}
    session.by_worker("org_mirror_repo_created", "platform", created, repository=repository, robot=robot)
    failed = {"external_reference": f"{REFERENCE}/huge", "error": "quota exceeded"}
    session.by_worker("org_mirror_repo_creation_failed", "platform", failed, robot=robot)
    for state in ("started", "success", "failed"):
        sync_one(session, repository, state)
    for state in ("success", "failed"):
        discover(session, state)
    session.in_organization(
        "org_mirror_config_changed",
        updated_fields=["sync_interval", "external_namespace"],
        old_external_reference=REFERENCE,
        external_reference=f"{REFERENCE}-eu",
    )
    session.in_organization("org_mirror_sync_cancelled", external_reference=f"{REFERENCE}-eu")
    session.in_organization("org_mirror_disabled", external_reference=f"{REFERENCE}-eu")


def discover(session: Session, state: str) -> None:
    """The worker looks for repositories on the other side, in the name of the robot."""
    metadata = {"message": f"Org mirror discovery {state}", "org_mirror_config_id": 1, **HARBOR}
    session.by_worker(f"org_mirror_sync_{state}", "platform", metadata, robot="platform+mirror")


def sync_one(session: Session, repository: Repository, state: str) -> None:
    """The worker copies one repository of the organization."""
    metadata = {
        "verb": "start" if state == "started" else "end",
        "namespace": repository.namespace,
        "repo": repository.name,
        "message": f"'{REFERENCE}/app' {state}",
        **dict.fromkeys(("tag", "tags", "stdout", "stderr")),
    }
    session.by_worker(f"org_mirror_sync_{state}", "platform", metadata, repository=repository)


def cache_another_registry(session: Session) -> None:
    """A proxy cache in front of another registry is set up, and given up a little later."""
    session.in_organization("create_proxy_cache_config", upstream_registry="docker.io")
    session.wait(minutes=50)
    session.in_organization("delete_proxy_cache_config")


STORIES = (configure_a_mirror, see_a_mirror_fail, mirror_an_organization, cache_another_registry)
