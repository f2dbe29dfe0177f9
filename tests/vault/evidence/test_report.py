"""The summary on paper, in both languages."""

from __future__ import annotations

import datetime as dt
import io

import pypdfium2
import pytest

from tests.company import Company
from tests.vault.evidence.story import live_through
from tests.vault.evidence.test_entitlement import lent
from tests.vault.evidence.test_gathering import gathered_about, told
from vault.evidence.report import ReportHead, report_pdf
from vault.evidence.words import say, value_words
from vault.ledger.events import Event
from vault.model import Classification, Duty, ReasonCategory
from vault.policy.agreements import Language

HEAD = ReportHead(
    title="Evidence about 王晓明 (N-0002)",
    subject="p" * 27,
    ordered="Auditor (N-0051)",
    reason="review: <b>Dispute</b>",
    origin="tests.example/vault",
    size=99,
    root="oA87YYIC5jwG",
    signed_at=dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC),
)


@pytest.mark.parametrize("language", list(Language))
def test_report_asks_every_question_and_cites_its_entries(company: Company, language: Language) -> None:
    """Questions, the view with its mark, limits of what can be shown, and origin, size and root on each page."""
    live_through(company)
    sections = told(company, gathered_about(company, person="borrower"), person="borrower")
    pdf = report_pdf(company.vault.mark_fonts, HEAD, sections, language=language, timezone="Asia/Shanghai")
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]
    text = "".join("".join(pages).split())
    for name in (*sections, "trust", "not_shown"):
        assert "".join(say(language, name).split()) in text
    for words in ("王晓明", "Headoffice", "<b>Dispute</b>", str(sections["views"][0]["index"])):
        assert words in text
    assert all("tests.example/vault · 99 · oA87YYIC5jwG" in page for page in pages)
    again = report_pdf(company.vault.mark_fonts, HEAD, sections, language=language, timezone="Asia/Shanghai")
    assert again == pdf


@pytest.mark.parametrize(("language", "words"), [(Language.ENGLISH, ", now called “"), (Language.CHINESE, "，现名“")])
def test_report_calls_teams_by_their_names_and_says_of_when(company: Company, language: Language, words: str) -> None:
    """Counsel reads a name, and finds the id of the entries beside it."""
    team = lent(company, "stranger", name="Sales 北方")
    company.sequence()
    sections = told(company, gathered_about(company, person="stranger"), person="stranger")
    pdf = report_pdf(company.vault.mark_fonts, HEAD, sections, language=language, timezone="Asia/Shanghai")
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]
    text = "".join("".join(pages).split())

    assert "".join(f"{team}{words}Sales 北方".split()) in text
    assert "".join(say(language, "about_duties").split()) in text


@pytest.mark.parametrize("values", [Classification, Duty, ReasonCategory])
def test_every_value_has_its_chinese_word(values: type[Classification]) -> None:
    """No paper shows a code where a word is due."""
    assert all(value_words(Language.CHINESE, each) != each.value for each in values)
    assert value_words(Language.ENGLISH, Event.DOSSIER_ASSIGNED) == "dossier assigned"
