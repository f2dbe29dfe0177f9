"""Whatever a file is called, the name that is shown is harmless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.intake.names import LONGEST_NAME_BYTES, UNTITLED, display_title, safe_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("客户 档案.pdf", "客户 档案.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\secret.pdf", "secret.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("con.pdf", "_con.pdf"),
        ("LPT1", "_LPT1"),
        ("trailing. . ", "trailing"),
        ("..", UNTITLED),
        ("", UNTITLED),
        (b"caf\xe9.pdf", "caf_.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("a<b>:c|d?.pdf", "a_b__c_d_.pdf"),
    ],
)
def test_dangerous_name_is_made_safe(name: str | bytes, expected: str) -> None:
    """Separators, controls, overrides, device names and bytes that are no text go."""
    assert safe_name(name) == expected


def test_long_name_is_cut_before_its_extension() -> None:
    """255 bytes and more become at most 200, inside no character."""
    name = safe_name("档" * 200 + ".pdf")

    assert name.endswith("档.pdf")
    assert len(name.encode()) <= LONGEST_NAME_BYTES


def test_title_is_the_name_without_extension() -> None:
    """A title reads like a title."""
    assert display_title("/tmp/合同 2026.final.pdf") == "合同 2026.final"


@given(st.one_of(st.text(max_size=400), st.binary(max_size=400)))
def test_every_name_is_one_safe_line(name: str | bytes) -> None:
    """Short, one line, normalised, stable when cleaned again, and never empty."""
    cleaned = safe_name(name)

    assert 0 < len(cleaned.encode("utf-8")) <= LONGEST_NAME_BYTES + 1
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in cleaned)
    assert not set(cleaned) & set('/\\<>:"|?*')
    assert display_title(name)
