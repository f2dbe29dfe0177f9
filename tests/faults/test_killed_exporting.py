"""kill -9 while the worker makes an export: another makes it anew, byte for byte what it would have been.

On both grounds, at effects an equal stride apart (``VAULT_KILLS``, as for work on keys). Each row that is written is an
effect here as well, so that kills also fall between the pieces of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.export_words import ScreenWords
from tests.company import Company
from tests.faults.children import Perform
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import check, child_vault, restarted
from tests.faults.test_killed_operations import LAPSED, killed_now_and_then
from tests.vault.trail.exports.making_exports import content_of, make_all, ordered, record_of
from tests.vault.trail.test_exporting import entries_of
from vault.database.export_queries import ExportState
from vault.ledger.events import Event
from vault.storage.port import ObjectKey
from vault.trail.exports.formats import ExportFormat
from vault.trail.exports.making import make_next
from vault.trail.rows import TrailRow


class CountedWords(ScreenWords):
    """The words of the screens; that a row is told in words is an effect."""

    def __init__(self, effects: Effects) -> None:
        super().__init__()
        self._effects = effects

    def sentence(self, row: TrailRow, *, locale: str) -> str:
        self._effects.about_to("row")
        return super().sentence(row, locale=locale)


def makes(export_id: str) -> Perform:
    """A worker that makes that one export, and nothing else."""

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        vault = child_vault(ground, effects)
        assert make_next(vault, words=CountedWords(effects), worker="first", export_id=export_id)
        return iter(())

    return perform


def test_killed_export_is_made_anew_and_is_the_same_to_the_byte(
    arena_of: ArenaOf[str], request: pytest.FixtureRequest
) -> None:
    """One file, one entry that says it was made, no object beside it, whichever worker ended it."""

    def prepare(company: Company) -> str:
        company.open_and_read(company.signed_in("borrower"))
        return ordered(company, ExportFormat.CSV)

    arena, whole = arena_of(prepare), b""
    export_id = arena.prepared
    for ended in killed_now_and_then(arena, makes(export_id), request.node.name):
        with restarted(ended.ground, later=LAPSED) as company:
            make_all(company, worker="second")
            export = record_of(company, export_id)
            assert export.state is ExportState.DONE, ended.place
            stored = [each.key for each in company.vault.store.list_objects("e/")]
            assert stored == [ObjectKey(export.object_key)], ended.place
            content = content_of(company, export_id)
            whole = whole or content
            assert content == whole, ended.place
            company.sequence()
            assert len(entries_of(company, Event.EXPORT_MADE)) == 1, ended.place
            company.open_and_read(key="afterwards")
            check(company, ended)
