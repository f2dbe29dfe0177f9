"""G7 The trail can't be bent: edits, deletions, swaps, back-dating and truncation are found by verification.

Two attackers. The careless one changes rows and is found by anybody, from the database alone. The careful one makes
every number and hash agree again; what they cannot do is sign, so whoever kept a checkpoint outside finds them too.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.attacks.acting import open_and_end, open_view
from tests.attacks.bending import Leaf, rewrite
from tests.attacks.careless_bending import CARELESS, kept_checkpoint
from tests.attacks.observing import column
from tests.company import Company, copy_company, reopen_company
from tests.conftest import BEGINNING
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.custody.keyroom import ServiceKey
from vault.database.engine import reading
from vault.errors import NotFound
from vault.ledger.audit import verify_ledger
from vault.ledger.audit_report import VerificationReport


@pytest.fixture(scope="module")
def busy_files(built_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some views and denials, sequenced in two runs, so that there is more than one checkpoint."""
    directory = tmp_path_factory.mktemp("busy") / "vault"
    copy_company(built_company, directory)
    clock = FixedClock(BEGINNING + dt.timedelta(hours=1))
    company = reopen_company(directory, clock=clock)
    for _round in range(2):
        _look(company, clock)
        company.sequence()
    company.vault.engine.dispose()
    return directory


@pytest.fixture
def clock() -> FixedClock:
    """Later than anything in the trail."""
    return FixedClock(BEGINNING + dt.timedelta(hours=1, minutes=10))


@pytest.fixture
def busy(busy_files: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Company]:
    copy_company(busy_files, tmp_path / "vault")
    company = reopen_company(tmp_path / "vault", clock=clock)
    yield company
    company.vault.engine.dispose()


def verify(company: Company, *kept: str) -> VerificationReport:
    """What an auditor's verification says, without and with checkpoints that were kept elsewhere."""
    key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    with reading(company.vault.engine) as tx:
        return verify_ledger(tx, now=company.vault.clock.now(), reading_key=key, known_checkpoints=kept)


def test_untouched_trail_is_sound(busy: Company) -> None:
    """With its own checkpoints and with one kept outside."""
    assert verify(busy, kept_checkpoint(busy)).is_sound


@pytest.mark.parametrize("bend", CARELESS)
def test_careless_hand_is_found_from_the_database_alone(busy: Company, bend: Callable[[Company], None]) -> None:
    """Without anything kept outside, by whoever verifies next."""
    assert verify(busy).is_sound
    bend(busy)
    assert not verify(busy).is_sound


def _edited(leaves: list[Leaf]) -> list[Leaf]:
    """A denial becomes a failure of some machine."""
    for leaf in leaves:
        if leaf["event"] == "view.denied":
            leaf["outcome"] = "failed"
    return leaves


def _without_denials(leaves: list[Leaf]) -> list[Leaf]:
    return [leaf for leaf in leaves if leaf["event"] != "view.denied"]


def _without_a_view(leaves: list[Leaf]) -> list[Leaf]:
    """Everything of one view, so that no intent stays open."""
    view = next(leaf["view"] for leaf in leaves if leaf["event"] == "view.opened")
    return [leaf for leaf in leaves if leaf.get("view") != view]


def _back_dated(leaves: list[Leaf]) -> list[Leaf]:
    """Everything that happened after ten happened an hour earlier."""
    for leaf in leaves:
        for name in ("time", "logged"):
            leaf[name] = leaf[name].replace("T10:", "T09:")
    return leaves


def _reordered(leaves: list[Leaf]) -> list[Leaf]:
    """The last entry and the one before it change places."""
    leaves[-1], leaves[-2] = leaves[-2], leaves[-1]
    return leaves


def _cut(leaves: list[Leaf]) -> list[Leaf]:
    """Nothing of the second round ever happened."""
    last = max(place for place, leaf in enumerate(leaves) if leaf["event"] == "view.opened")
    return leaves[:last]


@pytest.mark.parametrize("change", [_edited, _without_denials, _without_a_view, _back_dated, _reordered, _cut])
def test_careful_hand_is_found_by_whoever_kept_a_checkpoint(
    busy: Company, change: Callable[[list[Leaf]], list[Leaf]]
) -> None:
    """Only from outside: an insider who rewrites every number and hash leaves a database that agrees with itself.

    That the first assertion holds is the honest limit of any log in one database, and the reason for anchors: what the
    newest checkpoint kept outside covers cannot be bent unseen, what is newer than it can.
    """
    kept = kept_checkpoint(busy)
    rewrite(busy, change)
    assert verify(busy).is_sound
    findings = {finding.check for finding in verify(busy, kept).findings}
    assert findings <= {"checkpoint.root", "checkpoint.beyond_end"}
    assert findings


def test_older_database_put_back_is_found_only_from_outside(busy: Company, clock: FixedClock) -> None:
    """A restore of yesterday's copy is a sound trail that is shorter than the checkpoint that somebody holds.

    From the database alone nothing is wrong with it; with the kept checkpoint it ends too early.
    """
    busy.vault.engine.dispose()
    yesterday = busy.directory.parent / "yesterday.db"
    shutil.copy(busy.directory / "vault.db", yesterday)
    _look(busy, clock)
    busy.sequence()
    kept = kept_checkpoint(busy)
    busy.vault.engine.dispose()
    for leftover in ("vault.db-wal", "vault.db-shm"):
        (busy.directory / leftover).unlink(missing_ok=True)
    shutil.copy(yesterday, busy.directory / "vault.db")

    restored = reopen_company(busy.directory, clock=clock)
    assert verify(restored).is_sound
    assert {finding.check for finding in verify(restored, kept).findings} == {"checkpoint.beyond_end"}
    restored.vault.engine.dispose()


def test_grown_trail_still_contains_what_was_kept(busy: Company, clock: FixedClock) -> None:
    """An honest log satisfies every checkpoint that it ever signed."""
    kept = []
    for _ in range(2):
        kept.append(kept_checkpoint(busy))
        _look(busy, clock)
        busy.sequence()
    assert verify(busy, *kept).is_sound


def test_insider_who_goes_on_signing_cannot_satisfy_the_old_checkpoint(busy: Company, clock: FixedClock) -> None:
    """The running vault signs the rewritten tree unknowingly: inside all is well again, outside it never is."""
    kept = kept_checkpoint(busy)
    rewrite(busy, _without_denials)
    _look(busy, clock)
    busy.sequence()
    assert verify(busy).is_sound
    assert not verify(busy, kept).is_sound


def _look(company: Company, clock: FixedClock) -> None:
    """A view with a page, and a stranger's try."""
    clock.advance(dt.timedelta(minutes=1))
    actor = company.signed_in("other" if column(company, "SELECT 1 FROM views") else "borrower")
    view_id = open_view(company, actor).view_id
    read_page(company.vault, actor, view_id=view_id, page_number=1)
    with pytest.raises(NotFound):
        open_and_end(company, company.signed_in("stranger"))
