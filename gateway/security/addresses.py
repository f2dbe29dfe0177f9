"""The address a request really comes from. Forwarded addresses are believed from configured proxies only.

The list is walked from its end, since only what a trusted proxy appended is worth anything; what a client wrote itself
stands further left and is never reached (ASVS 5.0.0 4.1.3, 15.3.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.settings import Network
from vault.place import parse_address


@dataclass(frozen=True, slots=True)
class Peer:
    """The client's address, and the proxy that named it or ''."""

    address: str
    trusted_proxy: str = ""


def resolve_peer(remote: str, forwarded_for: str, *, trusted: Sequence[Network]) -> Peer:
    """The last address that no trusted proxy stands behind. ``forwarded_for`` is the whole X-Forwarded-For header."""
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    address, proxy = remote, ""
    while hops and _is_in(address, trusted):
        hop = parse_address(hops.pop())
        if hop is None:
            break
        address, proxy = str(hop), remote
    return Peer(address, proxy)


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    parsed = parse_address(address)
    return parsed is not None and any(parsed.version == each.version and parsed in each for each in networks)
