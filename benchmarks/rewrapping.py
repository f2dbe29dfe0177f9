"""What rotating a ring costs for very many dossiers, beside the bare UPDATE of the same rows.

Every dossier's key is a real record, wrapped for its own dossier; the rotation is the one that officers order, worked
off by a worker as in real use.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa

from benchmarks.company import approved_operation, benchmark_company, on_each_database
from benchmarks.report import Findings, Goal
from keys.primitives import new_secret
from keys.wrapping import dossier_key_context
from tests.company import Company
from vault.custody.operations import show_operation
from vault.custody.procedures.rotating import BATCH
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database import dossier_queries, key_queries, rewrapping_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.operation_queries import OperationState
from vault.database.rewrapping_queries import WrappedDossierKey
from vault.database.tables.dossiers import dossiers
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.filing.records import open_record, seal_record
from vault.model import DossierId, new_id
from vault.policy.custody import OperationKind

RING = "confidential"
SECONDS_A_MILLION = 20
LEAST_SHARE_OF_BARE = 0.6
LONGEST_TRANSACTION_SECONDS = 0.5
_FILLED_AT_ONCE = 10_000
_MEANING = """
"bare UPDATE": every row's wrapped key replaced by as many other bytes, in transactions of as many rows, rows and bytes
known beforehand and sent as quickly as the driver can; run before the rotation and after it. (On SQLite the rotation
sends none: there the UPDATE calls it.) "rewrap": the rotation's
steps that open each record in its dossier's context and wrap it under the new version, with their claims, trail entries
and progress. "verify": its steps that read and open every record once more. Keys per second; the ratio is against the
bare UPDATE. "longest": the longest step, which holds one long transaction and some short ones.
"""


@dataclass(frozen=True, slots=True)
class Size:
    keys: tuple[int, ...]


SIZES = {"full": Size((100_000, 1_000_000)), "quick": Size((20_000,)), "smallest": Size((20,))}


@dataclass(frozen=True, slots=True)
class _Steps:
    """Seconds of each step of one phase."""

    seconds: list[float]

    @property
    def total(self) -> float:
        return sum(self.seconds)


def measure(size: Size) -> Findings:
    rows: list[list[str]] = []
    goals: list[Goal] = []
    left_out: list[str] = []
    for keys in size.keys:

        def rotate(database: str, url: str, keys: int = keys) -> None:
            with benchmark_company(database_url=url) as company:
                _rotated(company, f"{database}, {keys:,} keys", keys, rows, goals)

        left_out += on_each_database(rotate)
    return Findings("Rotating a ring", _MEANING, ("", "keys/s", "ratio", "longest s"), rows, goals, left_out)


def _rotated(company: Company, name: str, keys: int, rows: list[list[str]], goals: list[Goal]) -> None:
    _fill(company, keys - 1)  # the company has one dossier already
    before = _bare_update(company)
    operation = approved_operation(company, OperationKind.ROTATE_RING, Scope(ring=RING))
    phases: dict[str, _Steps] = {}
    for phase, seconds in _worked_off(company, operation):
        phases.setdefault(phase, _Steps([])).seconds.append(seconds)
    rewrap, verify = phases["rewrap"], phases["verify"]
    bare = _Steps(before.seconds + _bare_update(company).seconds)
    bare_rate = 2 * keys / bare.total
    for words, steps, rate in (
        ("bare UPDATE", bare, bare_rate),
        ("rewrap", rewrap, keys / rewrap.total),
        ("verify", verify, keys / verify.total),
    ):
        rows.append([f"{name}: {words}", f"{rate:.0f}", f"{rate / bare_rate:.2f}", f"{max(steps.seconds):.2f}"])
    goals += [
        Goal(f"{name}, rewrap beside bare", keys / rewrap.total / bare_rate, LEAST_SHARE_OF_BARE, "x", at_least=True),
        Goal(f"{name}, rewrap of a million", rewrap.total / keys * 1_000_000, SECONDS_A_MILLION, "s"),
        Goal(f"{name}, longest step", max(rewrap.seconds + verify.seconds), LONGEST_TRANSACTION_SECONDS, "s"),
    ]


def _worked_off(company: Company, operation: str) -> Iterator[tuple[str, float]]:
    """The phase and the seconds of each step, until the operation is done; RuntimeError if it ends otherwise."""
    officer = company.at_keyboard("officer")
    while True:
        shown = show_operation(company.vault, officer, operation_id=operation)
        if shown.state is OperationState.DONE:
            return
        begun = time.perf_counter()
        if not work_once(company.vault, worker="benchmark"):
            raise RuntimeError(f"the rotation stands still: {shown.state.value} {shown.fault_code}")
        yield shown.phase, time.perf_counter() - begun


def _fill(company: Company, count: int) -> None:
    """So many further dossiers, each with an id, a key and a sealed record of its own, the rest as the first's."""
    vault = company.vault
    with reading(vault.engine) as tx:
        row = dict(tx.execute(sa.select(dossiers)).mappings().one())
        first = dossier_queries.load_dossier(tx, company.dossier_id)
    assert first is not None
    customer = open_record(unwrap_dossier_key(vault.keyroom, first), first.record_sealed)
    keyring = vault.keyroom.keyring
    version = keyring.active_version(RING)
    numbers = iter(range(count))
    while batch := list(itertools.islice(numbers, _FILLED_AT_ONCE)):
        filled = []
        for number in batch:
            dossier_id = DossierId(new_id("d", vault.random))
            context = dossier_key_context(dossier_id)
            wrapped = keyring.wrap(RING, new_secret(vault.random), context=context, random=vault.random)
            key = unwrap_dossier_key(vault.keyroom, replace(first, id=dossier_id, wrapped_key=wrapped))
            sealed = seal_record(key, customer, random=vault.random)
            own = {
                "id": dossier_id,
                "reference": f"D2999-{number:07d}",
                "wrapped_key": wrapped,
                "record_sealed": sealed,
            }
            filled.append(row | own)
        with transaction(vault.engine) as tx:
            tx.execute(sa.insert(dossiers), filled)
            key_queries.count_wraps(tx, RING, version=version, more=len(filled))
    with transaction(vault.engine) as tx:
        tx.exec_driver_sql("ANALYZE")  # as the databases do by themselves once they have run for a minute


def _bare_update(company: Company) -> _Steps:
    """Every row's bytes turned round, and turned back; only the second is counted, when all pages are as warm."""
    _turned(company)
    return _turned(company)


def _turned(company: Company) -> _Steps:
    seconds: list[float] = []
    after = ""
    while True:
        with reading(company.vault.engine) as tx:
            batch = rewrapping_queries.wrapped_keys_after(tx, RING, after=after, limit=BATCH)
        if not batch:
            return _Steps(seconds)
        turned: list[tuple[WrappedDossierKey, bytes]] = [(each, each.wrapped[::-1]) for each in batch]
        after = batch[-1].reference
        begun = time.perf_counter()
        with transaction(company.vault.engine) as tx:
            _replace(tx, turned)
        seconds.append(time.perf_counter() - begun)


def _replace(tx: Connection, turned: list[tuple[WrappedDossierKey, bytes]]) -> None:
    """As quickly as the driver can send values: in arrays to PostgreSQL, in its own loop to SQLite."""
    if tx.dialect.name == "postgresql":
        rewrapping_queries.replace_wrapped_keys(tx, turned)
        return
    bare = "UPDATE dossiers SET wrapped_key = ? WHERE id = ? AND wrapped_key = ?"
    tx.exec_driver_sql(bare, [(new, each.dossier_id, each.wrapped) for each, new in turned])
