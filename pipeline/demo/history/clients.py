"""Registry clients: a tool on an address with a credential, and what its requests leave in the log.

Source: quay/quay util/audit.py:28-135 (track_and_log), endpoints/api/__init__.py:462-476, ffba0c70.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from pipeline.demo.history.credentials import Credential
from pipeline.demo.history.estate import Repository
from pipeline.demo.history.hours import later
from pipeline.demo.history.journal import Row
from pipeline.demo.history.networks import Network

OCI_INDEX: Final = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST: Final = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST: Final = "application/vnd.docker.distribution.manifest.v2+json"

UNAUTHORIZED: Final = "401 Unauthorized: access to the requested resource is not authorized"
NO_REPOSITORY: Final = "Repository does not exist"
NO_NAMESPACE: Final = "Namespace does not exist"

BURST_SHARE: Final = 0.022  # of the pulls; with chance meetings, an eighth of the rows share their second


class Client:
    """Makes the rows of one tool (`user_agent`) that runs on one address with one credential."""

    __slots__ = ("credential", "ip", "location", "user_agent")

    def __init__(self, credential: Credential, network: Network, host: int, user_agent: str) -> None:
        self.credential = credential
        self.ip = network.address(host)
        self.location = network.location
        self.user_agent = user_agent

    def event(self, kind: str, at: datetime, repository: Repository, own: dict[str, Any]) -> Row:
        """A row as every registry event writes it: the event's `own` keys between the common ones."""
        metadata = {
            "repo": repository.name,
            "namespace": repository.namespace,
            "user-agent": self.user_agent,
            **own,
            **self.credential.keys,
            "resolved_ip": self.location,
        }
        performer = self.credential.performer
        return Row(at, kind, repository.namespace, metadata, performer, repository.name, self.ip)

    def pull_tag(self, at: datetime, repository: Repository, tag: str) -> Row:
        """A manifest fetched by its tag."""
        media_type = OCI_INDEX if repository.is_multi_arch else DOCKER_MANIFEST
        return self.event("pull_repo", at, repository, {"tag": tag, "mediaType": media_type})

    def pull_digest(self, at: datetime, repository: Repository, digest: str) -> Row:
        """A manifest fetched by its digest."""
        own = {"manifest_digest": digest, "mediaType": OCI_MANIFEST}
        return self.event("pull_repo", at, repository, own)

    def pull_v1(self, at: datetime, repository: Repository) -> Row:
        """A pull of the first protocol, which knows neither tags nor digests."""
        return self.event("pull_repo", at, repository, {})

    def push_tag(self, at: datetime, repository: Repository, tag: str) -> Row:
        """A tag set to a manifest; Quay does not say which."""
        media_type = DOCKER_LIST if repository.is_multi_arch else OCI_MANIFEST
        return self.event("push_repo", at, repository, {"tag": tag, "mediaType": media_type})

    def push_v1(self, at: datetime, repository: Repository) -> Row:
        """A push of the first protocol."""
        return self.event("push_repo", at, repository, {})

    def delete_tag(self, at: datetime, repository: Repository, tag: str, digest: str | None = None) -> Row:
        """A tag deleted, by the digest it had or by its name: then the name stands where the digest would."""
        return self.event("delete_tag", at, repository, {"tag": tag, "digest": digest or tag})

    def delete_tag_v1(self, at: datetime, repository: Repository, tag: str) -> Row:
        """A tag deleted by the first protocol."""
        return self.event("delete_tag", at, repository, {"tag": tag})

    def refusal(self, kind: str, at: datetime, repository: Repository, reference: dict[str, str]) -> Row:
        """A request refused for want of permission; `reference` is the tag or the digest asked for."""
        metadata = {
            "namespace": repository.namespace,
            "repo": repository.name,
            **reference,
            "message": UNAUTHORIZED,
        }
        performer = self.credential.performer
        return Row(at, kind, repository.namespace, metadata, performer, repository.name, self.ip)

    def miss(self, kind: str, at: datetime, namespace: str | None, asked: dict[str, str]) -> Row:
        """A request for what is not there: no repository of that name, or no such namespace at all."""
        message = NO_REPOSITORY if namespace else NO_NAMESPACE
        return Row(
            at, kind, namespace, {**asked, "message": message}, self.credential.performer, None, self.ip
        )

    def log_in(self, at: datetime) -> Row:
        """`docker login`: a token asked for without a scope. A robot's is booked on its namespace."""
        performer = self.credential.performer or ""
        metadata = {**self.credential.login_keys, "type": "v2auth", "useragent": self.user_agent}
        return Row(at, "login_success", performer.partition("+")[0], metadata, performer, None, self.ip)

    def pull_image(self, rng: Random, at: datetime, repository: Repository) -> list[Row]:
        """An image fetched as tools do: by tag or by digest; now and then index and manifests in one second."""
        chance = rng.random()
        if chance < BURST_SHARE:
            return self._pull_every_platform(rng, at, repository)
        if chance < 0.55:
            return [self.pull_tag(at, repository, rng.choice(repository.tags))]
        return [self.pull_digest(at, repository, rng.choice(repository.digests))]

    def pull_in_turn(
        self, rng: Random, at: datetime, mean_seconds: float, images: Iterable[tuple[Repository, str]]
    ) -> list[Row]:
        """One image after the other, each a repository and a digest in it."""
        rows = []
        for repository, digest in images:
            at = later(rng, at, mean_seconds)
            rows.append(self.pull_digest(at, repository, digest))
        return rows

    def _pull_every_platform(self, rng: Random, at: datetime, repository: Repository) -> list[Row]:
        at = at.replace(microsecond=rng.randrange(200_000))
        rows = [self.pull_tag(at, repository, rng.choice(repository.tags))]
        for digest in rng.sample(repository.digests, rng.randint(1, min(4, len(repository.digests)))):
            at += timedelta(microseconds=rng.randint(20_000, 190_000))
            rows.append(self.pull_digest(at, repository, digest))
        return rows
