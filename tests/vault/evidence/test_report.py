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
from tests.vault.trail.exports.making_exports import words
from vault.evidence.report import ReportBody, ReportHead, report_pdf
from vault.evidence.sections import Item
from vault.evidence.words import say
from vault.ledger.bundle.layout import LeftOut
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
NOTHING: Item = {"tampered": 0, "unacknowledged": 0}


def printed(
    company: Company,
    sections: dict[str, list[Item]],
    *,
    language: Language,
    standing: Item = NOTHING,
    left_out: tuple[LeftOut, ...] = (),
) -> bytes:
    body = ReportBody(sections, standing, left_out)
    return report_pdf(company.vault.mark_fonts, HEAD, body, words=words(), language=language, timezone="Asia/Shanghai")


def text_of(pdf: bytes) -> str:
    """Without its blanks: where a line breaks is the paper's business."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]
    return "".join("".join(pages).split())


@pytest.mark.parametrize("language", list(Language))
def test_report_asks_every_question_and_cites_its_entries(company: Company, language: Language) -> None:
    """Questions, the view with its mark, limits of what can be shown, and origin, size and root on each page."""
    live_through(company)
    sections = told(company, gathered_about(company, person="borrower"), person="borrower")
    pdf = printed(company, sections, language=language)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]
    text = "".join("".join(pages).split())
    for name in (*sections, "trust", "not_shown"):
        assert "".join(say(language, name).split()) in text
    for said in ("王晓明", "Headoffice", "<b>Dispute</b>", str(sections["views"][0]["index"])):
        assert said in text
    assert all("tests.example/vault · 99 · oA87YYIC5jwG" in page for page in pages)
    assert printed(company, sections, language=language) == pdf


@pytest.mark.parametrize(("language", "called"), [(Language.ENGLISH, ", now called “"), (Language.CHINESE, "，现名“")])
def test_report_calls_teams_by_their_names_and_says_of_when(company: Company, language: Language, called: str) -> None:
    """Counsel reads a name, and finds the id of the entries beside it."""
    team = lent(company, "stranger", name="Sales 北方")
    company.sequence()
    sections = told(company, gathered_about(company, person="stranger"), person="stranger")
    pdf = printed(company, sections, language=language)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]
    text = "".join("".join(pages).split())

    assert "".join(f"{team}{called}Sales 北方".split()) in text
    assert "".join(say(language, "about_duties").split()) in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.ENGLISH, ("Duty: Borrower", "Views, Secret: ", "Kind: More views", "told: “", "ended ")),
        (Language.CHINESE, ("职责：借用人", "查阅次数（机密）：", "类别：增加次数", "当时告知：“", "结束于")),
    ],
)
def test_facts_and_refusals_stand_in_words(company: Company, language: Language, said: tuple[str, ...]) -> None:
    """No technical name of a fact, no bare code where somebody was told a sentence."""
    live_through(company)
    sections = told(company, gathered_about(company, person="borrower"), person="borrower")
    text = text_of(printed(company, sections, language=language))

    for each in said:
        assert "".join(each.split()) in text
    names = {name for items in sections.values() for item in items for name in item.get("details", {})}
    assert {"duty", "views_secret", "quota_scope"} <= names
    assert [name for name in names if "_" in name and name in text] == []
    assert "denied." not in text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("verified", "unacknowledged", "expected"),
    [
        (None, 0, ["never_verified", "no_damage"]),
        ({"findings": 0, "acknowledged": 0}, 0, ["verified_sound", "no_damage"]),
        ({"findings": 0, "acknowledged": 0, "are_values_opened": False}, 0, ["verified_sealed"]),
        ({"findings": 3, "acknowledged": 1}, 2, ["verified_damaged", "unacknowledged"]),
    ],
)
def test_report_says_how_the_trail_stood(
    company: Company, language: Language, verified: Item | None, unacknowledged: int, expected: list[str]
) -> None:
    """Whether it was verified, what was found, and never that all is well where something was."""
    live_through(company)
    sections = told(company, gathered_about(company, person="borrower"), person="borrower")
    standing: Item = {"tampered": unacknowledged, "unacknowledged": unacknowledged}
    if verified is not None:
        standing["verified"] = {"index": 7, "time": "2026-11-24T10:00:00.000Z", "size": 7} | {
            "are_values_opened": True,
            **verified,
        }
    text = text_of(printed(company, sections, language=language, standing=standing))

    values = {**standing.get("verified", {}), "moment": "2026-11-24 18:00:00 +08:00", "count": unacknowledged}
    for word in (
        "never_verified",
        "verified_sound",
        "verified_sealed",
        "verified_damaged",
        "unacknowledged",
        "no_damage",
    ):
        sentence = say(language, word, **{"index": 7, "size": 7, "findings": 0, "acknowledged": 0, **values})
        assert ("".join(sentence.split()) in text) is (word in expected), word


@pytest.mark.parametrize("language", list(Language))
def test_report_says_what_its_bundle_lacks(company: Company, language: Language) -> None:
    """In the same words as the export's page."""
    live_through(company)
    sections = told(company, gathered_about(company, person="borrower"), person="borrower")
    lacking = LeftOut("tsa", "timestamp", 8, "digest")
    text = text_of(printed(company, sections, language=language, left_out=(lacking,)))

    locale = "zh_Hans_CN" if language is Language.CHINESE else "en"
    for sentence in (say(language, "left_out"), words().left_out(lacking, locale=locale)):
        assert "".join(sentence.split()) in text
    assert "".join(say(language, "no_damage").split()) not in text
