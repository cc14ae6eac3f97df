"""Which callback addresses Quay refuses to ask: everything that is not public, unless it is allowed."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

AddressesOf = Callable[[str], Sequence[str]]

REFUSED: Final = "Invalid callback URL"  # all that Quay tells of a private address

_BLOCKED_NAMES: Final = {
    "localhost",
    "metadata",
    "metadata.google.internal",
    "metadata.azure.internal",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
}
_BLOCKED_DOMAINS: Final = (".internal", ".local")
_NAT64: Final = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def pretended_addresses_of(name: str) -> Sequence[str]:
    """Addresses of a name without asking a name server.

    `localhost` is this machine in both families, what ends in `.invalid` is nowhere, everything else is public.
    """
    if name.lower() == "localhost":
        return ("127.0.0.1", "::1")
    return () if name.lower().endswith(".invalid") else ("1.1.1.1",)


def complaint_about_url(
    url: str, allowed_hosts: Iterable[str], addresses_of: AddressesOf = pretended_addresses_of
) -> str | None:
    """What Quay says against a callback address, None when it will do.

    `allowed_hosts` are names and networks (SSRF_ALLOWED_HOSTS) that may be asked although they are not public.
    Source: quay/quay util/security/ssrf.py validate_external_registry_url, ffba0c70.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return "Invalid URL format"
    host = parts.hostname or ""
    return _complaint_about_form(parts, host) or _complaint_about_host(host, set(allowed_hosts), addresses_of)


def _complaint_about_form(parts: SplitResult, host: str) -> str | None:
    if parts.scheme not in ("http", "https"):
        return f"Invalid URL scheme '{parts.scheme}': only HTTP and HTTPS are allowed"
    if parts.username or parts.password:
        return "URLs with embedded credentials are not allowed"
    return None if host else "URL must include a hostname"


def _complaint_about_host(host: str, allowed_hosts: set[str], addresses_of: AddressesOf) -> str | None:
    literal = _address(host)
    addresses = [literal] if literal else [ip_address(text) for text in addresses_of(host)]
    if not addresses:
        return f"Cannot resolve hostname '{host}'"
    if host in {each.lower() for each in allowed_hosts}:
        return None
    networks = [network for each in allowed_hosts if (network := _network(each))]
    is_allowed = [any(address in network for network in networks) for address in addresses]
    if (host in _BLOCKED_NAMES or host.endswith(_BLOCKED_DOMAINS)) and not any(is_allowed):
        return REFUSED
    blocked = [
        address
        for address, allowed in zip(addresses, is_allowed, strict=True)
        if _is_private(address) and not allowed
    ]
    return REFUSED if blocked else None


def _is_private(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return True
    return isinstance(address, IPv6Address) and (address.ipv4_mapped is not None or address in _NAT64)


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
