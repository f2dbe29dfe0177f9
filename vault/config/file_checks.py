"""Files that the configuration names: there, and where they hold secrets, readable by their owner only."""

from __future__ import annotations

import stat
from pathlib import Path

from vault.config.bucket import S3Config


def bucket_faults(key: str, bucket: S3Config) -> list[str]:
    """What is wrong with a bucket; ``key`` is the name of its table."""
    faults = present(f"{key}.access_key_file", bucket.access_key_file)
    faults += private(f"{key}.secret_key_file", bucket.secret_key_file)
    if "/" in bucket.endpoint:
        faults.append(f"{key}.endpoint: must be host[:port] without scheme or path")
    if bucket.prefix and not bucket.prefix.endswith("/"):
        faults.append(f"{key}.prefix: must end with a slash")
    if bucket.ca_file is not None:
        faults += present(f"{key}.ca_file", bucket.ca_file)
    return faults


def present(key: str, path: Path) -> list[str]:
    """The file must be there."""
    try:
        is_there = path.is_file()
    except OSError:  # a directory above that may not be entered
        is_there = False
    return [] if is_there else [f"{key}: {path} is not there; make the file or correct the path"]


def private(key: str, path: Path) -> list[str]:
    """Secrets are read from files that nobody else may read."""
    missing = present(key, path)
    if missing:
        return missing
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [f"{key}: {path} may be read by others; run chmod 600 on it"]
    return []
