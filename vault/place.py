"""Where a person is, from the address that the gateway saw and the zones that the operator configured.

The most specific network that holds the address names the zone. An address outside every zone leaves the place unknown
until the person declares one; a declaration never replaces a zone. Nothing here asks a network or a location database:
the place says what is known, and how.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Protocol

from vault.model import Place, PlaceSource


class Zone(Protocol):
    """A named part of the network, as CIDR ranges."""

    @property
    def name(self) -> str: ...

    @property
    def networks(self) -> Sequence[str]: ...


def locate(address: str, *, zones: Iterable[Zone], declared: str = "", trusted_proxy: str = "") -> Place:
    """The place of ``address``: by zone, else as ``declared``, else unknown. An address that is none is in no zone."""
    zone = _zone_of(parse_address(address), zones)
    if zone:
        source, declared = PlaceSource.ZONE, ""
    else:
        source = PlaceSource.DECLARED if declared else PlaceSource.UNKNOWN
    return Place(address=address, source=source, zone=zone, declared=declared, trusted_proxy=trusted_proxy)


def parse_address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address without its scope, IPv4 where it is IPv4 written as IPv6; None for anything else."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def _zone_of(address: ipaddress.IPv4Address | ipaddress.IPv6Address | None, zones: Iterable[Zone]) -> str:
    if address is None:
        return ""
    best, best_bits = "", -1
    for zone in zones:
        for words in zone.networks:
            network = ipaddress.ip_network(words, strict=False)
            if network.version == address.version and address in network and network.prefixlen > best_bits:
                best, best_bits = zone.name, network.prefixlen
    return best
