"""The policy in sentences: what each value means, in English and in Simplified Chinese.

Works without a web application: screens, command line and exports say the same. What people typed into a policy (names)
arrives as it is and is escaped by whoever shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.policy_table import FIELD_WORDS, SECTIONS, FieldWords
from gateway.sentence_table import Sentence
from gateway.sentences import sentence_for_code
from vault.model import Classification
from vault.policy.class_names import ClassTitle, class_titles
from vault.policy.document import Policy
from vault.policy.fields import Change, Fault, PolicyField, policy_fields, values_of, written

Titles = Mapping[Classification, ClassTitle]
_CLASSES = "classes."
_NOTHING = Sentence("none", "无")


@dataclass(frozen=True, slots=True)
class PolicySentence:
    """One value, said; ``is_set`` is False where it only repeats what holds anyway."""

    field: PolicyField
    text: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class PolicySection:
    """Sentences under a heading; ``classification`` where it is about one class."""

    name: str
    heading: str
    classification: Classification | None
    sentences: tuple[PolicySentence, ...]


def policy_sections(policy: Policy, *, locale: str) -> list[PolicySection]:
    """The whole policy: what holds for everybody first, then part by part, then each class."""
    titles, values = class_titles(policy), values_of(policy)
    by_section: dict[str, list[PolicySentence]] = {}
    for field in policy_fields():
        value = values[field.path]
        said = PolicySentence(field, sentence_of(field, value, locale=locale), not is_unset(value))
        by_section.setdefault(_section_of(field), []).append(said)
    return [
        PolicySection(name, heading_of(name, titles, locale=locale), class_of(name), tuple(sentences))
        for name, sentences in sorted(by_section.items(), key=lambda each: each[0].startswith(_CLASSES))
    ]


def sentence_of(field: PolicyField, value: Any, *, locale: str) -> str:
    """What the value means, as one sentence."""
    words = words_of(field)
    if is_unset(value) and words.unset is not None:
        return _in(words.unset, locale)
    if value == 1 and value is not True and words.one is not None:
        return _in(words.one, locale)
    return _in(words.said, locale).format(value=value_words(field, value, locale=locale))


def value_words(field: PolicyField, value: Any, *, locale: str) -> str:
    """The value alone: a choice in words, a list in one line."""
    if is_unset(value):
        return _in(_NOTHING, locale)
    words = words_of(field)
    members = value if field.kind.name == "lines" else [value]
    told = [_in(words.values[each], locale) if each in words.values else each for each in map(written, members)]
    return ("、" if _is_chinese(locale) else ", ").join(told)


def label_of(field: PolicyField, *, locale: str) -> str:
    """The value's name on a form."""
    return _in(words_of(field).label, locale)


def full_label(field: PolicyField, titles: Titles, *, locale: str) -> str:
    """The value's name with the class or part that it belongs to, where it stands alone."""
    section = _section_of(field)
    if not section:
        return label_of(field, locale=locale)
    colon = "：" if _is_chinese(locale) else ": "
    return f"{heading_of(section, titles, locale=locale)}{colon}{label_of(field, locale=locale)}"


def hint_of(field: PolicyField, *, locale: str) -> str:
    """More about it on a form, or ''."""
    hint = words_of(field).hint
    return _in(hint, locale) if hint else ""


def choices_of(field: PolicyField, *, locale: str) -> list[tuple[str, str]]:
    """The words of each choice."""
    words = words_of(field).values
    names = field.kind.choices or (("true", "false") if field.kind.name == "yes_no" else ())
    return [(name, _in(words[name], locale) if name in words else name) for name in names]


def heading_of(section: str, titles: Titles, *, locale: str) -> str:
    """The heading of a section: a class's name, or that of a part."""
    classification = class_of(section)
    if classification is not None:
        return titles[classification].in_language(locale)
    return _in(SECTIONS[section], locale) if section in SECTIONS else section


def class_of(section: str) -> Classification | None:
    """The class that a section is about."""
    return Classification(section.split(".")[1]) if section.startswith(_CLASSES) else None


def changed_words(change: Change, *, locale: str) -> tuple[str, str]:
    """What held and what would hold, as sentences."""
    return tuple(sentence_of(change.field, value, locale=locale) for value in (change.old, change.new))  # type: ignore[return-value]


def fault_words(fault: Fault, titles: Titles, *, locale: str) -> str:
    """What is wrong or remarkable; classes among its parameters by their names."""
    named = {each.value: titles[each].in_language(locale) for each in Classification}
    params = {
        name: named.get(str(value), value) if name in {"lower", "higher"} else value
        for name, value in fault.params.items()
    }
    return sentence_for_code(locale, fault.code, **params)


def words_of(field: PolicyField) -> FieldWords:
    return FIELD_WORDS[field.pattern]


def is_unset(value: Any) -> bool:
    """Nothing, or a list without members."""
    return value is None or value in ([], {}, "")


def _section_of(field: PolicyField) -> str:
    """Of a class everything stands together, whatever part of it."""
    if field.path.startswith(_CLASSES):
        return ".".join(field.path.split(".")[:2])
    return field.section if field.section in SECTIONS else field.section.partition(".")[0]


def _in(sentence: Sentence, locale: str) -> str:
    return sentence.zh if _is_chinese(locale) else sentence.en


def _is_chinese(locale: str) -> bool:
    return locale.startswith("zh")
