"""What stands in the demo registry before the history begins: organizations, repositories, robots, tokens."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from random import Random
from string import ascii_uppercase, digits
from typing import Final
from uuid import UUID

from pipeline.demo.history import hostile
from pipeline.demo.history.credentials import Application, AppToken, OAuthToken
from pipeline.demo.history.holdings import add_holdings
from pipeline.demo.history.people import AUDITOR, HUMAN_SUPERUSER, PEOPLE, SUPERUSER
from pipeline.demo.store import Store

OWNERS: Final = {
    "acme": ("alice", "carol"),
    "globex": ("grace", "nadia"),
    "initech": ("peggy", "sofia"),
    "umbrella": ("dave", "victor"),
    "platform": ("olga", "rajesh"),
    "sandbox": ("wendy", "bob"),
}
# Most used first. A star: public; an ampersand: its robots alone push to it.
_REPOSITORIES: Final = {
    "acme": "web api worker auth checkout& billing team/nested search frontend-cdn db-migrations",
    "globex": "gateway tenant-api ingest pricing-model etl& reports docs* partner/sdk*",
    "initech": "ledger& settlement risk-engine quotes batch kiosk/ui tps-reports",
    "umbrella": "lims assay-runner genome-index trial-portal& consent-forms vault-sync",
    "platform": "base/alpine* base/debian* base/python* base/golang* mirror/nginx* mirror/redis* "
    "mirror/postgres* tools/kubectl* signing-service",
    "sandbox": "playground* hackathon ml-notebooks demo-2026",
    "bob": "dotfiles*",
    "heidi": "thesis",
    "takeshi": "gohan-bot*",
    "walter": "legacy-app",
}
MIRRORS: Final = ("mirror/nginx", "mirror/redis", "mirror/postgres")
_ROBOTS: Final = {
    "acme": "ci deploy scanner",
    "globex": "ci deploy scanner edgemirror",
    "initech": "ci deploy legacy",
    "umbrella": "ci deploy scanner",
    "platform": "ci deploy mirror scanner",
    "sandbox": "ci",
    "walter": "laptop",
}
_APPLICATIONS: Final = (
    ("acme", "ci-dashboard", ("alice", "carol")),
    ("globex", "deployer", ("grace", "nadia")),
    ("initech", hostile.SCRIPT, ("peggy", "sofia")),
    ("umbrella", "release-bot", ("dave", "victor")),
    ("platform", "audit-export", ("rajesh",)),
    ("sandbox", "чат-бот", ("wendy",)),
)
_TITLED: Final = {
    "alice": "laptop-alice",
    "bob": "ci-bob",
    "erin": "macbook 💻",
    "grace": "deploy from home",
    "ivan": "ноутбук",
    "judy": "desk",
    "nadia": hostile.FORMULA,
    "sofia": "notebook São Paulo",
    "takeshi": "開発機",
    "wendy": "ci-wendy",
}
ACCESS_TOKENS: Final = ("Default access token", "build-worker")
_RELEASES: Final = ("v1.4.0", "v1.4.1", "v1.5.0", "v1.5.1", "v2.0.0")


@dataclass(eq=False, slots=True)
class Repository:
    """A repository with the tags it has and the digests that people and machines know."""

    namespace: str
    name: str
    is_public: bool = False
    is_multi_arch: bool = False
    is_pushed_by_robots_alone: bool = False
    tags: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Choice:
    """Repositories to choose from; each half as likely as one of half its rank (Zipf)."""

    repositories: tuple[Repository, ...]
    weights: tuple[float, ...]

    def draw(self, rng: Random) -> Repository:
        """One repository."""
        return rng.choices(self.repositories, cum_weights=self.weights)[0]


@dataclass
class Estate:
    """Everything that people and machines find when they come."""

    repositories: dict[str, list[Repository]] = field(default_factory=dict)
    robots: list[str] = field(default_factory=list)
    oauth_tokens: list[OAuthToken] = field(default_factory=list)
    app_tokens: dict[str, AppToken] = field(default_factory=dict)

    def choice(self, namespaces: Iterable[str], *, is_public: bool = False, fading: float = 1.0) -> Choice:
        """A choice of what these namespaces hold, or of the public part; each weighs `fading` of the one before."""
        found = [
            (repository, fading**number / (rank + 1))
            for number, namespace in enumerate(namespaces)
            for rank, repository in enumerate(self.repositories.get(namespace, ()))
            if repository.is_public or not is_public
        ]
        return Choice(
            tuple(repository for repository, _ in found), tuple(accumulate(weight for _, weight in found))
        )

    def repository(self, namespace: str, name: str) -> Repository:
        """The repository of that name."""
        return next(each for each in self.repositories[namespace] if each.name == name)

    def oauth_tokens_of(self, user: str) -> list[OAuthToken]:
        """The tokens that this user granted."""
        return [token for token in self.oauth_tokens if token.user == user]


def new_digest(rng: Random) -> str:
    """A digest that no manifest has had before."""
    return f"sha256:{rng.getrandbits(256):064x}"


def new_uuid(rng: Random) -> str:
    """A random UUID, of version 4."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def estate_in(store: Store, rng: Random, since: datetime) -> Estate:
    """The estate, entered into the store. The administrator comes first, as in every real registry."""
    estate = Estate()
    _add_accounts(store, since)
    for namespace, names in _REPOSITORIES.items():
        estate.repositories[namespace] = [_new_repository(rng, namespace, name) for name in names.split()]
        for repository in estate.repositories[namespace]:
            state = "MIRROR" if repository.name in MIRRORS else "NORMAL"
            store.add_repository(namespace, repository.name, is_public=repository.is_public, state=state)
    for namespace, names in _ROBOTS.items():
        for name in names.split():
            store.add_robot(namespace, name, description=f"{name} of {namespace}", created_at=since)
            estate.robots.append(f"{namespace}+{name}")
    _grant(store, estate)
    _add_applications(store, estate, rng)
    _add_app_tokens(store, estate, rng, since)
    add_holdings(store, MIRRORS, estate.oauth_tokens, since)
    return estate


