"""One snapshot of who and what is there, as far as the token may see, and of what it may not.

First the registry's own lists, then those of each namespace, then those of each robot, application and
repository; a few at once. What is refused, or what the server does not have, is noted: what was not seen is
never taken for gone.
"""

from collections.abc import Callable, Collection, Iterable
from functools import partial

from pipeline.errors import Missing, ServerError
from pipeline.extract.collector import Collector, Taken, Watch, below
from pipeline.extract.pool import Pool, Stopped
from pipeline.extract.visitor import Visitor, visit
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Namespace
from pipeline.quay.registry import conversions as to
from pipeline.quay.registry import lists
from pipeline.quay.registry.documents import OrganizationView, RepositoryDocument
from pipeline.quay.registry.rows import Outcome, RepositoryPermission
from pipeline.quay.registry.tables import place_of

_OF_MEMBERS = ("robots", "robot_federations", "repository_permissions", "repository_mirrors")
_OF_ADMINISTRATORS = (
    "members",
    "team_members",
    "applications",
    "application_tokens",
    "prototype_permissions",
    "organization_mirrors",
)
_MIRRORED = "MIRROR"
_VISIBLE = "only what everybody or the token's user may see"
_NO_ROLE = "the token's user has no such role here"


def take_snapshot(client: QuayClient, tables: Collection[str], *, pool: Pool, watch: Watch) -> Taken:
    """The rows of these tables as Quay shows them now, and what came of every list that they are made of.

    Units: one request a page of a list, and Quay spends about 0.3 s of CPU on each.
    Raises: a ServerError where the server cannot be reached or does not accept the token; KeyboardInterrupt
    once the pool is stopped.
    """
    collector = Collector(tables, watch)
    walk = _Walk(client, collector, visit(client, collector))
    try:
        walk.through(pool)
    except Stopped:
        raise KeyboardInterrupt from None
    return collector.finish()


