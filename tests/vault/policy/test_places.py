"""Where a class opens, as a literal table."""

from __future__ import annotations

import pytest

from vault.policy.places import Places, decide_place

OFFICE = Places(zones=("Head office",))
CHINA = Places(countries=("CN", "HK"))
EITHER = Places(zones=("Head office",), countries=("CN",))


@pytest.mark.parametrize(
    ("places", "zone", "country", "code"),
    [
        (Places(), "", "", ""),
        (Places(), "Plant", "DE", ""),
        (OFFICE, "Head office", "", ""),
        (OFFICE, "head office", "", "denied.place"),
        (OFFICE, "Plant", "CN", "denied.place"),
        (OFFICE, "", "", "denied.place"),
        (CHINA, "", "CN", ""),
        (CHINA, "", "HK", ""),
        (CHINA, "", "DE", "denied.place"),
        (CHINA, "", "", "denied.country_unknown"),
        (CHINA, "Head office", "", "denied.place"),
        (EITHER, "Head office", "", ""),
        (EITHER, "Head office", "DE", ""),
        (EITHER, "", "CN", ""),
        (EITHER, "Plant", "DE", "denied.place"),
        (EITHER, "", "", "denied.country_unknown"),
    ],
)
def test_one_listed_zone_or_country_opens(places: Places, zone: str, country: str, code: str) -> None:
    """Nothing listed: everywhere. A country that nobody knows opens nothing where one is needed."""
    assert decide_place(places, zone=zone, country=country).code == code
