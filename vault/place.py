"""Where a person is, from the address that the gateway saw and the zones that the operator configured.

The most specific network that holds the address names the zone. An address outside every zone leaves the place unknown
until the person declares one; a declaration never replaces a zone. What the operator's location database says of the
address stands beside it, and so does the position that a browser reports: the place says what is known, and how, and
weighs nothing against anything.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from vault.model import BrowserPosition, Place, PlaceSource

MOST_POSITION_CHARACTERS = 80
EARTH_METRES = 20_040_000
"""Half way round: no accuracy is worse."""
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,20})?")


class Zone(Protocol):
    """A named part of the network, as CIDR ranges."""

    @property
    def name(self) -> str: ...

    @property
    def networks(self) -> Sequence[str]: ...


class AddressFacts(Protocol):
    """What a location database says of an address."""

    @property
    def country(self) -> str: ...

    @property
    def city(self) -> str: ...

    @property
    def built(self) -> str: ...


def locate(
    address: str,
    *,
    zones: Iterable[Zone],
    declared: str = "",
    trusted_proxy: str = "",
    known: AddressFacts | None = None,
) -> Place:
    """The place of ``address``: by zone, else as ``declared``, else unknown. An address that is none is in no zone.

    ``known`` is what the location database says of it.
    """
    zone = _zone_of(parse_address(address), zones)
    if zone:
        source, declared = PlaceSource.ZONE, ""
    else:
        source = PlaceSource.DECLARED if declared else PlaceSource.UNKNOWN
    return Place(
        address=address,
        source=source,
        zone=zone,
        declared=declared,
        trusted_proxy=trusted_proxy,
        country=known.country if known else "",
        city=known.city if known else "",
        geoip_built=known.built if known else "",
    )


def read_position(words: str) -> BrowserPosition | None:
    """The position in ``latitude,longitude,accuracy`` (degrees, metres), rounded; None for anything else.

    Rounded here as well as in the browser: what is not needed is not kept, whoever sends it.
    """
    parts = words.split(",") if len(words) <= MOST_POSITION_CHARACTERS else []
    if len(parts) != len(("latitude", "longitude", "accuracy")) or not all(map(_DECIMAL.fullmatch, parts)):
        return None
    latitude, longitude, accuracy = map(float, parts)
    if abs(latitude) > 90 or abs(longitude) > 180 or not 0 <= accuracy <= EARTH_METRES:
        return None
    return BrowserPosition(round(latitude * 100), round(longitude * 100), round(accuracy))


def further_evidence(place: Place) -> dict[str, str]:
    """What stands beside zone and declaration, under the names that records use; only what there is."""
    position = place.position
    members = {
        "country": place.country,
        "city": place.city,
        "geoip": place.geoip_built,
        "position": str(position) if position else "",
        "accuracy_m": str(position.accuracy_m) if position else "",
    }
    return {name: value for name, value in members.items() if value}


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
