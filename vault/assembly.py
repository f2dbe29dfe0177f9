"""The one place where parts are wired: configuration in, a :class:`~vault.runtime.Vault` out.

Nothing here talks to a database, store or key provider that is down: a gateway starts, says what is missing, and
recovers by itself.
"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

from keys.model import Secret
from keys.primitives import Argon2Profile, SigningKey
from keys.root import open_root_key
from keys.root.port import Passphrase, RootKey
from vault.anchors.gate import SigningGate
from vault.anchors.opening import open_anchors
from vault.clock import Clock, RandomBytes, SteadyClock, SystemClock, system_random
from vault.config import Config
from vault.custody.keyroom import KeyRoom, OpenRoot, ServiceKey
from vault.custody.passphrases import HeldPassphrase
from vault.database import key_queries
from vault.database.engine import Engine, create_engine, reading
from vault.errors import Unavailable
from vault.geoip import Geography
from vault.intake.converter import ConversionLimits, Sandbox
from vault.ledger.recorder import Recorder
from vault.ledger.sequencer import Sequencer
from vault.marking.fonts import FontSet, bundled_font, load_fonts
from vault.marking.viewmarks import ViewMarks
from vault.people.passwords import PasswordHasher
from vault.runtime import Vault
from vault.storage.opening import DIRECTORY_SCHEME, open_store
from vault.storage.settings import S3Settings
from vault.worker.sweeping import HIGH_WATER_FACT

MEBIBYTE = 1 << 20


def open_vault(
    config: Config,
    *,
    clock: Clock | None = None,
    random: RandomBytes = system_random,
    passphrase: Passphrase | None = None,
    password_profile: Argon2Profile = Argon2Profile.STANDARD,
    fonts: FontSet | None = None,
) -> Vault:
    """The vault of this process, sealed. ``clock`` replaces the machine's steady one; profiles are for tests.

    ``fonts`` were loaded before; otherwise the built-in and the configured ones are.
    """
    engine = create_engine(config.database.url, pool_size=config.database.pool_size)
    passphrase = passphrase or _passphrase_in(config.keys.passphrase_file)

    def root_key() -> RootKey:
        return open_root_key(config.keys.root, passphrase=passphrase)

    fonts = fonts or load_fonts(config.marking.extra_fonts)
    steady = clock or SteadyClock(SystemClock(), monotonic=time.monotonic, floor=_high_water_mark(engine))
    anchors = open_anchors(config.trail.anchors, clock=steady, random=random, monotonic=time.monotonic)
    config.intake.spool.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Vault(
        config=config,
        engine=engine,
        store=open_store(_place_of_store(config), random=random, monotonic=time.monotonic),
        keyroom=KeyRoom(
            engine=engine,
            root_key=root_key,
            random=random,
            monotonic=time.monotonic,
            other_roots=_further_roots(config),
            forget_passphrase=passphrase.forget if isinstance(passphrase, HeldPassphrase) else _nothing,
        ),
        recorder=Recorder(node=config.trail.node, random=random, clock=steady),
        passwords=PasswordHasher(profile=password_profile, random=random),
        mark_fonts=fonts,
        view_marks=ViewMarks(fonts),
        sandbox=Sandbox(font_path=bundled_font(), monotonic=time.monotonic, workspace=config.intake.spool),
        conversion_limits=_conversion_limits(config),
        clock=steady,
        monotonic=time.monotonic,
        random=random,
        spool=config.intake.spool,
        anchors=anchors,
        signing_gate=SigningGate(is_needed=any(anchor.remembers for anchor in anchors)),
        geography=Geography(config.places.geoip),
    )


def sequencer_of(vault: Vault) -> Sequencer:
    """The trail's sequencer of this node; it signs once the vault is unsealed and the anchors agree."""

    def signing_key() -> SigningKey:
        return SigningKey.from_secret(vault.keyroom.service_key(ServiceKey.TRAIL_SIGNING))

    return Sequencer(
        vault.engine,
        clock=vault.clock,
        random=vault.random,
        signing_key=signing_key,
        may_sign=vault.signing_gate.require,
    )


def _place_of_store(config: Config) -> str | S3Settings:
    """The storage section as the store's own settings; secrets are read from their files here."""
    bucket = config.storage.s3
    if bucket is None:
        return f"{DIRECTORY_SCHEME}{config.storage.directory}"
    return S3Settings(
        endpoint=bucket.endpoint,
        bucket=bucket.bucket,
        access_key=bucket.access_key_file.read_text().strip(),
        secret_key=bucket.secret_key_file.read_text().strip(),
        region=bucket.region,
        secure=bucket.secure,
        prefix=bucket.prefix,
        ca_file=bucket.ca_file,
    )


def _nothing() -> None:
    """A passphrase from a file is asked for there each time."""


def _further_roots(config: Config) -> dict[str, OpenRoot]:
    """The root key that keys move to, while they move."""
    uri, passphrase = config.keys.next_root, _passphrase_in(config.keys.next_passphrase_file)
    return {uri: lambda: open_root_key(uri, passphrase=passphrase)} if uri else {}


def _passphrase_in(path: Path | None) -> Passphrase | None:
    if path is None:
        return None
    return lambda: Secret(path.read_bytes().rstrip(b"\r\n"))


def _high_water_mark(engine: Engine) -> dt.datetime | None:
    """The latest time known from before this start; None where the database does not answer or has not begun."""
    try:
        with reading(engine) as tx:
            stored = key_queries.read_fact(tx, HIGH_WATER_FACT)
    except Unavailable:
        return None
    return dt.datetime.fromisoformat(stored) if stored else None


def _conversion_limits(config: Config) -> ConversionLimits:
    limits = config.intake.limits
    return ConversionLimits(
        source_bytes=config.intake.max_mib * MEBIBYTE,
        memory_bytes=limits.memory_mib * MEBIBYTE,
        cpu_seconds=limits.seconds,
        wall_seconds=limits.seconds * 2,
        pages=limits.pages,
    )
