"""Where a person is, from an address and the operator's zones."""

from __future__ import annotations

import pytest

from vault.config.model import Zone
from vault.model import PlaceSource
from vault.place import locate

ZONES = (
    Zone(name="Head office", networks=("10.1.0.0/16",)),
    Zone(name="Laboratory", networks=("10.1.7.0/24", "2001:db8:7::/48")),
)


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("10.1.2.3", "Head office"),
        ("10.1.7.9", "Laboratory"),
        ("::ffff:10.1.7.9", "Laboratory"),
        ("2001:db8:7::1", "Laboratory"),
    ],
)
def test_address_in_a_zone_has_the_name_of_the_most_specific_one(address: str, zone: str) -> None:
    """The narrowest network decides, in either notation of an address."""
    place = locate(address, zones=ZONES)
    assert (place.zone, place.source) == (zone, PlaceSource.ZONE)


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "2001:db8::1", "", "not an address", "10.1.2.3, 10.1.2.4", "127.0.0.1"]
)
def test_address_in_no_zone_is_an_unknown_place(address: str) -> None:
    """What is no address, or in no zone, is nowhere; the machine itself is no exception."""
    assert locate(address, zones=ZONES).source is PlaceSource.UNKNOWN


def test_declared_place_counts_only_where_no_zone_is_known() -> None:
    """Nobody in the office can declare that they are elsewhere."""
    assert locate("192.0.2.1", zones=ZONES, declared="Hotel").declared == "Hotel"
    assert locate("10.1.2.3", zones=ZONES, declared="Hotel").declared == ""
