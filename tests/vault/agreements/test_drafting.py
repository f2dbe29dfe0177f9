"""Writing, publishing and withdrawing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.agreements import EVERY_CLASS, draft, published, published_again, version_row
from tests.attacks.observing import alter, trail
from tests.company import Company
from vault.agreements.content import content_bytes, require_intact
from vault.agreements.drafting import begin_agreement, publish_version, save_draft, withdraw_agreement
from vault.database.agreement_queries import VersionText
from vault.errors import AccessDenied, Conflict, InputError, NotFound, TamperError
from vault.ledger.events import Event, Outcome
from vault.model import Classification
from vault.policy.agreements import Audience, Language

VECTORS = Path(__file__).parents[2] / "vectors" / "agreements" / "content.v1.json"


def test_published_version_stands_in_the_trail_with_its_hash(company: Company) -> None:
    """Who published what, so that the rows can be held against it."""
    agreement_id = published(company)
    [entry] = trail(company, Event.AGREEMENT_PUBLISHED)
    assert entry.actor == company.ids["admin"]
    assert entry.details == {
        "agreement": agreement_id,
        "version": 1,
        "audience": "borrowers",
        "classes": "internal confidential secret top_secret",
        "material": 1,
        "hash": require_intact(version_row(company, agreement_id)).hex(),
    }


def test_hashes_are_those_of_the_vectors(company: Company) -> None:
    """SHA-256 over the canonical bytes, as the page says and anybody computes."""
    agreement_id = begin_agreement(company.vault, company.at_keyboard("admin"), draft=draft())
    template = version_row(company, agreement_id)
    for vector in json.loads(VECTORS.read_text(encoding="utf-8")):
        said = json.loads(vector["bytes"])
        version = replace(
            template,
            agreement_id=said["agreement"],
            number=said["version"],
            audience=Audience(said["audience"]),
            classes=frozenset(map(Classification, said["classes"])),
            is_material=bool(said["material"]),
            texts={Language(name): VersionText(**text) for name, text in said["texts"].items()},
        )
        assert content_bytes(version) == vector["bytes"].encode()
        assert hashlib.sha256(vector["bytes"].encode()).hexdigest() == vector["sha256"]


@pytest.mark.parametrize("login", ["borrower", "custodian", "officer", "auditor"])
def test_only_the_administrator_writes_and_publishes(company: Company, login: str) -> None:
    """Refused and recorded, each of the three acts."""
    agreement_id = begin_agreement(company.vault, company.at_keyboard("admin"), draft=draft())
    actor = company.at_keyboard(login)
    for act in (
        lambda: begin_agreement(company.vault, actor, draft=draft()),
        lambda: publish_version(company.vault, actor, agreement_id=agreement_id, revision=1),
        lambda: withdraw_agreement(company.vault, actor, agreement_id=agreement_id, note="No longer needed here"),
    ):
        with pytest.raises(AccessDenied, match=r"denied\.office"):
            act()
    denied = [entry.event for entry in trail(company) if entry.outcome is Outcome.DENIED]
    assert denied == [Event.AGREEMENT_DRAFTED, Event.AGREEMENT_PUBLISHED, Event.AGREEMENT_WITHDRAWN]


@pytest.mark.parametrize(
    "written",
    [
        draft(""),
        draft(text_zh=""),
        replace(draft(), texts={Language.ENGLISH: VersionText("Only one", "language")}),
        draft(classes=frozenset()),
    ],
)
def test_unfinished_draft_is_kept_but_not_published(company: Company, written: object) -> None:
    """Both languages with title and text, and at least one class."""
    admin = company.at_keyboard("admin")
    agreement_id = begin_agreement(company.vault, admin, draft=written)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"agreement\.incomplete"):
        publish_version(company.vault, admin, agreement_id=agreement_id, revision=1)
    assert version_row(company, agreement_id).published_at is None


def test_character_without_a_glyph_is_found_before_publishing(company: Company) -> None:
    """The certificate must show the whole text."""
    admin = company.at_keyboard("admin")
    agreement_id = begin_agreement(company.vault, admin, draft=draft("Secret \U00010380"))
    with pytest.raises(InputError, match=r"agreement\.no_glyph"):
        publish_version(company.vault, admin, agreement_id=agreement_id, revision=1)


def test_draft_that_somebody_else_changed_is_neither_overwritten_nor_published(company: Company) -> None:
    """What is published is what the administrator saw."""
    admin = company.at_keyboard("admin")
    agreement_id = begin_agreement(company.vault, admin, draft=draft())
    save_draft(company.vault, admin, agreement_id=agreement_id, draft=draft("Other words."), revision=1)
    with pytest.raises(Conflict, match=r"revision\.stale"):
        save_draft(company.vault, admin, agreement_id=agreement_id, draft=draft(), revision=1)
    with pytest.raises(Conflict, match=r"revision\.stale"):
        publish_version(company.vault, admin, agreement_id=agreement_id, revision=1)
    publish_version(company.vault, admin, agreement_id=agreement_id, revision=2)
    assert version_row(company, agreement_id).texts[Language.ENGLISH].body == "Other words."


def test_published_version_is_never_written_again(company: Company) -> None:
    """Saving makes the next version; publishing twice finds no draft."""
    admin, agreement_id = company.at_keyboard("admin"), published(company)
    before = version_row(company, agreement_id)
    with pytest.raises(Conflict, match=r"agreement\.no_draft"):
        publish_version(company.vault, admin, agreement_id=agreement_id, revision=1)
    assert save_draft(company.vault, admin, agreement_id=agreement_id, draft=draft("Next."), revision=0) == 2
    assert version_row(company, agreement_id) == before


def test_wider_version_is_published_as_material(company: Company) -> None:
    """Marked as immaterial, but it covers a class more."""
    agreement_id = published(company, draft(classes=frozenset({Classification.INTERNAL})))
    number = published_again(company, agreement_id, draft(classes=EVERY_CLASS, is_material=False))
    assert version_row(company, agreement_id, number).is_material


def test_withdrawn_agreement_takes_no_further_version(company: Company) -> None:
    """It ended, for a reason that is recorded."""
    admin, agreement_id = company.at_keyboard("admin"), published(company)
    withdraw_agreement(company.vault, admin, agreement_id=agreement_id, note="Replaced by the group's agreement")
    with pytest.raises(Conflict, match=r"agreement\.withdrawn"):
        save_draft(company.vault, admin, agreement_id=agreement_id, draft=draft(), revision=0)
    [entry] = trail(company, Event.AGREEMENT_WITHDRAWN)
    assert entry.reason is not None
    assert entry.reason.text == "Replaced by the group's agreement"
    with pytest.raises(NotFound):
        withdraw_agreement(company.vault, admin, agreement_id="g" + "a" * 26, note="There is none like this")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement_texts SET body = 'Nothing is secret.' WHERE language = 'zh-Hans'",
        "UPDATE agreement_texts SET title = 'Other' WHERE language = 'en'",
        "UPDATE agreement_versions SET classes = 'internal'",
        "UPDATE agreement_versions SET is_material = 0",
        "UPDATE agreement_versions SET content_hash = zeroblob(32)",
        "DELETE FROM agreement_texts WHERE language = 'en'",
    ],
)
def test_altered_rows_are_not_what_was_published(company: Company, statement: str) -> None:
    """Whoever can write to the database cannot change what somebody accepted."""
    agreement_id = published(company)
    alter(company, statement)
    with pytest.raises(TamperError, match=r"tamper\.agreement"):
        require_intact(version_row(company, agreement_id))


def test_draft_without_any_title_is_not_kept(company: Company) -> None:
    """It could not be found again."""
    nothing = {language: VersionText(" ", "words") for language in Language}
    with pytest.raises(InputError, match=r"agreement\.untitled"):
        begin_agreement(company.vault, company.at_keyboard("admin"), draft=replace(draft(), texts=nothing))
