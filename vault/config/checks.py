"""What types cannot say: networks, URLs, files that must be there and readable by their owner only."""

from __future__ import annotations

import ipaddress
import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

from vault.config.model import Config

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ORIGIN = re.compile(r"[A-Za-z0-9._/-]{1,128}")
_NODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_MOST_VIEWS = 1000
_LONGEST_LEASE_MINUTES = 480


def check_values(config: Config) -> list[str]:
    """Every fault, as ``key: what is wrong; what to do``."""
    return [
        *_gateway(config),
        *_database(config),
        *_storage(config),
        *_keys(config),
        *_places(config),
        *_classes(config),
        *_trail(config),
        *_intake(config),
    ]


def _gateway(config: Config) -> list[str]:
    gateway = config.gateway
    faults = _networks("gateway.trusted_proxies", gateway.trusted_proxies)
    parts = urlsplit(gateway.public_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        faults.append("gateway.public_url: must be http(s)://host[:port]; write what people type")
    elif parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        faults.append("gateway.public_url: must be https except on the loopback; put a TLS proxy in front")
    host, _, port = gateway.listen.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65_535:
        faults.append("gateway.listen: must be ADDRESS:PORT, such as 127.0.0.1:8700")
    return faults


def _database(config: Config) -> list[str]:
    if config.database.url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        return []
    return ["database.url: must begin with sqlite:/// or postgresql+psycopg://"]


def _storage(config: Config) -> list[str]:
    storage = config.storage
    if (storage.directory is None) == (storage.s3 is None):
        return ["storage: exactly one of directory and [storage.s3] is needed; remove or add one"]
    if storage.s3 is None:
        return []
    faults = _present("storage.s3.access_key_file", storage.s3.access_key_file)
    faults += _private("storage.s3.secret_key_file", storage.s3.secret_key_file)
    if "/" in storage.s3.endpoint:
        faults.append("storage.s3.endpoint: must be host[:port] without scheme or path")
    if storage.s3.prefix and not storage.s3.prefix.endswith("/"):
        faults.append("storage.s3.prefix: must end with a slash")
    if storage.s3.ca_file is not None:
        faults += _present("storage.s3.ca_file", storage.s3.ca_file)
    return faults


def _keys(config: Config) -> list[str]:
    scheme, _, location = config.keys.root.partition(":")
    faults = []
    if not scheme or not location:
        faults.append("keys.root: must be SCHEME:LOCATION, such as file:/etc/dossier-vault/root.key")
    elif scheme in {"file", "passphrase"} and not Path(location).is_absolute():
        faults.append("keys.root: the path must be absolute")
    if config.keys.passphrase_file is not None:
        faults += _private("keys.passphrase_file", config.keys.passphrase_file)
    return faults


def _places(config: Config) -> list[str]:
    faults = []
    for number, zone in enumerate(config.places.zones, start=1):
        faults += _networks(f"places.zones[{number}].networks", zone.networks)
        if not zone.name.strip() or not zone.networks:
            faults.append(f"places.zones[{number}]: needs a name and at least one network")
    names = [zone.name for zone in config.places.zones]
    if len(names) != len(set(names)):
        faults.append("places.zones: two zones have the same name; give each its own")
    return faults


def _classes(config: Config) -> list[str]:
    faults = []
    for name, limits in config.views.classes.items():
        if limits.per_document is not None and not 1 <= limits.per_document <= _MOST_VIEWS:
            faults.append(f"views.classes.{name}.per_document: must be 1 to {_MOST_VIEWS}")
        if limits.lease_minutes is not None and not 1 <= limits.lease_minutes <= _LONGEST_LEASE_MINUTES:
            faults.append(f"views.classes.{name}.lease_minutes: must be 1 to {_LONGEST_LEASE_MINUTES}")
    return faults


def _trail(config: Config) -> list[str]:
    faults = []
    if not _ORIGIN.fullmatch(config.trail.origin):
        faults.append("trail.origin: must be a name without spaces, such as example.com/dossier-vault")
    if not _NODE.fullmatch(config.trail.node):
        faults.append("trail.node: must be lower-case letters, digits and hyphens")
    return faults


def _intake(config: Config) -> list[str]:
    folder = config.intake.hot_folder
    if folder is not None and not folder.folder.is_dir():
        return [f"intake.hot_folder.folder: {folder.folder} is no directory; make it or mount it"]
    return []


def _networks(key: str, networks: tuple[str, ...]) -> list[str]:
    faults = []
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            faults.append(f"{key}: {network} is no network; write it as 10.1.0.0/16 with host bits zero")
    return faults


def _present(key: str, path: Path) -> list[str]:
    return [] if path.is_file() else [f"{key}: {path} is not there; make the file or correct the path"]


def _private(key: str, path: Path) -> list[str]:
    """Secrets are read from files that nobody else may read."""
    missing = _present(key, path)
    if missing:
        return missing
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [f"{key}: {path} may be read by others; run chmod 600 on it"]
    return []
