"""What Quay's own workers write: no address, and mostly no performer.

Source: quay/quay workers/repomirrorworker/__init__.py:1110-2012, data/model/autoprune.py:590, ffba0c70.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

from pipeline.demo.history.estate import MIRRORS, Repository
from pipeline.demo.history.holdings import FEDERATED, ISSUER
from pipeline.demo.history.hours import EVERY_HOUR, later, midnight, moment_by_clock, tally
from pipeline.demo.history.journal import Row
from pipeline.demo.history.networks import CONSOLE_SERVER
from pipeline.demo.history.world import World

UPSTREAM: Final = "docker.io/library"
SYNC_HOURS: Final = (3, 15)
TAGS: Final = ("1.24", "1.25", "1.26", "stable")
PRUNER: Final = "autoprune worker"
PRUNED: Final = {"acme": 14.0, "globex": 12.0, "sandbox": 4.0}
EXCHANGES_A_DAY: Final = 6.0
SHARE_FAILED: Final = 0.06


def work_for_a_day(world: World, day: date) -> None:
    """All that happens by itself on one UTC day."""
    for name in MIRRORS:
        for hour in SYNC_HOURS:
            start = midnight(day) + timedelta(hours=hour)
            synchronize(world, world.estate.repository("platform", name), later(world.rng, start, 300))
    for namespace, mean in PRUNED.items():
        _prune(world, namespace, mean, midnight(day) + timedelta(hours=2))
    for _ in range(tally(world.rng, EXCHANGES_A_DAY * world.scale)):
        _exchange(world, moment_by_clock(world.rng, day, EVERY_HOUR))


def synchronize(world: World, repository: Repository, at: datetime, *, is_failing: bool = False) -> None:
    """A mirror is brought up to date tag by tag; where it `is_failing`, one tag and the whole fail for sure."""
    rng = world.rng
    source = f"'{UPSTREAM}/{repository.name.rpartition('/')[2]}' with tag pattern '1.*,stable'"
    rows = [_mirrored(repository, at, "repo_mirror_sync_started", "start", source)]
    for tag in TAGS:
        at = later(rng, at, 20)
        is_failed = (is_failing and tag == TAGS[0]) or rng.random() < SHARE_FAILED
        rows.append(_mirror_tag(repository, at, tag, world.free_text("mirror"), is_failed))
    at = later(rng, at, 5)
    if is_failing or rng.random() < SHARE_FAILED:
        output = {"tags": "", "stdout": "Not applicable", "stderr": "Traceback (most recent call last):\n"}
        failure = f"{source}: INTERNAL ERROR"
        rows.append(_mirrored(repository, at, "repo_mirror_sync_failed", "end", failure, **output))
    else:
        tags = ", ".join(TAGS)
        rows.append(_mirrored(repository, at, "repo_mirror_sync_success", "end", source, tags=tags))
    world.journal.add_all(rows)


def _mirror_tag(repository: Repository, at: datetime, tag: str, said: str, is_failed: bool) -> Row:
    source = f"Source 'docker://{UPSTREAM}/{repository.name.rpartition('/')[2]}:{tag}'"
    if is_failed:
        kind, message = "repo_mirror_sync_tag_failed", f"{source} failed to sync"
        output = {"stdout": "", "stderr": f'time="..." level=fatal msg="{said}"\n'}
    else:
        kind, message = "repo_mirror_sync_tag_success", f"{source} successful sync"
        output = {"stdout": "Getting image source signatures\n", "stderr": ""}
    return _mirrored(repository, at, kind, "finish", message, tag=tag, **output)


def _mirrored(
    repository: Repository, at: datetime, kind: str, verb: str, message: str, **known: str | None
) -> Row:
    metadata: dict[str, Any] = {
        "verb": verb,
        "namespace": repository.namespace,
        "repo": repository.name,
        "message": message,
        **dict.fromkeys(("tag", "tags", "stdout", "stderr")),
        **known,
    }
    return Row(at, kind, repository.namespace, metadata, None, repository.name)


def _prune(world: World, namespace: str, mean: float, at: datetime) -> None:
    choice = world.estate.choice([namespace])
    for _ in range(tally(world.rng, mean * world.scale)):
        at = later(world.rng, at, 2)
        repository = choice.draw(world.rng)
        metadata = {
            "performer": PRUNER,
            "namespace": namespace,
            "repo": repository.name,
            "tag": f"sha-{world.rng.getrandbits(28):07x}",
        }
        world.journal.add(Row(at, "autoprune_tag_delete", namespace, metadata, None, repository.name))


def _exchange(world: World, at: datetime) -> None:
    """A build service trades its own token for a robot's: not a worker, yet nobody performs it either."""
    subject = f"repo:{FEDERATED['umbrella+ci']}:ref:refs/heads/main"
    metadata = {"subject": subject, "issuer": ISSUER, "robot": "umbrella+ci"}
    ip = CONSOLE_SERVER.address(world.rng.randrange(40, 48))
    world.journal.add(Row(at, "federated_robot_token_exchange", "umbrella", metadata, None, None, ip))
