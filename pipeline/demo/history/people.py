"""The people of the demo registry: where they live, when they work, and what they work with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.networks import Network

SATURDAY_AND_SUNDAY: Final = frozenset({5, 6})
FRIDAY_AND_SATURDAY: Final = frozenset({4, 5})


@dataclass(frozen=True, slots=True)
class City:
    """A place of work. The offset from UTC is fixed, and small enough that office hours fit into one UTC day."""

    name: str
    utc_offset: timedelta
    office: Network
    holidays: frozenset[tuple[int, int]]
    rest_days: frozenset[int] = SATURDAY_AND_SUNDAY

    @property
    def country(self) -> str:
        """The ISO code of the country."""
        return self.office.country or ""


@dataclass(frozen=True, slots=True)
class Person:
    """One user who is a human. `starts_at` is the local hour; `pace` scales how much is done in a day."""

    name: str
    given_name: str
    family_name: str
    city: City
    home: Network
    organizations: tuple[str, ...]
    user_agent: str
    browser: str
    starts_at: float
    pace: float

    @property
    def laptop(self) -> int:
        """The host number of this person's laptop, the same in every network."""
        return 20 + sum(map(ord, self.name)) % 180

    @property
    def works_for(self) -> tuple[str, ...]:
        """The organizations whose images this person uses. The contractor may read others still, and has no need to."""
        return self.organizations[:1] if self.name == CONTRACTOR else self.organizations


def _city(name: str, hours: float, office: Network, *holidays: tuple[int, int]) -> City:
    return City(name, timedelta(hours=hours), office, frozenset({(1, 1), *holidays}))


BERLIN = _city("Berlin", 1, Network("198.51.100", "DE"), (5, 1), (10, 3), (12, 25), (12, 26))
LONDON = _city("London", 0, Network("198.18.10", "GB"), (5, 25), (8, 31), (12, 25), (12, 28))
WARSAW = _city("Warsaw", 1, Network("198.18.11", "PL"), (5, 1), (5, 3), (11, 11), (12, 25))
PARIS = _city("Paris", 1, Network("2001:db8:12:1", "FR"), (5, 1), (7, 14), (11, 11), (12, 25))
ZURICH = _city("Zürich", 1, Network("198.18.13", "CH"), (1, 2), (8, 1), (12, 25), (12, 26))
LAGOS = _city("Lagos", 1, Network("198.18.14", "NG"), (6, 12), (10, 1), (12, 25), (12, 26))
NEW_YORK = _city("New York", -5, Network("198.18.15", "US"), (7, 4), (11, 11), (11, 26), (12, 25))
SAO_PAULO = _city("São Paulo", -3, Network("198.18.16", "BR"), (9, 7), (10, 12), (11, 2), (11, 20))
BANGALORE = _city("Bengaluru", 5.5, Network("198.18.17", "IN"), (1, 26), (8, 15), (10, 2), (11, 9))
TOKYO = _city("東京", 9, Network("198.18.18", "JP"), (5, 3), (5, 4), (11, 3), (11, 23))
SINGAPORE = _city("Singapore", 8, Network("2001:db8:19:1", "SG"), (5, 1), (8, 9), (12, 25))
RIYADH = City(
    "الرياض",
    timedelta(hours=3),
    Network("198.18.20", "SA"),
    frozenset({(2, 22), (9, 23)}),
    FRIDAY_AND_SATURDAY,
)

