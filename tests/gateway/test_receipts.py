"""Receipts from the auditor's screens: downloaded at an entry, checked on the page of verifications."""

from __future__ import annotations

import io

import pytest

from tests.gateway.test_trail import words
from tests.gateway.visitor import Visitor, Web
from tests.vault.trail import tampering

INDEX = 5


@pytest.fixture
def auditor(web: Web) -> Visitor:
    web.company.sequence()
    return web.visitor("auditor")


def check(auditor: Visitor, content: bytes, *, name: str = "entry.tlog-proof") -> tuple[int, str]:
    """Status and words of the answer."""
    answer = auditor.post("/trail/verification/receipt", {"receipt": (io.BytesIO(content), name)})
    return answer.status_code, words(answer)


def test_receipt_that_was_kept_is_good_and_its_entry_is_here(auditor: Visitor) -> None:
    """By the keys of the trail, and beside what the database holds."""
    receipt = auditor.get(f"/trail/entries/{INDEX}/receipt").data
    status, said = check(auditor, receipt)
    assert status == 200
    assert f"Good. Entry #{INDEX} stands in the trail" in said
    assert "This database holds the very same entry at its place" in said


@pytest.mark.parametrize(
    ("alter", "sentence"),
    [
        (lambda text: text.replace(b"index 5", b"index 6"), "not the one that the checkpoint in it was signed for"),
        (lambda text: text[:-9] + text[-8:], "not signed by a key of this trail"),
        (lambda text: text + b"\n", "not signed by a key of this trail"),
        (lambda text: text.replace(b"tlog-proof@v1", b"tlog-proof@v2"), "a receipt has one spelling"),
        (lambda _text: b"\xff\xfe no receipt", "a receipt has one spelling"),
    ],
)
def test_altered_receipt_is_told_by_the_step_that_fails(auditor: Visitor, alter: object, sentence: str) -> None:
    """An answer, not an error: that is what was asked."""
    receipt = auditor.get(f"/trail/entries/{INDEX}/receipt").data
    status, said = check(auditor, alter(receipt))  # type: ignore[operator]
    assert status == 200
    assert "NOT good." in said
    assert sentence in said


def test_good_receipt_of_an_entry_that_the_database_lost_says_so(auditor: Visitor, web: Web) -> None:
    """What an auditor keeps receipts for."""
    receipt = auditor.get(f"/trail/entries/{INDEX}/receipt").data
    tampering.run(web.company, f"DELETE FROM trail_leaves WHERE position = {INDEX}")
    status, said = check(auditor, receipt)
    assert status == 200
    assert "Good." in said
    assert "This database does not hold it at its place" in said


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [(b"", "", "Choose the file"), (b"", "empty", "Choose the file"), (b"x" * 400_000, "big", "too large")],
)
def test_no_file_and_one_too_large_are_refused(auditor: Visitor, content: bytes, name: str, sentence: str) -> None:
    """400, with what to do."""
    status, said = check(auditor, content, name=name)
    assert status == 400
    assert sentence in said
