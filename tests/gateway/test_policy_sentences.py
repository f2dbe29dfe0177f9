"""Every value of the policy can be said and asked for in both languages."""

from __future__ import annotations

import re

import pytest

from gateway.policy_sentences import (
    changed_words,
    choices_of,
    fault_words,
    full_label,
    label_of,
    policy_sections,
    sentence_of,
    words_of,
)
from gateway.policy_table import FIELD_WORDS, SECTIONS
from vault.policy.checking import remarks_on
from vault.policy.class_names import class_titles
from vault.policy.document import DEFAULT_POLICY, ClassPolicy, Policy
from vault.policy.fields import PolicyField, changes_between, fields_by_path, policy_fields

PATTERNS = {field.pattern: field for field in policy_fields()}


def test_every_field_has_words_and_no_words_are_left_over() -> None:
    """A new value without a sentence fails here, and so does a sentence of a value that is gone."""
    assert set(FIELD_WORDS) == set(PATTERNS)


@pytest.mark.parametrize("field", PATTERNS.values(), ids=PATTERNS.keys())
def test_words_are_whole_in_both_languages(field: PolicyField) -> None:
    """A sentence says its value; nothing and every choice have words; the part that it belongs to has a heading."""
    words = words_of(field)
    sentences = [words.said, *([words.unset] if words.unset else []), *([words.hint] if words.hint else [])]
    sentences += [words.one] if words.one else []
    for sentence in sentences:
        assert sentence.en.endswith((".", ":"))
        assert re.search("[一-鿿]", sentence.zh)
        assert "{value}" not in (sentence.en + sentence.zh) or sentence is words.said
    assert "{value}" in words.said.en
    assert "{value}" in words.said.zh
    assert words.label.en
    assert words.label.zh
    assert words.unset is not None or not field.kind.is_optional
    assert set(words.values) >= set(field.kind.choices)
    assert set(words.values) >= ({"true", "false"} if field.kind.name == "yes_no" else set())
    assert field.pattern.startswith("classes.*.") or field.section.partition(".")[0] in SECTIONS
    for locale in ("en", "zh_Hans_CN"):
        assert sentence_of(field, field.default, locale=locale)
        assert label_of(field, locale=locale)
        assert len(choices_of(field, locale=locale)) == len(field.kind.choices) or field.kind.name == "yes_no"


def test_policy_reads_as_sentences_class_by_class() -> None:
    """What holds for everybody first; a class under the name that it was given."""
    policy = Policy(views=5, classes={"secret": ClassPolicy(views=1, name_en="Crown", name_zh="核心")})
    english, chinese = (policy_sections(policy, locale=locale) for locale in ("en", "zh_Hans_CN"))

    assert english[0].sentences[0].text == "A borrower may view a document 5 times before any approved request."
    assert chinese[0].sentences[0].text == "未经申请批准，借用人每份文档可查阅 5 次。"
    assert [section.heading for section in english][-4:] == ["Internal", "Confidential", "Crown", "Top secret"]
    assert [section.heading for section in chinese][-4:] == ["内部", "秘密", "核心", "绝密"]
    secret = {said.field.path: said for said in english[-2].sentences}
    assert secret["classes.secret.views"].text == "A document of this class may be viewed once."
    assert not secret["classes.secret.lease_minutes"].is_set


def test_change_is_said_as_what_held_and_what_would_hold() -> None:
    """Side by side, with the class that it is about."""
    (change,) = changes_between(DEFAULT_POLICY, Policy(classes={"secret": ClassPolicy(views=1)}))
    titles = class_titles(DEFAULT_POLICY)

    assert changed_words(change, locale="en") == (
        "As many views as for all classes.",
        "A document of this class may be viewed once.",
    )
    assert full_label(change.field, titles, locale="zh_Hans_CN") == "机密：查阅次数"
    assert full_label(fields_by_path()["views"], titles, locale="en") == "Views"


def test_remark_names_classes_as_the_policy_does() -> None:
    """In the language of whoever reads it."""
    policy = Policy(classes={"secret": ClassPolicy(views=9, name_en="Crown")})
    (remark,) = remarks_on(policy)[:1]

    assert fault_words(remark, class_titles(policy), locale="en").startswith("Crown would give more views than Conf")
    assert "机密" in fault_words(remark, class_titles(policy), locale="zh_Hans_CN")