def _add_accounts(store: Store, since: datetime) -> None:
    store.add_user(SUPERUSER, superuser=True, created_at=since)
    store.add_user(AUDITOR, global_readonly_superuser=True, created_at=since)
    for person in PEOPLE:
        store.add_user(person.name, superuser=person.name == HUMAN_SUPERUSER, created_at=since)
    for organization, owners in OWNERS.items():
        store.add_organization(organization, owners=owners, created_at=since)
        members = [person.name for person in PEOPLE if organization in person.organizations]
        store.add_team(organization, "developers", role="creator", members=members)
        store.add_team(organization, "readers", members=members[:2])


def _new_repository(rng: Random, namespace: str, marked_name: str) -> Repository:
    repository = Repository(
        namespace,
        marked_name.rstrip("*&"),
        is_public=marked_name.endswith("*"),
        is_multi_arch=rng.random() < 0.4,
        is_pushed_by_robots_alone=marked_name.endswith("&"),
    )
    repository.tags = ["latest", "main", "prod", *rng.sample(_RELEASES, 3)]
    if namespace in ("sandbox", "takeshi"):
        repository.tags.extend(rng.sample(hostile.TAGS, 2))
    repository.digests = [new_digest(rng) for _ in range(4)]
    return repository


def _grant(store: Store, estate: Estate) -> None:
    for robot in estate.robots:
        namespace, _, short_name = robot.partition("+")
        role = "write" if short_name in ("ci", "mirror", "legacy", "laptop") else "read"
        for repository in estate.repositories[namespace]:
            store.add_permission(namespace, repository.name, robot, role)
    for organization in OWNERS:
        for repository in estate.repositories[organization]:
            store.add_permission(organization, repository.name, "developers", "write", team=True)


def _add_applications(store: Store, estate: Estate, rng: Random) -> None:
    number = 12  # other tokens came before; the log shows numbers only, and one of them leads to a wrong name
    for namespace, name, users in _APPLICATIONS:
        application = Application(namespace, name, new_client_id(rng))
        store.add_application(
            namespace, name, client_id=application.client_id, redirect_uri="https://app.example.com/cb"
        )
        for user in users:
            estate.oauth_tokens.append(OAuthToken(number, application, user))
            number += 1


def new_client_id(rng: Random) -> str:
    """The public name of an OAuth application: twenty letters and digits."""
    return "".join(rng.choices(ascii_uppercase + digits, k=20))


def _add_app_tokens(store: Store, estate: Estate, rng: Random, since: datetime) -> None:
    for user, title in _TITLED.items():
        estate.app_tokens[user] = AppToken(user, new_uuid(rng), title)
        store.add_app_token(user, uuid=estate.app_tokens[user].uuid, title=title, created_at=since)
