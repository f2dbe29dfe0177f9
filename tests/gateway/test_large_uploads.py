"""A large upload takes little memory and leaves no plaintext on any disk (guarantee G6, invariant I3)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.company import Company, reopen_company
from vault.clock import FixedClock
from vault.database import document_queries
from vault.database.document_queries import ObjectPart, VersionState
from vault.database.engine import reading

ROOT = Path(__file__).parents[2]
MIB = 200
MOST_GROWTH_BYTES = 64 << 20


@pytest.fixture
def uploaded(company: Company, tmp_path: Path) -> dict[str, Any]:
    """What the process that took the upload says of it."""
    company.vault.engine.dispose()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    answer = subprocess.run(
        [sys.executable, "-m", "tests.gateway.upload_process", str(company.directory), str(MIB)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    said: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return said


def test_large_upload_takes_little_memory_and_leaves_no_plaintext_on_disk(
    company: Company, clock: FixedClock, uploaded: dict[str, Any]
) -> None:
    """200 MiB through the form: taken whole and sealed, while the process hardly grows."""
    assert uploaded["status"] == 303
    assert uploaded["planted_is_found"]
    assert uploaded["looks"] >= 8
    assert uploaded["found"] == []
    assert uploaded["grown"] < MOST_GROWTH_BYTES
    again = reopen_company(company.directory, clock=clock)
    with reading(again.vault.engine) as tx:
        [newest] = [each for each in _versions(tx, again) if each.plaintext_bytes == MIB << 20]
        sealed = document_queries.live_object(tx, newest.id, ObjectPart.ORIGINAL)
    again.vault.engine.dispose()
    assert newest.state is VersionState.STORED
    assert sealed is not None
    assert sealed.sealed_bytes > MIB << 20


def _versions(tx: Any, company: Company) -> list[document_queries.VersionRecord]:
    documents = document_queries.documents_of_dossier(tx, company.dossier_id)  # type: ignore[arg-type]
    return document_queries.versions_of_documents(tx, [document.id for document in documents])
