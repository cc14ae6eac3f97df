"""Who may do what in a registry: teams, permissions, applications, tokens, and what else stands for somebody."""

from pipeline.demo.records import (
    Application,
    ApplicationToken,
    AppToken,
    Federation,
    OAuthToken,
    OrganizationMirror,
    Permission,
    Prototype,
    RepositoryMirror,
    ServiceKey,
    Team,
)


class Grants:
    """Everything that gives an account a right, and goes with the account."""

    def __init__(self) -> None:
        self.teams: dict[tuple[int, str], Team] = {}
        self.permissions: list[Permission] = []
        self.applications: list[Application] = []
        self.app_tokens: list[AppToken] = []
        self.tokens: dict[str, OAuthToken] = {}
        self.application_tokens: list[ApplicationToken] = []
        self.federations: list[Federation] = []
        self.prototypes: list[Prototype] = []
        self.service_keys: list[ServiceKey] = []
        self.repository_mirrors: list[RepositoryMirror] = []
        self.organization_mirrors: list[OrganizationMirror] = []

    def teams_of(self, organization_id: int) -> list[Team]:
        """The teams of an organization, in the order in which they were made."""
        return [team for team in self.teams.values() if team.organization_id == organization_id]

    def is_member(self, account_id: int, organization_id: int) -> bool:
        """Whether the account is in a team of the organization."""
        return any(account_id in team.member_ids for team in self.teams_of(organization_id))

    def permissions_on(self, repository_id: int) -> list[Permission]:
        """The roles on a repository."""
        return [each for each in self.permissions if each.repository_id == repository_id]

    def forget_repository(self, repository_id: int) -> None:
        """Drop the roles on a repository that is gone."""
        self.permissions = [each for each in self.permissions if each.repository_id != repository_id]
        self.repository_mirrors = [
            each for each in self.repository_mirrors if each.repository_id != repository_id
        ]

    def forget_account(self, account_id: int) -> None:
        """Drop what belongs to an account that is gone: teams, memberships, roles, applications, tokens."""
        self.teams = {key: team for key, team in self.teams.items() if team.organization_id != account_id}
        for team in self.teams.values():
            team.member_ids.discard(account_id)
        self.permissions = [each for each in self.permissions if each.account_id != account_id]
        self.applications = [each for each in self.applications if each.organization_id != account_id]
        self.app_tokens = [each for each in self.app_tokens if each.user_id != account_id]
        self.tokens = {secret: each for secret, each in self.tokens.items() if each.user_id != account_id}
        self._forget_policies(account_id)

    def _forget_policies(self, account_id: int) -> None:
        self.application_tokens = [each for each in self.application_tokens if each.user_id != account_id]
        self.federations = [each for each in self.federations if each.robot_id != account_id]
        self.prototypes = [
            each
            for each in self.prototypes
            if account_id not in (each.organization_id, each.delegate_id, each.activating_id)
        ]
        self.organization_mirrors = [
            each for each in self.organization_mirrors if each.organization_id != account_id
        ]
