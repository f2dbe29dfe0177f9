"""No pack is silent about known damage: what was found, who answers for it, and how the trail last stood."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.company import Company
from tests.vault.evidence.story import live_through
from tests.vault.evidence.test_gathering import gathered_about, told
from tests.vault.evidence.test_writing import packed
from tests.vault.trail import tampering
from tests.vault.trail.test_acknowledging import WHY, acknowledge, verified
from vault.evidence.damage import touching
from vault.evidence.sections import standing_of
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record
from vault.trail.acknowledging import acknowledge_tampering
from vault.trail.rows import TrailRow
from vault.trail.verifying import verify_trail


def tampered(company: Company, **ids: str) -> int:
    """Something was met tampered with; the index of the entry that says so."""
    record(company.vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.object", **ids))  # type: ignore[arg-type]
    company.sequence()
    rows = gathered_about(company, person="borrower").damage.tampered
    return max((row.index for row in rows), default=-1)


def answer_for(company: Company, index: int) -> None:
    acknowledge_tampering(company.vault, company.at_keyboard("auditor"), indexes=[index], reason=WHY)
    company.sequence()


def test_tampering_with_a_document_stands_in_packs_of_it_and_of_who_opened_it(any_company: Company) -> None:
    """With whether somebody answers for it, in the section of damage and nowhere else."""
    company = any_company
    live_through(company)
    index = tampered(company, dossier=company.dossier_id, document=company.document_id)

    about = ({"person": "borrower"}, {"document": company.document_id})
    for each in about:
        damage = told(company, gathered_about(company, **each), person=each.get("person", ""))["damage"]
        assert [(item["event"], item["index"], item["acknowledged"]) for item in damage] == [
            ("object.tampered", index, None)
        ]
    answer_for(company, index)
    for each in about:
        gathered = gathered_about(company, **each)
        found, acknowledged = told(company, gathered, person=each.get("person", ""))["damage"]
        assert (found["acknowledged"], acknowledged["event"]) == (acknowledged["index"], "finding.acknowledged")
        assert acknowledged["reason"] == {"category": "review", "text": WHY.text, "case": "IT-7"}
        assert acknowledged["index"] in gathered.indexes
        assert standing_of(gathered.damage) == {"tampered": 1, "unacknowledged": 0}


def test_what_is_about_others_stays_out_and_what_says_of_nothing_goes_in(company: Company) -> None:
    """A dossier that is not concerned is none of counsel's business; damage without a place may be anywhere."""
    live_through(company)
    assert tampered(company, dossier="d" + "z" * 26) == -1
    assert tampered(company, dossier=company.dossier_id, document="f" + "z" * 26) == -1
    assert tampered(company, dossier=company.dossier_id) > 0
    whole = tampered(company)
    assert gathered_about(company, document=company.document_id).damage.tampered[-1].index == whole


def acknowledgement(index: int | None, check: str) -> TrailRow:
    moment = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    details: dict[str, str | int] = {"check": check, "finding": "00", **({} if index is None else {"index": index})}
    return TrailRow(90, Event.FINDING_ACKNOWLEDGED, Outcome.SUCCESS, moment, moment, details=details)


@pytest.mark.parametrize(
    ("index", "check", "is_told"),
    [
        (5, "search.differs", True),
        (6, "search.differs", False),
        (6, "value.missing", False),
        (6, "receipt.digest", False),
        (6, "checkpoint.root", True),
        (6, "tree.node", True),
        (None, "head.differs", True),
        (None, "counter.useq_last", True),
        (6, "check.of_tomorrow", True),
    ],
)
def test_acknowledgement_is_told_where_it_is_about_the_pack_or_about_the_whole_trail(
    index: int | None, check: str, is_told: bool
) -> None:
    """What is known to be at one other entry alone is left out, and nothing else."""
    row = acknowledgement(index, check)

    assert touching([row], indexes={5}) == ([row] if is_told else [])


