"""Certificates: for whom, what they state, and that they rest on the trail and not on rows."""

from __future__ import annotations

import datetime as dt
import io

import pypdfium2
import pytest

from tests.agreements import TEXT_ZH, answer, draft, published, published_again
from tests.attacks.observing import alter, trail
from tests.company import Company
from vault.agreements.certificate import Certificate, certify_answer
from vault.agreements.printing import certificate_pdf
from vault.errors import NotFound, Sealed, TamperError, Unavailable
from vault.ledger.events import Event
from vault.ledger.proofs import verify_inclusion
from vault.policy.agreements import Answer, Language


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [page.get_textpage().get_text_range().replace("\r\n", "") for page in document]


def printed(company: Company, certificate: Certificate, *, language: Language = Language.ENGLISH) -> bytes:
    return certificate_pdf(
        company.vault.mark_fonts,
        certificate,
        language=language,
        timezone="Asia/Shanghai",
        issued_at=company.vault.clock.now(),
    )


def test_person_and_auditor_get_the_certificate_and_nobody_else(company: Company) -> None:
    """For others there is no such answer; each certificate is recorded."""
    given = answer(company, published(company))
    company.sequence()
    for login in ("borrower", "auditor"):
        assert certify_answer(company.vault, company.at_keyboard(login), answer_id=given.id).name == "王晓明"
    for login in ("other", "admin", "officer"):
        with pytest.raises(NotFound):
            certify_answer(company.vault, company.at_keyboard(login), answer_id=given.id)
    issued = trail(company, Event.AGREEMENT_CERTIFIED)
    assert [entry.outcome.value for entry in issued] == ["success", "success", "denied", "denied", "denied"]
    assert issued[1].subject == company.ids["borrower"]


def test_certificate_proves_its_leaf_against_the_signed_root(company: Company) -> None:
    """What it prints can be computed by anybody."""
    given = answer(company, published(company))
    company.sequence()
    certificate = certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id)
    checkpoint = certificate.checkpoint
    verify_inclusion(
        certificate.leaf_digest,
        list(certificate.proof),
        index=certificate.index,
        size=checkpoint.size,
        root=checkpoint.root,
    )
    assert certificate.content_hash.encode() in certificate.leaf
    assert certificate.note.startswith(checkpoint.body())


@pytest.mark.parametrize("language", list(Language))
def test_pdf_says_who_what_when_where_and_the_proof(company: Company, language: Language) -> None:
    """The whole text in the language it was shown in, the words around it in the reader's."""
    given = answer(company, published(company), language=Language.CHINESE)
    company.sequence()
    certificate = certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id)
    text = "".join(pages(printed(company, certificate, language=language)))
    for line in TEXT_ZH.splitlines():
        assert line.lstrip("#- ") in text
    for words in ("王晓明", "N-0002", "Head office", certificate.content_hash, certificate.leaf_digest.hex()):
        assert words in text
    assert "2026-11-24 18:00:00 +08:00" in text
    assert "2026-11-24 10:00:00" in text
    assert ("Certificate of acceptance" if language is Language.ENGLISH else "接受证明") in text
    assert ("page 1 of" if language is Language.ENGLISH else "第 1 页") in text


def test_same_certificate_is_the_same_bytes_and_leaves_no_font_behind(company: Company) -> None:
    """Nothing of the clock but the moment of issue; the writer's register does not grow."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - the writer's own register

    given = answer(company, published(company))
    company.sequence()
    certificate = certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id)
    assert printed(company, certificate) == printed(company, certificate)
    assert not [name for name in pdfmetrics.getRegisteredFontNames() if name.startswith("Vault")]


def test_hostile_words_are_printed_as_they_are(company: Company) -> None:
    """The PDF writer's own markup is not read out of texts."""
    hostile = '<b>bold</b> & <a href="http://evil.example">x</a> <img src="/etc/passwd"/> </para>'
    given = answer(company, published(company, draft(hostile)))
    company.sequence()
    pdf = printed(company, certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id))
    assert hostile.replace(" ", "") in "".join(pages(pdf)).replace(" ", "")
    assert b"evil.example" not in pdf


def test_declined_answer_is_certified_as_such(company: Company) -> None:
    """Refusing is an answer too."""
    given = answer(company, published(company), said=Answer.DECLINED)
    company.sequence()
    certificate = certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id)
    assert "declined" in "".join(pages(printed(company, certificate)))


def test_certificate_of_an_older_version_shows_that_versions_text(company: Company) -> None:
    """What was accepted then, whatever is in force now."""
    agreement_id = published(company, draft("For ten years."))
    given = answer(company, agreement_id)
    published_again(company, agreement_id, draft("For twenty years."))
    company.sequence()
    certificate = certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id)
    assert [block.text for block in certificate.blocks] == ["For ten years."]


def test_certificate_waits_for_the_signature(company: Company) -> None:
    """Before the entry has its place there is nothing to prove."""
    given = answer(company, published(company))
    with pytest.raises(Unavailable, match=r"agreement\.not_signed"):
        certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id)


def test_sealed_vault_certifies_nothing(company: Company) -> None:
    """The values cannot be read."""
    given = answer(company, published(company))
    company.sequence()
    company.vault.seal()
    with pytest.raises(Sealed):
        certify_answer(company.vault, company.at_keyboard("borrower"), answer_id=given.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE agreement_answers SET person_id = (SELECT id FROM people WHERE login = 'other')",
        "UPDATE agreement_answers SET answer = 'declined'",
        "UPDATE agreement_answers SET language = 'zh-Hans'",
        "UPDATE agreement_answers SET entry_id = (SELECT entry_id FROM trail_leaves WHERE position = 1)",
        "UPDATE agreement_texts SET body = 'Nothing is secret.'",
    ],
)
def test_row_that_says_otherwise_than_the_trail_is_never_certified(company: Company, statement: str) -> None:
    """An acceptance cannot be made up or moved by whoever can write to the database."""
    given = answer(company, published(company))
    company.sequence()
    alter(company, statement)
    with pytest.raises(TamperError, match=r"tamper\.agreement"):
        certify_answer(company.vault, company.at_keyboard("auditor"), answer_id=given.id)
    assert [entry.fact("code") for entry in trail(company, Event.OBJECT_TAMPERED)] == ["tamper.agreement"]


def test_time_is_that_of_the_trail(company: Company) -> None:
    """A moved date in the row changes nothing."""
    given = answer(company, published(company))
    company.sequence()
    alter(company, "UPDATE agreement_answers SET answered_at = 0")
    certificate = certify_answer(company.vault, company.at_keyboard("auditor"), answer_id=given.id)
    assert certificate.answered_at == company.vault.clock.now()
    assert certificate.answered_at > dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