_ROSTER: Final = (
    ("alice", "Alice", "Brandt", BERLIN, "acme platform", user_agents.DOCKER, 8.5, 1.3),
    ("bob", "Bob", "Lindqvist", BERLIN, "acme sandbox", user_agents.DOCKER, 9.0, 1.2),
    ("carol", "Carol", "Weiß", BERLIN, "acme platform", user_agents.PODMAN, 8.0, 1.0),
    ("dave", "Dave", "Kowalski", LONDON, "umbrella platform", user_agents.DOCKER, 9.0, 1.1),
    ("erin", "Erin", "O'Neill", LONDON, "umbrella", user_agents.DOCKER_DESKTOP, 9.5, 1.0),
    ("frank", "Frank", "Osei", LONDON, "umbrella sandbox", user_agents.PODMAN, 8.5, 0.9),
    ("grace", "Grace", "Miller", NEW_YORK, "globex platform", user_agents.DOCKER_DESKTOP, 9.0, 1.2),
    ("heidi", "Heidi", "Johnson", NEW_YORK, "globex", user_agents.DOCKER_DESKTOP, 9.0, 1.0),
    ("ivan", "Иван", "Петров", WARSAW, "globex sandbox", user_agents.PODMAN, 9.0, 1.0),
    ("judy", "Judy", "García", NEW_YORK, "globex", user_agents.DOCKER, 8.5, 0.9),
    ("karim", "كريم", "حداد", RIYADH, "initech", user_agents.DOCKER, 8.0, 0.9),
    ("lena", "Lena", "Łukasik", WARSAW, "acme", user_agents.PODMAN, 8.0, 1.1),
    ("mallory", "Mallory", "Stone", NEW_YORK, "globex initech umbrella", user_agents.DOCKER, 9.5, 0.7),
    ("nadia", "Nadia", "Sharma", BANGALORE, "globex", user_agents.DOCKER, 9.5, 1.2),
    ("olga", "Olga", "Schmidt", BERLIN, "platform sandbox", user_agents.SKOPEO, 8.0, 0.8),
    ("peggy", "Peggy", "Tanaka", TOKYO, "initech", user_agents.DOCKER_DESKTOP, 9.5, 1.0),
    ("quentin", "Quentin", "Dubois", PARIS, "initech", user_agents.DOCKER, 9.0, 0.9),
    ("rajesh", "Rajesh", "Iyer", BANGALORE, "platform globex", user_agents.CRANE, 9.5, 1.1),
    ("sofia", "Sofia", "Almeida", SAO_PAULO, "initech", user_agents.DOCKER, 9.0, 1.0),
    ("takeshi", "武", "森", TOKYO, "initech", user_agents.PODMAN, 9.5, 1.0),
    ("ursula", "Ursula", "Keller", ZURICH, "platform", user_agents.PODMAN, 7.5, 0.8),
    ("victor", "Victor", "陳", SINGAPORE, "umbrella", user_agents.DOCKER_DESKTOP, 9.0, 1.0),
    ("walter", "Walter", "Grau", BERLIN, "initech", user_agents.DOCKER, 7.5, 0.6),
    ("wendy", "Wendy", "Okafor", LAGOS, "sandbox acme", user_agents.DOCKER, 9.0, 1.0),
    ("yusuf", "Yusuf", "Demir", BERLIN, "acme umbrella", user_agents.BUILDAH, 10.0, 0.8),
)


def _home(number: int, city: City) -> Network:
    if number % 3 == 0:
        return Network(f"2001:db8:1{number:02x}:1", city.country)
    return Network(f"198.19.{number}", city.country)


PEOPLE: Final = tuple(
    Person(
        name,
        given_name,
        family_name,
        city,
        _home(number, city),
        tuple(organizations.split()),
        user_agent,
        user_agents.CHROME if user_agent == user_agents.DOCKER_DESKTOP else user_agents.FIREFOX,
        starts_at,
        pace,
    )
    for number, (
        name,
        given_name,
        family_name,
        city,
        organizations,
        user_agent,
        starts_at,
        pace,
    ) in enumerate(_ROSTER)
)
PERSON_BY_NAME: Final = {person.name: person for person in PEOPLE}
SUPERUSER: Final = "admin"  # the account with the smallest id, where Quay books what belongs to nobody
HUMAN_SUPERUSER: Final = "olga"
CONTRACTOR: Final = "mallory"
AUDITOR: Final = "auditor"
