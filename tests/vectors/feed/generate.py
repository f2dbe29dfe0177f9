"""Writes the vectors of what feeds send. Run once for a version of the lines; the files never change after.

``python -m tests.vectors.feed.generate`` refuses to replace a file that exists. The code of today must still write
these very bytes (tests/vault/feed/test_vectors.py).
"""

from __future__ import annotations

from pathlib import Path

from tests.vault.feed.samples import SOURCE, VECTOR
from vault.config import FeedConfig
from vault.feed.encoding import encode

FOLDER = Path(__file__).parent
FILES = {
    "ocsf.v1.jsonl": FeedConfig(name="file", format="ocsf", output="file"),
    "cef.v1.txt": FeedConfig(name="file", format="cef", output="file"),
    "syslog.v1.txt": FeedConfig(name="file", format="syslog", output="file"),
    "syslog-octets.v1.bin": FeedConfig(name="tls", format="syslog", output="tls", address="siem.example.com:6514"),
}


def content_of(name: str) -> bytes:
    """What the code of today writes into this file."""
    return encode(VECTOR, feed=FILES[name], source=SOURCE)


def main() -> None:
    for name in FILES:
        with (FOLDER / name).open("xb") as file:
            file.write(content_of(name))


if __name__ == "__main__":
    main()
