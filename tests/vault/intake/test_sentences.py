"""Every refusal is explained in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import vault.intake
from vault.intake.converter.refusals import Refusal
from vault.intake.sentences import FALLBACK, SENTENCES, sentences_for

SOURCES = Path(vault.intake.__path__[0])


def test_every_code_that_intake_raises_has_both_sentences() -> None:
    """No code can be added without its sentences."""
    written = {
        code for path in SOURCES.rglob("*.py") for code in re.findall(r"\"(intake\.[a-z_]+)\"", path.read_text())
    }

    assert written | {refusal.code for refusal in Refusal} == set(SENTENCES)


def test_sentences_are_in_their_languages() -> None:
    """English is ASCII, Chinese is Chinese."""
    assert all(english.isascii() and re.search("[\u4e00-\u9fff]", chinese) for english, chinese in SENTENCES.values())


def test_foreign_code_gets_the_general_sentence() -> None:
    """Codes of other rooms are not left without words."""
    assert sentences_for("dossier.unknown") == FALLBACK
