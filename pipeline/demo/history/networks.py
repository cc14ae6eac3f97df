"""Where requests come from: networks out of the ranges reserved for documentation, benchmarks and private use."""

from dataclasses import dataclass
from typing import Final

SYNC_TOKEN: Final = "1692052395"
CONTINENT_BY_COUNTRY: Final = {
    "BR": "SA",
    "CH": "EU",
    "DE": "EU",
    "FR": "EU",
    "GB": "EU",
    "IE": "EU",
    "IN": "AS",
    "IS": "EU",
    "JP": "AS",
    "KE": "AF",
    "MX": "NA",
    "NG": "AF",
    "NL": "EU",
    "PA": "NA",
    "PL": "EU",
    "SA": "AS",
    "SG": "AS",
    "US": "NA",
    "VN": "AS",
}


@dataclass(frozen=True, slots=True)
class Network:
    """A /24 (its prefix is `198.51.100`) or a /64 (`2001:db8:10:1`). Private ranges have no country."""

    prefix: str
    country: str | None = None
    aws_region: str | None = None

    def address(self, host: int) -> str:
        """The address of one host; any number will do."""
        if ":" in self.prefix:
            return f"{self.prefix}::{host % 65_521 + 1:x}"
        return f"{self.prefix}.{host % 254 + 1}"

    @property
    def location(self) -> dict[str, str | None]:
        """`resolved_ip` as Quay works it out for these addresses.

        Source: quay/quay util/ipresolver/__init__.py, ffba0c70: `service` repeats the country outside of AWS.
        """
        return {
            "provider": "aws" if self.aws_region else "internet",
            "service": None if self.aws_region else self.country,
            "sync_token": SYNC_TOKEN,
            "country_iso_code": self.country,
            "aws_region": self.aws_region,
            "continent": CONTINENT_BY_COUNTRY[self.country] if self.country else None,
        }


VPN: Final = Network("10.8.0")
CONSOLE_SERVER: Final = Network("10.20.0")  # where the organizations' OAuth applications run
KEY_SERVER: Final = Network("10.0.0")  # Quay's own services, which register their keys

RUNNERS_BY_NAMESPACE: Final = {
    "acme": Network("10.20.1"),
    "globex": Network("198.18.100", "US", "us-east-1"),
    "initech": Network("10.20.3"),
    "umbrella": Network("198.18.101", "IE", "eu-west-1"),
    "platform": Network("10.20.5"),
    "sandbox": Network("2001:db8:20:6", "DE"),
}
CLUSTER_BY_NAMESPACE: Final = {
    "acme": Network("10.40.1"),
    "globex": Network("198.18.110", "US", "us-east-1"),
    "initech": Network("10.40.3"),
    "umbrella": Network("198.18.111", "IE", "eu-west-1"),
    "platform": Network("2001:db8:40:5", "DE", "eu-central-1"),
}

_VISITORS: Final = ("US", "DE", "IN", "FR", "BR", "JP", "NL", "PL", "GB", "KE", "MX", "VN", "SG", "CH")
INTERNET: Final = (
    *(Network(f"198.18.{200 + number}", country) for number, country in enumerate(_VISITORS)),
    *(Network(f"2001:db8:f0:{number + 1:x}", country) for number, country in enumerate(_VISITORS)),
)
HOSTING_ABROAD: Final = Network("192.0.2", "IS")  # nobody but intruders comes from these three
EXIT_NODE: Final = Network("203.0.113", "PA")
RENTED_SERVER: Final = Network("2001:db8:bad:1", "VN")
