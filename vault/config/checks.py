"""What types cannot say: networks, URLs, files that must be there and readable by their owner only."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

from vault.config.anchor_checks import anchor_faults
from vault.config.file_checks import bucket_faults, present, private
from vault.config.mail import MailConfig
from vault.config.mail_checks import mail_faults
from vault.config.model import (
    DatabaseConfig,
    FeedConfig,
    GatewayConfig,
    IntakeConfig,
    KeysConfig,
    PlacesConfig,
    StorageConfig,
    TrailConfig,
)

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ORIGIN = re.compile(r"[A-Za-z0-9._/-]{1,128}")
_NODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def check_section(section: object) -> list[str]:
    """Every fault of one top-level table, as ``key: what is wrong; what to do``."""
    match section:
        case GatewayConfig():
            return _gateway(section)
        case DatabaseConfig():
            return _database(section)
        case StorageConfig():
            return _storage(section)
        case KeysConfig():
            return _keys(section)
        case PlacesConfig():
            return _places(section)
        case TrailConfig():
            return _trail(section)
        case MailConfig():
            return mail_faults(section)
        case IntakeConfig():
            return _intake(section)
        case tuple():
            return _feeds([each for each in section if isinstance(each, FeedConfig)])
    return []


def _gateway(gateway: GatewayConfig) -> list[str]:
    faults = _networks("gateway.trusted_proxies", gateway.trusted_proxies)
    faults += _public_url(gateway.public_url)
    if not _is_address(gateway.listen):
        faults.append("gateway.listen: must be ADDRESS:PORT, such as 127.0.0.1:8700")
    return faults


def _is_address(text: str) -> bool:
    """Whether it is HOST:PORT."""
    host, _, port = text.rpartition(":")
    return bool(host) and re.fullmatch(r"[0-9]{1,5}", port) is not None and int(port) <= 65_535


def _public_url(url: str) -> list[str]:
    unusable = ["gateway.public_url: must be http(s)://host[:port]; write what people type"]
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, because a wrong one raises only then
    except ValueError:
        return unusable
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        return unusable
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        return ["gateway.public_url: must be https except on the loopback; put a TLS proxy in front"]
    return []


def _database(database: DatabaseConfig) -> list[str]:
    if database.url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        return []
    return ["database.url: must begin with sqlite:/// or postgresql+psycopg://"]


def _storage(storage: StorageConfig) -> list[str]:
    if (storage.directory is None) == (storage.s3 is None):
        return ["storage: exactly one of directory and [storage.s3] is needed; remove or add one"]
    if storage.s3 is None:
        return []
    return bucket_faults("storage.s3", storage.s3)


def _keys(keys: KeysConfig) -> list[str]:
    faults = _root_uri("keys.root", keys.root)
    if keys.next_root:
        faults += _root_uri("keys.next_root", keys.next_root)
    for name in ("passphrase_file", "next_passphrase_file"):
        path: Path | None = getattr(keys, name)
        if path is not None:
            faults += private(f"keys.{name}", path)
    if keys.next_root.startswith("passphrase:") and keys.next_passphrase_file is None:
        # whoever starts the gateway is asked for one passphrase, the present one's
        faults.append("keys.next_passphrase_file: needed while keys move to a root key with a passphrase")
    return faults


def _root_uri(name: str, uri: str) -> list[str]:
    scheme, _, location = uri.partition(":")
    if not scheme or not location:
        return [f"{name}: must be SCHEME:LOCATION, such as file:/etc/dossier-vault/root.key"]
    if scheme in {"file", "passphrase"} and not Path(location).is_absolute():
        return [f"{name}: the path must be absolute"]
    return []


def _places(places: PlacesConfig) -> list[str]:
    faults = []
    for number, zone in enumerate(places.zones, start=1):
        faults += _networks(f"places.zones[{number}].networks", zone.networks)
        if not zone.name.strip() or not zone.networks:
            faults.append(f"places.zones[{number}]: needs a name and at least one network")
    names = [zone.name for zone in places.zones]
    if len(names) != len(set(names)):
        faults.append("places.zones: two zones have the same name; give each its own")
    return faults


def _trail(trail: TrailConfig) -> list[str]:
    faults = []
    if not _ORIGIN.fullmatch(trail.origin):
        faults.append("trail.origin: must be a name without spaces, such as example.com/dossier-vault")
    if not _NODE.fullmatch(trail.node):
        faults.append("trail.node: must be lower-case letters, digits and hyphens")
    return faults + anchor_faults(trail.anchors)


def _intake(intake: IntakeConfig) -> list[str]:
    folder = intake.hot_folder
    if folder is not None and not folder.folder.is_dir():
        return [f"intake.hot_folder.folder: {folder.folder} is no directory; make it or mount it"]
    return []


def _feeds(feeds: list[FeedConfig]) -> list[str]:
    faults = [fault for number, feed in enumerate(feeds, start=1) for fault in _feed(f"feeds[{number}]", feed)]
    names = [feed.name for feed in feeds]
    if len(names) != len(set(names)):
        faults.append("feeds: two feeds have the same name; give each its own")
    return faults


def _feed(key: str, feed: FeedConfig) -> list[str]:
    faults = []
    if not _NODE.fullmatch(feed.name):
        faults.append(f"{key}.name: must be lower-case letters, digits and hyphens")
    if (feed.path is not None) != (feed.output == "file"):
        faults.append(f"{key}.path: is needed for output file and for no other; add or remove it")
    elif feed.path is not None and not feed.path.parent.is_dir():
        faults.append(f"{key}.path: {feed.path.parent} is no directory; make it or correct the path")
    if bool(feed.address) != (feed.output in {"tcp", "tls"}):
        faults.append(f"{key}.address: is needed for output tcp and tls and for no other; add or remove it")
    elif feed.address and not _is_address(feed.address):
        faults.append(f"{key}.address: must be HOST:PORT, such as siem.example.com:6514")
    return faults + _feed_tls(key, feed)


def _feed_tls(key: str, feed: FeedConfig) -> list[str]:
    files = (feed.ca_file, feed.certificate_file, feed.key_file)
    if feed.output != "tls":
        is_plain = not feed.server_name and files == (None, None, None)
        return [] if is_plain else [f"{key}: server_name and certificate files are for output tls only; remove them"]
    faults = []
    if (feed.certificate_file is None) != (feed.key_file is None):
        faults.append(f"{key}.certificate_file: needs key_file, and the other way round; add the other one")
    for name, path in (("ca_file", feed.ca_file), ("certificate_file", feed.certificate_file)):
        faults += present(f"{key}.{name}", path) if path is not None else []
    return faults + (private(f"{key}.key_file", feed.key_file) if feed.key_file is not None else [])


def _networks(key: str, networks: tuple[str, ...]) -> list[str]:
    faults = []
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            faults.append(f"{key}: {network} is no network; write it as 10.1.0.0/16 with host bits zero")
    return faults
