"""A company whose trail is anchored, in tests: its configuration, and the worker's turns one at a time."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path

from tests.company import Company, copy_company, reopen_company
from vault.anchors.checking import AnchorsReport, check_anchors
from vault.anchors.placing import place_once
from vault.anchors.proving import prove_once
from vault.clock import FixedClock
from vault.database import anchor_queries, ledger_reading
from vault.database.anchor_queries import AnchoringRow, AnchorRow
from vault.database.engine import reading, transaction
from vault.errors import VaultError
from vault.ledger.canonical import CanonicalValue, parse_object
from vault.ledger.checkpoint import parse_checkpoint
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record


def directory_section(path: Path, name: str = "share") -> str:
    """``[[trail.anchors.directories]]`` of a configuration; the directory is made, as its owner would."""
    path.mkdir(exist_ok=True)
    return f'[[trail.anchors.directories]]\nname = "{name}"\npath = "{path}"\n'


def anchored_company(template: Path, target: Path, *sections: str, clock: FixedClock) -> Company:
    """A copy of a company's files with anchors in its configuration, opened; nothing is asked of them yet."""
    copy_company(template, target)
    config = target / "config.toml"
    config.write_text(config.read_text() + "\n" + "\n".join(sections))
    return reopen_company(target, clock=clock)


def news(company: Company) -> None:
    """Something happens."""
    record(company.vault, Entry(Event.VAULT_SEALED, Outcome.SUCCESS))


def turn(company: Company, clock: FixedClock, *, seconds: float = 10) -> list[str]:
    """What the worker does in so many seconds: asks, signs, places. The codes of what went wrong."""
    clock.advance(dt.timedelta(seconds=seconds))
    codes = []
    with suppress(VaultError):
        prove_once(company.vault)
    company.sequence()
    for anchor in company.vault.anchors:
        try:
            place_once(company.vault, anchor)
        except VaultError as error:
            codes.append(error.code)
    company.sequence()
    return codes


def damaged_stamp(company: Company, name: str = "tsa") -> int:
    """A placement at an authority whose answer was damaged since, in the database; the size that it is of."""
    now = company.vault.clock.now()
    with transaction(company.vault.engine) as tx:
        newest = ledger_reading.newest_checkpoint(tx)
        assert newest is not None
        checkpoint = parse_checkpoint(newest[0])
        row = AnchoringRow(name, "timestamp", checkpoint.size, checkpoint.origin, newest[0], b"damaged", "", now)
        anchor_queries.store_anchoring(tx, row)
    return checkpoint.size


def row_of(company: Company, name: str = "share") -> AnchorRow:
    with reading(company.vault.engine) as tx:
        row = anchor_queries.load_anchor(tx, name)
    assert row is not None
    return row


def placed(company: Company) -> list[AnchoringRow]:
    """Every placement on record."""
    with reading(company.vault.engine) as tx:
        return [row for batch in anchor_queries.anchorings(tx, batch=2) for row in batch]


def signed_to(company: Company) -> int:
    """The size of the newest checkpoint."""
    with reading(company.vault.engine) as tx:
        newest = ledger_reading.newest_checkpoint(tx)
    return int(newest[0].splitlines()[1]) if newest else 0


def entries_of(company: Company, event: Event) -> list[dict[str, CanonicalValue]]:
    """The leaves of an event, in order, whatever waits placed first."""
    company.sequence()
    with reading(company.vault.engine) as tx:
        leaves = [leaf.leaf for batch in ledger_reading.leaves_from(tx, 0, batch=1000) for leaf in batch]
    return [facts for leaf in leaves if (facts := parse_object(leaf))["event"] == event.value]


def findings(company: Company) -> set[str]:
    """What the comparison with the anchors finds."""
    return {each.check for each in check_anchors(company.vault, report=AnchorsReport()).findings}
