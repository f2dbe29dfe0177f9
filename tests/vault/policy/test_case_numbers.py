"""Patterns of case numbers: which there are, what fits, and that none can be made slow."""

from __future__ import annotations

import time

import pytest

from vault.errors import InputError
from vault.policy.case_numbers import check_case_number, is_pattern


@pytest.mark.parametrize(
    "pattern", [r"C-\d{6}", "[A-Z]{2,4}-[0-9]{1,6}", "CRM-\\d{1,8}|[A-Z]{3}/\\d{4}", "K[0-9A-F_.-]{8}", "V\\.?\\d{2}"]
)
def test_rows_of_atoms_are_patterns(pattern: str) -> None:
    """What case numbers of real companies look like."""
    assert is_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "", "C*", "C+", "(a)", "(a|b){2}", "C.", "[^A]", "[A-", "[]", "a{2,1}", "a{41}", "a{1,}", "a??", "^a$", "a||b",
        "\\w", "\\1", "[Z-A]", "(?=a)", "a?b?c?d?", "x" * 81, "a|b|c|d|e", "[A-Z]{0,40}" * 4, "é", "a b", "[a-z]{0,9}?",
    ],
)  # fmt: skip
def test_everything_else_is_none(pattern: str) -> None:
    """Nothing that repeats without bound, nests, looks around, or varies in more than three places."""
    assert not is_pattern(pattern)


def test_number_fits_whole_or_is_refused_with_the_pattern() -> None:
    """No number is as good as a fitting one, and no pattern fits everything."""
    for number in ("", "C-123456"):
        check_case_number(r"C-\d{6}", number)
    check_case_number(None, "anything")
    for number in ("C-12345", "C-1234567", "x C-123456", "C-12345٦"):
        with pytest.raises(InputError, match=r"reason\.case_pattern") as refused:
            check_case_number(r"C-\d{6}", number)
        assert refused.value.params == {"pattern": r"C-\d{6}"}


def test_worst_pattern_with_the_worst_number_is_quick() -> None:
    """Three varying atoms that all want the same forty characters, and one that then does not come."""
    started = time.perf_counter()
    with pytest.raises(InputError):
        check_case_number("[a-z]{0,40}[a-z]{0,40}[a-z]{0,40}-", "a" * 40)
    assert time.perf_counter() - started < 0.2
