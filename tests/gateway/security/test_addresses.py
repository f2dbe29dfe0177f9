"""Forwarded addresses: believed from trusted proxies, and only as far as they reach."""

from __future__ import annotations

import ipaddress

import pytest

from gateway.security.addresses import Peer, resolve_peer

TRUSTED = (ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "address", "proxy"),
    [
        ("203.0.113.5", "", "203.0.113.5", ""),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5", ""),
        ("10.0.0.2", "", "10.0.0.2", ""),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1", "10.0.0.2"),
        ("10.0.0.2", "6.6.6.6, 198.51.100.1", "198.51.100.1", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "198.51.100.1", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1, nonsense", "10.0.0.2", ""),
        ("fd00::1", "2001:db8::5", "2001:db8::5", "fd00::1"),
        ("10.0.0.2", "10.0.0.9", "10.0.0.9", "10.0.0.2"),
    ],
)
def test_peer_is_the_last_address_that_no_trusted_proxy_stands_behind(
    remote: str, forwarded: str, address: str, proxy: str
) -> None:
    """A list that the client began is read from its end, and nonsense in it ends the reading."""
    assert resolve_peer(remote, forwarded, trusted=TRUSTED) == Peer(address, proxy)


def test_forged_forwarded_address_without_proxies_is_ignored() -> None:
    """Without configured proxies the header says nothing."""
    assert resolve_peer("203.0.113.5", "10.1.2.3", trusted=()).address == "203.0.113.5"
