"""From the configuration to anchors. Opening touches no network and no disk but the files of secrets."""

from __future__ import annotations

from collections.abc import Callable

from vault.anchors.bucket import BucketAnchor
from vault.anchors.directory import DirectoryAnchor
from vault.anchors.port import Anchor
from vault.anchors.timestamp import TimestampAnchor
from vault.anchors.vkeys import COSIGNING_KEY, VkeyRefused, parse_vkey
from vault.anchors.web import WebPeer
from vault.anchors.witness import WitnessAnchor
from vault.clock import Clock, RandomBytes
from vault.config import AnchorsConfig, BucketAnchorConfig, WitnessAnchorConfig
from vault.errors import ConfigError
from vault.storage.s3_locked import LockedBucket
from vault.storage.settings import S3Settings


def open_anchors(
    config: AnchorsConfig, *, clock: Clock, random: RandomBytes, monotonic: Callable[[], float]
) -> tuple[Anchor, ...]:
    """Every configured anchor. ConfigError for a witness's key that is none."""
    period = float(config.seconds)
    return (
        *(DirectoryAnchor(each.name, each.path, period_seconds=period, random=random) for each in config.directories),
        *(_bucket(each, period, clock) for each in config.buckets),
        *(_witness(each, period, monotonic) for each in config.witnesses),
        *(
            TimestampAnchor(
                each.name,
                WebPeer(each.url, monotonic=monotonic, ca_file=each.ca_file),
                certificates=each.certificates,
                period_seconds=float(each.seconds),
            )
            for each in config.timestamps
        ),
    )


def _bucket(config: BucketAnchorConfig, period: float, clock: Clock) -> BucketAnchor:
    settings = S3Settings(
        endpoint=config.endpoint,
        bucket=config.bucket,
        access_key=config.access_key_file.read_text().strip(),
        secret_key=config.secret_key_file.read_text().strip(),
        region=config.region,
        secure=config.secure,
        prefix=config.prefix,
        ca_file=config.ca_file,
    )
    return BucketAnchor(
        config.name,
        LockedBucket(settings),
        retain_days=config.retain_days,
        is_lock_required=config.object_lock == "required",
        period_seconds=period,
        clock=clock,
    )


def _witness(config: WitnessAnchorConfig, period: float, monotonic: Callable[[], float]) -> WitnessAnchor:
    try:
        key = parse_vkey(config.key, kind=COSIGNING_KEY)
    except VkeyRefused as error:
        raise ConfigError([f"trail.anchors.witnesses: the key of {config.name}: {error}"]) from error
    peer = WebPeer(config.url, monotonic=monotonic, ca_file=config.ca_file)
    return WitnessAnchor(config.name, peer, witness=key, period_seconds=period)
