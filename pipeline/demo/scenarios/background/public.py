"""Who comes without an account or with what is not one: the public, bots, two old tokens, and a job that fails for ever."""

from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.credentials import ANONYMOUS, with_access_token
from pipeline.demo.history.hours import tally
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.acts import Client
from pipeline.demo.scenarios.background.machines import BUILD_HOURS, pull
from pipeline.demo.scenarios.background.world import World, any_time, ranked
from pipeline.demo.scenarios.places import COUNTRIES, cloud_network, home_network, midnight

VISITS_A_DAY: Final = 170.0
BOTS_A_DAY: Final = 7.0
OLD_TOKENS: Final = (
    ("jenkins-legacy", "payments", Network("10.20.1")),
    ("kiosk", "logistics", Network("10.60.2")),
)
SECONDS_BETWEEN_FAILURES: Final = 2_400
_CLOUDS: Final = ((0, "US"), (1, "IE"), (2, "US"), (3, "DE"), (4, "SG"))


def visit_for_a_day(world: World, day: date) -> None:
    """The public pulls what is public, from homes and clouds all over; bots ask for what is not there."""
    rng = world.rng("public", day)
    public = [each for each in world.estate.repositories.values() if each.is_public]
    share = 0.7 if day.weekday() >= 5 else 1.0
    for _ in range(tally(rng, VISITS_A_DAY * share)):
        client = Client(ANONYMOUS, _somewhere(rng), rng.randrange(1, 250), rng.choice(user_agents.VISITORS))
        pull(world, client, any_time(rng, day), ranked(rng, public), rng)
    for _ in range(tally(rng, BOTS_A_DAY)):
        client = Client(ANONYMOUS, _somewhere(rng), rng.randrange(1, 250), user_agents.GO)
        name = rng.choice(("library", "root", "test", "admin", "nginx", "api"))
        asked = {"namespace": name, "repo": "web", "tag": "latest"}
        world.add(client.missed("pull_repo_failed", any_time(rng, day), asked, is_namespace_there=False))
    _use_old_tokens(world, day, rng)
    _fail_for_ever(world, day, rng)


def _somewhere(rng: Random) -> Network:
    if rng.random() < 0.6:
        region, country = rng.choice(_CLOUDS)
        return cloud_network(rng, region, country)
    return home_network(rng, rng.choice(COUNTRIES))


def _use_old_tokens(world: World, day: date, rng: Random) -> None:
    """Access tokens of repositories: nobody performs, only the token's name shows."""
    for name, namespace, network in OLD_TOKENS:
        client = Client(with_access_token(name), network, 7, user_agents.DOCKER)
        repositories = [each for each in world.estate.repositories_in(namespace) if not each.is_public][:3]
        for _ in range(tally(rng, 8.0)):
            pull(world, client, any_time(rng, day, BUILD_HOURS), ranked(rng, repositories), rng)


def _fail_for_ever(world: World, day: date, rng: Random) -> None:
    """A forgotten cluster tries the token of a robot that was regenerated long ago."""
    network = Network("10.40.66")
    client = Client(ANONYMOUS, network, 4, user_agents.CONTAINERD)
    for seconds in range(rng.randrange(600), 86_400, SECONDS_BETWEEN_FAILURES):
        world.add(client.log_in_badly(midnight(day) + timedelta(seconds=seconds), "logistics+deploy-old"))
