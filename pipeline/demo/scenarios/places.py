"""Where people and machines are: zones with summer time, and an internet of providers, carriers, hotels and clouds.

All addresses are invented. Private ones are of 10.0.0.0/8; what stands for the public internet is of 240.0.0.0/4, which
nobody was ever given, and large enough that providers have blocks of their own; IPv6 is of the documentation prefix.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from pipeline.demo.history.networks import Network

COUNTRIES: Final = ("US", "DE", "GB", "FR", "IN", "JP", "PL", "NL", "BR", "SG", "CH", "IE", "MX", "KE", "VN")
"""Where somebody may be found: Quay names the country of every public address."""

PROVIDERS_BY_COUNTRY: Final = 4
_HOME, _CARRIER, _PUBLIC, _CLOUD, _RENTED = 240, 244, 246, 248, 250


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone. `summer` is whose rule moves its clocks: eu, us, or none."""

    name: str
    hours: float
    summer: str = "none"

    def offset(self, day: date) -> timedelta:
        """How far its clocks are before UTC at noon of a day."""
        return timedelta(hours=self.hours + (1 if _is_summer(self.summer, day) else 0))

    def moment(self, day: date, hour: float) -> datetime:
        """An hour of the local day as a moment in UTC, of whole seconds; hours over 24 are in the night after it."""
        return midnight(day) - self.offset(day) + timedelta(seconds=int(hour * 3600))


def midnight(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


def _is_summer(rule: str, day: date) -> bool:
    if rule == "eu":
        return _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10)
    if rule == "us":
        first = date(day.year, 3, 1)
        last = date(day.year, 11, 1)
        return first + timedelta(days=13 - first.weekday()) <= day < last + timedelta(days=6 - last.weekday())
    return False


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


BERLIN: Final = Zone("Berlin", 1, "eu")
LONDON: Final = Zone("London", 0, "eu")
WARSAW: Final = Zone("Warsaw", 1, "eu")
NEW_YORK: Final = Zone("New York", -5, "us")
DENVER: Final = Zone("Denver", -7, "us")
BENGALURU: Final = Zone("Bengaluru", 5.5)
TOKYO: Final = Zone("Tokyo", 9)
SAO_PAULO: Final = Zone("São Paulo", -3)

COUNTRY_BY_ZONE: Final = {
    BERLIN: "DE",
    LONDON: "GB",
    WARSAW: "PL",
    NEW_YORK: "US",
    DENVER: "US",
    BENGALURU: "IN",
    TOKYO: "JP",
    SAO_PAULO: "BR",
}


def home_network(rng: Random, country: str) -> Network:
    """What a provider gives a household: of its /16 the /24, or in one of five homes an IPv6 prefix."""
    number = COUNTRIES.index(country)
    provider = (
        number * PROVIDERS_BY_COUNTRY + rng.choices(range(PROVIDERS_BY_COUNTRY), weights=(5, 3, 2, 1))[0]
    )
    if rng.random() < 0.2:
        return Network(f"2001:db8:{0x4000 + provider * 128 + rng.randrange(128):x}:1", country)
    return Network(f"{_HOME}.{provider}.{rng.randrange(256)}", country)


def renumbered(rng: Random, network: Network) -> Network:
    """Another network of the same provider: what a reconnected line gets."""
    if ":" in network.prefix:
        household = int(network.prefix.split(":")[2], 16)
        first = household - (household - 0x4000) % 128
        return Network(f"2001:db8:{first + rng.randrange(128):x}:1", network.country)
    return Network(f"{network.prefix.rpartition('.')[0]}.{rng.randrange(256)}", network.country)


def carrier_network(rng: Random, country: str) -> Network:
    """Where a phone surfaces: one of the dozen gateways of one of the country's two carriers."""
    carrier = COUNTRIES.index(country) * 2 + rng.randrange(2)
    return Network(f"{_CARRIER}.{carrier}.{rng.randrange(12)}", country)


def public_network(rng: Random, country: str) -> Network:
    """A hotel, a café, a conference, an airport."""
    return Network(f"{_PUBLIC}.{COUNTRIES.index(country)}.{rng.randrange(256)}", country)


def cloud_network(rng: Random, region: int, country: str, aws_region: str | None = None) -> Network:
    """A /24 of one of a cloud's regions, of which each has four /16s."""
    return Network(f"{_CLOUD}.{region * 4 + rng.randrange(4)}.{rng.randrange(256)}", country, aws_region)


def rented_network(rng: Random, country: str) -> Network:
    """A /24 of a hoster that rents machines by the hour; nobody of a healthy registry comes from one."""
    return Network(f"{_RENTED}.{COUNTRIES.index(country)}.{rng.randrange(256)}", country)


def text_from_network(network: Network) -> str:
    """The network as events name it: `240.4.17.0/24` or `2001:db8:4003:1::/64`."""
    return f"{network.prefix}::/64" if ":" in network.prefix else f"{network.prefix}.0/24"