class _Walk:
    """From namespace to namespace, and then to what is in them."""

    def __init__(self, client: QuayClient, collector: Collector, visitor: Visitor) -> None:
        self._client = client
        self._collector = collector
        self._visitor = visitor
        self._inner: list[Callable[[], None]] = []

    def through(self, pool: Pool) -> None:
        """Ask for everything that is wanted."""
        pool.each(self._read_namespace, self._visitor.namespaces)
        self._collector.expect(len(self._inner))
        pool.each(lambda read: read(), self._inner)

    def _read_namespace(self, namespace: Namespace) -> None:
        name = namespace.name
        if namespace.kind == "org":
            self._read_organization(name)
            return
        self._read_robots(name)
        self._read_repositories(name, is_whole=True, is_open=True)

    def _read_organization(self, name: str) -> None:
        view = self._view(name)
        if isinstance(view, Missing):
            return  # deleted a moment ago: what the next snapshot does not list is gone
        is_administrator = self._visitor.may_see_everything or view is None or view.is_admin
        is_member = is_administrator or (view is not None and view.is_member)
        if is_administrator:
            self._read_as_administrator(name)
        else:
            self._close(_OF_ADMINISTRATORS, name)
        if is_member:
            self._read_robots(name)
        else:
            self._close(_OF_MEMBERS, name)
        is_whole = self._visitor.sees_everything or (view is not None and view.is_admin)
        self._read_repositories(name, is_whole=is_whole, is_open=is_member)

    def _view(self, name: str) -> OrganizationView | Missing | None:
        """How the organization shows itself; None where that was not needed or not to be had."""
        if self._visitor.sees_everything and not self._collector.wants("teams"):
            return None
        view = self._collector.attempt(partial(lists.read_organization, self._client, name))
        if isinstance(view, ServerError):
            self._collector.note_error("teams", name, view)
            return view if isinstance(view, Missing) else None
        if view.teams is None:
            self._collector.note(
                "teams", name, Outcome.REFUSED, "the organization shows its teams to members"
            )
        else:
            self._collector.note("teams", name, Outcome.READ)
            self._collector.keep("teams", to.rows_from_teams(name, view.teams))
        self._collector.keep("quotas", to.rows_from_quotas(name, view.quotas))
        return view

    def _read_as_administrator(self, name: str) -> None:
        ask, client = self._collector.ask, self._client
        ask(
            {
                "members": lambda member: [to.row_from_member(name, member)],
                "team_members": lambda member: to.rows_from_teams_of(name, member, is_robot=False),
            },
            name,
            partial(lists.read_members, client, name),
        )
        applications = ask(
            {
                "applications": lambda application: [to.row_from_application(name, application)],
                "application_tokens": below,
            },
            name,
            partial(lists.read_applications, client, name),
        )
        self._later(
            "application_tokens",
            (partial(self._read_application_tokens, name, each.client_id) for each in applications),
        )
        ask(
            {"prototype_permissions": lambda prototype: [to.row_from_prototype(name, prototype)]},
            name,
            partial(lists.read_prototypes, client, name),
        )
        ask(
            {"organization_mirrors": lambda mirror: [to.row_from_organization_mirror(name, mirror)]},
            name,
            lambda: [lists.read_organization_mirror(client, name)],
        )

    def _read_robots(self, namespace: str) -> None:
        is_own = namespace == self._visitor.name
        read = lists.read_own_robots if is_own else partial(lists.read_robots, namespace=namespace)
        robots = self._collector.ask(
            {
                "robots": lambda robot: [to.row_from_robot(namespace, robot)],
                "team_members": lambda robot: to.rows_from_teams_of(namespace, robot, is_robot=True),
                "robot_federations": below,
            },
            namespace,
            partial(read, self._client),
        )
        self._later(
            "robot_federations",
            (partial(self._read_federations, namespace, each.name, is_own=is_own) for each in robots),
        )

    def _read_repositories(self, namespace: str, *, is_whole: bool, is_open: bool) -> None:
        """The list, and what is in each of them where that may be `is_open`."""
        found = self._collector.ask(
            {
                "repositories": lambda each: [to.row_from_repository(each)],
                "repository_permissions": below,
                "repository_mirrors": below,
            },
            namespace,
            partial(lists.read_repository_documents, self._client, namespace),
            limit=None if is_whole else _VISIBLE,
        )
        if is_open:
            self._later("repository_permissions", (partial(self._read_permissions, each) for each in found))
            mirrored = (each for each in found if each.state == _MIRRORED)
            self._later("repository_mirrors", (partial(self._read_mirror, each) for each in mirrored))

    def _read_federations(self, namespace: str, robot: str, *, is_own: bool) -> None:
        self._collector.ask(
            {"robot_federations": lambda each: [to.row_from_federation(namespace, robot, each)]},
            place_of(robot),
            partial(lists.read_federations, self._client, robot, is_own=is_own),
        )

    def _read_application_tokens(self, name: str, client_id: str) -> None:
        self._collector.ask(
            {"application_tokens": lambda token: [to.row_from_application_token(name, client_id, token)]},
            place_of(name, client_id),
            partial(lists.read_application_tokens, self._client, name, client_id),
        )

    def _read_permissions(self, repository: RepositoryDocument) -> None:
        where = (repository.namespace, repository.name)

        def read() -> list[RepositoryPermission]:
            return [
                to.row_from_permission(*where, each, is_team=grantees == "team")
                for grantees in ("user", "team")
                for each in lists.read_permissions(self._client, *where, grantees)
            ]

        self._collector.ask({"repository_permissions": lambda row: [row]}, place_of(*where), read)

    def _read_mirror(self, repository: RepositoryDocument) -> None:
        where = (repository.namespace, repository.name)
        self._collector.ask(
            {"repository_mirrors": lambda mirror: [to.row_from_repository_mirror(*where, mirror)]},
            place_of(*where),
            lambda: [lists.read_repository_mirror(self._client, *where)],
        )

    def _close(self, tables: Collection[str], namespace: str) -> None:
        """Note lists that are not even asked for: the organization shows that the user has no such role."""
        for table in tables:
            self._collector.note(table, namespace, Outcome.REFUSED, _NO_ROLE)

    def _later(self, table: str, reads: Iterable[Callable[[], None]]) -> None:
        if self._collector.wants(table):
            self._inner.extend(reads)
