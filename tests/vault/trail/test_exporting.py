"""Exports: exactly what was asked for, with a reason, recorded first, and proven by whoever reads them."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import cast

import pytest

from tests.company import REASON, Company
from tests.vault.trail import tampering
from vault.database import key_queries
from vault.database.engine import reading
from vault.errors import AccessDenied, InputError, TamperError, Unavailable
from vault.ledger.events import Event
from vault.ledger.export import verify_export
from vault.policy.reasons import ReasonDraft
from vault.trail.exporting import export_trail
from vault.trail.querying import TrailQuery
from vault.trail.rows import TrailRow
from vault.trail.searching import search_trail

ORIGIN = "tests.example/vault"


def export(company: Company, **words: str) -> list[bytes]:
    company.sequence()
    auditor = company.at_keyboard("auditor")
    return list(export_trail(company.vault, auditor, query=TrailQuery(**words), reason=REASON))  # type: ignore[arg-type]


def entries_of(company: Company, event: Event) -> list[TrailRow]:
    company.sequence()
    query = TrailQuery(event=event.value)
    return search_trail(company.vault, company.at_keyboard("auditor"), query=query, limit=200).rows


def signing_public(company: Company) -> bytes:
    with reading(company.vault.engine) as tx:
        return next(each.public for each in key_queries.list_service_keys(tx) if each.name == "trail_signing")


def test_export_holds_exactly_the_query_and_proves_itself(company: Company) -> None:
    """Every entry that matches, no other, oldest first; checked with the pinned key alone."""
    wanted = [row.index for row in entries_of(company, Event.DOSSIER_ASSIGNED)]

    lines = export(company, event="dossier.assigned")

    assert [json.loads(line)["index"] for line in lines[:-1]] == sorted(wanted)
    assert verify_export(lines, origin=ORIGIN, public=signing_public(company)) == len(wanted)


def test_export_is_recorded_with_reason_and_query_before_the_first_line(company: Company) -> None:
    """Even if nobody reads a line of it."""
    company.sequence()
    export_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery(person="borrower"), reason=REASON)

    [entry] = entries_of(company, Event.TRAIL_EXPORTED)
    assert (entry.actor_id, entry.subject_id) == (company.ids["auditor"], company.ids["borrower"])
    assert entry.reason is not None
    assert entry.reason.text == REASON.text
    assert entry.details == {"by_person": 1}


@pytest.mark.parametrize("text", ["", ".", "aaa", "asdfasdfasdf", "\u200b\u200b\u200b"])
def test_export_without_a_real_reason_is_refused(company: Company, text: str) -> None:
    """And nothing is recorded as exported."""
    with pytest.raises(InputError, match=r"reason\."):
        export_trail(
            company.vault, company.at_keyboard("auditor"), query=TrailQuery(), reason=ReasonDraft("review", text)
        )

    assert entries_of(company, Event.TRAIL_EXPORTED) == []


@pytest.mark.parametrize("login", ["borrower", "admin", "officer"])
def test_only_auditors_export_and_the_attempt_is_recorded(company: Company, login: str) -> None:
    """Whoever asks."""
    with pytest.raises(AccessDenied):
        export_trail(company.vault, company.at_keyboard(login), query=TrailQuery(), reason=REASON)

    [entry] = entries_of(company, Event.TRAIL_EXPORTED)
    assert (entry.actor_id, entry.code) == (company.ids[login], "denied.office")


def test_trail_without_checkpoint_is_not_exported(company: Company) -> None:
    """Said before an answer begins; nothing is recorded as exported."""
    company.sequence()
    tampering.remove_checkpoints(company)

    with pytest.raises(Unavailable, match=r"trail\.no_checkpoint"):
        export_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery(), reason=REASON)

    assert entries_of(company, Event.TRAIL_EXPORTED) == []


def test_forged_checkpoint_stops_the_export_and_is_recorded(company: Company) -> None:
    """For the security officer, with who came upon it."""
    company.sequence()
    tampering.forge_checkpoint(company)

    with pytest.raises(TamperError, match=r"trail\.checkpoint"):
        export_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery(), reason=REASON)

    [entry] = entries_of(company, Event.OBJECT_TAMPERED)
    assert (entry.actor_id, entry.code) == (company.ids["auditor"], "trail.checkpoint")


def test_export_that_comes_upon_a_missing_entry_breaks_off_without_its_last_line(company: Company) -> None:
    """What was sent until then is no whole export, and it is recorded."""
    company.sequence()
    tampering.remove_leaf(company, 3)

    lines: list[bytes] = []
    with pytest.raises(TamperError):
        lines.extend(export_trail(company.vault, company.at_keyboard("auditor"), query=TrailQuery(), reason=REASON))

    assert not any(b"checkpoint" in line for line in lines)
    assert len(entries_of(company, Event.OBJECT_TAMPERED)) == 1


def test_export_nobody_reads_to_its_end_gives_its_connection_back(company: Company) -> None:
    """A hundred downloads that were cancelled after the first line leave nothing open."""
    company.sequence()
    auditor = company.at_keyboard("auditor")
    for _ in range(100):
        lines = export_trail(company.vault, auditor, query=TrailQuery(event="key.created"), reason=REASON)
        next(lines)
        cast("Generator[bytes, None, None]", lines).close()

    assert company.vault.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_typed_text_stays_inside_its_json_string(company: Company) -> None:
    """A reason with line ends, quotes and formula signs is one value of one line."""
    hostile = '=HYPERLINK("http://evil") \r\n{"index":0} \u2028 <script>alert(1)</script> offers'
    auditor = company.at_keyboard("auditor")
    list(
        export_trail(
            company.vault, auditor, query=TrailQuery(event="key.created"), reason=ReasonDraft("review", hostile)
        )
    )

    lines = export(company, event="trail.exported")

    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in lines)
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert verify_export(lines, origin=ORIGIN, public=signing_public(company)) == 1
