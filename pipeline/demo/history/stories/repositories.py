"""Stories about repositories: from the first description to the deletion, with builds and notifications between."""

from pipeline.demo.history.estate import new_uuid
from pipeline.demo.history.session import Session


def tend_a_repository(session: Session) -> None:
    """A repository is made, described, opened to people and teams, frozen and thawed."""
    world = session.world
    repository = world.new_repository(session.organization)
    session.in_repository("create_repo", repository)
    session.in_repository("set_repo_description", repository, description=world.free_text("repository"))
    role = world.rng.choice(("read", "write", "admin"))
    session.in_repository("change_repo_permission", repository, username="bob", role=role)
    session.near_repository(
        "change_repo_permission", repository, team="developers", repo=repository.name, role="write"
    )
    session.in_repository("change_repo_trust", repository, trust_enabled=True)
    session.wait(hours=72)
    session.in_repository("change_repo_state", repository, state_changed="READ_ONLY")
    session.in_repository("change_repo_state", repository, state_changed="NORMAL")
    session.in_repository("delete_repo_permission", repository, username="bob")
    session.near_repository("delete_repo_permission", repository, team="developers", repo=repository.name)


def abandon_a_repository(session: Session) -> None:
    """A repository is made, kept private for sure, and deleted on the same day: its rows outlive it."""
    repository = session.world.new_repository(session.organization, "throwaway")
    session.in_repository("create_repo", repository)
    session.in_repository("change_repo_visibility", repository, visibility="private")
    session.wait(hours=1.5)
    row = session.in_organization("delete_repo", repo=repository.name, namespace=repository.namespace)
    session.world.at_end(row.at, lambda store: store.delete_repository(repository.namespace, repository.name))


def subscribe_to_a_repository(session: Session) -> None:
    """A notification of a repository is set up, re-enabled after failures, and dropped."""
    world = session.world
    repository = world.estate.choice([session.organization]).draw(world.rng)
    notification = {
        "notification_id": new_uuid(world.rng),
        "event": world.rng.choice(("repo_push", "vulnerability_found", "build_failure")),
        "method": world.rng.choice(("webhook", "email", "slack")),
    }
    session.in_repository("add_repo_notification", repository, **notification)
    session.wait(minutes=30)
    session.in_repository("reset_repo_notification", repository, **notification)
    session.in_repository("delete_repo_notification", repository, **notification)


def subscribe_to_a_namespace(session: Session) -> None:
    """The same for a whole organization."""
    notification = {
        "namespace": session.organization,
        "notification_id": new_uuid(session.world.rng),
        "event": session.world.rng.choice(("quota_warning", "quota_error")),
        "method": "webhook",
    }
    session.in_organization("create_namespace_notification", **notification)
    session.in_organization("reset_namespace_notification", **notification)
    session.wait(minutes=20)
    session.in_organization("delete_namespace_notification", **notification)


def build_from_source(session: Session) -> None:
    """A trigger is set up, runs, a build by hand is cancelled, the trigger is switched off and deleted."""
    world = session.world
    repository = world.estate.choice([session.organization]).draw(world.rng)
    trigger = {"trigger_id": new_uuid(world.rng), "service": "github"}
    source = f"{session.organization}/{repository.name}"
    session.in_repository(
        "setup_repo_trigger",
        repository,
        **trigger,
        pull_robot=None,
        config={"build_source": source, "dockerfile_path": "/Dockerfile", "context": "/"},
    )
    build_by_trigger(session, source, trigger["trigger_id"])
    session.wait(minutes=12)
    build = {
        "build_id": new_uuid(world.rng),
        "docker_tags": ["latest", "nightly"],
        "repo": repository.name,
        "namespace": repository.namespace,
        "is_manual": True,
        "manual_user": session.name,
    }
    session.write("build_dockerfile", repository.namespace, build, repository=repository)
    session.near_repository("cancel_build", repository, build_uuid=build["build_id"])
    session.wait(hours=72)
    session.near_repository("toggle_repo_trigger", repository, repo=repository.name, **trigger, enabled=False)
    session.near_repository("delete_repo_trigger", repository, repo=repository.name, **trigger)


def build_by_trigger(session: Session, source: str, trigger_id: str) -> None:
    """A push to the source starts a build; nobody is its performer."""
    world = session.world
    namespace, _, name = source.partition("/")
    commit = f"{world.rng.getrandbits(160):040x}"
    metadata = {
        "build_id": new_uuid(world.rng),
        "docker_tags": ["main", "latest"],
        "repo": name,
        "namespace": namespace,
        "is_manual": False,
        "manual_user": None,
        "trigger_id": trigger_id,
        "trigger_kind": "github",
        "trigger_metadata": {
            "commit": commit,
            "ref": "refs/heads/main",
            "default_branch": "main",
            "git_url": f"git@git.example.com:{source}.git",
            "commit_info": {
                "url": f"https://git.example.com/{source}/commit/{commit}",
                "message": world.free_text("commit"),
            },
        },
        "trigger_manual": False,
    }
    repository = world.estate.repository(namespace, name)
    session.write_as(None, "build_dockerfile", namespace, metadata, repository=repository)


STORIES = (
    tend_a_repository,
    abandon_a_repository,
    subscribe_to_a_repository,
    subscribe_to_a_namespace,
    build_from_source,
)
