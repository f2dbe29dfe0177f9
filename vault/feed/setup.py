"""A feed as it is configured: its output, and what the trail is told of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import BinaryIO

from vault.config import FeedConfig
from vault.database import ledger_sequencing
from vault.database.engine import Connection
from vault.errors import NotFound
from vault.feed.outputs.connection import ConnectionOutput, TlsSettings
from vault.feed.outputs.file import FileOutput
from vault.feed.outputs.port import Output
from vault.feed.outputs.stream import StreamOutput
from vault.feed.product import Source, installed_version
from vault.runtime import Vault


def feed_named(vault: Vault, name: str) -> FeedConfig:
    """The feed of the configuration; NotFound ``feed.unknown``."""
    found = next((feed for feed in vault.config.feeds if feed.name == name), None)
    if found is None:
        raise NotFound("feed.unknown", name=name)
    return found


def source_of(vault: Vault, tx: Connection) -> Source:
    """Whom this vault's lines come from: by the trail as it is called now, which a successor changes."""
    head = ledger_sequencing.load_head(tx)
    origin = head.origin if head is not None else vault.config.trail.origin
    return Source(installed_version(), origin, vault.config.trail.node)


def make_output(feed: FeedConfig, *, monotonic: Callable[[], float], stdout: BinaryIO | None = None) -> Output:
    """The place that the feed sends to, not open yet. ``stdout`` is what output ``stdout`` writes to."""
    if feed.path is not None:
        return FileOutput(feed.path)
    if feed.output == "stdout":
        assert stdout is not None, "only a command has a standard output of its own"
        return StreamOutput(stdout)
    host, _, port = feed.address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    tls = None
    if feed.output == "tls":
        tls = TlsSettings(feed.server_name or host, feed.ca_file, feed.certificate_file, feed.key_file)
    return ConnectionOutput(host, int(port), tls=tls, monotonic=monotonic, pause=threading.Event().wait)


def target_of(feed: FeedConfig) -> str:
    """Where it goes, for people: the file, the collector, or ``stdout``."""
    return str(feed.path) if feed.path is not None else feed.address or feed.output


def facts_of(feed: FeedConfig) -> dict[str, str | int]:
    """What the trail is told of how a feed is set up."""
    return {
        "feed": feed.name,
        "format": feed.format,
        "output": feed.output,
        "target": target_of(feed),
        "people": feed.people,
    }


def setup_of(feed: FeedConfig) -> str:
    """The same as one text, to see that it changed."""
    return json.dumps(facts_of(feed), sort_keys=True)
