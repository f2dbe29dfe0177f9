"""What ``dossier-vault --help`` costs: the command line itself, and nothing of what the commands need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.repository.sources import ROOT

HEAVY = ("flask", "sqlalchemy", "alembic", "cryptography", "babel", "msgspec", "rich", "importlib.metadata")
PROGRAM = """
import sys
from gateway.cli import main
try:
    main([%r], prog_name="dossier-vault")
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("asked", ["--help", "--nonsense"])
def test_help_loads_no_framework_no_database_and_no_vault(asked: str) -> None:
    """As sys.modules says at its end; so it is there at once, also on a machine that is busy."""
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM % asked], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    loaded = set(told.stderr.splitlines()[-1].split())
    assert {"gateway.cli", "gateway.cli.lazy", "click"} <= loaded
    assert loaded.isdisjoint(HEAVY)
    assert not [name for name in loaded if name.split(".")[0] in {"vault", "keys"} or name == "gateway.cli.session"]
