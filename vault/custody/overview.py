"""The state of all keys on one page: what security officers look at first, and what raises a word of warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from keys.keyring import KekRecord
from keys.model import KeyState, KeyVersion
from vault.custody.attention import attention_of, due_at
from vault.custody.procedures.key_states import count_all_references
from vault.database import key_queries
from vault.database.engine import reading
from vault.model import Actor, Classification, Office
from vault.recording import require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One key version. ``references`` are the keys that it wraps now, ``wraps`` all that it ever wrapped."""

    ring: str
    version: int
    state: KeyState
    key_id: str
    created_at: dt.datetime
    changed_at: dt.datetime
    wraps: int
    references: int
    is_lost: bool


@dataclass(frozen=True, slots=True)
class RingRow:
    """A ring with its versions, newest first. ``warning`` is '' or a code: ``due``, ``near_cap``, ``no_active``."""

    ring: str
    versions: tuple[VersionRow, ...]
    rotated_at: dt.datetime
    due_at: dt.datetime
    rewrapped_percent: int
    """How much of what the ring wraps is under its active version."""
    warning: str


@dataclass(frozen=True, slots=True)
class KeysOverview:
    """``provider`` is the scheme of the root key's place; ``provider_ok`` whether it answers at this moment."""

    is_sealed: bool
    provider: str
    provider_ok: bool
    root_uri: str
    rings: tuple[RingRow, ...]


def overview(vault: Vault, actor: Actor) -> KeysOverview:
    """Every ring and version. For security officers; works while the vault is sealed."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        versions = key_queries.list_key_versions(tx)
        times = key_queries.key_version_times(tx)
        references = count_all_references(tx, [each for each in versions if each.wrapped])
    sealed = vault.is_sealed
    lost = (
        set[tuple[str, KeyVersion]]()
        if sealed
        else {(each.ring, each.version) for each in vault.keyroom.keyring.lost_versions}
    )
    rings = sorted({version.ring for version in versions}, key=_place)
    return KeysOverview(
        is_sealed=sealed,
        provider=vault.config.keys.root.partition(":")[0],
        provider_ok=vault.keyroom.root_answers(),
        root_uri=vault.config.keys.root,
        rings=tuple(
            _ring(vault, ring, [each for each in versions if each.ring == ring], times, references, lost)
            for ring in rings
        ),
    )


def _ring(
    vault: Vault,
    ring: str,
    versions: list[KekRecord],
    times: dict[tuple[str, int], tuple[dt.datetime, dt.datetime]],
    references: Mapping[tuple[str, KeyVersion], int],
    lost: AbstractSet[tuple[str, KeyVersion]],
) -> RingRow:
    rows = tuple(
        VersionRow(
            ring=ring,
            version=each.version,
            state=each.state,
            key_id=each.key_id.hex(),
            created_at=times[ring, each.version][0],
            changed_at=times[ring, each.version][1],
            wraps=each.wraps,
            references=references.get((ring, each.version), 0),
            is_lost=(ring, each.version) in lost,
        )
        for each in sorted(versions, key=lambda each: -each.version)
    )
    rotated_at = max(row.created_at for row in rows)
    due = due_at(vault, rotated_at)
    attention = attention_of(versions, due=due, now=vault.clock.now())
    total = sum(row.references for row in rows)
    under_active = sum(row.references for row in rows if row.state is KeyState.ACTIVE)
    return RingRow(
        ring=ring,
        versions=rows,
        rotated_at=rotated_at,
        due_at=due,
        rewrapped_percent=100 * under_active // total if total else 100,
        warning=attention.code if attention else "",
    )


def _place(ring: str) -> tuple[int, str]:
    """Classes first, from the lowest; then the vault's own rings."""
    ranks = {each.value: each.rank for each in Classification}
    return ranks.get(ring, len(ranks)), ring
