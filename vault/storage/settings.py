"""Where a store is, as plain values; light to import, so that reading the configuration loads no client."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class S3Settings:
    """An S3-compatible bucket.

    ``endpoint`` is ``host`` or ``host:port`` without scheme; ``prefix`` goes before every object key and ends with
    ``/`` unless empty; ``ca_file`` replaces the system's certificate authorities. The region is always named, so that
    it is never asked for.
    """

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    region: str = "us-east-1"
    secure: bool = True
    prefix: str = ""
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if not (self.endpoint and self.bucket and self.access_key and self.secret_key and self.region):
            raise ValueError("endpoint, bucket, access_key, secret_key and region must be given")
        if "/" in self.endpoint:
            raise ValueError("endpoint is host or host:port, without scheme and path")
        if self.prefix and not self.prefix.endswith("/"):
            raise ValueError("prefix ends with a slash")
