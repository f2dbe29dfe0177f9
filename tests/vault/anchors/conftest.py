"""Each kind of anchor behind one fixture, over a trail of its own; and a company whose anchor is a directory."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.anchor_servers import (
    Authority,
    LockServer,
    RunningWitness,
    running_authority,
    running_lock_server,
    running_witness,
)
from tests.anchoring import anchored_company, directory_section
from tests.company import Company
from tests.vault.ledger.conftest import empty_database, trail  # noqa: F401 - fixtures
from tests.vault.ledger.trail import ORIGIN, Trail, nobody
from vault.anchors.bucket import BucketAnchor
from vault.anchors.directory import DirectoryAnchor
from vault.anchors.port import Anchor, Placement
from vault.anchors.timestamp import TimestampAnchor
from vault.anchors.vkeys import LOG_KEY, Vkey
from vault.anchors.web import WebPeer
from vault.anchors.witness import WitnessAnchor
from vault.clock import FixedClock, SystemClock
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.ledger.checkpoint import open_checkpoint
from vault.ledger.proofs import consistency_proof
from vault.storage.s3_locked import LockedBucket


@pytest.fixture(scope="session")
def lock_server() -> Iterator[LockServer]:
    with running_lock_server() as server:
        yield server


@pytest.fixture(scope="session")
def authority_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def authority(authority_files: Path) -> Iterator[Authority]:
    with running_authority(authority_files) as authority:
        yield authority


@pytest.fixture
def witness(trail: Trail, tmp_path: Path) -> Iterator[RunningWitness]:  # noqa: F811
    """A witness that follows the trail's log."""
    followed = [Vkey(ORIGIN, trail.signing.public, LOG_KEY)]
    with running_witness(tmp_path / "witness", followed=followed, clock=trail.clock) as witness:
        yield witness


@dataclass
class Anchored:
    """A trail and an anchor for it."""

    trail: Trail
    anchor: Anchor

    def placement(self) -> Placement:
        """The newest checkpoint of the trail, after one more entry."""
        self.trail.append(nobody())
        self.trail.sequence()
        note = self.trail.newest_checkpoint()
        checkpoint = open_checkpoint(note, origin=ORIGIN, public=self.trail.signing.public)
        return Placement(note, checkpoint, lambda old: prove(self.trail, old, checkpoint.size))


def prove(trail: Trail, old_size: int, size: int) -> list[bytes]:  # noqa: F811
    with reading(trail.engine) as tx:
        return consistency_proof(lambda level, at: ledger_reading.subtree_hash(tx, level, at), old_size, size=size)


@pytest.fixture
def directory_anchor(tmp_path: Path) -> DirectoryAnchor:
    (tmp_path / "share").mkdir()
    return DirectoryAnchor("share", tmp_path / "share", period_seconds=10, random=os.urandom)


@pytest.fixture
def bucket_anchor(lock_server: LockServer) -> BucketAnchor:
    bucket = LockedBucket(lock_server.new_bucket())
    return BucketAnchor("bucket", bucket, retain_days=30, is_lock_required=True, period_seconds=10, clock=SystemClock())


@pytest.fixture
def witness_anchor(witness: RunningWitness) -> WitnessAnchor:
    peer = WebPeer(witness.url, monotonic=time.monotonic)
    return WitnessAnchor("auditor", peer, witness=witness.state.vkey, period_seconds=10)


@pytest.fixture
def timestamp_anchor(authority: Authority) -> TimestampAnchor:
    peer = WebPeer(authority.url, monotonic=time.monotonic)
    return TimestampAnchor("time", peer, certificates=authority.certificates, period_seconds=600)


@pytest.fixture(params=["directory", "bucket", "witness", "timestamp"])
def anchored(request: pytest.FixtureRequest, trail: Trail) -> Anchored:  # noqa: F811
    """Each test that asks for it runs with every kind of anchor."""
    return Anchored(trail, request.getfixturevalue(f"{request.param}_anchor"))


@pytest.fixture(params=["directory", "bucket", "witness"])
def remembering(request: pytest.FixtureRequest, trail: Trail) -> Anchored:  # noqa: F811
    """With every kind that can be asked later."""
    return Anchored(trail, request.getfixturevalue(f"{request.param}_anchor"))


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def anchored_in_share(built_company: Path, tmp_path: Path, share: Path, clock: FixedClock) -> Iterator[Company]:
    """A company whose anchor is a directory of another owner, of which nothing was asked yet."""
    company = anchored_company(built_company, tmp_path / "vault", directory_section(share), clock=clock)
    yield company
    company.vault.engine.dispose()
