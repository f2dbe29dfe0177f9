"""The operator's location database: what it says, and what happens while it is missing, damaged or old."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.mmdb import city_record, encode_database
from vault.errors import VaultError
from vault.geoip import Geography, GeoPlace

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
BUILT = int(dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC).timestamp())
NETWORKS = {
    "203.0.113.0/25": city_record("DE", "Berlin"),
    "203.0.113.128/25": city_record("CN", "Shanghai"),
    "198.51.100.0/24": city_record("FR"),
    "192.0.2.0/28": {"country": {"iso_code": "europe"}, "city": {"names": {"en": "Na\u202eme\n"}}},
    "192.0.2.64/28": {"country": "DE", "city": ["Berlin"]},
    "2001:db8::/32": city_record("JP", "Tokyo"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "places.mmdb"
    path.write_bytes(encode_database(NETWORKS, built=BUILT))
    return path


def fault_of(geography: Geography, *, now: dt.datetime = NOW) -> str:
    try:
        geography.check(now=now)
    except VaultError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("address", "country", "city"),
    [
        ("203.0.113.9", "DE", "Berlin"),
        ("203.0.113.200", "CN", "Shanghai"),
        ("::ffff:203.0.113.200", "CN", "Shanghai"),
        ("198.51.100.1", "FR", ""),
        ("2001:db8::7", "JP", "Tokyo"),
        ("192.0.2.1", "", "Name"),
    ],
)
def test_address_has_the_country_and_city_of_its_network(path: Path, address: str, country: str, city: str) -> None:
    """Whatever form the address is written in; a name loses what cannot be shown, a country that is none is none."""
    assert Geography(path).find(address) == GeoPlace(country, city, "2026-11-01")


@pytest.mark.parametrize("address", ["10.1.2.3", "192.0.2.65", "2001:db9::1", "local", "", "203.0.113.9.9"])
def test_what_the_database_does_not_know_is_nothing(path: Path, address: str) -> None:
    """No network, a record of another shape, no address at all."""
    geography = Geography(path)
    assert geography.find(address) is None
    assert fault_of(geography) == ""


def test_ipv6_in_a_database_of_ipv4_is_nothing(tmp_path: Path) -> None:
    """And no fault of the database."""
    path = tmp_path / "four.mmdb"
    path.write_bytes(encode_database({"203.0.113.0/24": city_record("DE")}, built=BUILT, ip_version=4))
    geography = Geography(path)
    assert geography.find("2001:db8::7") is None
    assert geography.find("203.0.113.9") == GeoPlace("DE", "", "2026-11-01")
    assert fault_of(geography) == ""


def test_without_a_configured_database_nothing_is_known_and_nothing_is_wrong() -> None:
    """Most vaults have none."""
    geography = Geography(None)
    assert geography.find("203.0.113.9") is None
    assert geography.check(now=NOW) == ("", "")


def test_missing_database_is_said_until_it_is_there(path: Path) -> None:
    """It is looked for at each look; nothing has to be restarted."""
    aside = path.rename(path.with_suffix(".aside"))
    geography = Geography(path)
    assert geography.find("203.0.113.9") is None
    assert fault_of(geography) == "geoip.missing"
    aside.rename(path)
    assert geography.find("203.0.113.9") == GeoPlace("DE", "Berlin", "2026-11-01")
    assert geography.check(now=NOW) == ("Test-City", "2026-11-01")


def test_database_that_went_away_goes_on_being_used_and_is_said(path: Path) -> None:
    """What was read is as true as it was; put back as it was, all is well again."""
    geography = Geography(path)
    assert geography.find("203.0.113.9") is not None
    aside = path.rename(path.with_suffix(".aside"))
    assert geography.find("203.0.113.200") == GeoPlace("CN", "Shanghai", "2026-11-01")
    assert fault_of(geography) == "geoip.missing"
    aside.rename(path)
    assert geography.find("203.0.113.9") is not None
    assert fault_of(geography) == ""


def test_new_database_is_read_when_it_is_put_there(path: Path) -> None:
    """With what it says now, also of addresses that were looked up before."""
    geography = Geography(path)
    assert geography.find("203.0.113.9") == GeoPlace("DE", "Berlin", "2026-11-01")
    replacement = path.with_suffix(".new")
    replacement.write_bytes(encode_database({"203.0.113.0/24": city_record("AT", "Wien")}, built=BUILT + 86400))
    replacement.replace(path)
    assert geography.find("203.0.113.9") == GeoPlace("AT", "Wien", "2026-11-02")


def test_damaged_database_is_said_and_what_was_read_before_stays(path: Path) -> None:
    """Cut short by a copy that broke off, or no database at all: no look raises."""
    whole = path.read_bytes()
    geography = Geography(path)
    assert geography.find("203.0.113.9") is not None
    for damaged in (b"", whole[: len(whole) // 2], b"PK\x03\x04" * 100, whole[-200:]):
        path.write_bytes(damaged)
        assert geography.find("203.0.113.9") == GeoPlace("DE", "Berlin", "2026-11-01")
        assert Geography(path).find("203.0.113.9") is None
        assert fault_of(geography) == "geoip.damaged"
        assert fault_of(Geography(path)) == "geoip.damaged"


def test_no_flipped_byte_makes_a_look_raise(path: Path) -> None:
    """Each byte of the file in turn."""
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        geography = Geography(path)
        for address in ("203.0.113.9", "2001:db8::7"):
            found = geography.find(address)
            assert found is None or len(found.country) in {0, 2}


def test_old_database_is_said_and_used(path: Path) -> None:
    """Ninety days are no fault; a day more is."""
    geography = Geography(path)
    last_day = dt.datetime(2027, 1, 30, tzinfo=dt.UTC)
    assert fault_of(geography, now=last_day) == ""
    assert fault_of(geography, now=last_day + dt.timedelta(days=1)) == "geoip.old"
    assert geography.find("203.0.113.9") is not None
