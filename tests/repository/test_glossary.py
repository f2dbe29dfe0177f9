"""The glossary is what the product says: each Chinese term there is the one in translations, labels and sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from gateway.labels import LABELS
from gateway.sentence_table import SENTENCES
from tests.repository.sources import ROOT
from tools.configuration_page import options, sections
from tools.translations import stored
from vault.intake.sentences import SENTENCES as INTAKE_SENTENCES
from vault.model import Classification, Duty, Office

GLOSSARY = ROOT / "docs/glossary.md"
DOCUMENTS_ONLY = "## In documents only"
_ROW = re.compile(r"^\| ([^|]+) \| ([^|]*[\u4e00-\u9fff][^|]*) \| [^|]+ \|$", flags=re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Term:
    english: str
    chinese: str

    def is_in(self, text: str) -> bool:
        """As a word of its own, also in the plural."""
        return re.search(rf"\b{re.escape(self.english)}(?:s|es)?\b", text, flags=re.IGNORECASE) is not None


def terms(*, documents_only: bool = False) -> list[Term]:
    head, _, tail = GLOSSARY.read_text(encoding="utf-8").partition(DOCUMENTS_ONLY)
    found = _ROW.findall(tail if documents_only else head)
    return [Term(english, chinese) for english, chinese in found if english != "English"]


def said() -> list[tuple[str, str]]:
    """Everything that the product says in both languages, as (English, Chinese)."""
    pairs = [
        (message.id, message.string)
        for message in stored()
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id
    ]
    pairs += [
        (plural, chinese)
        for message in stored()
        if isinstance(message.id, tuple)
        for plural, chinese in zip(message.id[-1:], message.string, strict=True)
    ]
    pairs += [(sentence.en, sentence.zh) for sentence in SENTENCES.values()]
    pairs += list(INTAKE_SENTENCES.values())
    return pairs


def described() -> list[tuple[str, str]]:
    """What the configuration says of its options, for those who run the vault."""
    return [(each.en, each.zh) for each in (*sections(), *options())]


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.english)
def test_term_is_the_one_that_the_product_uses(term: Term) -> None:
    """Some text has both, and a text that is the term alone is translated as it stands here."""
    pairs = [(english, chinese) for english, chinese in said() if term.is_in(english)]

    assert [chinese for _english, chinese in pairs if term.chinese in chinese]
    alone = [chinese for english, chinese in pairs if english.casefold() == term.english.casefold()]
    assert [chinese for chinese in alone if term.chinese not in chinese] == []


def test_every_office_duty_and_class_is_in_the_glossary() -> None:
    """Under the very words that the screens have for it."""
    known = {term.english.casefold(): term.chinese for term in terms()}
    catalogue = dict(said())
    for value in (*Office, *Duty, *Classification):
        english = str(LABELS[value])
        assert known.get(english.casefold()) == catalogue[english], english


@pytest.mark.parametrize(
    ("english", "never", "unless"),
    [
        ("operator", "管理员", "administrator"),
        ("custodian", "管理员", "administrator"),
        ("document", "文件", r"\bfiles?\b"),
        ("passphrase", "密码", r"\bpasswords?\b"),
        ("password", "口令", r"\bpassphrases?\b"),
        ("request", "请求", "number of this request|did not come"),  # there a request is one of the browser
        ("trail", "日志", r"\blogs?\b"),
        ("view", "查看", r"\bsee\b"),
    ],
)
def test_one_thing_has_one_name(english: str, never: str, unless: str) -> None:
    """Chinese has no other word in the place of a term, unless the English speaks of that other thing too."""
    [term] = [each for each in (*terms(), *terms(documents_only=True)) if each.english == english]
    pairs = [(text, chinese) for text, chinese in (*said(), *described()) if term.is_in(text)]

    assert pairs
    wrong = [(text, chinese) for text, chinese in pairs if never in chinese and term.chinese not in chinese]
    assert [each for each in wrong if not re.search(unless, each[0], flags=re.IGNORECASE)] == []


def test_terms_of_documents_stand_in_the_chinese_documents() -> None:
    """The Chinese documentation says what this table says."""
    chinese = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.zh-CN.md", "docs/configuration.md")
    )
    used = {term.english for term in terms(documents_only=True) if term.chinese in chinese}

    assert used >= {"root key", "passphrase", "key-encryption key", "view key", "leaf", "three offices apart"}
