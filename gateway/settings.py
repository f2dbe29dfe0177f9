"""What the web application needs from the configuration, in the types it works with. Read once, when it is created."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from vault.config import Config
from vault.errors import ConfigError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class WebSettings:
    """``origin`` is scheme://host[:port] as browsers send it; ``max_upload_bytes`` bounds the files of one form."""

    origin: str
    is_https: bool
    trusted_hosts: tuple[str, ...]
    trusted_proxies: tuple[Network, ...]
    max_upload_bytes: int


def web_settings(config: Config) -> WebSettings:
    """ConfigError where the session cookie could travel in the clear: plain http anywhere but on the loopback."""
    parts = urlsplit(config.gateway.public_url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK_HOSTS):
        raise ConfigError(["gateway.public_url: https is required, except on 127.0.0.1, ::1 and localhost"])
    return WebSettings(
        origin=f"{parts.scheme}://{parts.netloc}".lower(),
        is_https=parts.scheme == "https",
        trusted_hosts=tuple(config.gateway.trusted_hosts) or (host,),
        trusted_proxies=tuple(ipaddress.ip_network(each) for each in config.gateway.trusted_proxies),
        max_upload_bytes=config.gateway.max_upload_mib << 20,
    )