def test_newest_verification_below_the_checkpoint_is_told_with_what_it_found(company: Company) -> None:
    """That of another entry's damage counts; which it was is not handed over."""
    live_through(company)
    assert standing_of(gathered_about(company, person="borrower").damage) == {"tampered": 0, "unacknowledged": 0}
    sound = verified(company)
    assert sound.is_sound
    standing = standing_of(gathered_about(company, person="borrower").damage)
    assert (standing["verified"]["findings"], standing["verified"]["size"]) == (0, sound.size)

    elsewhere = min(set(range(1, sound.size)) - set(gathered_about(company, person="borrower").indexes))
    tampering.alter_leaf(company, elsewhere, b"{}")
    report = verified(company)
    acknowledge(company, report)
    gathered = gathered_about(company, person="borrower")
    standing = standing_of(gathered.damage)
    assert (standing["verified"]["findings"], standing["verified"]["acknowledged"]) == (len(report.findings), 0)
    assert gathered.damage.acknowledged == []
    verified(company)
    again = standing_of(gathered_about(company, person="borrower").damage)["verified"]
    assert again["acknowledged"] == again["findings"] == len(report.findings)


def test_verification_of_a_sealed_vault_neither_says_that_nothing_is_damaged_nor_hides_what_is(
    company: Company,
) -> None:
    """Not opened is not sound; and what was found while values were opened is only taken back by opening them."""
    live_through(company)
    company.vault.keyroom.seal()
    assert verify_trail(company.vault, None).is_sound
    company.vault.keyroom.unseal()
    company.sequence()
    standing = standing_of(gathered_about(company, person="borrower").damage)
    assert (standing["verified"]["findings"], standing["verified"]["are_values_opened"]) == (0, False)

    company.signed_in("other")
    company.sequence()
    newest = "(SELECT max(position) FROM trail_search WHERE actor_id <> '')"
    entry_id = f"(SELECT entry_id FROM trail_leaves WHERE position = {newest})"
    kept = f"(SELECT entry_id, part, sealed FROM trail_disclosures WHERE entry_id = {entry_id})"
    tampering.run(company, f"CREATE TABLE kept_aside AS SELECT * FROM {kept}")
    tampering.run(company, f"UPDATE trail_disclosures SET sealed = zeroblob(80) WHERE entry_id = {entry_id}")
    found = verified(company)
    assert {each.check for each in found.findings} == {"value.altered"}
    company.vault.keyroom.seal()
    assert verify_trail(company.vault, None).is_sound
    company.vault.keyroom.unseal()
    company.sequence()
    gathered = gathered_about(company, person="borrower")
    assert standing_of(gathered.damage)["verified"]["findings"] == len(found.findings)
    assert [row.outcome for row in gathered.damage.verification] == [Outcome.FAILED]

    aside = "SELECT sealed FROM kept_aside AS k WHERE k.entry_id = trail_disclosures.entry_id"
    tampering.run(
        company,
        f"UPDATE trail_disclosures SET sealed = ({aside} AND k.part = trail_disclosures.part)"
        " WHERE entry_id IN (SELECT entry_id FROM kept_aside)",
    )
    assert verified(company).is_sound
    standing = standing_of(gathered_about(company, person="borrower").damage)
    assert (standing["verified"]["findings"], standing["verified"]["are_values_opened"]) == (0, True)


def test_pack_holds_standing_and_acknowledgements_with_their_proofs(company: Company) -> None:
    """Each cited entry lies among the proven ones, that of the verification too."""
    live_through(company)
    answer_for(company, tampered(company, document=company.document_id, dossier=company.dossier_id))
    report = verified(company)
    pack = packed(company, document=company.document_id)

    facts = json.loads(pack.read("pack.json"))
    proven = {json.loads(line).get("index") for line in pack.read("entries.jsonl").splitlines()}
    cited = {item["index"] for item in facts["sections"]["damage"]} | {facts["standing"]["verified"]["index"]}
    assert cited <= proven
    assert facts["standing"]["verified"]["size"] == report.size
    assert [item["event"] for item in facts["sections"]["damage"]] == [
        "object.tampered",
        "finding.acknowledged",
        "trail.verified",
    ]
