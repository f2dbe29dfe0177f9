"""Segments that are looked through beside the walk: taken over only where that makes no difference.

Every audit of the tests is done in segments as well and compared (`Trail.audit`), so that each kind of damage is looked
for in both ways; here is what only segments can get wrong.
"""

from __future__ import annotations

import datetime as dt
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vault.ledger.trail import LEE, WANG, Trail, finished, in_order, keyed, opened, suspended, words
from vault.database.engine import reading
from vault.errors import Unavailable
from vault.ledger.audit import Audit
from vault.ledger.audit_facts import Walk
from vault.ledger.audit_tree import Signed
from vault.ledger.examiners import Examiners, Help
from vault.ledger.segment import Examined, Known, take_over


@pytest.mark.parametrize("segment", [1, 2, 4, 9])
def test_sound_trail_is_taken_over_whole(filled: Trail, segment: int) -> None:
    """All but the last leaf, wherever the borders are: between intent and result, before the closing of a day."""
    report = filled.audit_in_segments(segment)

    assert report.findings == ()
    assert report.examined == 9 // segment * segment
    assert in_order(report) == in_order(filled.audit())


def test_trail_in_postgresql_is_taken_over_too(postgresql_trail: Trail) -> None:
    """The same statements."""
    for person in (WANG, LEE):
        postgresql_trail.append(keyed(postgresql_trail.append(opened(person)), person))
    postgresql_trail.sequence()

    assert postgresql_trail.audit_in_segments(2).examined == 4
    assert postgresql_trail.audit().is_sound


def test_tree_alone_is_taken_over(filled: Trail) -> None:
    """Hashes, nodes and checkpoints, also those given from outside."""
    report = filled.audit_in_segments(2, known=(filled.newest_checkpoint(),), is_tree_only=True)

    assert (report.findings, report.examined, report.checkpoint_size) == ((), 8, 10)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE trail_nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 0",
        "DELETE FROM trail_nodes WHERE level = 1 AND position = 1",
        "DELETE FROM trail_search WHERE event = 'day.close'",
        "UPDATE trail_leaves SET leaf = 'x' WHERE position = 3",
        "UPDATE trail_checkpoints SET size = 3 WHERE size = 10",
    ],
)
@pytest.mark.parametrize("segment", [1, 2, 4])
def test_false_assumption_is_not_taken_over(filled: Trail, damage: str, segment: int) -> None:
    """What a segment reads of the leaves before it is worth nothing until the walk has come there."""
    filled.execute(damage)

    report = filled.audit_in_segments(segment)
    assert report.findings
    assert in_order(report) == in_order(filled.audit())


def _outcome(filled: Trail) -> tuple[Walk, Examined]:
    """A walk that stands before the second half of the trail, and what was found there."""
    audit = Audit(reading_key=filled.reading_key)
    with reading(filled.engine) as tx:
        audit.begin(tx)
        audit.step(tx)
    walk = audit._walk
    empty: dict[str, dict[str, int]] = {"nseq": {}, "dseq": {}, "useq": {}}
    outcome = Examined(
        start=walk.position,
        end=walk.position + 1,
        edge_before=walk.frontier.edge_bytes(),
        logged_before=walk.logged,
        day_from_before=walk.day_from,
        first=empty,
        edge=b"\0" * 32 * (walk.position + 1).bit_count(),
        logged=walk.logged,
        day_from=walk.day_from,
        last=empty,
        intents={},
        answered={},
        open=[],
        noted=[],
        erased=0,
        erased_periods={},
        signed_to=0,
    )
    return walk, outcome


def test_segment_that_continues_is_taken_over(filled: Trail) -> None:
    """So that what follows shows something."""
    walk, outcome = _outcome(filled)

    assert take_over(walk, Signed(()), outcome, is_tree_only=False)
    assert walk.position == outcome.end


@pytest.mark.parametrize(
    "change",
    [
        {"start": 3},
        {"edge_before": b"\0" * 64},
        {"logged_before": "2026-11-23T09:00:00.000Z"},
        {"day_from_before": 2},
        {"first": {"nseq": {"node-1/other": 2}, "dseq": {}, "useq": {}}},
        {"first": {"nseq": {}, "dseq": {"f" * 27: 2}, "useq": {}}},
        {"first": {"nseq": {}, "dseq": {}, "useq": {"h" * 26: 5}}},
    ],
)
def test_segment_that_does_not_continue_is_left(filled: Trail, change: dict[str, object]) -> None:
    """Each thing that it assumed is compared, and nothing is done where one of them differs."""
    walk, outcome = _outcome(filled)
    before = (walk.position, walk.frontier.edge_bytes())

    assert not take_over(walk, Signed(()), replace(outcome, **change), is_tree_only=False)  # type: ignore[arg-type]
    assert (walk.position, walk.frontier.edge_bytes()) == before


def _helped(trail: Trail, help_: Help) -> Audit:
    audit = Audit(reading_key=trail.reading_key)
    with reading(trail.engine) as tx:
        audit.begin(tx)
    return audit


def _help(trail: Trail, processes: int = 1) -> Help:
    return Help(processes, trail.engine.url.render_as_string(hide_password=False), segment=2, least=2)


def test_processes_help_and_find_the_same(filled: Trail) -> None:
    """Real ones; and what they are given stands in no list of processes."""
    whole, help_ = in_order(filled.audit()), _help(filled, 2)
    audit = _helped(filled, help_)
    with audit.helped(help_):
        assert audit._examiners is not None
        shown = [Path(f"/proc/{each.pid}/cmdline").read_bytes() for each in audit._examiners._processes]
        report = finished(filled, audit)

    assert report.examined == 8
    assert in_order(report) == whole
    assert not any(b"vault.db" in each for each in shown)


def test_process_that_is_killed_changes_nothing(filled: Trail) -> None:
    """Whoever verifies looks for themselves."""
    whole, help_ = in_order(filled.audit()), _help(filled, 2)
    audit = _helped(filled, help_)
    with audit.helped(help_):
        assert audit._examiners is not None
        for process in audit._examiners._processes:
            process.kill()
        report = finished(filled, audit)

    assert report.examined == 0
    assert in_order(report) == whole


def test_processes_end_with_the_verification(filled: Trail) -> None:
    """Also when it is given up in the middle."""
    known = Known((), [], 0, is_tree_only=False)
    processes: list[subprocess.Popen[bytes]] = []

    def give_up() -> None:
        with Examiners(_help(filled), known, reading_key=None, start=0, end=9) as examiners:
            processes.extend(examiners._processes)
            raise Unavailable

    with pytest.raises(Unavailable):
        give_up()
    assert [each.returncode for each in processes] == [-9]


def test_few_leaves_need_nobody(filled: Trail) -> None:
    """Nothing is started where it would take longer than the work."""
    help_ = replace(_help(filled, 4), least=10)
    audit = _helped(filled, help_)
    with audit.helped(help_):
        assert audit._examiners is None


def test_key_that_no_leaf_names_is_found(filled: Trail) -> None:
    """What leaves of a segment say of the log's keys is told to the walk, and nothing else is."""
    filled.clock.advance(dt.timedelta(days=1))
    filled.append(suspended(LEE, by=WANG))
    filled.sequence()
    filled.execute("INSERT INTO trail_epochs SELECT 2, randomblob(32), 100, created_at, origin FROM trail_epochs")

    report = filled.audit_in_segments(1)
    assert words(report) == {"epoch.unrecorded"}
