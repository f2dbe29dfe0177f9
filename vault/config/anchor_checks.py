"""What types cannot say of anchors: names of their own, addresses, keys, files.

That a directory is there is not asked: a share that is not mounted at start is an anchor that fails and is shown so,
and never a vault that does not start.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from vault.config.anchors import (
    AnchorsConfig,
    BucketAnchorConfig,
    DirectoryAnchorConfig,
    TimestampAnchorConfig,
    WitnessAnchorConfig,
)
from vault.config.file_checks import bucket_faults, present

_AnyAnchor = DirectoryAnchorConfig | BucketAnchorConfig | WitnessAnchorConfig | TimestampAnchorConfig
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_WITNESS_KEY = re.compile(r"[^\s+]{1,128}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")


def anchor_faults(anchors: AnchorsConfig) -> list[str]:
    """Every fault of ``[trail.anchors]`` and the tables in it."""
    faults = _name_faults(anchors)
    for number, directory in enumerate(anchors.directories, start=1):
        if not directory.path.is_absolute():
            faults.append(f"trail.anchors.directories[{number}].path: must be absolute")
    for number, bucket in enumerate(anchors.buckets, start=1):
        faults += bucket_faults(f"trail.anchors.buckets[{number}]", bucket)
    for number, witness in enumerate(anchors.witnesses, start=1):
        key = f"trail.anchors.witnesses[{number}]"
        faults += _url_faults(f"{key}.url", witness.url) + _ca_faults(f"{key}.ca_file", witness.ca_file)
        if not _WITNESS_KEY.fullmatch(witness.key):
            faults.append(f"{key}.key: must be name+hash+key; run dossier-vault witness show on the witness")
    for number, authority in enumerate(anchors.timestamps, start=1):
        key = f"trail.anchors.timestamps[{number}]"
        faults += _url_faults(f"{key}.url", authority.url) + _ca_faults(f"{key}.ca_file", authority.ca_file)
        faults += present(f"{key}.certificates", authority.certificates)
    return faults


def _name_faults(anchors: AnchorsConfig) -> list[str]:
    kinds: dict[str, tuple[_AnyAnchor, ...]] = {
        "directories": anchors.directories,
        "buckets": anchors.buckets,
        "witnesses": anchors.witnesses,
        "timestamps": anchors.timestamps,
    }
    faults = [
        f"trail.anchors.{kind}[{number}].name: must be lower-case letters, digits and hyphens, at most 32"
        for kind, each_of in kinds.items()
        for number, each in enumerate(each_of, start=1)
        if not _NAME.fullmatch(each.name)
    ]
    names = Counter(each.name for each_of in kinds.values() for each in each_of)
    repeated = sorted(name for name, count in names.items() if count > 1)
    return faults + [f"trail.anchors: two anchors are called {name}; give each its own name" for name in repeated]


def _url_faults(key: str, url: str) -> list[str]:
    unusable = [f"{key}: must be http(s)://host[:port][/path] without query"]
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, because a wrong one raises only then
    except ValueError:
        return unusable
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        return unusable
    return []


def _ca_faults(key: str, ca_file: Path | None) -> list[str]:
    return present(key, ca_file) if ca_file is not None else []
