"""The checker itself: each rule broken by hand is found, under its number, and a sound vault breaks none."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.company import CANARY, Company
from tests.faults.acts import used_views
from tests.faults.at_rest import encodings_of
from tests.faults.invariants import Acknowledged, violations_of
from tests.faults.recovery import CANARIES
from tests.faults.test_killed_opening import open_by
from vault.access.reading import read_page_text
from vault.database import document_queries
from vault.database.document_queries import ObjectPart, ObjectState
from vault.database.engine import reading, transaction
from vault.ledger.events import Event
from vault.storage.port import ObjectKey

Break = Callable[[Company], None]


def change(company: Company, statement: str) -> None:
    """Somebody with the database."""
    with transaction(company.vault.engine) as tx:
        assert tx.execute(sa.text(statement)).rowcount > 0, statement


def by(statement: str) -> Break:
    return lambda company: change(company, statement)


def live_object(company: Company, part: ObjectPart) -> Path:
    with reading(company.vault.engine) as tx:
        found = next(row for row in document_queries.list_objects(tx, ObjectState.LIVE) if row.part is part)
    return company.directory / "objects" / found.object_key


def lose_an_object(company: Company) -> None:
    live_object(company, ObjectPart.PAGES).unlink()


def flip_a_bit(company: Company) -> None:
    path = live_object(company, ObjectPart.ORIGINAL)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def leave_an_object(company: Company) -> None:
    company.vault.store.put(ObjectKey("o/aa/stray"), io.BytesIO(b"ciphertext"), size=10)


def leave_plaintext(company: Company) -> None:
    (company.directory / "spool" / "left").write_bytes(b"... " + CANARY.encode() + b" ...")


def leave_hidden_plaintext(company: Company) -> None:
    (company.directory / "spool" / "left").write_bytes(encodings_of(CANARY.encode())[-1])


def leave_an_image(company: Company) -> None:
    (company.directory / "spool" / "left").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")


def file_the_same_twice(company: Company) -> None:
    company.submit("author", b"the same\n", key="one")
    with transaction(company.vault.engine) as tx:
        tx.execute(sa.text("DELETE FROM filed_contents"))
    company.submit("author", b"the same\n", key="two")


BROKEN: dict[str, tuple[str, Break]] = {
    "object lost": ("I1", lose_an_object),
    "object altered": ("I1", flip_a_bit),
    "stray object": ("I2", leave_an_object),
    "pending for ever": ("I2", by("UPDATE sealed_objects SET state = 'pending', created_at = 0 WHERE part = 'pages'")),
    "plaintext left": ("I3", leave_plaintext),
    "encoded plaintext left": ("I3", leave_hidden_plaintext),
    "image left": ("I3", leave_an_image),
    "wrapped key altered": ("I4", by("UPDATE sealed_objects SET wrapped_dek = randomblob(82)")),
    "dossier key altered": ("I4", by("UPDATE dossiers SET wrapped_key = randomblob(82)")),
    "key outlives its view": ("I4", by("UPDATE views SET ended_at = opened_at")),
    "uncounted page": ("I5", by("UPDATE views SET pages_delivered = 0")),
    "forgotten use": ("I6", by("UPDATE view_quotas SET used = 0")),
    "more than allowed": ("I6", by("UPDATE view_quotas SET used = 4")),
    "vanished view": ("I7", by("DELETE FROM views")),
    "leaf taken out": ("I7", by("DELETE FROM trail_leaves WHERE position = 30")),
    "waiting entry taken out": ("I7", by("DELETE FROM trail_inbox")),
    "person without a record": ("I7", by("DELETE FROM assignments")),
    "same content twice": ("I9", file_the_same_twice),
    "state without objects": ("I10", by("UPDATE document_versions SET state = 'stored'")),
    "wrong number of pages": ("I10", by("UPDATE document_versions SET page_count = page_count + 1")),
}


@pytest.fixture
def used_company(company: Company) -> Company:
    """A document was opened and a page of it read; the entries of that still wait."""
    actor = company.signed_in("borrower")
    opened = open_by(company.vault, actor, company.document_id)
    read_page_text(company.vault, actor, view_id=opened.view_id, page_number=1)
    assert used_views(company) == 1
    return company


def rules_broken(company: Company, **more: object) -> set[str]:
    found = violations_of(company.vault, spool=company.directory / "spool", canaries=CANARIES, **more)  # type: ignore[arg-type]
    return {violation.partition(" ")[0] for violation in found}


def test_sound_vault_breaks_no_rule(used_company: Company) -> None:
    """Before and after its entries are placed."""
    assert rules_broken(used_company) == set()
    used_company.sequence()
    assert rules_broken(used_company) == set()


@pytest.mark.parametrize(("rule", "broken"), BROKEN.values(), ids=BROKEN)
def test_broken_rule_is_found(used_company: Company, rule: str, broken: Break) -> None:
    """Under its own number, whatever else it breaks with it."""
    broken(used_company)
    assert rule in rules_broken(used_company)


def test_acknowledged_operation_that_is_not_in_the_trail_is_found(used_company: Company) -> None:
    """What a caller was told of must be there as often as they were told."""
    never = Acknowledged(Event.VIEW_OPENED, "wnever")
    assert rules_broken(used_company, acknowledged=[never]) == {"I7"}


def test_plaintext_in_a_log_is_found(used_company: Company, tmp_path: Path) -> None:
    """Logs are looked at too."""
    log = tmp_path / "log"
    log.write_text(f'{{"file": "{CANARY}"}}')
    assert rules_broken(used_company, logs=[log]) == {"I3"}
