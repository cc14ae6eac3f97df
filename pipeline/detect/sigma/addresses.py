"""Whether an address lies in a network, as SQL: the engine has no such type at hand, and text alone cannot tell.

Source: RFC 4291 section 2.2 for what an address may look like; an IPv4-mapped address counts as IPv4, as in int_networks.
"""

from ipaddress import IPv4Network, IPv6Network

from pipeline.detect.sigma.fields import Bindings

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_DOTTED = rf"{_OCTET}(\.{_OCTET}){{3}}"
_GROUPS = "([0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6})?"
_MAPPED = "::ffff:"


def sql_from_network(text: str, network: IPv4Network | IPv6Network, bindings: Bindings) -> str:
    """SQL of whether the text is an address within the network; false for what is no address."""
    if isinstance(network, IPv4Network):
        first, last = (int(end) for end in (network.network_address, network.broadcast_address))
        number = _ipv4_number(text)
        return f"coalesce({number} between {bindings.bind(first)} and {bindings.bind(last)}, false)"
    # Digits of equal number sort as the numbers they write: so many as the prefix touches decide.
    length = -(-network.prefixlen // 4)
    if not length:
        return f"{_ipv6_digits(text)} is not null"
    first_digits, last_digits = (
        end.exploded.replace(":", "")[:length] for end in (network.network_address, network.broadcast_address)
    )
    digits = f"left({_ipv6_digits(text)}, {bindings.bind(length)})"
    return f"coalesce({digits} between {bindings.bind(first_digits)} and {bindings.bind(last_digits)}, false)"


def _ipv4_number(text: str) -> str:
    """SQL of an IPv4 address as a number; null for anything else."""
    address = f"regexp_replace(lower({text}), '^{_MAPPED}', '')"
    return f"case when regexp_full_match({address}, '{_DOTTED}') then {_number_of_octets(address)} end"


def _number_of_octets(address: str) -> str:
    octets = [f"try_cast(split_part({address}, '.', {n}) as bigint)" for n in (1, 2, 3, 4)]
    return " + ".join(f"{octet} * {256**power}" for octet, power in zip(octets, (3, 2, 1, 0), strict=True))


def _ipv6_digits(text: str) -> str:
    """SQL of an IPv6 address as 32 hexadecimal digits; null for anything else, and for one that ends in dotted IPv4."""
    address = f"lower({text})"
    head, tail = (f"split_part({address}, '::', {n})" for n in (1, 2))
    head_digits, tail_digits = _digits(head), _digits(tail)
    return (
        f"case when regexp_full_match({address}, '[0-9a-f]{{1,4}}(:[0-9a-f]{{1,4}}){{7}}') then {_digits(address)}"
        f" when regexp_full_match({address}, '{_GROUPS}::{_GROUPS}')"
        f" and length({head_digits}) + length({tail_digits}) <= 28"
        f" then {head_digits} || repeat('0', 32 - length({head_digits}) - length({tail_digits})) || {tail_digits} end"
    )


def _digits(groups: str) -> str:
    """SQL of groups between colons as four digits each."""
    padded = f"replace(':' || {groups}, ':', ':000')"
    return f"case when {groups} = '' then '' else regexp_replace({padded}, ':0{{0,3}}([0-9a-f]{{4}})', '\\1', 'g') end"
