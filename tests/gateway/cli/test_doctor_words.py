"""No line of ``doctor`` is half in another language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.cli.doctor_words import NAMES, WORDS_OF_DOCTOR, columns_of, name_of, padded, reason_of, say_of_doctor
from tests.gateway.cli.running import run
from vault.intake.converter.layers import Layer

IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
OURS_IN_ANY_LANGUAGE = {
    "Python",
    "SQLite",
    "Landlock",
    "seccomp",
    "RLIMIT_MEMLOCK",
    "LimitMEMLOCK",
    "infinity",
    "sqlite",
}
"""Names of things; whatever has a slash or a digit is a path, an address or a version."""


def foreign_words(line: str) -> set[str]:
    """English words of a Chinese line."""
    ours = re.sub(r"[^、]+（[\d,]+ 个字符）|dossier-vault trail verify", "", line)
    words = {word for word in re.split(r"[\s（）；，、：,()=。]+", ours) if re.search("[A-Za-z]{2}", word)}
    return {word for word in words if not re.search(r"[/\d]", word)} - OURS_IN_ANY_LANGUAGE


def test_no_line_of_a_sound_vault_is_half_in_english(config: Path) -> None:
    """Each has its name and its words in Chinese; and in English no ideograph stands."""
    chinese = run(config, "doctor", language="zh").out.splitlines()
    english = run(config, "doctor").out.splitlines()

    assert len(chinese) == len(english) > 12
    for line in chinese:
        assert line.startswith("正常  ")
        assert {line: foreign_words(line)} == {line: set()}
    for line in english:
        assert not IDEOGRAPH.search(line)


def test_lines_of_feeds_and_anchors_are_in_chinese(config: Path, tmp_path: Path) -> None:
    """Those that there are only if somebody configured them."""
    feed = f'\n[[feeds]]\nname = "monitor"\nformat = "ocsf"\noutput = "file"\npath = "{tmp_path / "lines"}"\n'
    anchor = f'\n[[trail.anchors.directories]]\nname = "beside"\npath = "{tmp_path}"\n'
    config.write_text(config.read_text() + feed + anchor)
    told = run(config, "doctor", language="zh")

    named = [line for line in told.out.splitlines() if "推送 monitor" in line or "锚点 beside" in line]
    assert len(named) == 2, told.out + told.err
    for line in named:
        assert {line: foreign_words(line) - {"monitor", "beside"}} == {line: set()}


@pytest.mark.parametrize("word", [*NAMES, *WORDS_OF_DOCTOR])
def test_every_word_is_in_both_languages(word: str) -> None:
    """With the same values in it."""
    sentence = NAMES.get(word) or WORDS_OF_DOCTOR[word]
    assert IDEOGRAPH.search(sentence.zh) or not re.search("[A-Za-z]", re.sub(r"%\(\w+\)s", "", sentence.en))
    assert not IDEOGRAPH.search(sentence.en)
    assert set(re.findall(r"%\(\w+\)s", sentence.en)) == set(re.findall(r"%\(\w+\)s", sentence.zh))


def test_every_layer_of_the_sandbox_has_words() -> None:
    """A new one without fails here."""
    assert {str(layer.name).lower() for layer in Layer} <= WORDS_OF_DOCTOR.keys()


def test_names_stand_below_one_another_in_chinese_too() -> None:
    """An ideograph takes two columns."""
    assert columns_of(padded(name_of("zh", "trail"), 12)) == columns_of(padded(name_of("en", "trail"), 12)) == 12
    assert name_of("zh", "anchor beside") == "锚点 beside"
    assert name_of("en", "feed monitor") == "feed monitor"
    assert reason_of("zh", "Operation not permitted") == "Operation not permitted"
    assert say_of_doctor("zh", "waiting", count=3) == "3 条等待中"
