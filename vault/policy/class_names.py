"""What the classes are called: by the policy, else as they come. In both languages; the stored word never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from vault.model import Classification
from vault.policy.document import Policy


@dataclass(frozen=True, slots=True)
class ClassTitle:
    """One class's name in English and in Simplified Chinese."""

    en: str
    zh: str

    def in_language(self, locale: str) -> str:
        """For any ``zh`` the Chinese name."""
        return self.zh if locale.startswith("zh") else self.en


DEFAULT_TITLES: Mapping[Classification, ClassTitle] = MappingProxyType(
    {
        Classification.INTERNAL: ClassTitle("Internal", "内部"),
        Classification.CONFIDENTIAL: ClassTitle("Confidential", "秘密"),
        Classification.SECRET: ClassTitle("Secret", "机密"),
        Classification.TOP_SECRET: ClassTitle("Top secret", "绝密"),
    }
)


def class_titles(policy: Policy) -> dict[Classification, ClassTitle]:
    """The names that hold under this policy."""
    titles = {}
    for each in Classification:
        own, default = policy.for_class(each), DEFAULT_TITLES[each]
        titles[each] = ClassTitle(own.name_en or default.en, own.name_zh or default.zh)
    return titles
