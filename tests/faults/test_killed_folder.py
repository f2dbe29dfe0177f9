"""kill -9 at every step of taking files out of the watched folder: one that is filed and one that is refused."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.company import CANARY, Company
from tests.faults.children import Ended
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import check, child_vault, restarted, work_once
from vault.claims import CLAIM_SECONDS
from vault.database import document_queries
from vault.database.document_queries import VersionState
from vault.database.engine import reading
from vault.filing.dropping import folder_filer
from vault.intake.hot_folder import HotFolder, HotFolderSettings
from vault.model import DossierId
from vault.runtime import Vault

GOOD = f"Dropped by the scanner\n{CANARY}\n".encode()
BAD = b"\x00\x01\x02 of no type that is taken"
ONCE_STALE = dt.timedelta(seconds=CLAIM_SECONDS + 60)
OWN_STEPS = ("file: os.", "file: fsync", "commit answered")
"""What filing does between two of these is the subject of another test."""


def dropped_files(company: Company) -> str:
    """Two files in the dossier's folder; the dossier's reference."""
    with reading(company.vault.engine) as tx:
        found = document_queries.documents_of_dossier(tx, DossierId(company.dossier_id))
    assert len(found) == 1
    reference = f"D{company.vault.clock.now().year}-00001"
    folder = company.directory / "drop" / reference
    folder.mkdir(parents=True)
    (folder / "scan.txt").write_bytes(GOOD)
    (folder / "scan.xyz").write_bytes(BAD)
    return reference


def watched_folder(vault: Vault, ground: Path) -> tuple[HotFolder, Callable[[], None]]:
    """The folder, and a function by which its quiet time passes."""
    passed = [0.0]
    folder = HotFolder(
        HotFolderSettings(folder=ground / "drop", spool=ground / "taken", first_retry_seconds=1.0),
        file_document=folder_filer(vault, custodian="custodian"),
        clock=vault.clock,
        monotonic=lambda: passed[0],
        random_bytes=os.urandom,
    )

    def wait() -> None:
        passed[0] += 10.0

    return folder, wait


def take_all(vault: Vault, ground: Path) -> None:
    """Scans until nothing is left to take."""
    folder, wait = watched_folder(vault, ground)
    for _scan in range(6):
        report = folder.scan_once()
        assert report.unexpected == []
        wait()
    assert (report.settling, report.waiting) == (0, 0)


def test_killed_taking_files_each_file_once_and_quarantines_each_bad_one_once(arena_of: ArenaOf[str]) -> None:
    """After a restart the folder and the spool are empty, one document more is live, one file lies in quarantine."""
    arena = arena_of(dropped_files)

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        effects.kinds, effects.inside_store = OWN_STEPS, False
        take_all(child_vault(ground, effects), ground)
        return iter(())

    for ended in arena.killed(perform):
        with restarted(ended.ground, later=ONCE_STALE) as company:
            take_all(company.vault, ended.ground)
            work_once(company)
            check(company, ended)
            _took_each_once(company, ended, reference=arena.prepared)


def _took_each_once(company: Company, ended: Ended, *, reference: str) -> None:
    with reading(company.vault.engine) as tx:
        documents = document_queries.documents_of_dossier(tx, DossierId(company.dossier_id))
        versions = document_queries.versions_of_documents(tx, [document.id for document in documents])
    assert [version.state for version in versions] == [VersionState.LIVE] * 2, ended.place
    drop = ended.ground / "drop"
    assert list((drop / reference).iterdir()) == [], ended.place
    assert list((ended.ground / "taken").iterdir()) == [], ended.place
    kept = sorted(path.name for path in (drop / "_quarantine").iterdir())
    assert kept == ["scan.xyz", "scan.xyz.reason.txt"], ended.place
    assert (drop / "_quarantine" / "scan.xyz").read_bytes() == BAD
