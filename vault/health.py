"""Whether the parts that the vault needs answer now, quickly and without changing anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vault.database import ledger_reading
from vault.database.engine import reading
from vault.database.migrating import check_schema
from vault.errors import VaultError
from vault.runtime import Vault

MOST_WAITING = 5_000
"""So many entries unsequenced mean that no worker runs."""


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part: ``detail`` is for operators and names no contents."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HealthReport:
    parts: tuple[PartHealth, ...]

    @property
    def ok(self) -> bool:
        return all(part.ok for part in self.parts)


def check_health(vault: Vault) -> HealthReport:
    """Database and its version, store, keys, trail. Takes at most as long as the slowest part's own time limit."""
    return HealthReport(
        (
            _ask("database", lambda: _database(vault)),
            _ask("store", lambda: _store(vault)),
            PartHealth("keys", not vault.is_sealed, "sealed" if vault.is_sealed else "unsealed"),
            _ask("trail", lambda: _trail(vault)),
        )
    )


def _ask(name: str, question: Callable[[], str]) -> PartHealth:
    try:
        return PartHealth(name, ok=True, detail=question())
    except VaultError as error:
        return PartHealth(name, ok=False, detail=error.code)


def _database(vault: Vault) -> str:
    check_schema(vault.engine)
    return str(vault.engine.dialect.name)


def _store(vault: Vault) -> str:
    next(iter(vault.store.list_objects("o/")), None)
    return ""


def _trail(vault: Vault) -> str:
    with reading(vault.engine) as tx:
        waiting = ledger_reading.count_waiting(tx)
    if waiting > MOST_WAITING:
        raise VaultError("trail.behind")
    return f"{waiting} waiting"
