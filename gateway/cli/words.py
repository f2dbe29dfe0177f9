"""What commands say when all went well, in both languages. What goes wrong is said by :mod:`gateway.sentences`."""

from __future__ import annotations

from gateway.sentence_table import Sentence

WORDS: dict[str, Sentence] = {
    "filed": Sentence("filed", "已归档"),
    "already_filed": Sentence("already filed", "此前已归档"),
    "sound": Sentence("sound", "完好"),
    "not_sound": Sentence("NOT SOUND", "有问题"),
    "entries": Sentence("%(count)s entries", "%(count)s 条"),
    "signed_to": Sentence("signed to %(size)s", "已签名至 %(size)s"),
    "waiting": Sentence("%(count)s waiting", "%(count)s 条等待中"),
}


def say(locale: str, word: str, **values: int) -> str:
    """The word in the language of ``locale``."""
    found = WORDS[word]
    return (found.zh if locale.startswith("zh") else found.en) % values
