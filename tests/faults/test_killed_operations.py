"""kill -9 in the middle of every kind of work on keys, with views open and documents being filed meanwhile.

Each operation has dozens of effects and each round opens a vault three times, so that not every effect is tried each
time: on either ground an operation is killed a few times, at effects an equal stride apart over its whole length,
beginning at one that the test's name decides. ``VAULT_KILLS`` in the environment tries that many instead.
"""

from __future__ import annotations

import datetime as dt
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from keys.model import KeyState
from keys.root import create_root_key
from tests.company import REASON, Company, reopen_company
from tests.custody import approve_all, ordered, second_officer, states
from tests.faults.children import Ended, Perform, run_child
from tests.faults.conftest import Arena, ArenaOf
from tests.faults.effects import Effects
from tests.faults.grounds import Grounds
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import AT_ONCE, check, child_vault, restarted
from vault.access.opening import open_view
from vault.access.reading import read_page
from vault.custody.operations import show_operation
from vault.custody.procedures.port import CLAIM_SECONDS
from vault.custody.scope import Scope
from vault.custody.working import work_once
from vault.database import dossier_queries, resealing_queries
from vault.database.engine import reading
from vault.database.operation_queries import OperationState
from vault.filing.conversion import convert_version
from vault.ledger.events import Event
from vault.model import Actor
from vault.policy.custody import OperationKind

KILLS = int(os.environ.get("VAULT_KILLS", "2"))
LAPSED = dt.timedelta(seconds=CLAIM_SECONDS + 10)
"""After the claim of a killed worker has lapsed."""
DUE = dt.timedelta(days=31)
NEVER = 10**6
CONTENT = b"handed in while keys are worked on\n" * 30
CLOSED_FOR_A_MOMENT = {OperationKind.COMPROMISE}
"""Between the mark on the version and its successor's wraps nothing of the class opens: the mark comes first."""

KINDS = [
    pytest.param(OperationKind.ROTATE_RING, lambda _company: Scope(ring="confidential"), 1, id="rotate"),
    pytest.param(OperationKind.ROTATE_RING, lambda _company: Scope(ring="trail"), 1, id="rotate trail ring"),
    pytest.param(OperationKind.RESEAL, lambda company: Scope(dossier=company.dossier_id), 1, id="reseal"),
    pytest.param(OperationKind.COMPROMISE, lambda _company: Scope(ring="confidential", version=1), 0, id="compromise"),
    pytest.param(OperationKind.ROTATE_INDEX_KEY, lambda _company: Scope(), 1, id="index key"),
    pytest.param(OperationKind.ROTATE_TRAIL_KEY, lambda _company: Scope(), 1, id="trail key"),
]


@dataclass(frozen=True)
class Busy:
    """An operation that is due, and people at work: one has a view open."""

    operation: str
    reader: Actor
    view_id: str
    custodian: Actor


def busy_with(kind: OperationKind, scope: Callable[[Company], Scope], *, needed: int) -> Callable[[Company], Busy]:
    """An arena's preparation."""

    def prepare(company: Company) -> Busy:
        reader = company.signed_in("borrower")
        opened = open_view(
            company.vault,
            reader,
            document_id=company.document_id,
            reason=REASON,
            declared_place="",
            idempotency_key="before",
        )
        return Busy(
            approved(company, kind, scope(company), needed=needed),
            reader,
            opened.view_id,
            company.at_keyboard("custodian"),
        )

    return prepare


def approved(company: Company, kind: OperationKind, scope: Scope, *, needed: int) -> str:
    """The operation ordered and approved; its id."""
    for number in range(2, 2 + needed):
        second_officer(company, number)
    operation = ordered(company, kind, scope)
    approve_all(company, operation, needed=needed)
    return operation


