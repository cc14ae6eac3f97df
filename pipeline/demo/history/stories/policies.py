"""Stories about policies: immutable tags, automatic pruning, and quotas."""

from pipeline.demo.history.estate import new_uuid
from pipeline.demo.history.session import Session
from pipeline.demo.history.workers import PRUNER

_GIB = 2**30


def protect_releases(session: Session) -> None:
    """Release tags are made immutable for the organization and one repository, then the policies are dropped."""
    world = session.world
    repository = world.new_repository(session.organization, "protected")
    pattern = {"tag_pattern": "^v[0-9.]+$", "tag_pattern_matches": True}
    named = {"namespace": session.organization, **pattern}
    session.in_organization("create_immutability_policy", **named)
    session.by_worker("tags_made_immutable_by_policy", session.organization, {**named, "count": 41})
    session.in_repository("create_immutability_policy", repository, **pattern)
    session.by_worker(
        "tags_made_immutable_by_policy",
        session.organization,
        {**named, "count": 3, "repo": repository.name},
        repository=repository,
    )
    one = {"tag": "v1.0.0", "repo": repository.name, "namespace": session.organization, "immutable": True}
    session.by_worker("tag_made_immutable_by_policy", session.organization, one, repository=repository)
    session.wait(hours=1)
    session.in_organization("update_immutability_policy", **named)
    session.in_repository("update_immutability_policy", repository, **pattern)
    session.in_repository("delete_immutability_policy", repository, policy_uuid=new_uuid(world.rng))
    session.in_organization(
        "delete_immutability_policy", namespace=session.organization, policy_uuid=new_uuid(world.rng)
    )


def prune_tags(session: Session) -> None:
    """Automatic pruning by number and by age: set up, changed into the other, and given up again."""
    world, named = session.world, {"namespace": session.organization}
    repository = world.estate.choice([session.organization]).draw(world.rng)
    common = {"tag_pattern": None, "tag_pattern_matches": True}
    by_number = {"method": "number_of_tags", "value": world.rng.choice((10, 25, 100)), **common}
    by_age = {"method": "creation_date", "value": world.rng.choice(("2w", "30d")), **common}
    for old, new in ((by_number, by_age), (by_age, by_number)):
        session.in_organization("create_namespace_autoprune_policy", **old, **named)
        session.in_organization("update_namespace_autoprune_policy", **new, **named)
        session.in_repository("create_repository_autoprune_policy", repository, **old)
        session.in_repository("update_repository_autoprune_policy", repository, **new)
        session.wait(minutes=30)
        pruned = {"performer": PRUNER, **named, "repo": repository.name, "tag": world.name("nightly")}
        session.by_worker("autoprune_tag_delete", session.organization, pruned, repository=repository)
        policy = {"policy_uuid": new_uuid(world.rng)}
        session.in_repository("delete_repository_autoprune_policy", repository, **policy)
        policy = {"policy_uuid": new_uuid(world.rng)}
        session.in_organization("delete_namespace_autoprune_policy", **policy, **named)


def ration_storage(session: Session) -> None:
    """An organization gets a quota, more of it, warnings at a share of it, and loses it all."""
    named = {"namespace": session.organization}
    small, large = _size(10), _size(session.world.rng.choice((20, 40)))
    session.in_organization("org_create_quota", **named, **small)
    previous = {f"previous_{key}": value for key, value in small.items()}
    session.in_organization("org_change_quota", **named, **large, **previous)
    session.in_organization("org_create_quota_limit", **named, type="Warning", threshold_percent=80)
    session.in_organization(
        "org_change_quota_limit",
        **named,
        type="Reject",
        threshold_percent=90,
        previous_type="Warning",
        previous_threshold_percent=80,
    )
    session.wait(hours=1)
    session.in_organization(
        "org_delete_quota_limit", **named, limit_id=3, type="Reject", threshold_percent=90
    )
    session.in_organization("org_delete_quota", **named, **large, quota_id=7)


def _size(gib: int) -> dict[str, int | str]:
    return {"limit_bytes": gib * _GIB, "limit": f"{gib}.0 GiB"}


STORIES = (protect_releases, prune_tags, ration_storage)
