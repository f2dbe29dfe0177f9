"""What counts as a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import InputError
from vault.model import Reason, ReasonCategory
from vault.policy.reasons import MAXIMUM_CHARACTERS, ReasonDraft, check_reason


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "reason.empty"),
        ("   \n\t ", "reason.empty"),
        ("\u200b\u200b", "reason.empty"),
        (".", "reason.meaningless"),
        ("....................", "reason.meaningless"),
        ("aaa", "reason.meaningless"),
        ("aaaaaaaaaaaaaaaa", "reason.meaningless"),
        ("asdfasdfasdf", "reason.meaningless"),
        ("ab ab ab ab ab", "reason.meaningless"),
        ("test", "reason.meaningless"),
        ("看看", "reason.meaningless"),
        ("看看看看", "reason.meaningless"),
        ("x" * (MAXIMUM_CHARACTERS + 1), "reason.too_long"),
    ],
)
def test_empty_or_meaningless_text_is_refused(text: str, code: str) -> None:
    """Dots, repeated letters and a word too short to say anything are no reason."""
    with pytest.raises(InputError) as refused:
        check_reason(ReasonDraft("offer", text))

    assert refused.value.code == code


@pytest.mark.parametrize(
    "text", ["Preparing the offer for line 4", "准备四号线报价", "Rückfrage zum Vertrag", "회의 준비 자료 확인"]
)
def test_plain_sentence_in_any_script_is_a_reason(text: str) -> None:
    """A few meaningful words suffice, in whatever language."""
    assert check_reason(ReasonDraft("offer", text)).text == text


def test_unknown_category_is_refused() -> None:
    """The list of categories is closed."""
    with pytest.raises(InputError, match=r"reason\.category"):
        check_reason(ReasonDraft("because", "Preparing the offer"))


@pytest.mark.parametrize("case_number", ["<script>", "a b", "x" * 41, "A\n1", "=1+1"])
def test_case_number_of_another_form_is_refused(case_number: str) -> None:
    """A case number is a short plain token, so that no export can be led astray by it."""
    with pytest.raises(InputError, match=r"reason\.case_number"):
        check_reason(ReasonDraft("offer", "Preparing the offer", case_number))


def test_control_characters_do_not_survive() -> None:
    """What is stored is one line that cannot forge another."""
    checked = check_reason(ReasonDraft("other", "Preparing\r\nthe\u2028offer\u202e now", " CASE-7 "))

    assert checked.text == "Preparing the offer now"
    assert checked.case_number == "CASE-7"
    assert checked.category is ReasonCategory.OTHER


@given(st.text(max_size=600))
def test_any_text_is_either_refused_or_one_clean_line(text: str) -> None:
    """No input leads to anything but a clear refusal or a reason without controls."""
    checked = _checked_or_refused(text)
    if isinstance(checked, InputError):
        assert checked.code.startswith("reason.")
    else:
        assert checked.text == " ".join(checked.text.split())
        assert len(checked.text) <= MAXIMUM_CHARACTERS


def _checked_or_refused(text: str) -> Reason | InputError:
    try:
        return check_reason(ReasonDraft("other", text))
    except InputError as refused:
        return refused