def killed_now_and_then(arena: Arena[Any], perform: Perform, name: str) -> Iterator[Ended]:
    """A child that is done, and ``KILLS`` that are killed on the way."""
    whole = run_child(arena.grounds.fresh(), perform, at=NEVER)
    yield whole
    arena.grounds.clear(whole.ground)
    stride = max(1, whole.effects // KILLS)
    for at in range(1 + zlib.crc32(name.encode()) % stride, whole.effects, stride):
        ended = run_child(arena.grounds.fresh(), perform, at=at)
        assert not ended.is_done, ended.place
        yield ended
        arena.grounds.clear(ended.ground)


def works_off(*, later: dt.timedelta = dt.timedelta(0)) -> Perform:
    """A worker that does what is due, and nothing else."""

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        vault = child_vault(ground, effects, later=later)
        while work_once(vault, worker="first"):
            pass
        return iter(())

    return perform


def works_off_among_people(busy: Busy, dossier_id: str) -> Perform:
    """A worker, a reader who turns a page after each of its steps, and a custodian who files a document."""

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        vault = child_vault(ground, effects)
        company = Company(vault, ground, dossier_id=dossier_id)
        steps = 0
        while work_once(vault, worker="first"):
            steps += 1
            read_page(vault, busy.reader, view_id=busy.view_id, page_number=1)
            yield Acknowledged(Event.PAGE_READ, busy.view_id)
            if steps == 2:
                filed = company.submit("custodian", CONTENT, name="Meanwhile.txt", key="meanwhile")
                yield Acknowledged(Event.DOCUMENT_SUBMITTED, filed.version_id)
                convert_version(vault, filed.version_id)
                yield Acknowledged(Event.DOCUMENT_FILED, filed.version_id)

    return perform


def finishes(company: Company, operation: str, ended: Ended) -> None:
    """Another worker ends it, without anybody's help."""
    while work_once(company.vault, worker="second"):
        pass
    row = show_operation(company.vault, company.at_keyboard("officer"), operation_id=operation)
    assert row.state is OperationState.DONE, (ended.place, row.state, row.fault_code)


@pytest.mark.parametrize(("kind", "scope", "needed"), KINDS)
def test_killed_operation_finishes_by_itself_while_people_work(
    arena_of: ArenaOf[Busy],
    kind: OperationKind,
    scope: Callable[[Company], Scope],
    needed: int,
    request: pytest.FixtureRequest,
) -> None:
    """Views go on and open anew, filing ends, another worker ends the operation, and everything opens afterwards."""
    dossiers: list[str] = []

    def prepare(company: Company) -> Busy:
        dossiers.append(company.dossier_id)
        return busy_with(kind, scope, needed=needed)(company)

    arena = arena_of(prepare)
    busy = arena.prepared
    for ended in killed_now_and_then(arena, works_off_among_people(busy, dossiers[0]), request.node.name):
        with restarted(ended.ground, later=AT_ONCE) as company:
            assert read_page(company.vault, busy.reader, view_id=busy.view_id, page_number=1).jpeg, ended.place
            if kind not in CLOSED_FOR_A_MOMENT:
                company.open_and_read(key="at once")
        with restarted(ended.ground, later=LAPSED) as company:
            finishes(company, busy.operation, ended)
            filed = company.submit("custodian", CONTENT, name="Meanwhile.txt", key="meanwhile")
            company.convert_all()
            company.open_and_read(key="afterwards")
            again = company.submit("custodian", CONTENT, name="Meanwhile.txt", key="once more")
            assert again.version_id == filed.version_id, ended.place
            company.sequence()
            check(company, ended)


def test_killed_destruction_destroys_once_and_loses_nothing(
    arena_of: ArenaOf[str], request: pytest.FixtureRequest
) -> None:
    """The version that wraps nothing is gone in the end, and everything opens."""

    def prepare(company: Company) -> str:
        approved(company, OperationKind.ROTATE_RING, Scope(ring="confidential"), needed=1)
        while work_once(company.vault, worker="before"):
            pass
        second_officer(company, 3)
        operation = ordered(company, OperationKind.DESTROY_KEY, Scope(ring="confidential", version=1))
        approve_all(company, operation, needed=2)
        return operation

    arena = arena_of(prepare)
    for ended in killed_now_and_then(arena, works_off(later=DUE), request.node.name):
        with restarted(ended.ground, later=DUE + LAPSED) as company:
            finishes(company, arena.prepared, ended)
            assert states(company, "confidential") == {1: KeyState.DESTROYED, 2: KeyState.ACTIVE}, ended.place
            company.open_and_read(key="afterwards")
            check(company, ended)


def test_killed_shredding_leaves_nothing_of_the_dossier_in_the_end(
    arena_of: ArenaOf[str], request: pytest.FixtureRequest
) -> None:
    """All of it or nothing of it at first; afterwards no key, no field and no object."""

    def prepare(company: Company) -> str:
        return approved(company, OperationKind.SHRED_DOSSIER, Scope(dossier=company.dossier_id), needed=2)

    arena = arena_of(prepare)
    for ended in killed_now_and_then(arena, works_off(later=DUE), request.node.name):
        with restarted(ended.ground, later=DUE + LAPSED) as company:
            finishes(company, arena.prepared, ended)
            with reading(company.vault.engine) as tx:
                dossier = dossier_queries.load_dossier(tx, company.dossier_id)
                assert resealing_queries.measure_objects(tx, company.dossier_id) == (0, 0), ended.place
            assert dossier is not None
            assert (dossier.wrapped_key, dossier.record_sealed) == (b"", b""), ended.place


@dataclass
class WithNextRoot:
    """Grounds whose configuration names a further root key, which lies beside them."""

    inner: Grounds
    uri: str

    def fresh(self) -> Path:
        ground = self.inner.fresh()
        name_next_root(ground, self.uri)
        return ground

    def clear(self, ground: Path) -> None:
        self.inner.clear(ground)


def name_next_root(directory: Path, uri: str) -> None:
    config = directory / "config.toml"
    if "next_root" not in config.read_text():
        config.write_text(config.read_text().replace("[keys]\n", f'[keys]\nnext_root = "{uri}"\n'))


def test_killed_move_to_another_root_key_leaves_every_key_under_one_of_the_two(
    arena_of: ArenaOf[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each effect; in the end the new root key alone opens the vault, and the old one can be put away."""
    uri = f"file:{tmp_path / 'next-root.key'}"

    def prepare(company: Company) -> str:
        create_root_key(uri, passphrase=None, random=company.vault.random)
        name_next_root(company.directory, uri)
        again = reopen_company(company.directory, clock=company.vault.clock)
        operation = approved(again, OperationKind.MOVE_ROOT, Scope(root=uri), needed=1)
        again.vault.engine.dispose()
        return operation

    arena = arena_of(prepare)
    moved = replace(arena, grounds=WithNextRoot(arena.grounds, uri))  # type: ignore[arg-type]
    for ended in moved.killed(works_off()):
        with restarted(ended.ground, later=AT_ONCE) as company:
            company.open_and_read(key="at once")
        with restarted(ended.ground, later=LAPSED) as company:
            finishes(company, arena.prepared, ended)
        put_old_root_away(ended.ground, uri)
        with restarted(ended.ground, later=LAPSED) as company:
            company.open_and_read(key="afterwards")
            company.sequence()
            check(company, ended)


def put_old_root_away(ground: Path, uri: str) -> None:
    """What the operator does in the end."""
    config = ground / "config.toml"
    lines = [line for line in config.read_text().splitlines() if not line.strip().startswith("next_root")]
    config.write_text("\n".join(f'root = "{uri}"' if line.strip().startswith("root =") else line for line in lines))
    (ground / "root.key").unlink()
