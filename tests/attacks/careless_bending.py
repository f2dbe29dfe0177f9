"""A careless hand in the trail's tables: changes rows as they are, and leaves what depends on them."""

from __future__ import annotations

import datetime as dt

from keys.primitives import SigningKey, new_secret
from tests.attacks.observing import alter, column
from tests.company import Company
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from vault.ledger.recorder import instant
from vault.people.accounts import suspend_person


def kept_checkpoint(company: Company) -> str:
    """The newest signed note, as somebody outside would have put it away."""
    with reading(company.vault.engine) as tx:
        newest = ledger_reading.newest_checkpoint(tx)
    assert newest is not None
    return newest[0]


def leaf_of(company: Company, event: str) -> int:
    """The position of the first leaf of this event after the company was built."""
    found = column(company, "SELECT position FROM trail_search WHERE event = :event ORDER BY position", event=event)
    return int(found[0])


def _edit(company: Company) -> None:
    place = leaf_of(company, "view.denied")
    [leaf] = column(company, "SELECT leaf FROM trail_leaves WHERE position = :place", place=place)
    bent = leaf.replace(b'"outcome":"denied"', b'"outcome":"failed"')
    assert bent != leaf
    alter(company, "UPDATE trail_leaves SET leaf = :bent WHERE position = :place", bent=bent, place=place)


def _delete(company: Company) -> None:
    alter(company, "DELETE FROM trail_leaves WHERE position = :place", place=leaf_of(company, "view.denied"))


def _delete_with_its_document(company: Company) -> None:
    alter(
        company,
        "DELETE FROM trail_leaves WHERE position IN (SELECT position FROM trail_search WHERE document_id = :id)",
        id=company.document_id,
    )


def _swap(company: Company) -> None:
    place = leaf_of(company, "view.denied")
    for statement in (
        "UPDATE trail_leaves SET position = -1 WHERE position = :place",
        "UPDATE trail_leaves SET position = :place WHERE position = :place - 1",
        "UPDATE trail_leaves SET position = :place - 1 WHERE position = -1",
    ):
        assert alter(company, statement, place=place)


def _cut_newest(company: Company) -> None:
    """The newest leaves, with everything that a careless hand finds of them."""
    [size] = column(company, "SELECT size FROM trail_head")
    for table in ("trail_leaves", "trail_search"):
        alter(company, f"DELETE FROM {table} WHERE position >= :cut", cut=size - 3)
    alter(company, "DELETE FROM trail_checkpoints WHERE size > :cut", cut=size - 3)
    alter(company, "UPDATE trail_head SET size = :cut", cut=size - 3)


def _renumber(company: Company) -> None:
    """A leaf is taken out and those behind it move up."""
    place = leaf_of(company, "view.denied")
    alter(company, "DELETE FROM trail_leaves WHERE position = :place", place=place)
    [size] = column(company, "SELECT size FROM trail_head")
    for position in range(place + 1, size):
        alter(company, "UPDATE trail_leaves SET position = position - 1 WHERE position = :at", at=position)


def _remove_inbox_row(company: Company) -> None:
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["other"])
    assert alter(company, "DELETE FROM trail_inbox WHERE id = (SELECT max(id) FROM trail_inbox)")


def _back_date(company: Company) -> None:
    place = leaf_of(company, "view.denied")
    [leaf] = column(company, "SELECT leaf FROM trail_leaves WHERE position = :place", place=place)
    earlier = instant(company.vault.clock.now() - dt.timedelta(days=30)).encode()
    start = leaf.index(b'"logged":"') + len(b'"logged":"')
    bent = leaf[:start] + earlier + leaf[start + len(earlier) :]
    alter(company, "UPDATE trail_leaves SET leaf = :bent WHERE position = :place", bent=bent, place=place)


def _edit_counter(company: Company) -> None:
    alter(company, "UPDATE trail_counters SET last = last - 1 WHERE kind = 'd'")


def _edit_lane(company: Company) -> None:
    alter(company, "UPDATE trail_lanes SET nseq = nseq - 1")


def _replace_checkpoint(company: Company) -> None:
    """Signed by a key of the attacker's own."""
    forged = sign_checkpoint(_newest(company), SigningKey.from_secret(new_secret(company.vault.random)))
    alter(
        company,
        "UPDATE trail_checkpoints SET note = :forged WHERE size = :size",
        forged=forged,
        size=_newest(company).size,
    )


def _bend_checkpoint(company: Company) -> None:
    """A signed note that says another size."""
    [note] = column(company, "SELECT note FROM trail_checkpoints ORDER BY size DESC LIMIT 1")
    lines = note.split("\n")
    lines[1] = str(int(lines[1]) - 1)
    alter(company, "UPDATE trail_checkpoints SET note = :bent WHERE note = :note", bent="\n".join(lines), note=note)


def _exchange_values(company: Company) -> None:
    """Two entries' sealed values, so that another person appears to have looked."""
    ids = column(
        company,
        "SELECT entry_id FROM trail_search s JOIN trail_leaves l USING (position) WHERE s.event = 'view.opened'",
    )
    for old, new in ((ids[0], "x"), (ids[1], ids[0]), ("x", ids[1])):
        alter(company, "UPDATE trail_disclosures SET entry_id = :new WHERE entry_id = :old", new=new, old=old)


def _remove_values(company: Company) -> None:
    """Who, where and why of a denial."""
    place = leaf_of(company, "view.denied")
    alter(
        company,
        "DELETE FROM trail_disclosures WHERE entry_id = (SELECT entry_id FROM trail_leaves WHERE position = :place)",
        place=place,
    )


def _erase_person(company: Company) -> None:
    """A person's month, without the entry that a lawful erasure leaves."""
    alter(company, "DELETE FROM trail_periods WHERE person_id = :id", id=company.ids["borrower"])


def _hide_from_search(company: Company) -> None:
    alter(company, "DELETE FROM trail_search WHERE event = 'view.denied'")


CARELESS = [
    _edit,
    _delete,
    _delete_with_its_document,
    _swap,
    _cut_newest,
    _renumber,
    _remove_inbox_row,
    _back_date,
    _edit_counter,
    _edit_lane,
    _replace_checkpoint,
    _bend_checkpoint,
    _exchange_values,
    _remove_values,
    _erase_person,
    _hide_from_search,
]


def _newest(company: Company) -> Checkpoint:
    with reading(company.vault.engine) as tx:
        [epoch] = ledger_reading.list_epochs(tx)
    return open_checkpoint(kept_checkpoint(company), origin=company.vault.config.trail.origin, public=epoch.public)
