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
    "uncovered": Sentence("No agreement in force covers:", "以下密级没有生效中的协议："),
    "waiting": Sentence("%(count)s waiting", "%(count)s 条等待中"),
    "people_created": Sentence("%(count)s created", "新建 %(count)s 人"),
    "people_changed": Sentence("%(count)s changed", "更改 %(count)s 人"),
    "people_suspended": Sentence("%(count)s suspended", "停用 %(count)s 人"),
    "people_unchanged": Sentence("%(count)s unchanged", "未变 %(count)s 人"),
    "left_suspended": Sentence(
        "is active in the list and suspended here; left so, restore them by hand if they are back",
        "名单中为在职，但在此处已停用；未作更改，如已复职请手动恢复",
    ),
}


def say(locale: str, word: str, **values: int) -> str:
    """The word in the language of ``locale``."""
    found = WORDS[word]
    return (found.zh if locale.startswith("zh") else found.en) % values
