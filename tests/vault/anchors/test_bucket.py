"""An anchor in a bucket: what Object Lock gives, what it does not, and a store that has none."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.anchor_servers import LockServer
from tests.servers import S3Server
from tests.vault.anchors.conftest import Anchored
from tests.vault.ledger.conftest import Trail
from vault.anchors.bucket import BucketAnchor
from vault.clock import SystemClock
from vault.errors import Unavailable
from vault.storage.s3_locked import LockedBucket
from vault.storage.settings import S3Settings


def bucket_anchor(settings: S3Settings, *, is_lock_required: bool = True) -> BucketAnchor:
    return BucketAnchor(
        "bucket",
        LockedBucket(settings),
        retain_days=30,
        is_lock_required=is_lock_required,
        period_seconds=10,
        clock=SystemClock(),
    )


def test_placed_version_cannot_be_removed_by_whoever_has_the_keys(trail: Trail, lock_server: LockServer) -> None:
    """COMPLIANCE: the store refuses its own owner."""
    settings = lock_server.new_bucket()
    anchored = Anchored(trail, bucket_anchor(settings))
    key, _, version = anchored.anchor.place(anchored.placement()).locator.partition("@")

    with pytest.raises(ClientError, match="AccessDenied"):
        lock_server.client().delete_object(Bucket=settings.bucket, Key=settings.prefix + key, VersionId=version)


def test_new_version_over_a_locked_object_hides_nothing(trail: Trail, lock_server: LockServer) -> None:
    """Object Lock does not stop it; every version is listed, and the one put over is no checkpoint."""
    settings = lock_server.new_bucket()
    anchored = Anchored(trail, bucket_anchor(settings))
    placement = anchored.placement()
    key = anchored.anchor.place(placement).locator.partition("@")[0]
    lock_server.client().put_object(Bucket=settings.bucket, Key=settings.prefix + key, Body=b"nothing here")

    assert {each.note for each in anchored.anchor.held([])} == {placement.note, ""}
    assert placement.note in {each.note for each in anchored.anchor.newest([])}


def test_mark_of_deletion_hides_nothing(trail: Trail, lock_server: LockServer) -> None:
    """Deleting without naming a version only puts a mark over it."""
    settings = lock_server.new_bucket()
    anchored = Anchored(trail, bucket_anchor(settings))
    placement = anchored.placement()
    key = anchored.anchor.place(placement).locator.partition("@")[0]
    lock_server.client().delete_object(Bucket=settings.bucket, Key=settings.prefix + key)

    assert [each.note for each in anchored.anchor.held([])] == [placement.note]


def test_bucket_without_object_lock_does_not_count_where_it_is_required(trail: Trail, lock_server: LockServer) -> None:
    """It is said, and nothing is written."""
    anchored = Anchored(trail, bucket_anchor(lock_server.new_bucket(locked=False)))

    with pytest.raises(Unavailable) as refused:
        anchored.anchor.place(anchored.placement())

    assert refused.value.code == "anchor.not_locked"
    assert list(anchored.anchor.held([])) == []


def test_bucket_without_object_lock_counts_with_its_weakness_where_that_is_permitted(
    trail: Trail, lock_server: LockServer
) -> None:
    """``object_lock = "if-present"``."""
    anchored = Anchored(trail, bucket_anchor(lock_server.new_bucket(locked=False), is_lock_required=False))
    placement = anchored.placement()

    assert anchored.anchor.place(placement).weakness == "anchor.not_locked"
    assert [each.note for each in anchored.anchor.held([])] == [placement.note]


@pytest.mark.parametrize("is_lock_required", [True, False])
def test_store_that_knows_no_object_lock_is_told(trail: Trail, s3_server: S3Server, is_lock_required: bool) -> None:
    """It takes the headers and gives them back, and keeps no versions: it is not believed."""
    settings = S3Settings(
        s3_server.endpoint, s3_server.new_bucket(), s3_server.access_key, s3_server.secret_key, secure=False
    )
    anchored = Anchored(trail, bucket_anchor(settings, is_lock_required=is_lock_required))
    placement = anchored.placement()

    if is_lock_required:
        with pytest.raises(Unavailable) as refused:
            anchored.anchor.place(placement)
        assert refused.value.code == "anchor.not_locked"
    else:
        assert anchored.anchor.place(placement).weakness == "anchor.not_locked"
        assert [each.note for each in anchored.anchor.newest([])] == [placement.note]


def test_missing_bucket_and_wrong_keys_and_no_server_are_told_apart(
    trail: Trail, s3_server: S3Server, lock_server: LockServer, tmp_path: Path
) -> None:
    """Each with its own remedy."""
    anchors = {
        "anchor.missing": bucket_anchor(lock_server.settings("no-such-bucket")),
        "anchor.denied": bucket_anchor(
            S3Settings(s3_server.endpoint, s3_server.new_bucket(), s3_server.access_key, "wrong", secure=False)
        ),
        "anchor.unreachable": bucket_anchor(S3Settings("127.0.0.1:9", "bucket", "a", "b", secure=False)),
    }
    for code, anchor in anchors.items():
        with pytest.raises(Unavailable) as refused:
            anchor.place(Anchored(trail, anchor).placement())
        assert refused.value.code == code
