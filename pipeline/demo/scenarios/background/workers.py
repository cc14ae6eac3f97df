"""What Quay does by itself: mirrors, pruning, builds by trigger, and the keys of its services.

Source: quay/quay workers/repomirrorworker/__init__.py:1110-2012, data/model/autoprune.py:590,
endpoints/keyserver/__init__.py:132-200, ffba0c70.
"""

from datetime import date, timedelta
from random import Random
from typing import Any, Final

from pipeline.demo.history.hours import tally
from pipeline.demo.history.networks import KEY_SERVER
from pipeline.demo.history.workers import PRUNER, SYNC_HOURS
from pipeline.demo.scenarios.acts import Act, by_worker
from pipeline.demo.scenarios.background.machines import BUILD_HOURS
from pipeline.demo.scenarios.background.world import World, after, any_time, new_uuid, ranked
from pipeline.demo.scenarios.estate import SERVICE_ACCOUNT, Repository
from pipeline.demo.scenarios.holdings import Mirror, ServiceKey
from pipeline.demo.scenarios.places import midnight

PRUNED_A_DAY: Final = {"storefront": 22.0, "dataplatform": 14.0, "research": 6.0}
BUILDS_A_DAY: Final = 9.0
KEY_ROTATIONS_A_DAY: Final = 0.4
SHARE_OF_FAILED_TAGS: Final = 0.04


def run_for_a_day(world: World, day: date) -> None:
    """All that nobody does, on one UTC day."""
    rng = world.rng("workers", day)
    for mirror in world.estate.mirrors.values():
        for hour in SYNC_HOURS:
            _synchronize(world, mirror, day, hour, rng)
    for namespace, mean in PRUNED_A_DAY.items():
        _prune(world, world.name_now(namespace), mean, day, rng)
    for _ in range(tally(rng, BUILDS_A_DAY * (0.2 if day.weekday() >= 5 else 1.0))):
        _build(world, day, rng)
    if rng.random() < KEY_ROTATIONS_A_DAY:
        _rotate_key(world, day, rng)


def _synchronize(world: World, mirror: Mirror, day: date, hour: int, rng: Random) -> None:
    repository = world.estate.repositories[mirror.path]
    at = midnight(day) + timedelta(hours=hour, seconds=rng.randrange(400))

    def tell(kind: str, verb: str, message: str, **known: str) -> Act:
        empty = dict.fromkeys(("tag", "tags", "stdout", "stderr"))
        named = {"namespace": repository.namespace, "repo": repository.name}
        return by_worker(kind, at, repository, {"verb": verb, **named, "message": message, **empty, **known})

    source = f"'{mirror.external_reference}' with tag pattern '{','.join(mirror.tags)}'"
    world.add(tell("repo_mirror_sync_started", "start", source))
    tags = [tag for tag in repository.tags if tag != "latest"]
    failures = 0
    for tag in tags:
        at = after(rng, at, 20)
        known = {"tag": tag, "stdout": "", "stderr": ""}
        message = f"Source 'docker://{mirror.external_reference}:{tag}'"
        if rng.random() < SHARE_OF_FAILED_TAGS:
            failures += 1
            world.add(tell("repo_mirror_sync_tag_failed", "finish", f"{message} failed to sync", **known))
        else:
            world.add(tell("repo_mirror_sync_tag_success", "finish", f"{message} successful sync", **known))
    at = after(rng, at, 5)
    if failures:
        told = {"tags": ", ".join(tags), "stdout": "Not applicable", "stderr": "timeout"}
        world.add(tell("repo_mirror_sync_failed", "end", source, **told))
    else:
        world.add(tell("repo_mirror_sync_success", "end", source, tags=", ".join(tags)))


def _prune(world: World, namespace: str, mean: float, day: date, rng: Random) -> None:
    at = midnight(day) + timedelta(hours=2, seconds=rng.randrange(900))
    repositories = world.estate.repositories_in(namespace)
    for _ in range(tally(rng, mean)):
        at = after(rng, at, 2)
        repository = ranked(rng, repositories)
        named = {"performer": PRUNER, "namespace": namespace, "repo": repository.name}
        metadata = {**named, "tag": f"sha-{rng.getrandbits(28):07x}"}
        world.add(by_worker("autoprune_tag_delete", at, repository, metadata))


def _build(world: World, day: date, rng: Random) -> None:
    repositories = world.estate.repositories_in("research")[:6]
    repository = ranked(rng, repositories)
    metadata = build_metadata(rng, repository, f"{world.seed:012d}-{repository.name}")
    act = by_worker("build_dockerfile", any_time(rng, day, BUILD_HOURS), repository, metadata)
    world.add(act._replace(ip=KEY_SERVER.address(30)))


def build_metadata(rng: Random, repository: Repository, trigger: str) -> dict[str, Any]:
    """What a build says that a push to the source has started."""
    source = f"{repository.namespace}/{repository.name}"
    commit = f"{rng.getrandbits(160):040x}"
    return {
        "build_id": new_uuid(rng),
        "docker_tags": ["main", "latest"],
        "repo": repository.name,
        "namespace": repository.namespace,
        "is_manual": False,
        "manual_user": None,
        "trigger_id": trigger,
        "trigger_kind": "github",
        "trigger_metadata": {
            "commit": commit,
            "ref": "refs/heads/main",
            "default_branch": "main",
            "git_url": f"git@git.example.com:{source}.git",
        },
        "trigger_manual": False,
    }


def _rotate_key(world: World, day: date, rng: Random) -> None:
    """A service replaces its key at the key server; the address is in the metadata a second time."""
    keys, ip = world.estate.service_keys, KEY_SERVER.address(rng.randrange(10, 14))
    old, new = rng.choice(list(keys)), f"{rng.getrandbits(172):043x}"
    service, at = keys.pop(old).service, any_time(rng, day)
    keys[new] = ServiceKey(new, service, day, day + timedelta(days=30))
    key = {"service": service, "name": f"{service} key", "user_agent": f"{service}/4.8.0", "ip": ip}
    expires = int((at + timedelta(days=30)).timestamp())
    rotation = {"kid": new, "signer_kid": old, **key, "expiration_date": expires}
    for kind, metadata in (
        ("service_key_rotate", rotation),
        ("service_key_delete", {"kid": old, "signer_kid": new, **key}),
    ):
        world.add(Act(at, kind, SERVICE_ACCOUNT, None, ip, metadata, "user"))
        at = after(rng, at, 60)
