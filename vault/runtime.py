"""What every use case works with: the parts that :mod:`vault.assembly` wires together, as one frozen value.

Use cases take it as their first argument. It holds no state of its own; the parts that do (engine pool, unsealed keys)
guard themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vault.anchors.gate import SigningGate
from vault.anchors.port import Anchor
from vault.clock import Clock, RandomBytes
from vault.config import Config
from vault.custody.keyroom import KeyRoom
from vault.database.engine import Engine
from vault.geoip import Geography
from vault.intake.converter import ConversionLimits, Sandbox
from vault.ledger.recorder import Recorder
from vault.marking.fonts import FontSet
from vault.marking.viewmarks import ViewMarks
from vault.people.passwords import PasswordHasher
from vault.storage.port import ObjectStore


@dataclass(frozen=True, slots=True)
class Vault:
    """The assembled vault of one process."""

    config: Config
    engine: Engine
    store: ObjectStore
    keyroom: KeyRoom
    recorder: Recorder
    passwords: PasswordHasher
    mark_fonts: FontSet
    view_marks: ViewMarks
    sandbox: Sandbox
    conversion_limits: ConversionLimits
    clock: Clock
    monotonic: Callable[[], float]
    random: RandomBytes
    spool: Path
    anchors: tuple[Anchor, ...]
    signing_gate: SigningGate
    geography: Geography

    @property
    def is_sealed(self) -> bool:
        return self.keyroom.is_sealed

    def unseal(self) -> None:
        self.keyroom.unseal()

    def seal(self) -> None:
        self.keyroom.seal()
